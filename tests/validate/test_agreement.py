"""The nodes, the grammar and the checks against another reading of JSON Schema: the library `jsonschema`."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from extractor.grammar.bytes_vocabulary import bytes_vocabulary
from extractor.grammar.constraint import Constraint
from extractor.grammar.llguidance_backend import LLGuidanceBackend
from extractor.record.layout import dumps
from extractor.schema.drafts import modern
from extractor.schema.from_json_schema import from_json_schema
from extractor.schema.nodes import Declaration
from extractor.schema.standard import standard
from extractor.validate.arrange import arrange
from extractor.validate.checks import failures
from extractor.validate.walk import findings
from tests.grammar.walks import takes

A, B = {"properties": {"a": {"type": "integer"}}}, {"properties": {"b": {"type": "string"}}}
SCHEMAS: list[Any] = [
    {"not": {"type": ["integer", "number", "null"]}},
    {"not": {"enum": ["a", 1, None, True]}},
    {"not": {"required": ["a"]}},
    {"not": {"properties": {"a": {"const": 1}}, "required": ["a"]}},
    {"not": {"anyOf": [{"type": "string"}, {"required": ["b"]}]}},
    {"not": {"pattern": "^a"}, "type": "string"},
    {"not": {"additionalProperties": False}},
    {"if": {"properties": {"a": {"const": 1}}, "required": ["a"]}, "then": {"required": ["b"]}, "else": B},
    {"if": {"type": "integer"}, "then": {"minimum": 1}},
    {"type": "object", "dependentRequired": {"a": ["b"], "b": ["ab"]}},
    {"type": "object", "dependentSchemas": {"a": {"maxProperties": 1}}},
    {"type": "object", "dependencies": {"a": ["b"], "b": A}, "$schema": "http://json-schema.org/draft-07/schema#"},
    {**A, "patternProperties": {"^a": {"minimum": 1}, "b$": {"type": "integer"}}},
    {**A, "patternProperties": {"b": {"type": "null"}}, "additionalProperties": {"type": "boolean"}},
    {"allOf": [{**A, "patternProperties": {"^b": {"type": "integer"}}}, {**B, "additionalProperties": {"minimum": 1}}]},
    {"type": "object", "propertyNames": {"maxLength": 1}},
    {"type": "object", "propertyNames": {"not": {"enum": ["a"]}}, "minProperties": 1},
    {"type": "object", "properties": {"a": False}, "maxProperties": 1},
    {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
    {"oneOf": [{"type": "integer"}, {"minimum": 1}]},
    {"anyOf": [A, B], "unevaluatedProperties": False},
    {"prefixItems": [{"type": "integer"}], "unevaluatedItems": False},
    {"type": "array", "contains": {"type": "integer"}, "maxContains": 1},
    {"type": "array", "uniqueItems": True},
    {"uniqueItems": True},
    {"allOf": [{"prefixItems": [True]}, {"unevaluatedItems": False}]},
    {"patternProperties": {"^a": True, "b": False}},
    {"properties": {"a": True}, "not": {"required": ["b"]}, "unevaluatedProperties": False},
    {"type": "array", "items": [{"type": "integer"}], "additionalItems": {"type": "null"}},
    {"$ref": "#/$defs/n", "not": {"const": 1}, "$defs": {"n": {"type": ["integer", "string"]}}},
]
leaves = st.sampled_from([None, True, False, 0, 1, -1, 2, 1.5, "", "a", "ab", "b"])
names = st.sampled_from(["a", "b", "ab", "ba", "c"])
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=5
)


@cache
def _made(index: int) -> tuple[Declaration, Constraint, Any]:
    declaration = standard(from_json_schema(SCHEMAS[index]))
    constraint = LLGuidanceBackend(bytes_vocabulary()).constraint(declaration, None)
    return declaration, constraint, Draft202012Validator(modern(SCHEMAS[index]))


@pytest.mark.parametrize("index", range(len(SCHEMAS)))
@settings(max_examples=60, derandomize=True, deadline=None)
@given(value=values)
def test_what_is_let_through_is_what_the_standard_allows(index: int, value: Any) -> None:
    declaration, constraint, judge = _made(index)
    valid = judge.is_valid(value)
    met = not any(findings(declaration, value))
    let_through = takes(constraint.matcher(), dumps(arrange(declaration, value)))
    assert let_through == met or "uniqueItems" in str(declaration.checks)
    assert (let_through and not failures(declaration, value)) == valid
    if not declaration.checks:
        assert let_through == valid
