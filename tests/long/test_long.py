"""Long texts: parts, merging, and the whole way through an extractor whose context is small."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor import Extractor, ScriptedEngine
from extractor.api.decoding import Decoding
from extractor.cli.main import run
from extractor.errors import ContextOverflowError
from extractor.long.merging import Part, merge
from extractor.long.parts import split
from extractor.record.extraction import Span
from extractor.schema.load import load
from extractor.schema.nodes import JSONValue
from tests.scripted import rows_of

SCHEMA = {
    "type": "object",
    "properties": {
        "names": {"type": "array", "items": {"type": "string", "x-verbatim": True}},
        "kind": {"anyOf": [{"enum": ["a", "b"]}, {"type": "null"}]},
    },
    "required": ["names", "kind"],
    "additionalProperties": False,
}


@given(st.text(st.sampled_from("ab .\n。é👍"), max_size=120), st.integers(1, 40), st.integers(0, 20))
def test_parts_cover_the_text(text: str, most: int, overlap: int) -> None:
    parts = split(text, most, overlap)
    assert parts[0].start == 0 and parts[-1].end == len(text)
    for before, after in itertools.pairwise(parts):
        assert before.start < after.start <= before.end and before.end - after.start <= overlap
        assert before.end < after.end
    assert all(part.end - part.start <= most for part in parts)


def test_parts_end_with_sentences() -> None:
    text = "One is here. Two is there. Three is gone.\n\nFour is back. Five."
    assert [text[slice(*part)] for part in split(text, 45, 0)] == [text[:43], text[43:]]
    assert [text[slice(*part)] for part in split(text, 30, 16)][1].startswith("Two is there.")


def test_lists_are_united_by_place_and_scalars_taken_by_confidence() -> None:
    declaration = load(SCHEMA).declaration
    first = Part(
        {"names": ["Ada", "Bo"], "kind": "a"}, {"names[0]": Span(0, 3), "names[1]": Span(9, 11)}, {"kind": 0.6}
    )
    other = Part(
        {"names": ["Bo", "Ada"], "kind": "b"}, {"names[0]": Span(9, 11), "names[1]": Span(20, 23)}, {"kind": 0.9}
    )
    found = merge([first, other], declaration)
    assert found.record == {"names": ["Ada", "Bo", "Ada"], "kind": "b"}
    assert found.spans == {"names[0]": Span(0, 3), "names[1]": Span(9, 11), "names[2]": Span(20, 23)}
    assert found.conflicts == {"kind": ["a"]} and found.confidence == {"kind": 0.9}
    nothing = Part({"names": [], "kind": None}, {}, {"kind": 1.0})
    assert merge([nothing, first], declaration).record == first.record


def test_undeclared_members_are_put_together_by_the_kind_of_their_name() -> None:
    names = {"type": "array", "items": {"type": "string"}}
    patterns = {"^list_": names, "^one_": {"type": "string"}}
    declaration = load({"type": "object", "patternProperties": patterns, "additionalProperties": False}).declaration
    first, other = (Part({"list_a": [name], "one_a": name}, {}, {}) for name in ("Ada", "Bo"))
    found = merge([first, other], declaration)
    assert found.record == {"list_a": ["Ada", "Bo"], "one_a": "Ada"} and found.conflicts == {"one_a": ["Bo"]}


def answer(text: str) -> JSONValue:
    return {"names": re.findall(r"N\d+", text), "kind": None}


def test_a_long_text_through_an_extractor() -> None:
    text = "".join(f"Then came 👍 N{number} and sat down with the others. " for number in range(60))
    engine = ScriptedEngine(answer, context_tokens=1500)
    with Extractor(SCHEMA, model=engine) as refusing, pytest.raises(ContextOverflowError):
        refusing.extract(text)
    with Extractor(SCHEMA, model=engine, decoding=Decoding(long="split")) as splitting:
        found = splitting.extract(text)
        assert found.record is not None and set(found.record["names"]) == {f"N{number}" for number in range(60)}
        for index, name in enumerate(found.record["names"]):
            assert text[slice(*found.spans[f"names[{index}]"])] == name
        assert splitting.extract("N1 sat.").record == {"names": ["N1"], "kind": None}


def test_a_long_text_through_a_batch(tmp_path: Path) -> None:
    text = "".join(f"Then came N{number} and sat down with the others. " for number in range(60))
    (source := tmp_path / "in.jsonl").write_text(json.dumps({"id": "x", "text": text}) + "\n")
    (schema := tmp_path / "schema.json").write_text(json.dumps(SCHEMA))
    rows = []
    for long in ("refuse", "split"):
        words = ["batch", str(source), "--schema", str(schema), "-o", str(tmp_path / long), "--long", long]
        run(words, ScriptedEngine(answer, context_tokens=1500))
        rows += rows_of(tmp_path / long)
    assert rows[0]["error"]["type"] == "ContextOverflowError"
    assert rows[1]["record"] == answer(text)
