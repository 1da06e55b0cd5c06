from __future__ import annotations

from extractor.schema.coverage import coverage
from extractor.schema.from_json_schema import from_json_schema
from extractor.schema.nodes import Note

SCHEMA = {
    "type": "object",
    "properties": {"tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True}},
}


def test_coverage_is_a_table_and_an_iterable() -> None:
    found = coverage(from_json_schema(SCHEMA), Note("$", "prompt", "decoding", "descriptions were left out"))
    assert len(found) == len(list(found)) == len(found.entries)
    assert [note.keyword for note in found.after] == ["uniqueItems"]
    assert {note.keyword for note in found.at("tags[]")} == {"type"}
    lines = str(found).splitlines()
    assert lines[0].split() == ["path", "keyword", "enforced", "detail"]
    assert len(lines) == len(found) + 1
    assert "after decoding" in str(found)
    assert "descriptions were left out" in lines[-1]
    assert all(note.enforced in ("decoding", "after") for note in found)
