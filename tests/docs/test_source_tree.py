"""House rules that a machine can check: sizes, names, exports, dependencies."""

from __future__ import annotations

import ast
import importlib
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

import extractor
from tests.docs.markdown import ROOT

MOST_LINES = 400
FORBIDDEN_NAMES = {"utils", "common", "helpers", "core", "util", "helper", "misc"}
PARTS = ("src", "tests", "training", "benchmarks", "schemas", "examples")


def _sources(*parts: str) -> list[Path]:
    return sorted(path for part in parts for path in (ROOT / part).rglob("*.py") if "__pycache__" not in path.parts)


def test_files_are_short() -> None:
    sizes = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in _sources(*PARTS)}
    assert {path: size for path, size in sizes.items() if size >= MOST_LINES} == {}


def test_modules_have_telling_names() -> None:
    assert [path for path in _sources(*PARTS) if path.stem in FORBIDDEN_NAMES] == []


def test_exports_are_sorted_complete_and_few() -> None:
    names = extractor.__all__
    assert names == sorted(names)
    assert len(names) <= 12
    assert set(extractor._HOMES) == set(names)
    contract = {"extract", "compile", "Extractor", "Extraction", "Verbatim", "Span", "ExtractorError"}
    assert contract <= set(names)
    for name in names:
        assert getattr(extractor, name) is getattr(importlib.import_module(extractor._HOMES[name]), name)
    assert set(names) <= set(dir(extractor))
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = extractor.no_such_name


def test_the_type_checker_sees_what_is_exported() -> None:
    tree = ast.parse((ROOT / "src" / "extractor" / "__init__.py").read_text(encoding="utf-8"))
    typed = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert set(extractor.__all__) <= typed


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def _declared(project: dict[str, Any], *groups: str) -> set[str]:
    lines = list(project["project"]["dependencies"])
    for group in groups:
        lines += project["project"].get("optional-dependencies", {}).get(group, [])
    return {re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0].lower().replace("_", "-") for line in lines}


def _imported(*parts: str) -> set[str]:
    modules = {name for path in _sources(*parts) for name in _imports(path)}
    distributions = packages_distributions()
    own = {"extractor", "extractor_training", "__future__", "_typeshed"}  # the last is there for type checkers alone
    outside = modules - set(sys.stdlib_module_names) - own
    return {distributions.get(name, [name])[0].lower().replace("_", "-") for name in outside}


def _project(*parts: str) -> dict[str, Any]:
    return tomllib.loads(ROOT.joinpath(*parts, "pyproject.toml").read_text(encoding="utf-8"))


def test_what_is_imported_is_declared_and_the_reverse() -> None:
    pinned = {"pydantic-core"}  # to one version by pydantic itself
    assert _imported("src") - _declared(_project(), "outlines", "hooks", "parquet", "ray") - pinned == set()
    assert _declared(_project()) - _imported("src", "schemas") == set()


def test_the_training_distribution_declares_what_it_imports() -> None:
    declared = _declared(_project("training"))
    try:
        imported = _imported("training/src")
    except ModuleNotFoundError:  # pragma: no cover - a dependency of training that is not installed
        pytest.skip("the training distribution's dependencies are not installed")
    assert imported - declared == set()
    assert declared - imported - {"extractor"} == set()


def test_no_extra_of_extractor_points_at_training() -> None:
    text = str(_project()["project"].get("optional-dependencies", {})) + str(_project()["project"]["dependencies"])
    assert "training" not in text and "torch" not in text


def test_the_version_is_said_once() -> None:
    assert extractor.__version__ == _project()["project"]["version"]


def test_no_test_is_skipped_without_a_reason() -> None:
    bare = re.compile(r"mark\.skip(?!if)(?!\w)\s*(\n|$|\(\s*\))|pytest\.skip\(\s*\)")
    for path in _sources("tests", "training"):
        if path.name != Path(__file__).name:
            assert not bare.search(path.read_text(encoding="utf-8")), path
