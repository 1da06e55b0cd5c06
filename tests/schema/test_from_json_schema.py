from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from extractor.errors import SchemaError
from extractor.schema.from_json_schema import MAX_DEPTH, MAX_NODES, from_json_schema
from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
    Declaration,
    EnumNode,
    Field,
    IntegerNode,
    Node,
    NullNode,
    NumberNode,
    ObjectNode,
    QuotedNode,
    RefNode,
    StringNode,
    UnionNode,
    VerbatimNode,
)
from tests.schema.writing import written
from tests.strategies import declarations

CLOSED = {"type": "object", "additionalProperties": False}


@settings(max_examples=80, derandomize=True, deadline=None)
@given(declarations(verbatim=True))
def test_reading_what_was_written_again_changes_nothing(declaration: Declaration) -> None:
    once = from_json_schema(written(declaration))
    again = from_json_schema(written(once))
    assert _told(again) == _told(once)


def _told(declaration: Declaration) -> tuple[Node, dict[str, Node], str]:
    """What it says; an object that is all of it, as one of two equal options may be, is written with one title."""
    root, title = declaration.root, declaration.title
    if isinstance(root, ObjectNode):
        title = title or root.title
        root = replace(root, title=title)
    return root, dict(declaration.definitions), title


NODES: list[tuple[Any, Node]] = [
    (True, AnyNode()),
    ({}, AnyNode()),
    ({"title": "T", "description": "d", "examples": [1], "x-anything": 1}, AnyNode()),
    ({"type": "string", "minLength": 1, "maxLength": 3.0}, StringNode(1, 3)),
    ({"type": "string", "format": "date"}, StringNode(format="date")),
    ({"type": "string", "format": "password"}, StringNode()),
    ({"type": "string", "x-verbatim": True, "maxLength": 9}, VerbatimNode(1, 9)),
    ({"type": "string", "x-verbatim": False}, StringNode()),
    ({"type": "string", "x-verbatim": True, "format": "email"}, QuotedNode(StringNode(1, None, None, "email"), "text")),
    ({"type": "string", "x-verbatim": True, "pattern": "^a+$"}, QuotedNode(StringNode(1, None, "^a+$"), "text")),
    ({"type": "integer", "minimum": 0.5, "exclusiveMaximum": 10}, IntegerNode(1, 9)),
    ({"type": "integer", "minimum": 3, "exclusiveMinimum": 3, "multipleOf": 1.5}, IntegerNode(4, None, 3)),
    ({"type": "number", "minimum": 0.1}, NumberNode(Decimal("0.1"))),
    ({"type": "number", "minimum": 1, "exclusiveMinimum": 1}, NumberNode(Decimal(1), exclusive_minimum=True)),
    ({"type": ["integer", "number"]}, NumberNode()),
    ({"type": ["string", "null"]}, UnionNode((StringNode(), NullNode()))),
    ({"enum": ["a", 1, 1.0, None, True, {"b": [2.0]}]}, EnumNode(('"a"', "1", "null", "true", '{"b": [2]}'))),
    ({"const": -0.0}, EnumNode(("0",))),
    ({"enum": ["a", 1, None], "type": "string"}, EnumNode(('"a"',))),
    ({"enum": ["a", "bb"], "minLength": 2}, EnumNode(('"bb"',))),
    ({"enum": ["a", "b"], "const": "b"}, EnumNode(('"b"',))),
    ({"type": "array", "items": {"type": "null"}, "minItems": 1}, ArrayNode(NullNode(), (), 1)),
    ({"type": "array", "prefixItems": [{"type": "null"}], "items": False}, ArrayNode(None, (NullNode(),))),
    (
        {"type": "array", "prefixItems": [{"type": "null"}, True], "minItems": 2, "maxItems": 2},
        ArrayNode(None, (NullNode(), AnyNode()), 2),
    ),
    ({"type": "array", "uniqueItems": True}, ArrayNode(AnyNode(), unique=True)),
    ({"type": "object"}, ObjectNode((), open_by_silence=True)),
    ({"type": "object", "minProperties": 1}, ObjectNode((), AnyNode(), min_properties=1)),
    ({"type": "object", "required": ["a"]}, ObjectNode((Field("a", AnyNode()),), open_by_silence=True)),
    ({"type": "object", "additionalProperties": True}, ObjectNode((), AnyNode())),
    (
        {"type": "object", "additionalProperties": {"type": "null"}, "propertyNames": {"pattern": "^a"}},
        ObjectNode((), NullNode(), "^a"),
    ),
    ({**CLOSED, "patternProperties": {"^a": {"type": "null"}}}, ObjectNode((), NullNode(), "^a")),
    (
        {**CLOSED, "properties": {"b": {"type": "boolean", "description": "B."}, "a": {}}, "required": ["b"]},
        ObjectNode((Field("b", BooleanNode(), True, "B."), Field("a", AnyNode(), False))),
    ),
    ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, UnionNode((NullNode(), BooleanNode()))),
    ({"anyOf": [{"type": "null"}, False]}, NullNode()),
    (
        {"type": "string", "maxLength": 5, "anyOf": [{"minLength": 2}, {"pattern": "^x"}, {"type": "null"}]},
        UnionNode((StringNode(2, 5), StringNode(0, 5, "^x"))),
    ),
    ({"allOf": [{"type": "integer", "minimum": 1}, {"minimum": 2, "maximum": 9}]}, IntegerNode(2, 9)),
    ({"allOf": [{"type": ["number", "null"]}, {"type": "integer"}]}, IntegerNode()),
    ({"allOf": [{"multipleOf": 4}, {"multipleOf": 6}], "type": "integer"}, IntegerNode(multiple_of=12)),
    (
        {
            "type": "object",
            "allOf": [
                {"properties": {"a": {"type": "string"}}, "required": ["a"]},
                {"properties": {"a": {"maxLength": 3}, "b": {"type": "null"}}, "required": ["b"]},
            ],
            "additionalProperties": {"minLength": 1},
        },
        ObjectNode(
            (Field("a", StringNode(1, 3)), Field("b", NullNode())),
            from_json_schema({"minLength": 1}).root,
        ),
    ),
    ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"type": "null"}}}, RefNode("a/b")),
]


