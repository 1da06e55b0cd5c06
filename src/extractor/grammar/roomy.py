"""Declarations with practical limits, for a first attempt: nothing runs on for ever, little that is real is cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import assert_never

from extractor.grammar.strings import possible, worst_bytes
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

_LEAST_CHARACTERS, _MOST_CHARACTERS = 64, 1024
_KEY_CHARACTERS = 64
_LEAST_ITEMS, _MOST_ITEMS = 8, 128
_MOST_MEMBERS = 32
_ANY_DEPTH = 3


def roomy(declaration: Declaration, max_tokens: int, source_length: int) -> Declaration:
    """Give strings, arrays, maps and any-values that have no limit a practical one. Guarantees nothing.

    Limits go in powers of two, so that texts of about the same length share one grammar.

    Args:
        declaration: The schema.
        max_tokens: The budget of the record.
        source_length: Length of the text in characters.
    """
    wanted = min(_power(source_length), 4 * _power(max_tokens))
    characters = min(max(wanted, _LEAST_CHARACTERS), _MOST_CHARACTERS)
    items = min(max(_power(max_tokens) // 8, _LEAST_ITEMS), _MOST_ITEMS)
    definitions = tuple(sorted(declaration.definitions.items(), key=lambda item: item[0]))
    root, found = _roomy(declaration.root, definitions, characters, items)
    return replace(declaration, root=root, definitions=found)


@lru_cache(maxsize=128)
def _roomy(
    root: Node, definitions: tuple[tuple[str, Node], ...], characters: int, items: int
) -> tuple[Node, Mapping[str, Node]]:
    widener = _Limiter(characters, items)
    found = {name: widener.limit(node) for name, node in definitions}
    limited = widener.limit(root)
    return limited, {**found, **widener.any_values}


def _power(number: int) -> int:
    """Return the power of two at or above a number."""
    return 1 << max(number - 1, 0).bit_length()


def _short(names: StringNode) -> StringNode:
    """Limit names that have no limit."""
    if names.max_length is not None or (worst_bytes(names) or 4 * _KEY_CHARACTERS + 1) <= 4 * _KEY_CHARACTERS:
        return names
    limited = replace(names, max_length=max(_KEY_CHARACTERS, 2 * names.min_length))
    return limited if possible(limited) else names


class _Limiter:
    def __init__(self, characters: int, items: int) -> None:
        self._characters, self._items = characters, items
        self.any_values: dict[str, Node] = {}

    def limit(self, node: Node) -> Node:
        """Return the node with limits."""
        match node:
            case StringNode():
                return self._string(node, self._characters)
            case (
                VerbatimNode()
                | QuotedNode()
                | IntegerNode()
                | NumberNode()
                | BooleanNode()
                | NullNode()
                | EnumNode()
                | RefNode()
            ):
                return node
            case ArrayNode(items, prefix, low, high):
                most = high if high is not None or items is None else len(prefix) + low + self._items
                inner = None if items is None else self.limit(items)
                return replace(node, items=inner, prefix=tuple(self.limit(item) for item in prefix), max_items=most)
            case ObjectNode():
                return self._object(node)
            case UnionNode(options):
                return UnionNode(tuple(self.limit(option) for option in options))
            case AnyNode():
                return self._any(_ANY_DEPTH)
            case _:
                assert_never(node)

    def _string(self, node: StringNode, most: int) -> StringNode:
        size = worst_bytes(node)
        if node.max_length is not None or (size is not None and size <= 4 * most):
            return node
        most = max(most, 2 * node.min_length)
        while not possible(limited := replace(node, max_length=most)):
            if most > 64 * _MOST_CHARACTERS:
                return node
            most *= 2
        return limited

    def _object(self, node: ObjectNode) -> Node:
        fields = tuple(replace(member, node=self.limit(member.node)) for member in node.fields)
        if not node.kinds:
            return replace(node, fields=fields)
        most = node.max_properties
        if most is None:
            most = max(len(fields), node.min_properties) + _MOST_MEMBERS
        if node.extra is None:
            families = tuple(
                replace(kind, names=_short(kind.names), node=self.limit(kind.node)) for kind in node.families
            )
            return replace(node, fields=fields, families=families, max_properties=most)
        pattern = node.extra_pattern
        if pattern is None:
            pattern = rf"^[\s\S]{{0,{_KEY_CHARACTERS}}}$"
        return replace(node, fields=fields, extra=self.limit(node.extra), extra_pattern=pattern, max_properties=most)

    def _any(self, depth: int) -> Node:
        name = f"any value {depth} deep"
        if name not in self.any_values:
            options: list[Node] = [
                NullNode(),
                BooleanNode(),
                NumberNode(),
                self._string(StringNode(), self._characters),
            ]
            if depth:
                inner = self._any(depth - 1)
                options.append(ArrayNode(inner, max_items=self._items))
                pattern = rf"^[\s\S]{{0,{_KEY_CHARACTERS}}}$"
                options.append(ObjectNode((), inner, pattern, 0, _MOST_MEMBERS))
            self.any_values[name] = UnionNode(tuple(options))
        return RefNode(name)
