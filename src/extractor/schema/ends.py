"""Whether a declaration has a finite record at all, and whether the options of a `oneOf` can overlap."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, assert_never

from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
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

_DEPTH = 8


def finite_definitions(definitions: Mapping[str, Node]) -> frozenset[str]:
    """Return the names of the definitions that have a finite record."""
    found: set[str] = set()
    while True:
        more = {name for name, node in definitions.items() if name not in found and is_finite(node, found)}
        if not more:
            return frozenset(found)
        found |= more


def is_finite(node: Node, finite: frozenset[str] | set[str]) -> bool:
    """Whether a node has a finite record, given the definitions that do."""
    match node:
        case RefNode(name):
            return name in finite
        case UnionNode(options):
            return any(is_finite(option, finite) for option in options)
        case ArrayNode(items, prefix, min_items):
            needed = (*prefix[:min_items], *((items,) if items is not None and min_items > len(prefix) else ()))
            return all(is_finite(inner, finite) for inner in needed)
        case ObjectNode(fields, min_properties=min_properties):
            written = [member.node for member in fields if member.required]
            more = [kind.node for kind in node.kinds] if min_properties > len(fields) else []
            return all(is_finite(inner, finite) for inner in written) and (
                not more or any(is_finite(inner, finite) for inner in more)
            )
        case (
            StringNode()
            | VerbatimNode()
            | QuotedNode()
            | IntegerNode()
            | NumberNode()
            | BooleanNode()
            | NullNode()
            | AnyNode()
        ):
            return True
        case EnumNode(values):
            return bool(values)
        case _:
            assert_never(node)


def disjoint(a: Node, b: Node, definitions: Mapping[str, Node], depth: int = _DEPTH) -> bool:  # noqa: PLR0911
    """Whether it is sure that no value meets both nodes. False where it cannot be told."""
    if depth == 0:
        return False
    if isinstance(a, RefNode):
        return disjoint(definitions[a.name], b, definitions, depth - 1)
    if isinstance(b, RefNode):
        return disjoint(a, definitions[b.name], definitions, depth - 1)
    if isinstance(a, UnionNode):
        return all(disjoint(option, b, definitions, depth - 1) for option in a.options)
    if isinstance(b, UnionNode):
        return all(disjoint(a, option, definitions, depth - 1) for option in b.options)
    if not (_kinds(a) & _kinds(b)):
        return True
    if isinstance(a, EnumNode) and isinstance(b, EnumNode):
        return not set(a.values) & set(b.values)
    if isinstance(a, ObjectNode) and isinstance(b, ObjectNode):
        return _disjoint_objects(a, b, definitions, depth)
    if isinstance(a, IntegerNode | NumberNode) and isinstance(b, IntegerNode | NumberNode):
        return _below(a, b) or _below(b, a)
    return False


def _below(a: IntegerNode | NumberNode, b: IntegerNode | NumberNode) -> bool:
    return a.maximum is not None and b.minimum is not None and a.maximum < b.minimum


def _disjoint_objects(a: ObjectNode, b: ObjectNode, definitions: Mapping[str, Node], depth: int) -> bool:
    there = {member.name: member for member in b.fields}
    for member in a.fields:
        other = there.get(member.name)
        if other is None:
            if member.required and (_is_closed(b) or member.name in b.forbidden):
                return True
        elif member.required and other.required and disjoint(member.node, other.node, definitions, depth - 1):
            return True
    here = {member.name for member in a.fields}
    others = [member.name for member in b.fields if member.required and member.name not in here]
    return bool(others) if _is_closed(a) else any(name in a.forbidden for name in others)


def _is_closed(node: ObjectNode) -> bool:
    return not node.kinds and not node.open_by_silence


def _kinds(node: Node) -> frozenset[str]:  # noqa: PLR0911
    match node:
        case StringNode() | VerbatimNode():
            return frozenset(("string",))
        case QuotedNode(inner):
            return _kinds(inner)
        case IntegerNode() | NumberNode():
            return frozenset(("number",))
        case BooleanNode():
            return frozenset(("boolean",))
        case NullNode():
            return frozenset(("null",))
        case EnumNode(values):
            return frozenset(_kind(json.loads(value)) for value in values)
        case ArrayNode():
            return frozenset(("array",))
        case ObjectNode():
            return frozenset(("object",))
        case UnionNode() | RefNode() | AnyNode():
            return frozenset(("string", "number", "boolean", "null", "array", "object"))
        case _:
            assert_never(node)


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    kinds = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return kinds[type(value)]
