"""The ready-made schemas: each compiles, fits its example, and reads as the embedded model was trained to read it."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import extractor
from extractor.api import ready_made
from extractor.errors import SchemaError
from extractor.evaluate.verbatim_marks import mark_verbatim
from extractor.prompt.schema_text import render
from extractor.schema.from_json_schema import from_json_schema
from extractor.schema.load import load
from extractor.schema.nodes import (
    ArrayNode,
    Declaration,
    Node,
    ObjectNode,
    RefNode,
    UnionNode,
    VerbatimNode,
)
from extractor.validate.accepts import accepts

NAMES = (
    "contact",
    "entities",
    "event",
    "invoice",
    "personal_data",
    "query_routing",
    "sentiment",
    "support_ticket",
)
# Where the training data of a schema is: a task and a schema of the data folder.
DATA = {
    "contact": ("pii", "pii_contact"),
    "entities": ("uner_ewt", "webtext_entities"),
    "personal_data": ("pii", "pii_entities"),
    "query_routing": ("clinc", "clinc_domain"),
    "sentiment": ("goemotions", "comment_sentiment"),
}
# The same for the tasks that training makes itself.
MADE = {
    "contact": ("contact", "contact"),
    "entities": ("entities", "entities"),
    "event": ("event", "event"),
    "invoice": ("invoice", "invoice"),
    "personal_data": ("personal_data", "personal_data"),
    "sentiment": ("reviews", "sentiment"),
    "support_ticket": ("support_ticket", "support_ticket"),
}
ROOT = Path(__file__).parent.parent
MODEL = ROOT / "src" / "extractor" / "models" / "embedded.gguf"


def _known_right() -> set[str]:
    """Names that `schemas/README.md` says the embedded model gets exactly right."""
    line = re.search(r"^Exactly right today: (.*)$", (ROOT / "schemas" / "README.md").read_text("utf-8"), re.MULTILINE)
    assert line is not None
    return set(re.findall(r"`(\w+)`", line.group(1)))


def _verbatim(node: Node, value: Any, declared: Declaration) -> Iterator[str]:
    """Values that stand where the schema asks for a quote."""
    match node:
        case RefNode(name):
            yield from _verbatim(declared.definitions[name], value, declared)
        case VerbatimNode() if isinstance(value, str):
            yield value
        case UnionNode(options):
            for option in options:
                yield from _verbatim(option, value, declared)
        case ObjectNode(fields) if isinstance(value, dict):
            for member in fields:
                yield from _verbatim(member.node, value[member.name], declared)
        case ArrayNode(items) if isinstance(value, list) and items is not None:
            for item in value:
                yield from _verbatim(items, item, declared)


def test_all_are_found() -> None:
    assert ready_made.names() == sorted(NAMES)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(SchemaError, match="invoice") as caught:
        ready_made.load("invioce")
    assert all(name in str(caught.value) for name in NAMES)


@pytest.mark.parametrize("name", ["../invoice", "", "README", "__init__", "invoice.py"])
def test_a_name_is_never_a_path(name: str) -> None:
    with pytest.raises(SchemaError):
        ready_made.load(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_example_fits(name: str) -> None:
    schema = ready_made.load(name)
    text, expected = ready_made.example(name)
    assert schema.model_validate(expected).model_dump() == expected
    loaded = load(schema)
    assert accepts(loaded, json.dumps(expected), text=text)
    for value in _verbatim(loaded.declaration.root, expected, loaded.declaration):
        assert re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text), value


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"query_routing", "sentiment"}))  # these quote nothing
def test_the_example_is_refused_without_its_text(name: str) -> None:
    schema = ready_made.load(name)
    _, expected = ready_made.example(name)
    loaded = load(schema)
    assert not accepts(loaded, json.dumps(expected), text="Nothing of it stands here.")


@pytest.mark.model
def test_what_the_readme_s_first_command_prints_is_right() -> None:
    if not MODEL.exists():
        pytest.skip(f"{MODEL.name} is not in this checkout")
    text = (ROOT / "examples" / "signature.txt").read_text(encoding="utf-8").strip()
    assert extractor.extract(text, ready_made.load("contact")).model_dump() == {
        "name": "Hannah Weiss",
        "email": "hannah.weiss@northgate-textiles.com",
        "phone": "+44 113 496 0182",
        "address": "14 Mill Lane, Leeds",
        "organization": "Northgate Textiles",
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_documentation_shows_it(name: str) -> None:
    page = (ROOT / "docs" / "ready-made.md").read_text(encoding="utf-8")
    section = page.partition(f"## `{name}`\n")[2].partition("\n## ")[0]
    text, expected = ready_made.example(name)
    assert f"```text\n{text}\n```" in section
    assert json.loads(section.partition("```json\n")[2].partition("```")[0]) == expected
    for line in render(load(ready_made.load(name)).declaration).splitlines()[1:]:
        field, _, described = line.strip().partition(": ")
        assert re.search(rf"^\| `(\w+\[\]\.)?{field}` \|", section, re.MULTILINE), field
        assert described.partition(". ")[2] in section, f"{field}: the description is missing or stale"


@pytest.mark.parametrize("name", sorted(DATA))
def test_reads_as_in_the_training_data(name: str) -> None:
    if "EXTRACTOR_DATA" not in os.environ:
        pytest.skip("EXTRACTOR_DATA does not name a folder of training data")
    task, schema = DATA[name]
    folder = Path(os.environ["EXTRACTOR_DATA"]) / task
    written = json.loads((folder / "schemas" / f"{schema}.json").read_text(encoding="utf-8"))
    marks = json.loads((folder / "verbatim_fields.json").read_text(encoding="utf-8"))[schema]
    trained = render(from_json_schema(mark_verbatim(written, marks)))
    assert render(load(ready_made.load(name)).declaration) == trained


@pytest.mark.parametrize("name", sorted(MADE))
def test_reads_as_in_the_made_training_data(name: str) -> None:
    made = pytest.importorskip("extractor_training.synth.schemas", reason="the training distribution isn't installed")
    task, schema = MADE[name]
    trained = render(from_json_schema(made.TASKS[task][schema]))
    assert render(load(ready_made.load(name)).declaration) == trained


def test_made_rows_are_the_same_every_time_and_quote_their_text() -> None:
    made = pytest.importorskip("extractor_training.synth.__main__", reason="the training distribution isn't installed")
    schemas = made.tasks()
    for task in made.MAKERS:
        first, again = list(made.rows(task, "train", 40, seed=1)), list(made.rows(task, "train", 40, seed=1))
        assert first == again
        for row in first:
            declared = from_json_schema(schemas[task][row["schema"]])
            for value in _verbatim(declared.root, row["record"], declared):
                assert made.stands(row["text"], value)


def test_dev_rows_use_names_that_train_rows_never_use() -> None:
    world = pytest.importorskip("extractor_training.synth.world", reason="the training distribution isn't installed")
    train, dev = world.World(random.Random(0)), world.World(random.Random(0), held_out=True)
    for listing in ("first", "last", "stem", "city", "goods", "food", "country"):
        seen = {train.word(listing) for _ in range(3000)}
        assert not seen & {dev.word(listing) for _ in range(500)}


def test_the_list_of_what_the_model_gets_right_names_schemas() -> None:
    assert _known_right() <= set(NAMES)


@pytest.mark.model
@pytest.mark.parametrize("name", NAMES)
def test_the_embedded_model_extracts_it(name: str) -> None:
    if not MODEL.exists():
        pytest.skip("the embedded model isn't built: src/extractor/models/embedded.gguf is absent")
    schema = ready_made.load(name)
    text, expected = ready_made.example(name)
    found = extractor.extract(text, schema)
    assert isinstance(found, schema)
    assert accepts(load(schema), found.model_dump_json(), text=text)
    if name in _known_right():
        assert found.model_dump() == expected


def test_loading_leaves_the_working_directory_out_of_it(tmp_path: Path) -> None:
    code = "from extractor.api import ready_made as r; print(*r.names()); print(r.load('invoice').__name__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [*sorted(NAMES), "Invoice"]


def test_names_resolve_in_the_layout_of_a_wheel(tmp_path: Path) -> None:
    without = shutil.ignore_patterns("__pycache__", "models")
    shutil.copytree(ROOT / "src" / "extractor", tmp_path / "extractor", ignore=without)
    shutil.copytree(ROOT / "schemas", tmp_path / "extractor" / "ready_made", ignore=without)
    code = "from extractor.api import ready_made as r; print(r.folder()); print(r.load('event').__name__)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(tmp_path / "extractor" / "ready_made"), "Event"]
