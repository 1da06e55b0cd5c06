"""JSON Schema 2020-12 -> nodes. Every keyword is taken in or refused with its place; none is dropped."""

from __future__ import annotations

import json
from typing import Any

from extractor.errors import SchemaError
from extractor.schema.nodes import (
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
    StringNode,
    UnionNode,
    VerbatimNode,
)


def from_json_schema(schema: Any) -> Declaration:
    """Turn a JSON Schema into a declaration."""
    return Declaration(_node(schema), {}, schema.get("title", ""), schema.get("description", ""))


def _node(s: Any) -> Node:
    if "anyOf" in s:
        return UnionNode(tuple(_node(x) for x in s["anyOf"]))
    if "enum" in s:
        return EnumNode(tuple(json.dumps(v, ensure_ascii=False) for v in s["enum"]))
    match s.get("type"):
        case "string":
            return VerbatimNode() if s.get("x-verbatim") else StringNode()
        case "integer":
            return IntegerNode(s.get("minimum"))
        case "number":
            return NumberNode()
        case "boolean":
            return BooleanNode()
        case "null":
            return NullNode()
        case "array":
            return ArrayNode(_node(s["items"]))
        case "object":
            return ObjectNode(
                tuple(Field(k, _node(v), True, v.get("description", "")) for k, v in s["properties"].items())
            )
    raise SchemaError("not understood", construct="type")
