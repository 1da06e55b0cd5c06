"""Reading gold rows, and schemas from a folder."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import zstandard

from extractor.errors import InputError
from extractor.evaluate.gold import read_gold
from extractor.evaluate.schema_folder import open_schemas
from extractor.evaluate.verbatim_marks import mark_verbatim

ROWS: list[dict[str, Any]] = [
    {"id": "1", "source": "s", "task": "t", "schema": "a", "text": "one", "record": {"x": 1}},
    {"schema": "b", "text": "two", "record": None},
    {"schema": "a", "text": "three ünï", "record": {"x": 3}},
    {"schema": "a", "text": "four", "record": {"x": 4}},
]
DATA = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()


def packed(folder: Path, suffix: str) -> Path:
    path = folder / f"gold.jsonl{suffix}"
    match suffix:
        case ".gz":
            path.write_bytes(gzip.compress(DATA))
        case ".zst":
            half = len(DATA) // 2  # two frames, as appended files have
            path.write_bytes(zstandard.compress(DATA[:half]) + zstandard.compress(DATA[half:]))
        case _:
            path.write_bytes(DATA)
    return path


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_every_packing_gives_the_same_rows(tmp_path: Path, suffix: str) -> None:
    path = packed(tmp_path, suffix)
    assert [(row.text, row.record, row.schema) for row in read_gold(path)] == [
        (row["text"], row["record"], row["schema"]) for row in ROWS
    ]
    assert [row.text for row in read_gold(path, limit=2)] == ["one", "two"]
    assert [row.line for row in read_gold(path, only="a", limit=2)] == [1, 3]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_file_cut_short_is_refused(tmp_path: Path, suffix: str) -> None:
    path = packed(tmp_path, suffix)
    path.write_bytes(b"no such packing")
    with pytest.raises(InputError, match="cannot read"):
        read_gold(path)


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_packed_file_that_ends_early_is_refused(tmp_path: Path, suffix: str) -> None:
    path = packed(tmp_path, suffix)
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(InputError, match="cannot read"):
        read_gold(path)


def test_lines_longer_than_a_piece_of_a_packed_file(tmp_path: Path) -> None:
    texts = ["a" * 300_000, "", "b" * 70_000]
    data = "\r\n".join(json.dumps({"text": text, "record": {}}) for text in texts).encode()
    path = tmp_path / "gold.jsonl.zst"
    path.write_bytes(zstandard.compress(data))
    assert [row.text for row in read_gold(path)] == texts


def test_rows_that_name_no_schema_take_the_one_name_that_there_is(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"text": "a", "record": {}}\n{"text": "b", "record": {}, "schema": "other"}\n')
    assert [row.schema for row in read_gold(path, unnamed="colour")] == ["colour", "other"]
    assert [row.text for row in read_gold(path, unnamed="colour", only="colour")] == ["a"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 1 .* not JSON"),
        ("[]", "object"),
        ('{"text": "a"}', "`record`"),
        ('{"record": {}}', "`text`"),
        ('{"text": 1, "record": {}}', "`text`"),
        ('{"text": "a", "record": {}, "schema": 1}', "`schema`"),
        ("", "has no rows"),
    ],
)
def test_lines_that_are_no_gold_rows(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(InputError, match=message):
        read_gold(path)


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'c'; there are: a, b"):
        read_gold(packed(tmp_path, ""), only="c")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_gold(tmp_path / "gold.jsonl")


def schemas(folder: Path) -> Path:
    (folder / "schemas").mkdir()
    (folder / "schemas" / "a.json").write_text(
        '{"type": "object", "properties": {"x": {"type": "string"}, "y": {"type": "string"}}}'
    )
    (folder / "verbatim_fields.json").write_text('{"a": {"x": true, "y": false}}')
    return folder / "schemas"


def test_verbatim_marks_stand_in_the_folder_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = schemas(tmp_path)
    loaded = open_schemas(folder).load("a")
    assert loaded["properties"] == {"x": {"type": "string", "x-verbatim": True}, "y": {"type": "string"}}
    monkeypatch.chdir(folder)
    assert open_schemas(Path()).load("a") == loaded


def test_marks_reach_shared_parts_and_strings_that_may_be_null() -> None:
    part: dict[str, Any]
    free, either = {"type": "string"}, {"type": ["string", "null"]}
    part = {"type": "object", "properties": {"name": free, "more": {"type": "array", "items": {"$ref": "#/$defs/P"}}}}
    schema: dict[str, Any] = {
        "$defs": {"P": part, "Loop": {"$ref": "#/$defs/Loop"}},
        "type": "object",
        "properties": {
            "who": either,
            "one": {"$ref": "#/$defs/P", "description": "The one"},
            "many": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/P"}, {"type": "null"}]}},
            "loop": {"$ref": "#/$defs/Loop"},
            "day": {"type": "string", "format": "date"},
            "kind": {"type": "string", "enum": ["a"]},
        },
    }
    paths = ("who", "many[].name", "many[].more[].name", "loop", "day", "kind")
    marked = mark_verbatim(schema, {**dict.fromkeys(paths, True), "one.name": False})
    fields = marked["properties"]
    assert fields["who"] == {**either, "x-verbatim": True}
    assert {name: fields[name] for name in ("one", "loop", "day", "kind")} == {
        name: schema["properties"][name] for name in ("one", "loop", "day", "kind")
    }
    first = fields["many"]["items"]["anyOf"][0]["properties"]
    assert first["name"] == {**free, "x-verbatim": True}
    second = first["more"]["items"]["properties"]
    assert second == {"name": {**free, "x-verbatim": True}, "more": part["properties"]["more"]}
    assert mark_verbatim(schema, {"who": False}) is schema


@pytest.mark.parametrize(("name", "message"), [("b", "there are: a"), ("", "--schema"), ("../verbatim_fields", "name")])
def test_names_that_are_no_schema(tmp_path: Path, name: str, message: str) -> None:
    opened = open_schemas(schemas(tmp_path))
    with pytest.raises(InputError, match=message):
        opened.load(name)


def test_folders_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder"):
        open_schemas(tmp_path / "nowhere")
    folder = schemas(tmp_path)
    (folder / "a.json").write_text("{")
    with pytest.raises(InputError, match="cannot read"):
        open_schemas(folder).load("a")
    (tmp_path / "verbatim_fields.json").write_text("{")
    with pytest.raises(InputError, match="cannot read"):
        open_schemas(folder)
