"""Spans: exactly the value, in characters of the text, in any script; repeats are told apart."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from extractor.grammar.chunks import chunks
from extractor.ground.spans import grounded_values, labels, spans
from extractor.record.extraction import Span
from extractor.schema.load import load
from extractor.schema.nodes import (
    ArrayNode,
    Declaration,
    Field,
    JSONValue,
    NullNode,
    ObjectNode,
    RefNode,
    StringNode,
    UnionNode,
    VerbatimNode,
)
from tests.strategies import texts

QUOTE = VerbatimNode()
LIST = Declaration(ArrayNode(QUOTE))


@given(texts(), st.data())
def test_a_span_is_exactly_the_value(text: str, data: DataObject) -> None:
    cut = chunks(text)
    start = data.draw(st.integers(0, len(cut) - 1))
    value = "".join(cut[start : data.draw(st.integers(start + 1, len(cut)))]).strip()
    found = spans(Declaration(QUOTE), value, text)
    if value:
        assert text[found["$"].start : found["$"].end] == value


@given(texts(), texts(), st.data())
def test_neutral_text_before_shifts_spans_by_its_length(text: str, _: str, data: DataObject) -> None:
    words = [chunk for chunk in chunks(text) if chunk.strip()]
    values: list[JSONValue] = [data.draw(st.sampled_from(words)) for _ in range(3)]
    padding = "\u2014 " * data.draw(st.integers(1, 5))  # dashes, which no text of these has
    plain, shifted = spans(LIST, values, text), spans(LIST, values, padding + text)
    if all("\u2014" not in str(value) for value in values):
        moved = {path: Span(s.start + len(padding), s.end + len(padding)) for path, s in plain.items()}
        assert shifted == moved


def test_repeats_take_one_place_after_another_then_the_first_again() -> None:
    text = "Ada met Ada."
    found = spans(LIST, ["Ada", "Ada", "Ada"], text)
    assert found == {"$[0]": (0, 3), "$[1]": (8, 11), "$[2]": (0, 3)}


def test_each_field_counts_its_own_repeats() -> None:
    item = ObjectNode((Field("who", QUOTE), Field("whom", QUOTE)))
    found = spans(Declaration(ArrayNode(item)), [{"who": "Ada", "whom": "Ada"}] * 2, "Ada met Ada.")
    assert found == {
        "$[0].who": (0, 3),
        "$[0].whom": (0, 3),
        "$[1].who": (8, 11),
        "$[1].whom": (8, 11),
    }


def test_whole_words_come_before_parts_of_words() -> None:
    assert spans(Declaration(QUOTE), "cat", "concatenate the cat") == {"$": (16, 19)}


@pytest.mark.parametrize(
    ("text", "value", "start"),
    [
        ("京都に行く", "京都", 0),
        ("我在北京工作", "北京", 2),
        ("family: 👩‍👩‍👧 and 👩", "👩", 18),  # the single one, not the first of the family
        ("thumbs 👍🏽 up", "👍🏽", 7),
        ("e\u0301te\u0301 ete", "ete", 6),  # not the letters under the marks
        ("naïve café", "café", 6),
        ("say 'hi' \"now\"", '"now"', 9),
        ("back\\slash here", "back\\slash", 0),
        ("line\none", "one", 5),
        ("line\none", "line\none", 0),
        ("สวัสดีครับ", "ครับ", 6),
        ("한국 여행", "여행", 3),
    ],
)
def test_scripts(text: str, value: str, start: int) -> None:
    assert spans(Declaration(QUOTE), value, text) == {"$": (start, start + len(value))}


def test_only_verbatim_values_have_spans_and_paths_are_readable() -> None:
    node = ObjectNode(
        (
            Field("free", StringNode()),
            Field("name", UnionNode((QUOTE, NullNode()))),
            Field("odd.key", ArrayNode(ObjectNode((Field("q", QUOTE),)))),
        ),
        extra=QUOTE,
    )
    record: JSONValue = {"free": "Ada", "name": None, "odd.key": [{"q": "Ada"}], "more": "met"}
    found = spans(Declaration(node), record, "Ada met Bob")
    assert found == {'$["odd.key"][0].q': (0, 3), "more": (4, 7)}


def test_recursion_is_followed() -> None:
    tree = ObjectNode((Field("name", QUOTE), Field("children", ArrayNode(RefNode("tree")))))
    record = json.loads('{"name": "a", "children": [{"name": "b", "children": []}]}')
    declaration = Declaration(RefNode("tree"), {"tree": tree})
    found = [(one.path, one.value) for one in grounded_values(declaration, record)]
    assert found == [("name", "a"), ("children[0].name", "b")]
    assert spans(declaration, record, "b a") == {"name": (2, 3), "children[0].name": (0, 1)}


def test_a_value_that_is_not_there_has_no_span() -> None:
    assert spans(Declaration(QUOTE), "Bob", "Ada") == {}


def test_labels_are_strings_that_the_schema_lists() -> None:
    one = {"enum": ["a", "b", 3]}
    schema = {
        "type": "object",
        "properties": {"one": one, "many": {"type": "array", "items": {"anyOf": [one, {"type": "string"}]}}},
        "required": ["one", "many"],
        "additionalProperties": False,
    }
    declaration = load(schema).declaration
    assert labels(declaration, {"one": "a", "many": ["b", "c", "a"]}) == {"one", "many[0]", "many[2]"}
    assert labels(declaration, {"one": 3, "many": []}) == set()
