"""What the fuzzer has found, one schema each: all end with a record or an error of this package."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extractor.api.compiled import compile
from extractor.api.extractor import Extractor
from extractor.engine.scripted import ScriptedEngine
from extractor.errors import ExtractorError
from extractor.schema.nodes import JSONValue

SCHEMAS: list[Any] = [
    {"$id": []},
    {"oneOf": [{"$id": 5, "required": ["a"]}, {"required": ["b"]}]},
    {"$schema": {}},
    {"not": "x"},
    {"not": {"properties": "x"}},
    {"not": {"minLength": {}}},
    {"not": {"enum": 5}},
    {"not": {"required": True}},
    {"if": {"type": True}, "then": {"format": "date"}},
    {"if": {"required": True}, "then": {}},
    {"allOf": [{"properties": []}, {"properties": {}}]},
    {"type": "array", "contains": {"type": ""}},
    {"type": "array", "contains": {"type": {"$ref": "#"}}},
    {"not": {"maxLength": 10**20}},
    {"$ref": "#/$defs/%zz"},
    {"if": {"type": "string"}, "then": {"$ref": "#"}, "else": {"not": {"type": "null"}}},
    {"oneOf": [{"$ref": "#"}, {"required": ["a"]}, {"required": ["b"]}]},
    {"anyOf": [{"$ref": "#"}, {"type": "array", "contains": {"type": "integer"}}]},
    {"type": "string", "x-refused": 5},
    {"type": "string", "x-after": [7]},
    {"type": "array", "uniqueItems": True, "items": {"enum": [f"label {i}" for i in range(64)]}},
]


def _answer(text: str) -> JSONValue:
    return text


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: json.dumps(schema)[:60])
def test_found_once_never_again(schema: Any) -> None:
    try:
        compiled = compile(schema)
        assert compiled.grammar
        values: tuple[JSONValue, ...] = ("x", 1, None, [], {"a": 1}, [[[]]])
        for value in values:
            compiled.accepts(json.dumps(value))
        with Extractor(compiled, model=ScriptedEngine(_answer, context_tokens=4096)) as extractor:
            extractor.extract("Ada is 36")
    except ExtractorError as error:
        assert str(error)


def test_deep_values_are_no_stack_overflow() -> None:
    compiled = compile({"items": {"$ref": "#"}, "contains": {"type": "array"}, "minContains": 0, "not": {"const": 5}})
    assert not compiled.accepts("[" * 5000 + "]" * 5000)
    compiled.accepts("[" * 150 + "]" * 150)


def test_a_key_may_begin_in_the_middle_of_a_character() -> None:
    """The model takes the first byte of a character, of which two keys are made; its other bytes are forced."""
    options = [{"properties": {name: {"type": "null"}}, "required": [name]} for name in ("日x", "日y", "a")]
    schema = {"anyOf": [{"type": "object", "additionalProperties": False, **option} for option in options]}
    with Extractor(schema, model=ScriptedEngine(lambda text: {"日x": None})) as extractor:
        assert extractor.extract("Ada is 36").record == {"日x": None}