@pytest.mark.parametrize(("schema", "expected"), NODES)
def test_keywords_become_nodes(schema: Any, expected: Node) -> None:
    assert from_json_schema(schema).root == expected


def test_a_schema_without_type_allows_every_type_and_restricts_the_ones_it_speaks_of() -> None:
    found = from_json_schema({"minLength": 3}).root
    assert isinstance(found, UnionNode)
    assert StringNode(3) in found.options
    assert NullNode() in found.options
    assert ObjectNode((), AnyNode()) in found.options


def test_recursion_becomes_references() -> None:
    schema = {
        "$ref": "#/$defs/node",
        "$defs": {"node": {**CLOSED, "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/node"}}}}},
    }
    found = from_json_schema(schema)
    assert found.root == RefNode("node")
    assert found.definitions["node"] == ObjectNode((Field("kids", ArrayNode(RefNode("node")), False),))


def test_a_reference_with_restricting_siblings_is_a_definition_of_its_own() -> None:
    schema = {
        "type": "array",
        "prefixItems": [
            {"$ref": "#/$defs/n"},
            {"$ref": "#/$defs/n", "maximum": 5},
            {"$ref": "#/$defs/n", "title": "T"},
        ],
        "$defs": {"n": {"type": "integer", "minimum": 1}},
    }
    found = from_json_schema(schema)
    assert isinstance(found.root, ArrayNode)
    assert found.root.prefix == (RefNode("n"), RefNode("n.2"), RefNode("n"))
    assert dict(found.definitions) == {"n": IntegerNode(1), "n.2": IntegerNode(1, 5)}


