"""Verbatim values -> where in the text they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import assert_never

from extractor.grammar.chunks import chunks
from extractor.record.extraction import Span
from extractor.record.layout import dumps, item_path, member_path
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
    RefNode,
    StringNode,
    UnionNode,
    VerbatimNode,
)

_INDEX = re.compile(r"\[\d+\]")


def verbatim_values(declaration: Declaration, record: JSONValue) -> Iterator[tuple[str, str]]:
    """Yield the path and value of everything in a record that the schema declares verbatim, in order."""
    seen: set[str] = set()
    for path, value, node in _walk(declaration, declaration.root, record, "$"):
        if isinstance(node, VerbatimNode) and path not in seen:  # two options of a union may both say so
            seen.add(path)
            yield path, value


def labels(declaration: Declaration, record: JSONValue) -> set[str]:
    """Paths of the strings of a record that are one of a few which the schema lists."""
    found = _walk(declaration, declaration.root, record, "$")
    return {path for path, value, node in found if isinstance(node, EnumNode) and dumps(value) in node.values}


def _walk(  # noqa: C901, PLR0912 - one match over the nodes
    declaration: Declaration, node: Node, value: JSONValue, path: str, entered: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str, VerbatimNode | EnumNode]]:
    """Every string of a record that may be verbatim or a label: its path, itself, and the node that says so."""
    match node:
        case VerbatimNode() | EnumNode():
            if isinstance(value, str):
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
    for path, value in verbatim_values(declaration, record):
        field = taken.setdefault(_INDEX.sub("[]", path), set())
        candidates = places.of(value)
        if candidates:
            span = next((s for s in candidates if s not in field), candidates[0])
            field.add(span)
            found[path] = span
    return found


class _Places:
    """Where values stand in a text, between its chunks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._edges = {0, *accumulate(map(len, chunks(text)))}
        self._known: dict[str, list[Span]] = {}

    def of(self, value: str) -> list[Span]:
        """Every place of a value that does not cut a word, in order; every place, if there is none such."""
        if value not in self._known:
            starts = [match.start() for match in re.finditer(f"(?={re.escape(value)})", self._text)]
            all_places = [Span(start, start + len(value)) for start in starts]
            whole = [s for s in all_places if s.start in self._edges and s.end in self._edges]
            self._known[value] = whole or all_places
        return self._known[value]
