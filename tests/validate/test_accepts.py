from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError as JSONSchemaError
from pydantic import BaseModel, Field, model_validator

from extractor.grammar.chunks import chunks
from extractor.schema.load import load
from extractor.schema.nodes import Declaration, JSONValue
from extractor.schema.verbatim import Verbatim
from extractor.validate.accepts import accepts, reachable_in
from tests.schema.pydantic_types import TAKEN
from tests.schema.writing import written
from tests.strategies import declarations, json_values, records, texts

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


def _pattern(validator: Any, pattern: str, value: Any, schema: Any) -> Any:
    """`$` is the very end, as in ECMA-262."""
    if isinstance(value, str) and not re.search(pattern.replace("$", r"\Z"), value):
        yield JSONSchemaError(f"{value!r} does not match {pattern!r}")


def _multiple_of(validator: Any, step: Any, value: Any, schema: Any) -> Any:
    """Exact, as the digits say."""
    if isinstance(value, int | float) and not isinstance(value, bool) and Decimal(str(value)) % Decimal(str(step)):
        yield JSONSchemaError(f"{value!r} is no multiple of {step!r}")


Oracle = validators.extend(Draft202012Validator, {"pattern": _pattern, "multipleOf": _multiple_of})


def has_format(schema: Any) -> bool:
    return '"format"' in json.dumps(schema)


@settings(max_examples=80, derandomize=True, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_every_record_is_accepted_however_it_is_written(data: st.DataObject) -> None:
    declaration = data.draw(declarations(verbatim=True))
    record = data.draw(records(declaration))
    loaded = load(written(declaration))
    assert accepts(loaded, json.dumps(record))
    assert accepts(loaded, json.dumps(record, indent=2, sort_keys=True, ensure_ascii=False))


DRAFT_4 = {"$schema": "http://json-schema.org/draft-04/schema#"}
NESTED: dict[str, Any] = {
    "additionalProperties": {"minProperties": 1, "anyOf": [{"type": "string"}, {"$ref": "#/definitions/resource"}]}
}


@pytest.mark.parametrize(
    ("schema", "value", "taken"),
    [
        ({"type": "integer"}, "1.0", True),
        ({**DRAFT_4, "type": "integer"}, "1.0", False),
        ({**DRAFT_4, "type": "integer"}, "1", True),
        ({**DRAFT_4, "not": {"type": "integer"}}, "1.0", True),
        ({**DRAFT_4, "anyOf": [{"type": "integer"}, {"type": "null"}]}, "1.0", False),
        ({"type": "integer"}, "12345678901234567890", True),
        ({"enum": [{"a": 1, "b": [2]}]}, '{"b": [2.0], "a": 1}', True),
        ({"pattern": r"^(?!-)\w+$"}, '"a"', True),
        ({"pattern": r"^(?!-)\w+$"}, '"١"', False),
        ({"format": "date-time", "pattern": "^2"}, '"2024-01-01T00:00:00"', False),
        ({"type": "object", "propertyNames": {"pattern": "[0-9]"}, "minProperties": 1}, '{"a1": {}}', True),
        ({"type": "object", "propertyNames": {"pattern": "[0-9]"}, "minProperties": 1}, '{"a": {}}', False),
        ({"type": "object", "patternProperties": {"^x": {"allOf": [True, False]}}}, '{"a": 1}', True),
        ({"type": "object", "patternProperties": {"^x": {"allOf": [True, False]}}}, '{"x": 1}', False),
        ({**DRAFT_4, "definitions": {"resource": NESTED}, **NESTED}, '{"a": {"b": {"c": "d"}}}', True),
        ({**DRAFT_4, "definitions": {"resource": NESTED}, **NESTED}, '{"a": {"b": {}}}', False),
    ],
)
def test_what_drafts_and_standards_say_of_corners(schema: Any, value: str, taken: bool) -> None:
    assert accepts(load(schema), value) is taken


def damaged(record: JSONValue, other: JSONValue) -> JSONValue:
    """The record with its first member or item replaced, or with one more."""
    if isinstance(record, dict) and record:
        first = next(iter(record))
        return {**record, first: damaged(record[first], other)}
    if isinstance(record, list) and record:
        return [damaged(record[0], other), *record[1:]]
    return other


@settings(max_examples=100, derandomize=True, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_an_independent_validator_agrees(data: st.DataObject) -> None:
    declaration: Declaration = data.draw(declarations().filter(lambda d: not has_format(written(d))))
    schema = written(declaration)
    other = data.draw(json_values())
    value = data.draw(st.one_of(st.just(other), records(declaration).map(lambda record: damaged(record, other))))
    assert accepts(load(schema), json.dumps(value)) == Oracle(schema).is_valid(value)


@pytest.mark.parametrize(("kind", "instances"), TAKEN, ids=lambda value: str(value)[:60])
def test_every_instance_of_a_type_is_accepted_as_pydantic_dumps_it(kind: Any, instances: list[Any]) -> None:
    loaded = load(kind)
    assert loaded.adapter is not None
    for one in instances:
        text = loaded.adapter.dump_json(one, by_alias=True).decode()
        if '"**' in text or '"CC"' in text or '"made"' in text or '"A":' in text:
            continue  # a secret, a serialization alias, a field that isn't read: Pydantic doesn't take its own dump
        assert accepts(loaded, text), text


class Row(BaseModel):
    low: int
    high: int = 9
    quote: Annotated[str, Verbatim()] | None = None

    @model_validator(mode="after")
    def in_order(self) -> Row:
        if self.low > self.high:
            raise ValueError("low is above high")
        return self


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ('{"low": 1, "high": 2, "quote": null}', True),
        (' {"high":2.0,\n"low":1e0} ', True),
        ('{"low": 1}', True),
        ('{"low": 5, "high": 2}', False),
        ('{"low": 1, "low": 1}', False),
        ('{"low": 1, "other": 1}', False),
        ('{"low": true}', False),
        ('{"low": "1"}', False),
        ('{"low": 1.5}', False),
        ('{"high": 1}', False),
        ('{"low": 1, "quote": "a b"}', True),
        ('{"low": 1, "quote": ""}', False),
        ('{"low": 1, "quote": " a"}', False),
        ('{"low": 1, "quote": "\\ud800"}', False),
        ('{"low": NaN}', False),
        ('{"low": 1e999}', False),
        ('{"low": 1}}', False),
        ("", False),
        ("[" * 100_000, False),
    ],
)
def test_values_count_and_spelling_does_not(text: str, fits: bool) -> None:
    assert accepts(load(Row), text) is fits