A: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}


@pytest.mark.parametrize(
    ("schema", "same_as"),
    [
        ({**A, "unevaluatedProperties": False}, {**A, "additionalProperties": False}),
        ({**A, "unevaluatedProperties": True}, {**A, "additionalProperties": True}),
        ({**A, "unevaluatedProperties": {"type": "null"}}, {**A, "additionalProperties": {"type": "null"}}),
        ({**A, "additionalProperties": True, "unevaluatedProperties": False}, {**A, "additionalProperties": True}),
        (
            {"allOf": [A, {"properties": {"b": {"type": "null"}}}], "unevaluatedProperties": False},
            {**A, "properties": {"a": A["properties"]["a"], "b": {"type": "null"}}, "additionalProperties": False},
        ),
        (
            {"allOf": [{**A, "unevaluatedProperties": {"type": "null"}}], "required": ["b"]},
            {**A, "required": ["b", "a"], "additionalProperties": {"type": "null"}},
        ),
    ],
)
def test_unevaluated_properties_are_additional_ones_once_all_parts_are_merged(schema: Any, same_as: Any) -> None:
    assert from_json_schema(schema).root == from_json_schema(same_as).root


def test_unevaluated_properties_see_what_a_reference_declares() -> None:
    found = from_json_schema({"$defs": {"A": A}, "$ref": "#/$defs/A", "unevaluatedProperties": False})
    assert list(found.definitions.values()) == [from_json_schema({**A, "additionalProperties": False}).root]


def test_one_of_is_taken_where_the_options_exclude_each_other() -> None:
    def tagged(name: str) -> dict[str, Any]:
        return {"type": "object", "properties": {"kind": {"const": name}}, "required": ["kind"]}

    found = from_json_schema({"oneOf": [tagged("a"), tagged("b"), {"type": "null"}]}).root
    assert isinstance(found, UnionNode)
    assert len(found.options) == 3


def test_a_discriminator_makes_its_tag_required() -> None:
    def tagged(name: str) -> dict[str, Any]:
        return {**CLOSED, "properties": {"kind": {"const": name}}}

    schema = {
        "oneOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}],
        "discriminator": {"propertyName": "kind"},
        "$defs": {"a": tagged("a"), "b": tagged("b")},
    }
    found = from_json_schema(schema)
    for definition in found.definitions.values():
        assert isinstance(definition, ObjectNode)
        assert definition.fields[0].required


def at_price(schema: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"items": {"type": "array", "items": {"type": "object", "properties": {"price": schema}}}},
    }


REFUSALS: list[tuple[Any, str]] = [
    ({"type": "object", "unevaluatedProperties": [1]}, "unevaluatedProperties"),
    ({"$dynamicRef": "#x"}, "$ref"),
    ({"$ref": "https://example.com/x"}, "$ref"),
    ({"$ref": "#/nowhere"}, "$ref"),
    ({"type": "string", "minLenght": 3}, "minLenght"),
    ({"type": "object", "additonalProperties": False}, "additonalProperties"),
    ({"type": "string", "x-verbatim": True, "pattern": "a"}, "pattern"),
    ({"type": "string", "x-verbatim": True, "pattern": "^a"}, "pattern"),
    ({"type": "string", "x-verbatim": True, "pattern": "^a$|b"}, "pattern"),
    ({"type": "string", "x-verbatim": True, "not": {"pattern": "^a$"}}, "pattern"),
    ({"type": "string", "x-verbatim": True, "not": {"enum": ["a"]}}, "pattern"),
    ({"enum": ["a"], "x-verbatim": True}, "x-verbatim"),
    ({"type": "string", "minLength": -1}, "minLength"),
    ({"type": "string", "minLength": True}, "minLength"),
    ({"type": "number", "minimum": float("nan")}, "minimum"),
    ({"type": "number", "multipleOf": 0}, "multipleOf"),
    ({"enum": [float("inf")]}, "enum"),
    ({"enum": ["a", "\ud800"]}, "enum"),
    ({"const": {"\ud800": 1}}, "const"),
    ({"type": "object", "properties": {"\ud800": {}}}, "properties"),
    ({"type": "object", "properties": {3: {}}}, "properties"),
    ({"type": "object", "required": ["\ud800"]}, "required"),
    ({"type": []}, "type"),
    ({"type": "text"}, "type"),
    ({"not": 7}, "not"),
    ({"x-refused": {"construct": "c", "message": "m"}}, "c"),
    (7, "schema"),
]


