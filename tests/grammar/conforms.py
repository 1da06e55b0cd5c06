"""An independent judge for the tests of this room: does a parsed record belong to a declaration?"""

from __future__ import annotations

import ipaddress
import math
import re
import uuid
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, assert_never

from extractor.record.layout import dumps
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


def _parses(read: Callable[[str], object]) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        try:
            read(value)
        except ValueError:
            return False
        return True

    return check


_FORMATS: dict[str, Callable[[str], bool]] = {
    "date": _parses(date.fromisoformat),
    "time": _parses(time.fromisoformat),
    "date-time": _parses(datetime.fromisoformat),
    "uuid": _parses(uuid.UUID),
    "ipv4": _parses(ipaddress.IPv4Address),
    "ipv6": _parses(ipaddress.IPv6Address),
}


def conforms(value: Any, declaration: Declaration, text: str | None = None) -> bool:
    """Whether a value is one of the declaration's, uniqueness of array items apart."""
    return _Judge(declaration, text).of(value, declaration.root)


class _Judge:
    def __init__(self, declaration: Declaration, text: str | None) -> None:
        self.definitions = declaration.definitions
        self.text = text

    def of(self, value: Any, node: Node) -> bool:  # noqa: C901, PLR0911, PLR0912
        match node:
            case StringNode():
                return isinstance(value, str) and _string(value, node)
            case VerbatimNode(low, high):
                if not isinstance(value, str) or not low <= len(value) <= (high or math.inf):
                    return False
                return self.text is None or (value in self.text and value.strip() == value and value != "")
            case QuotedNode(inner):
                return self.of(value, inner)
            case IntegerNode(low, high, step):
                if not isinstance(value, int) or isinstance(value, bool):
                    return False
                return _within(value, low, high) and value % (step or 1) == 0
            case NumberNode():
                return isinstance(value, int | float) and not isinstance(value, bool) and _number(value, node)
            case BooleanNode():
                return isinstance(value, bool)
            case NullNode():
                return value is None
            case EnumNode(values):
                return dumps(value) in values
            case ArrayNode():
                return isinstance(value, list) and self._array(value, node)
            case ObjectNode():
                return isinstance(value, dict) and self._object(value, node)
            case UnionNode(options):
                return any(self.of(value, option) for option in options)
            case RefNode(name):
                return self.of(value, self.definitions[name])
            case AnyNode():
                return True
            case _:
                assert_never(node)

    def _array(self, value: list[Any], node: ArrayNode) -> bool:
        if not _within(len(value), node.min_items, node.max_items):
            return False
        for index, item in enumerate(value):
            inner = node.prefix[index] if index < len(node.prefix) else node.items
            if inner is None or not self.of(item, inner):
                return False
        return True

    def _object(self, value: dict[str, Any], node: ObjectNode) -> bool:
        if not _within(len(value), node.min_properties, node.max_properties):
            return False
        names = [member.name for member in node.fields]
        declared = [name for name in value if name in names]
        if declared != [name for name in names if name in value] or list(value)[: len(declared)] != declared:
            return False
        for member in node.fields:
            if member.name not in value:
                if member.required:
                    return False
            elif not self.of(value[member.name], member.node):
                return False
        return all(name in names or self._extra(name, inner, node) for name, inner in value.items())

    def _extra(self, name: str, value: Any, node: ObjectNode) -> bool:
        if node.extra_pattern is not None and not re.search(node.extra_pattern, name):
            return False
        return node.extra is not None and self.of(value, node.extra)


def _within(value: float | Decimal, low: Any, high: Any) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def _string(value: str, node: StringNode) -> bool:
    if not _within(len(value), node.min_length, node.max_length):
        return False
    if node.pattern is not None and not re.search(node.pattern, value):
        return False
    return node.format is None or _FORMATS[node.format](value)


def _number(value: float, node: NumberNode) -> bool:
    exact = Decimal(repr(value))
    if not _within(exact, node.minimum, node.maximum):
        return False
    on_edge = (node.exclusive_minimum and exact == node.minimum, node.exclusive_maximum and exact == node.maximum)
    if any(on_edge):
        return False
    return node.multiple_of is None or exact % node.multiple_of == 0
