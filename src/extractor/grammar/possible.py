"""What of a declaration can be produced at all, in a given text: the rest is left out of the grammar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from extractor.errors import InputError, SchemaError
from extractor.grammar.keys import possible_key
from extractor.grammar.members import always_written
from extractor.grammar.numbers import integer_bounds, number_range, number_regex
from extractor.grammar.quotes import quotes
from extractor.grammar.strings import possible
from extractor.grammar.verbatim import Source
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


class Possible:
    """Cuts nodes down to what can be produced.

    Args:
        definitions: What references point to.
        source: The text that verbatim values come from, if there is one.
    """

    def __init__(self, definitions: Mapping[str, Node], source: Source | None) -> None:
        self._definitions = definitions
        self._source = source
        self._alive = self._productive()

    def _productive(self) -> frozenset[str]:
        """Names of definitions that have a finite value: the least fixed point."""
        self._alive = frozenset()
        while True:
            found = frozenset(name for name, node in self._definitions.items() if self.part(node) is not None)
            if found == self._alive:
                return found
            self._alive = found

    def part(self, node: Node) -> Node | None:  # noqa: C901, PLR0911 - one line a node
        """Return what of a node can be produced; None if nothing can."""
        match node:
            case StringNode():
                return node if possible(node) else None
            case VerbatimNode():
                return node if self._source is None or self._source.shortest(node) is not None else None
            case QuotedNode():
                return self._quoted(node)
            case IntegerNode():
                return node if _has_integer(node) else None
            case NumberNode():
                return node if _has_number(node) else None
            case EnumNode(values):
                return node if values else None
            case BooleanNode() | NullNode() | AnyNode():
                return node
            case ArrayNode():
                return self._array(node)
            case ObjectNode():
                return self._object(node)
            case UnionNode(options):
                parts = tuple(part for option in options if (part := self.part(option)) is not None)
                return None if not parts else parts[0] if len(parts) == 1 else UnionNode(parts)
            case RefNode(name):
                return node if name in self._alive else None
            case _:
                assert_never(node)

    def _quoted(self, node: QuotedNode) -> Node | None:
        """In a text, the values that it says; a quoted node without a text stays what it is."""
        if self._source is None:
            return node if self.part(node.value) is not None else None
        said = tuple(dict.fromkeys(quote.json for quote in quotes(node, self._source.text)))
        return EnumNode(said) if said else None

    def _array(self, node: ArrayNode) -> Node | None:
        prefix = []
        for inner in node.prefix:
            part = self.part(inner)
            if part is None:
                break
            prefix.append(part)
        cut = len(prefix) < len(node.prefix)
        items = None if cut or node.items is None else self.part(node.items)
        most = node.max_items
        if items is None:
            most = len(prefix) if most is None else min(most, len(prefix))
        if most is not None and node.min_items > most:
            return None
        return replace(node, items=items, prefix=tuple(prefix), max_items=most)

    def _object(self, node: ObjectNode) -> Node | None:
        fields, lost = [], []
        for member in node.fields:
            part = self.part(member.node)
            if part is not None:
                fields.append(replace(member, node=part))
            elif always_written(member, self._definitions):
                return None
            else:
                lost.append(member.name)
        kinds = tuple(
            replace(kind, node=part)
            for kind in node.kinds
            if (part := self.part(kind.node)) is not None and possible_key(node, kind.names)
        )
        always = sum(always_written(member, self._definitions) for member in fields)
        if node.max_properties is not None and always > node.max_properties:
            return None
        if not kinds and len(fields) < node.min_properties:
            return None
        forbidden = tuple(dict.fromkeys([*node.forbidden, *(lost if kinds else ())]))
        left = replace(node, fields=tuple(fields), extra=None, families=kinds, forbidden=forbidden)
        if node.extra is None:
            return left
        return replace(left, extra=kinds[0].node if kinds else None, families=())


def _has_integer(node: IntegerNode) -> bool:
    low, high = integer_bounds(node)
    step = node.multiple_of or 1
    return high // step * step >= low


def _has_number(node: NumberNode) -> bool:
    numbers = number_range(node)
    if numbers is not None:
        return number_regex(numbers) is not None
    step = node.multiple_of or 1
    low = node.minimum if node.minimum is not None else None
    if low is None or node.maximum is None:
        return True
    first = -(-low // step) * step
    if node.exclusive_minimum and first == low:
        first += step
    return first < node.maximum or (first == node.maximum and not node.exclusive_maximum)


def possible_part(declaration: Declaration, source: Source | None) -> tuple[Declaration, tuple[object, ...]]:
    """Cut a declaration down to what can be produced in a text.

    Args:
        declaration: The schema.
        source: The text that verbatim values come from; None: any string will do for them.

    Returns:
        The declaration, and a key: with the same key, another text leaves the same declaration.

    Raises:
        InputError: Nothing is left, because a verbatim value is required and the text has none that fits.
        SchemaError: Nothing is left whatever the text.
    """
    cutter = Possible(declaration.definitions, source)
    root = cutter.part(declaration.root)
    if root is None:
        if source is not None and Possible(declaration.definitions, None).part(declaration.root) is not None:
            raise InputError(
                "the text holds nothing that fits a required verbatim field: no run of whole words, or no number, day "
                "or time in a known notation; check the text, or let the field be null"
            )
        raise SchemaError("no finite record fits the schema; correct its bounds, or give a recursive field an end")
    definitions = {
        name: part for name, node in declaration.definitions.items() if (part := cutter.part(node)) is not None
    }
    left = replace(declaration, root=root, definitions=definitions)
    return left, (root, tuple(definitions.items()), source is not None)
