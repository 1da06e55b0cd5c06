"""What depends on the value: decided while decoding where it can be, else checked afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from extractor.schema.from_json_schema import from_json_schema
from extractor.schema.nodes import (
    BooleanNode,
    Field,
    IntegerNode,
    NullNode,
    ObjectNode,
    UnionNode,
)

CLOSED = {"type": "object", "additionalProperties": False}


def at_price(schema: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"items": {"type": "array", "items": {"type": "object", "properties": {"price": schema}}}},
    }


CHECKED: list[tuple[Any, str]] = [
    ({"type": "array", "contains": {"type": "null"}}, "contains"),
    ({"not": {"type": "integer"}}, "not"),
    ({"not": {"additionalProperties": False}}, "not"),
    ({"if": {"type": "integer"}, "then": {"minimum": 1}}, "if"),
    (
        {"type": "object", "unevaluatedProperties": False, "anyOf": [{"properties": {"a": {}}}, {}]},
        "unevaluatedProperties",
    ),
    ({"type": "string", "format": "regex"}, "format"),
    ({"type": "integer", "multipleOf": 0.123456789}, "multipleOf"),
    ({"type": "string", "pattern": "(?=a)b"}, "pattern"),
    ({"type": "string", "pattern": r"(a)\1"}, "pattern"),
    ({"type": "string", "pattern": r"\ba"}, "pattern"),
    ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, "oneOf"),
    ({"oneOf": [{"pattern": "a", "format": "date"}, {"pattern": "b", "format": "date"}]}, "oneOf"),
    ({"type": "object", "patternProperties": {name: {} for name in "abcde"}}, "patternProperties"),
    ({"type": "array", "uniqueItems": True}, "uniqueItems"),
]


@pytest.mark.parametrize(("schema", "keyword"), CHECKED)
def test_what_no_grammar_decides_is_checked_afterwards_and_said_so(schema: Any, keyword: str) -> None:
    found = from_json_schema(at_price(schema))
    assert [(check.keyword, check.path) for check in found.checks] == [(keyword, "items[].price")]
    assert found.checks[0].pointer == "#/properties/items/items/properties/price"
    told = [note.enforced for note in found.notes if (note.path, note.keyword) == ("items[].price", keyword)]
    assert told == ["after"]


REWRITTEN: list[tuple[Any, Any]] = [
    ({"type": ["string", "null"], "not": {"type": "null"}}, {"type": "string"}),
    ({"enum": ["a", "b", 1], "not": {"enum": ["b", True]}}, {"enum": ["a", 1]}),
    ({"type": "integer", "not": {"minimum": 3}}, {"type": "integer", "exclusiveMaximum": 3}),
    ({"type": "object", "not": {"required": ["a"]}}, {"type": "object", "properties": {"a": False}}),
    ({"type": "string", "not": {"not": {"maxLength": 3}}}, {"type": "string", "maxLength": 3}),
    (
        {"type": "array", "items": [{"type": "null"}], "additionalItems": False},
        {"prefixItems": [{"type": "null"}], "items": False, "type": "array"},
    ),
    ({"type": "number", "minimum": 1, "exclusiveMinimum": True}, {"type": "number", "exclusiveMinimum": 1}),
    ({"type": "object", "dependentRequired": {}}, {"type": "object"}),
    ({"if": {}}, {}),
    (
        {"type": "integer", "if": {"minimum": 5}, "then": {"multipleOf": 2}},
        {"anyOf": [{"type": "integer", "exclusiveMaximum": 5}, {"type": "integer", "multipleOf": 2}]},
    ),
    ({"type": "string", "minimum": 4}, {"type": "string"}),
    ({"type": "string", "format": "css-color"}, {"type": "string"}),
    ({"type": "string", "comment": "an annotation"}, {"type": "string"}),
    ({"$id": "https://example.com/x", "type": "null"}, {"type": "null"}),
    ({"oneOf": [{"type": "string"}, {"type": "string", "maxLength": 3}]}, {"type": "string", "minLength": 4}),
]


@pytest.mark.parametrize(("schema", "same_as"), REWRITTEN)
def test_what_depends_on_the_value_is_decided_while_decoding_where_it_can_be(schema: Any, same_as: Any) -> None:
    found, expected = from_json_schema(schema), from_json_schema(same_as)
    assert found.root == expected.root
    assert found.checks == expected.checks == ()


def test_patterns_of_names_part_undeclared_members_into_families() -> None:
    schema = {
        "type": "object",
        "properties": {"ab": {"type": "null"}},
        "patternProperties": {"^a": {"type": "integer"}, "b$": {"minimum": 3}},
        "additionalProperties": {"type": "boolean"},
    }
    found = from_json_schema(schema)
    assert isinstance(found.root, ObjectNode)
    assert found.root.forbidden == ("ab",)  # null is no integer
    told = [(family.names.also, family.names.never, family.node) for family in found.root.families]
    assert told[0] == (("^a", "b$"), (), IntegerNode(3))
    assert told[1] == (("^a",), ("b$",), IntegerNode())
    assert told[3] == ((), ("^a", "b$"), BooleanNode())


def test_dependent_members_come_together() -> None:
    schema = {**CLOSED, "properties": {"a": {"type": "null"}, "b": {"type": "null"}}, "dependentRequired": {"a": ["b"]}}
    found = from_json_schema(schema).root
    assert found == UnionNode(
        (
            ObjectNode((Field("b", NullNode(), False),)),
            ObjectNode((Field("a", NullNode()), Field("b", NullNode()))),
        )
    )
