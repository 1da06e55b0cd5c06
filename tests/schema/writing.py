"""Declarations -> JSON Schema, the other way round than the product: for property tests."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, assert_never

from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
    Declaration,
    EnumNode,
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


def written(declaration: Declaration) -> dict[str, Any]:
    """Write a declaration as JSON Schema."""
    schema = node(declaration.root)
    if declaration.definitions:
        schema["$defs"] = {name: node(inner) for name, inner in declaration.definitions.items()}
    return {**schema, "title": declaration.title} if declaration.title else schema


def node(what: Node) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912
    """Write one node."""
    match what:
        case StringNode(low, high, pattern, form):
            return _told(type="string", minLength=low or None, maxLength=high, pattern=pattern, format=form)
        case VerbatimNode(low, high):
            return {**_told(type="string", minLength=low, maxLength=high), "x-verbatim": True}
        case QuotedNode(value, _, day_first, decimal_comma):
            flags = {"x-day-first": day_first or None, "x-decimal-comma": decimal_comma or None}
            return {**node(value), "x-verbatim": True, **_told(**flags)}
        case IntegerNode(low, high, step):
            return _told(type="integer", minimum=low, maximum=high, multipleOf=step)
        case NumberNode():
            return _number(what)
        case BooleanNode():
            return {"type": "boolean"}
        case NullNode():
            return {"type": "null"}
        case EnumNode(values):
            return {"enum": [json.loads(value) for value in values]}
        case AnyNode():
            return {}
        case RefNode(name):
            return {"$ref": f"#/$defs/{name}"}
        case UnionNode(options):
            return {"anyOf": [node(option) for option in options]}
        case ArrayNode(items, prefix, low, high, unique):
            held = _told(type="array", minItems=low or None, maxItems=high, uniqueItems=unique or None)
            if prefix:
                held["prefixItems"] = [node(inner) for inner in prefix]
            return {**held, "items": False if items is None else node(items)}
        case ObjectNode():
            return _object(what)
        case _:
            assert_never(what)


def _told(**keywords: Any) -> dict[str, Any]:
    return {keyword: value for keyword, value in keywords.items() if value is not None}


def _json_number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _number(what: NumberNode) -> dict[str, Any]:
    low, high = _json_number(what.minimum), _json_number(what.maximum)
    return {
        **_told(type="number", multipleOf=_json_number(what.multiple_of)),
        **_told(**{"exclusiveMinimum" if what.exclusive_minimum else "minimum": low}),
        **_told(**{"exclusiveMaximum" if what.exclusive_maximum else "maximum": high}),
    }


def _object(what: ObjectNode) -> dict[str, Any]:
    schema = _told(
        type="object",
        title=what.title or None,
        minProperties=what.min_properties or None,
        maxProperties=what.max_properties,
        properties={member.name: node(member.node) for member in what.fields} or None,
        required=[member.name for member in what.fields if member.required] or None,
    )
    if what.extra is None:
        return schema if what.open_by_silence else {**schema, "additionalProperties": False}
    if what.extra_pattern is None:
        return {**schema, "additionalProperties": node(what.extra)}
    return {**schema, "patternProperties": {what.extra_pattern: node(what.extra)}, "additionalProperties": False}
