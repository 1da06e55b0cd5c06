"""Shapes that several walkers share: which members are always written, what any JSON value is, which keys a map has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from extractor.record.layout import ITEM_SEPARATOR, KEY_SEPARATOR, dumps
from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
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

ANY_VALUE = UnionNode(
    (
        NullNode(),
        BooleanNode(),
        NumberNode(),
        StringNode(),
        ArrayNode(AnyNode()),
        ObjectNode((), AnyNode()),
    )
)


def key_piece(name: str, *, first: bool) -> str:
    """Write a member's key as the layout has it: with what opens the object or parts it from the member before."""
    return ("{" if first else ITEM_SEPARATOR) + dumps(name) + KEY_SEPARATOR


def always_written(member: Field, definitions: Mapping[str, Node]) -> bool:
    """Whether a member is in every record: it is required, or null stands for its absence."""
    return member.required or (member.explicit_null and admits_null(member.node, definitions, frozenset()))


def admits_null(node: Node, definitions: Mapping[str, Node], seen: frozenset[str]) -> bool:
    """Whether null is one of a node's values."""
    match node:
        case NullNode() | AnyNode():
            return True
        case EnumNode(values):
            return "null" in values
        case UnionNode(options):
            return any(admits_null(option, definitions, seen) for option in options)
        case RefNode(name):
            return name not in seen and admits_null(definitions[name], definitions, seen | {name})
        case (
            StringNode()
            | VerbatimNode()
            | QuotedNode()
            | IntegerNode()
            | NumberNode()
            | BooleanNode()
            | ArrayNode()
            | ObjectNode()
        ):
            return False
        case _:
            assert_never(node)
