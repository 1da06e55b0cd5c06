"""Every way to name a schema, and what is said where there is none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from extractor.api.schema_argument import load_schema
from extractor.errors import InputError

CODE = """
from pydantic import BaseModel
from neighbour_of_schema import LABEL

class Thing(BaseModel):
    class Part(BaseModel):
        size: int
    name: str

Either = Thing | None
AS_DICT = {"title": LABEL, "type": "object"}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "things.py").write_text(CODE)
    (tmp_path / "neighbour_of_schema.py").write_text("LABEL = 'neighbour'\n")
    (tmp_path / "thing.json").write_text('{"type": "object"}')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_class_in_a_file(folder: Path) -> None:
    thing = load_schema(f"{folder / 'things.py'}:Thing")
    assert thing.__name__ == "Thing"
    assert load_schema("things.py:Thing.Part").__name__ == "Part"
    assert load_schema("things.py:AS_DICT")["title"] == "neighbour"


def test_a_class_in_a_module_of_the_working_directory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "only_here_module.py").write_text(CODE)
    assert load_schema("only_here_module:Thing").__name__ == "Thing"
    monkeypatch.delitem(sys.modules, "only_here_module")


def test_two_files_of_one_name_are_not_taken_for_each_other(folder: Path) -> None:
    (folder / "other").mkdir()
    (folder / "other" / "things.py").write_text("class Thing:\n    other: int\n")
    assert load_schema("things.py:Thing") is not load_schema("other/things.py:Thing")


def test_a_json_schema_and_a_ready_made_one(folder: Path) -> None:
    assert load_schema("thing.json") == {"type": "object"}
    assert load_schema("invoice").__name__ == "Invoice"


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("invioce", ["'invioce'", "invoice, personal_data", "file.py:Class"]),
        ("things.py", ["no schema 'things.py'", "file.py:Class"]),
        ("nowhere.py:Thing", ["no Python file nowhere.py"]),
        ("things.py:Thin", ["no 'Thin'", "classes there: Thing"]),
        ("things.py:", ["SCHEMA is"]),
        ("no_such_package.models:Thing", ["no module 'no_such_package.models'", "working directory"]),
        ("json:Thing", ["has no 'Thing'"]),
        (":Thing", ["SCHEMA is"]),
        (".things:Thing", ["SCHEMA is"]),
        ("broken.py:Thing", ["broken.py cannot be loaded: ZeroDivisionError"]),
        ("unparsable.py:Thing", ["cannot be loaded: SyntaxError"]),
        ("needs.py:Thing", ["cannot be loaded: ModuleNotFoundError", "no_such_dependency"]),
        ("broken_module:Thing", ["cannot be imported: ZeroDivisionError"]),
        ("nowhere.json", ["nowhere.json: No such file"]),
        ("broken.json", ["broken.json is not JSON"]),
        ("list.json", ["is not a JSON Schema"]),
    ],
)
def test_where_there_is_none_it_is_said_what_was_tried(folder: Path, argument: str, said: list[str]) -> None:
    (folder / "broken.py").write_text("1 / 0\n")
    (folder / "broken_module.py").write_text("1 / 0\n")
    (folder / "unparsable.py").write_text("class\n")
    (folder / "needs.py").write_text("import no_such_dependency\n")
    (folder / "broken.json").write_text("{")
    (folder / "list.json").write_text("[]")
    with pytest.raises(InputError) as caught:
        load_schema(argument)
    assert all(words in str(caught.value) for words in said), str(caught.value)


def test_a_file_that_ends_the_program_is_an_error(folder: Path) -> None:
    (folder / "ends.py").write_text("raise SystemExit(5)\n")
    for argument in ("ends.py:Thing", "ends:Thing"):
        with pytest.raises(InputError, match="SystemExit: 5"):
            load_schema(argument)
