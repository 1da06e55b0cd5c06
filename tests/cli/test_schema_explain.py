"""`extractor schema explain`: the page, the grammar, JSON, and a schema that is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extractor.cli.main import run

SCHEMA = {
    "type": "object",
    "properties": {
        "ok": {"type": "boolean"},
        "reason": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 5}, "maxItems": 3, "uniqueItems": True},
    },
    "required": ["ok", "reason", "tags"],
    "additionalProperties": False,
}


@pytest.fixture
def schema(tmp_path: Path) -> str:
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(SCHEMA))
    return str(path)


def test_the_page_has_every_part(schema: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "explain", schema]) == 0
    page = capsys.readouterr().out
    heads = [line for line in page.splitlines() if line.startswith("# ")]
    assert len(heads) == 4
    assert "tags    uniqueItems" in page and "after decoding" in page
    assert "largest record: no limit" in page and "forced by the grammar: " in page
    assert "put `reason` first" in page
    assert "ok: true or false" in page
    assert "start:" not in page


def test_the_grammar_is_shown_where_it_is_asked_for(schema: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "explain", schema, "--grammar"]) == 0
    assert "# What it may write" in (page := capsys.readouterr().out)
    assert "start: " in page and '"{\\"ok\\": "' in page


def test_json_has_all_of_it(schema: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "explain", schema, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"digest", "coverage", "figures", "advice", "refused", "prompt", "grammar"}
    assert {"path": "ok", "keyword": "type", "enforced": "decoding", "detail": ""} in told["coverage"]
    assert told["figures"]["unit"] == "bytes" and told["figures"]["worst"] is None
    assert 0.2 < told["figures"]["forced_share"] < 0.9
    assert [one["topic"] for one in told["advice"]] == ["order", "free string", "free string"]
    assert told["refused"] == []


def test_a_schema_that_is_refused_says_so_in_json_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "schema.json"
    path.write_text('{"type": "object", "properties": {"a": {"$ref": "http://example.com/a"}}}')
    assert run(["schema", "explain", str(path), "--json"]) == 2
    (refused,) = json.loads(capsys.readouterr().out)["refused"]
    assert refused["path"] == "a" and refused["keyword"] == "$ref"
