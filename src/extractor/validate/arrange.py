"""A JSON value in the order of its declaration, ready for the canonical layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from extractor.grammar.leaf import fits
from extractor.schema.keywords import plain
from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
    Declaration,
    EnumNode,
    Field,
    IntegerNode,
    JSONValue,
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
from extractor.validate.walk import decimal_of, label, meets

_LONG = 10**16  # integers from here on are written with an exponent where that is exact


def arrange(declaration: Declaration, value: JSONValue) -> JSONValue:
    """Put the members of a value's objects into declaration order.

    Optional members that are missing and may be null become an explicit null; a Decimal written as a string becomes a
    number; integers written `1.0` become `1`. Where the value doesn't meet the declaration it stays as it is.

    Args:
        declaration: The schema.
        value: A JSON value.
    """
    return _Arranger(declaration).node(declaration.root, value)


@dataclass(frozen=True, slots=True)
class _Arranger:
    declaration: Declaration

    @property
    def definitions(self) -> Mapping[str, Node]:
        return self.declaration.definitions

    def node(self, node: Node, value: JSONValue) -> JSONValue:  # noqa: C901, PLR0911
        match node:
            case ObjectNode():
                return self.object(node, value) if isinstance(value, dict) else value
            case ArrayNode(items, prefix):
                if not isinstance(value, list):
                    return value
                held = [*prefix[: len(value)], *([items] * (len(value) - len(prefix)))]
                return [one if inner is None else self.node(inner, one) for inner, one in zip(held, value, strict=True)]
            case UnionNode(options):
                return self.node(self.option(options, value), value) if options else value
            case RefNode(name):
                return self.node(self.definitions[name], value)
            case QuotedNode(inner):
                return self.node(inner, value)
            case NumberNode():
                return _number(node, value)
            case IntegerNode():
                return value if self.declaration.whole_integers else plain(value)
            case EnumNode(values):
                return label(values, value)
            case StringNode() | VerbatimNode() | BooleanNode() | NullNode() | AnyNode():
                return value
            case _:
                assert_never(node)

    def object(self, node: ObjectNode, value: dict[str, JSONValue]) -> JSONValue:
        found: dict[str, JSONValue] = {}
        declared = {member.name for member in node.fields}
        for member in node.fields:
            if member.name in value and not self.stands_for_absence(member, value[member.name]):
                found[member.name] = self.node(member.node, value[member.name])
            elif self.may_be_null(member):
                found[member.name] = None
        for name, one in value.items():
            if name not in found and name not in declared:
                kind = next((kind for kind in node.kinds if fits(kind.names, name)), None)
                found[name] = one if kind is None else self.node(kind.node, one)
        return found

    def stands_for_absence(self, member: Field, value: JSONValue) -> bool:
        """`x: int = None` is a key that was left out: its null would be refused."""
        absent = value is None and not member.required and member.explicit_null
        return absent and not self.meets(member.node, None)

    def may_be_null(self, member: Field) -> bool:
        return not member.required and member.explicit_null and self.meets(member.node, None)

    def option(self, options: tuple[Node, ...], value: JSONValue) -> Node:
        """The first option that the value meets; the first that is an object or list if it meets none."""
        for option in options:
            if self.meets(option, value):
                return option
        return options[0]

    def meets(self, node: Node, value: JSONValue) -> bool:
        return meets(self.declaration, node, value)


def _number(node: NumberNode, value: JSONValue) -> JSONValue:
    exact = decimal_of(node, value)
    if exact is None or not isinstance(value, str):
        return value
    if exact == exact.to_integral_value() and (abs(exact) < _LONG or Decimal(repr(float(exact))) != exact):
        return int(exact)
    return float(exact)
