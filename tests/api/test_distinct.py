"""Sets and lists of distinct items: an item that is written again is taken out of the record."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, Field

from extractor import Decoding, Extractor, ScriptedEngine, Verbatim, compile, extract
from extractor.api.distinct import distinct
from extractor.decode.choice import Choice
from extractor.decode.request import Completion
from extractor.errors import RecordError
from extractor.record.layout import dumps
from extractor.schema.from_json_schema import from_json_schema
from extractor.schema.nodes import JSONValue
from extractor.validate.parse import key_of
from extractor.validate.walk import findings

PLACES = from_json_schema(
    {"type": "array", "uniqueItems": True, "items": {"anyOf": [{"$ref": "#"}, {"type": ["integer", "string"]}]}}
)
VALUES = st.recursive(
    st.sampled_from((1, 2, '", "', "]", "é")), lambda inner: st.lists(inner, max_size=4), max_leaves=12
).filter(lambda value: isinstance(value, list))


class Found(BaseModel):
    names: set[Annotated[str, Verbatim()]]
    count: int


def always(value: JSONValue) -> ScriptedEngine:
    return ScriptedEngine(lambda _text: value)


def test_spans_confidence_and_json_are_those_of_what_is_left() -> None:
    text = "Ann, Bo, Ann"
    with Extractor(Found, model=always({"names": ["Ann", "Bo", "Ann", "Bo"], "count": 2})) as extractor:
        found = extractor.extract(text)
    assert found.record == Found(names={"Ann", "Bo"}, count=2)
    assert found.json == '{"names": ["Ann", "Bo"], "count": 2}'
    assert compile(Found).accepts(found.json, text=text)
    assert {path: text[span.start : span.end] for path, span in found.spans.items()} == {
        "names[0]": "Ann",
        "names[1]": "Bo",
    }
    assert found.confidence.keys() == {"names[0]", "names[1]", "count"}
    assert found.status == "complete"


@pytest.mark.parametrize(
    ("schema", "answer", "expected"),
    [
        (set[int], [1, 1, 2, 1], {1, 2}),
        (frozenset[str], ["a", "a"], frozenset("a")),
        (set[int] | None, [3, 3], {3}),
        (dict[str, set[int]], {"a": [1, 1], "b": [1]}, {"a": {1}, "b": {1}}),
        ({"type": "array", "uniqueItems": True, "items": {"type": "number"}}, [1, 1.0, 10], [1, 10]),
        ({"type": "array", "uniqueItems": True, "items": {"enum": [{"a": 1}, [2]]}}, [[2], {"a": 1}, [2]], None),
    ],
    ids=repr,
)
def test_kinds_of_lists(schema: Any, answer: JSONValue, expected: object) -> None:
    found = extract("text", schema, model=always(answer))
    assert found == (expected if expected is not None else [[2], {"a": 1}])


def test_too_few_left_is_refused_as_it_was_written() -> None:
    schema = Annotated[set[int], Field(min_length=2)]
    unrepaired = Extractor(schema, model=always([7, 7]), decoding=Decoding(repairs=0))
    with unrepaired, pytest.raises(RecordError, match="twice") as caught:
        unrepaired.extract("text")
    assert caught.value.raw == "[7, 7]"


def test_too_few_left_are_made_up_for() -> None:
    assert len(extract("text", Annotated[set[bool], Field(min_length=2)], model=always([True, True]))) == 2


@given(VALUES)
def test_the_first_of_equal_items_stays(value: JSONValue) -> None:
    left = distinct(PLACES, Completion(dumps(value), "complete", (), 1)).text
    assert json.loads(left) == _once(value)
    assert dumps(json.loads(left)) == left
    assert not any(findings(PLACES, json.loads(left)))


def _once(value: JSONValue) -> JSONValue:
    if not isinstance(value, list):
        return value
    kept: dict[str, JSONValue] = {}
    for item in map(_once, value):
        kept.setdefault(key_of(item), item)
    return list(kept.values())


def test_choices_move_with_what_is_left() -> None:
    text = "[1, 2, 1, 3]"
    choices = tuple(Choice(place, probability) for place, probability in ((1, 0.5), (4, 0.25), (7, 0.9), (10, 0.125)))
    left = distinct(PLACES, Completion(text, "complete", choices, 9))
    assert left.text == "[1, 2, 3]"
    assert left.choices == (Choice(1, 0.5), Choice(4, 0.25), Choice(7, 0.125))


class Mention(BaseModel):
    name: Annotated[str, Verbatim()]
    kind: Literal["person", "place"]


def named(*names: str, kind: str = "person") -> list[JSONValue]:
    return [{"name": name, "kind": kind} for name in names]


@pytest.mark.parametrize(
    ("text", "said", "left"),
    [
        ("Ann met Bo.", named("Ann", "Bo", "Ann", "Bo", "Ann"), named("Ann", "Bo")),
        ("Ann met Ann.", named("Ann", "Ann", "Ann"), named("Ann", "Ann")),
        ("Ann met Annabel.", named("Ann", "Ann"), named("Ann")),
        ("Ann met Bo.", named("Ann") + named("Ann", kind="place"), named("Ann") + named("Ann", kind="place")),
        ("Nobody came.", [], []),
    ],
)
def test_an_item_that_quotes_the_same_places_is_said_once(text: str, said: list[JSONValue], left: JSONValue) -> None:
    with Extractor(list[Mention], model=always(said)) as extractor:
        found = extractor.extract(text)
    assert json.loads(found.json) == left
    assert list(found.spans) == [f"$[{index}].name" for index in range(len(found.record or []))]
    assert found.spans.keys() <= found.confidence.keys()


def test_items_without_quotes_may_be_equal() -> None:
    assert extract("six and six", list[int], model=always([6, 6, 6])) == [6, 6, 6]


def test_items_that_a_schema_needs_stay() -> None:
    pair = tuple[Annotated[str, Verbatim()], Annotated[str, Verbatim()]]
    assert extract("Ann alone", pair, model=always(["Ann", "Ann"])) == ("Ann", "Ann")


def test_items_that_a_validator_needs_stay() -> None:
    def two(value: list[str]) -> list[str]:
        if len(value) != 2:
            raise ValueError("two, please")
        return value

    schema = Annotated[list[Annotated[str, Verbatim()]], AfterValidator(two)]
    assert extract("Ann alone", schema, model=always(["Ann", "Ann"])) == ["Ann", "Ann"]


def test_lists_within_lists_are_looked_at_from_the_inside() -> None:
    said: list[JSONValue] = [["Ann", "Ann"], ["Ann"], ["Bo"]]
    with Extractor(list[list[Annotated[str, Verbatim()]]], model=always(said)) as extractor:
        assert extractor.extract("Ann and Bo").record == [["Ann"], ["Bo"]]


def test_a_list_that_goes_round_is_closed() -> None:
    said: list[JSONValue] = ["Ann", "Bo"] * 200
    with Extractor(list[Annotated[str, Verbatim()]], model=always(said)) as extractor:
        found = extractor.extract("Ann and Bo")
    assert found.record == ["Ann", "Bo"]
    assert found.status == "complete"
    assert found.tokens < len(dumps(said)) / 10


@pytest.mark.parametrize("said", [["Ann", "Ann", "Ann", "Bo"], ["Ann", "Bo", "Ann", "Bo", "Cy", "Ann"]])
def test_what_follows_a_few_repeated_items_is_not_lost(said: list[JSONValue]) -> None:
    found = extract("Ann, Bo, Cy", list[Annotated[str, Verbatim()]], model=always(said))
    assert found == list(dict.fromkeys(said))


def test_lists_without_quotes_may_go_round() -> None:
    said: list[JSONValue] = [6, 7] * 20
    assert extract("six and seven", list[int], model=always(said)) == said


def test_a_list_that_needs_more_items_goes_on() -> None:
    schema = Annotated[list[Annotated[str, Verbatim()]], Field(min_length=8)]
    assert extract("Ann alone", schema, model=always(["Ann"] * 30)) == ["Ann"] * 8