def test_silence_leaves_an_object_open_and_models_are_closed() -> None:
    silent = {"type": "object", "properties": {"a": {"type": "integer"}}}
    assert accepts(load(silent), '{"a": 1, "b": 2}')
    assert not accepts(load({**silent, "additionalProperties": False}), '{"a": 1, "b": 2}')
    assert not accepts(load(Row), '{"low": 1, "b": 2}')


def test_patterns_of_silent_objects() -> None:
    schema: dict[str, Any] = {"type": "object", "patternProperties": {"^x": {"type": "null"}}}
    assert accepts(load(schema), '{"xa": null, "b": 1}')
    assert not accepts(load(schema), '{"xa": 1}')
    assert not accepts(load({**schema, "additionalProperties": False}), '{"b": 1}')
    assert not accepts(load({"type": "object", "propertyNames": {"pattern": "^x"}}), '{"b": 1}')


def test_unique_items_are_compared_by_value() -> None:
    loaded = load({"type": "array", "uniqueItems": True})
    assert accepts(loaded, '[1, true, "1", [1], {"a": 1}]')
    assert not accepts(loaded, '[{"a": 1, "b": 2.0}, {"b": 2, "a": 1.0}]')


def test_a_validator_that_fails_is_a_refusal() -> None:
    class Odd(BaseModel):
        a: int

        @model_validator(mode="after")
        def broken(self) -> Odd:
            raise ZeroDivisionError("bug")

    assert not accepts(load(Odd), '{"a": 1}')


QUOTE = {"type": "string", "x-verbatim": True}


@settings(max_examples=100, derandomize=True, deadline=None)
@given(texts(), st.data())
def test_runs_of_chunks_are_reachable_and_broken_ones_are_not(text: str, data: st.DataObject) -> None:
    parts = chunks(text)
    start = data.draw(st.integers(0, len(parts) - 1))
    end = data.draw(st.integers(start + 1, len(parts)))
    run = "".join(parts[start:end])
    clean = not (run[0].isspace() or run[-1].isspace())
    assert accepts(load(QUOTE), json.dumps(run), text) is clean


def test_a_word_cannot_be_broken() -> None:
    reachable = reachable_in("Anna Karenina, 東京都, e\u0301te 👩‍👩‍👧!")
    for value in ("Anna", "Anna Karenina", "東", "京都", "e\u0301te", "👩‍👩‍👧", ",", "!"):
        assert reachable(value), value
    for value in ("Ann", "nna", "Anna ", " ", "", "e", "👩", "Ada"):
        assert not reachable(value), value


def test_verbatim_needs_the_text_in_unions_lists_and_maps_too() -> None:
    class Table(BaseModel):
        many: list[Annotated[str, Verbatim(), Field(max_length=4)]]
        named: dict[str, Annotated[str, Verbatim()] | None]

    value = '{"many": ["Anna"], "named": {"x": "Karenina", "y": null}}'
    assert accepts(load(Table), value, "Anna Karenina")
    assert not accepts(load(Table), value, "Anna Arkadyevna")
    assert not accepts(load(Table), '{"many": ["Karenina"], "named": {}}', "Anna Karenina")