@pytest.mark.parametrize(("schema", "construct"), REFUSALS)
def test_what_cannot_be_promised_is_refused_with_its_place(schema: Any, construct: str) -> None:
    with pytest.raises(SchemaError) as caught:
        from_json_schema(at_price(schema))
    assert caught.value.construct == construct
    assert caught.value.field_path == "items[].price"
    assert str(caught.value).startswith("items[].price: ")
    assert caught.value.pointer.startswith("#/properties/items/items")


IMPOSSIBLE: list[tuple[Any, str]] = [
    (False, "false"),
    ({"not": {}}, "allOf"),
    ({"type": "string", "minLength": 3, "maxLength": 2}, "maxLength"),
    ({"type": "number", "minimum": 3, "maximum": 2}, "maximum"),
    ({"type": "number", "minimum": 2, "exclusiveMaximum": 2}, "maximum"),
    ({"type": "number", "minimum": 0.1, "maximum": 0.2, "multipleOf": 1}, "multipleOf"),
    ({"type": "integer", "minimum": 1.2, "maximum": 1.8}, "maximum"),
    ({"enum": ["a"], "type": "integer"}, "enum"),
    ({"anyOf": [False]}, "anyOf"),
    ({"type": "string", "anyOf": [{"type": "null"}]}, "anyOf"),
    ({"allOf": [{"type": "string"}, {"type": "null"}]}, "allOf"),
    ({"type": "array", "minItems": 2, "maxItems": 1}, "minItems"),
    ({"type": "array", "prefixItems": [{}], "items": False, "minItems": 2}, "minItems"),
    ({"type": "array", "items": False, "minItems": 1}, "minItems"),
    ({**CLOSED, "required": ["a"]}, "required"),
    ({**CLOSED, "properties": {"a": False}, "required": ["a"]}, "required"),
    ({**CLOSED, "properties": {"a": {}}, "minProperties": 2}, "minProperties"),
    ({"type": "object", "minProperties": 2, "maxProperties": 1}, "maxProperties"),
]


@pytest.mark.parametrize(("schema", "construct"), IMPOSSIBLE)
def test_a_schema_that_no_value_meets_is_refused(schema: Any, construct: str) -> None:
    with pytest.raises(SchemaError) as caught:
        from_json_schema(schema)
    assert caught.value.construct == construct


def test_a_member_that_no_value_meets_is_forbidden_where_it_may_be_absent() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string", "minLength": 2, "maxLength": 1}, "b": {}}}
    found = from_json_schema(schema).root
    assert found == ObjectNode((Field("b", AnyNode(), False),), open_by_silence=True, forbidden=("a",))
    with pytest.raises(SchemaError):
        from_json_schema({**schema, "required": ["a"]})


def test_older_drafts_ignore_the_siblings_of_a_reference() -> None:
    schema = {"properties": {"a": {"$ref": "#/definitions/n", "maximum": 3}}, "definitions": {"n": {"type": "integer"}}}
    old = from_json_schema({"$schema": "http://json-schema.org/draft-07/schema#", **schema})
    assert dict(old.definitions) == {"n": IntegerNode()}
    assert dict(from_json_schema(schema).definitions) == {"n": IntegerNode(None, 3)}


