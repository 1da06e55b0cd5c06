"""Verbatim values -> where in the text they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import assert_never

from extractor.grammar.chunks import chunks
from extractor.grammar.quotes import places_of
from extractor.record.extraction import Span
from extractor.record.layout import dumps, field_path, item_path, member_path
from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
    Declaration,
    EnumNode,
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


@dataclass(frozen=True, slots=True)
class Grounded:
    """A value that comes from the text.

    Attributes:
        path: Record path.
        node: What the schema says of it.
        value: The value.
    """

    path: str
    node: VerbatimNode | QuotedNode
    value: JSONValue

    @property
    def size(self) -> int | None:
        """Characters that it takes in a text; None where a text may say it in several ways."""
        return len(str(self.value)) if isinstance(self.node, VerbatimNode) else None

    def stands_at(self, span: Span, text: str) -> bool:
        """Whether the text says it there."""
        if isinstance(self.node, VerbatimNode):
            return text[span.start : span.end] == self.value
        return span in places_of(self.node, self.value, text)


def grounded_values(declaration: Declaration, record: JSONValue) -> Iterator[Grounded]:
    """Yield everything in a record that the schema declares verbatim, in order, whether copied or read."""
    seen: set[str] = set()
    for path, value, node in _walk(declaration, declaration.root, record, "$"):
        if not isinstance(node, EnumNode) and path not in seen:  # two options of a union may both say so
            seen.add(path)
            yield Grounded(path, node, value)


def labels(declaration: Declaration, record: JSONValue) -> set[str]:
    """Paths of the strings of a record that are one of a few which the schema lists."""
    found = _walk(declaration, declaration.root, record, "$")
    return {path for path, value, node in found if isinstance(node, EnumNode) and dumps(value) in node.values}


def _walk(  # noqa: C901, PLR0912 - one match over the nodes
    declaration: Declaration, node: Node, value: JSONValue, path: str, entered: frozenset[str] = frozenset()
) -> Iterator[tuple[str, JSONValue, VerbatimNode | QuotedNode | EnumNode]]:
    """Every value of a record that may be verbatim or a label: its path, itself, and the node that says so."""
    match node:
        case VerbatimNode() | EnumNode():
            if isinstance(value, str):
                yield path, value, node
        case QuotedNode():
            if _could_be_said(node, value):
                yield path, value, node
        case ArrayNode(items, prefix):
            if isinstance(value, list):
                for index, item in enumerate(value):
                    inner = prefix[index] if index < len(prefix) else items
                    if inner is not None:
                        yield from _walk(declaration, inner, item, item_path(path, index))
        case ObjectNode(fields):
            if isinstance(value, dict):
                declared = {member.name: member.node for member in fields}
                for name, item in value.items():
                    kinds = [declared[name]] if name in declared else [kind.node for kind in node.kinds]
                    for member_node in kinds:
                        yield from _walk(declaration, member_node, item, member_path(path, name))
        case UnionNode(options):
            for option in options:
                yield from _walk(declaration, option, value, path, entered)
        case RefNode(name):
            if name not in entered:  # a definition may lead back to itself without a value in between
                yield from _walk(declaration, declaration.definitions[name], value, path, entered | {name})
        case StringNode() | IntegerNode() | NumberNode() | BooleanNode() | NullNode() | AnyNode():
            return
        case _:
            assert_never(node)


def _could_be_said(node: QuotedNode, value: JSONValue) -> bool:
    """Whether a value is of the kind of a node."""
    if isinstance(value, bool):
        return False
    if isinstance(node.value, StringNode):
        return isinstance(value, str)
    return isinstance(value, int | float) or (isinstance(value, str) and getattr(node.value, "decimal", False))


def spans(declaration: Declaration, record: JSONValue, text: str) -> dict[str, Span]:
    """Find every verbatim value of a record in its text.

    Where a value stands more than once: the first place that no earlier value of the same field took, else the first.

    Args:
        declaration: The record's schema.
        record: Its value.
        text: What it was extracted from.

    Returns:
        Record path -> span, in characters of `text`. A value that does not stand there has none.
    """
    found: dict[str, Span] = {}
    taken: dict[str, set[Span]] = {}
    places = _Places(text)
    for one in grounded_values(declaration, record):
        field = taken.setdefault(field_path(one.path), set())
        candidates = places.of(one)
        if candidates:
            span = next((s for s in candidates if s not in field), candidates[0])
            field.add(span)
            found[one.path] = span
    return found


class _Places:
    """Where values stand in a text, between its chunks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[str, list[Span]] = {}

    @cached_property
    def _edges(self) -> set[int]:
        """Where chunks begin and end; cut only for a text of which something is quoted."""
        return {0, *accumulate(map(len, chunks(self._text)))}

    def of(self, found: Grounded) -> list[Span]:
        """Every place of a value, in order."""
        if isinstance(found.node, QuotedNode):
            return places_of(found.node, found.value, self._text)
        return self._copies(str(found.value))

    def _copies(self, value: str) -> list[Span]:
        """Every place of a string that does not cut a word; every place, if there is none such."""
        if value not in self._known:
            starts = [match.start() for match in re.finditer(f"(?={re.escape(value)})", self._text)]
            all_places = [Span(start, start + len(value)) for start in starts]
            whole = [s for s in all_places if s.start in self._edges and s.end in self._edges]
            self._known[value] = whole or all_places
        return self._known[value]
