"""A declaration as the standard reads it, where this package decodes less than the standard lets through.

By default undeclared members that no keyword speaks of are accepted and never decoded, and an absent member is decoded
as null where it may be null. Here they are decoded, and left out. Formats are those of their RFCs in full, and
integers have more digits than are decoded.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import assert_never

from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
    Declaration,
    EnumNode,
    Family,
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
from extractor.schema.rfc_formats import RFC_FORMATS

_GREATEST = 10**60 - 1
_LONG = 10**18  # numbers without a point have fewer digits by default


def standard(declaration: Declaration) -> Declaration:
    """Return the declaration of every value that its schema allows.

    Args:
        declaration: The schema.
    """
    definitions = {name: _opened(node) for name, node in declaration.definitions.items()}
    return replace(declaration, root=_opened(declaration.root), definitions=definitions)


def _opened(node: Node) -> Node:
    match node:
        case ArrayNode(items, prefix):
            inner = None if items is None else _opened(items)
            return replace(node, items=inner, prefix=tuple(_opened(one) for one in prefix))
        case ObjectNode():
            return _opened_object(node)
        case UnionNode(options):
            return UnionNode(tuple(_opened(option) for option in options))
        case StringNode(format=form, also=also):
            return node if form is None else replace(node, format=None, also=(*also, RFC_FORMATS[form]))
        case IntegerNode() | NumberNode():
            return _opened_number(node)
        case VerbatimNode() | QuotedNode() | BooleanNode() | NullNode() | EnumNode() | RefNode() | AnyNode():
            return node
        case _:
            assert_never(node)


def _opened_number(node: IntegerNode | NumberNode) -> Node:
    if node.multiple_of is not None:
        return node
    low, high = -_GREATEST, _GREATEST
    if isinstance(node, IntegerNode):
        return IntegerNode(
            low if node.minimum is None else node.minimum, high if node.maximum is None else node.maximum
        )
    if node.minimum is not None:
        low = math.floor(node.minimum) + 1 if node.exclusive_minimum else math.ceil(node.minimum)
    if node.maximum is not None:
        high = math.ceil(node.maximum) - 1 if node.exclusive_maximum else math.floor(node.maximum)
    ranges = ((max(low, _LONG), high), (low, min(high, -_LONG)))
    more = [IntegerNode(first, last) for first, last in ranges if first <= last]
    return UnionNode((node, *more)) if more else node


def _opened_object(node: ObjectNode) -> ObjectNode:
    fields = tuple(replace(member, node=_opened(member.node), explicit_null=False) for member in node.fields)
    families = tuple(replace(kind, node=_opened(kind.node)) for kind in node.kinds)
    if node.open_by_silence and not any(kind.names == StringNode() for kind in families):
        never = tuple(dict.fromkeys(pattern for kind in families for pattern in kind.names.wanted))
        limit = None if families else node.extra_pattern
        families = (*families, Family(StringNode(pattern=limit, never=never), AnyNode()))
    return replace(node, fields=fields, extra=None, families=families, open_by_silence=False)