def test_anchors_and_identifiers_are_followed() -> None:
    schema = {
        "$id": "https://example.com/root",
        "prefixItems": [{"$ref": "#here"}, {"$ref": "other"}, {"$ref": "other#/$defs/deep"}],
        "type": "array",
        "$defs": {
            "a": {"$anchor": "here", "type": "null"},
            "b": {"$id": "other", "type": "boolean", "$defs": {"deep": {"type": "integer"}}},
        },
    }
    found = from_json_schema(schema)
    assert dict(found.definitions) == {"a": NullNode(), "b": BooleanNode(), "deep": IntegerNode()}


@pytest.mark.parametrize("schema", [None, 3, "string", ["a"]])
def test_no_schema_at_all(schema: Any) -> None:
    with pytest.raises(SchemaError):
        from_json_schema(schema)


@pytest.mark.parametrize(
    "definition",
    [
        {"$ref": "#/$defs/a"},
        {**CLOSED, "properties": {"a": {"$ref": "#/$defs/a"}}, "required": ["a"]},
        {"type": "array", "items": {"$ref": "#/$defs/a"}, "minItems": 1},
        {"allOf": [{"$ref": "#/$defs/a"}, {"type": "object"}]},
        {"allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}]},
    ],
)
def test_a_record_without_end_is_refused(definition: Any) -> None:
    with pytest.raises(SchemaError):
        from_json_schema({"$ref": "#/$defs/a", "$defs": {"a": definition, "b": {"$ref": "#/$defs/a"}}})


def test_an_optional_key_ends_a_recursion() -> None:
    schema = {**CLOSED, "properties": {"next": {"$ref": "#"}}}
    assert from_json_schema(schema).definitions["root"] == ObjectNode((Field("next", RefNode("root"), False),))


def test_depth_and_size_are_limited_by_name() -> None:
    deep: dict[str, Any] = {"type": "null"}
    for _ in range(MAX_DEPTH + 2):
        deep = {"type": "array", "items": deep}
    with pytest.raises(SchemaError, match=str(MAX_DEPTH)):
        from_json_schema(deep)
    deeper: dict[str, Any] = {}
    deeper["items"] = deeper
    with pytest.raises(SchemaError, match="256 levels"):
        from_json_schema(deeper)
    row = {"type": "array", "prefixItems": [{"type": "null"}] * 190}
    wide = {"type": "array", "prefixItems": [row] * (MAX_NODES // 190 + 1)}
    with pytest.raises(SchemaError, match=str(MAX_NODES)):
        from_json_schema(wide)


def test_titles_and_descriptions_come_from_the_schema_or_what_it_refers_to() -> None:
    inner = {"title": "Person", "description": "Someone.", "type": "object"}
    found = from_json_schema(
        {"title": "T", "type": "object", "properties": {"p": {"$ref": "#/$defs/P"}}, "$defs": {"P": inner}}
    )
    assert found.title == "T"
    assert isinstance(found.root, ObjectNode)
    assert found.root.fields[0].description == "Someone."


def test_a_list_is_described_by_its_items_unless_it_says_something_itself() -> None:
    person = {"title": "Person", "description": "Someone.", "type": "object"}
    people = {"type": "array", "items": {"$ref": "#/$defs/P"}}
    found = from_json_schema({**people, "$defs": {"P": person}})
    assert (found.title, found.description) == ("", "Someone.")
    found = from_json_schema({**people, "description": "Guests.", "$defs": {"P": person}})
    assert found.description == "Guests."


def test_notes_tell_every_keyword_and_what_silence_means() -> None:
    schema = {
        "type": "object",
        "properties": {"tags": {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": True}},
    }
    told = {(note.path, note.keyword): note.enforced for note in from_json_schema(schema).notes}
    assert told[("tags", "uniqueItems")] == "after"
    assert told[("tags[]", "minLength")] == "decoding"
    assert ("$", "additionalProperties") in told
