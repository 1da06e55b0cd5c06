"""A JSON value against nodes: what is wrong with it, and where. By value; key order plays no part."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import assert_never

from extractor.grammar.leaf import fits, matches
from extractor.grammar.numbers import is_multiple, is_within
from extractor.record.layout import item_path, member_path
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
from extractor.validate.parse import all_different, key_of

Reachable = Callable[[str], bool]
Said = Callable[[QuotedNode, JSONValue], bool]
REPEATED = "holds the same item twice"
_SHOWN = 80  # characters of a pattern that a message may hold
_CIRCLES = 100  # references that may follow each other without any value between them


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong.

    Attributes:
        path: Record path.
        message: What is wrong there.
    """

    path: str
    message: str


def findings(
    declaration: Declaration, value: JSONValue, reachable: Reachable | None = None, said: Said | None = None
) -> Iterator[Finding]:
    """Yield what is wrong with a value; nothing if it meets the declaration.

    Args:
        declaration: The schema.
        value: A JSON value.
        reachable: Whether a string could be decoded verbatim; None: any string could that is not empty and has no
            white space at its ends.
        said: Whether a value could be read from a quote; None: any could that its node allows.
    """
    walk = _Walk(
        declaration.definitions, reachable or _could_be_verbatim, said or _could_be_said, declaration.whole_integers
    )
    return walk.node(declaration.root, value, "$")


def meets(declaration: Declaration, node: Node, value: JSONValue) -> bool:
    """Whether a value meets one node of a declaration."""
    return next(findings(replace(declaration, root=node), value), None) is None


def _could_be_verbatim(value: str) -> bool:
    return bool(value) and value.strip() == value


def _could_be_said(_node: QuotedNode, _value: JSONValue) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class _Walk:
    definitions: Mapping[str, Node]
    reachable: Reachable
    said: Said
    whole_integers: bool = False
    circles: int = 0
    known: dict[tuple[int, int], bool] = field(default_factory=dict)  # (id of node, id of value) -> whether it meets it

    def node(self, node: Node, value: JSONValue, path: str) -> Iterator[Finding]:  # noqa: C901, PLR0912
        match node:
            case AnyNode():
                return
            case NullNode():
                yield from _unless(value is None, path, "is not null")
            case BooleanNode():
                yield from _unless(isinstance(value, bool), path, "is neither true nor false")
            case EnumNode(values):
                yield from _unless(key_of(value) in _labels(values), path, "is none of the labels")
            case StringNode():
                yield from _unless(isinstance(value, str) and fits(node, value), path, _wanted(node))
            case VerbatimNode():
                yield from self.verbatim(node, value, path)
            case QuotedNode():
                yield from self.quoted(node, value, path)
            case IntegerNode():
                if self.whole_integers and isinstance(value, float):
                    yield Finding(path, "is not an integer, which this draft writes without a fraction")
                    return
                yield from integer(node, value, path)
            case NumberNode():
                yield from number(node, value, path)
            case ArrayNode():
                yield from self.array(node, value, path)
            case ObjectNode():
                yield from self.object(node, value, path)
            case UnionNode(options):
                yield from self.union(options, value, path)
            case RefNode(name):
                if self.circles > _CIRCLES:
                    yield Finding(path, "is a definition that refers to itself and nothing else")
                    return
                yield from replace(self, circles=self.circles + 1).node(self.definitions[name], value, path)
            case _:
                assert_never(node)

    def inner(self) -> _Walk:
        """The walk one value further in."""
        return replace(self, circles=0) if self.circles else self

    def meets(self, node: Node, value: JSONValue) -> bool:
        """Whether a value meets a node; asked once a pair, or unions in unions would take for ever."""
        key = id(node), id(value)
        if key not in self.known:
            self.known[key] = next(self.node(node, value, "$"), None) is None
        return self.known[key]

    def verbatim(self, node: VerbatimNode, value: JSONValue, path: str) -> Iterator[Finding]:
        if not isinstance(value, str):
            yield Finding(path, "is not a string")
        elif len(value) < node.min_length or (node.max_length is not None and len(value) > node.max_length):
            yield Finding(path, f"is not {node.min_length} to {node.max_length or 'any number of'} characters long")
        elif not self.reachable(value):
            yield Finding(path, "is not a run of whole words of the text")

    def quoted(self, node: QuotedNode, value: JSONValue, path: str) -> Iterator[Finding]:
        wrong = next(self.node(node.value, value, path), None)
        if wrong is not None:
            yield wrong
        elif not self.said(node, value):
            unsaid = "is not such a run of whole words of the text, as long as it can be"
            yield Finding(path, unsaid if node.notation == "text" else f"is no {node.notation} that the text says")

    def array(self, node: ArrayNode, value: JSONValue, path: str) -> Iterator[Finding]:
        if not isinstance(value, list):
            yield Finding(path, "is not a list")
            return
        most = node.max_items if node.items is not None else min(len(node.prefix), node.max_items or len(node.prefix))
        if len(value) < node.min_items or (most is not None and len(value) > most):
            yield Finding(path, f"has {len(value)} items")
        if node.unique and not all_different(value):
            yield Finding(path, REPEATED)
        inner = self.inner()
        for index, one in enumerate(value):
            held = node.prefix[index] if index < len(node.prefix) else node.items
            if held is not None:
                yield from inner.node(held, one, item_path(path, index))

    def object(self, node: ObjectNode, value: JSONValue, path: str) -> Iterator[Finding]:
        if not isinstance(value, dict):
            yield Finding(path, "is not an object")
            return
        if len(value) < node.min_properties or (node.max_properties is not None and len(value) > node.max_properties):
            yield Finding(path, f"has {len(value)} members")
        inner = self.inner()
        declared = {member.name for member in node.fields}
        for member in node.fields:
            if member.name in value:
                yield from inner.node(member.node, value[member.name], member_path(path, member.name))
            elif member.required:
                yield Finding(member_path(path, member.name), "is missing")
        for name, one in value.items():
            if name not in declared:
                yield from inner.undeclared(node, name, one, member_path(path, name))

    def undeclared(self, node: ObjectNode, name: str, value: JSONValue, path: str) -> Iterator[Finding]:
        if name in node.forbidden:
            yield Finding(path, "is a member that may not be there")
            return
        kind = next((kind for kind in node.kinds if fits(kind.names, name)), None)
        if kind is not None:
            yield from self.node(kind.node, value, path)
            return
        named = node.extra_pattern is None or node.extra is not None or matches(node.extra_pattern, name)
        if not (node.open_by_silence and named):
            yield Finding(path, "is not a declared member")

    def union(self, options: tuple[Node, ...], value: JSONValue, path: str) -> Iterator[Finding]:
        if any(self.meets(option, value) for option in options):
            return
        found = [list(self.node(option, value, path)) for option in options]
        # the option that fails deepest is the one that was meant
        yield from max(found, key=lambda wrong: max(len(finding.path) for finding in wrong))


def integer(node: IntegerNode, value: JSONValue, path: str) -> Iterator[Finding]:
    """Yield what is wrong with an integer; 1.0 is one."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        yield Finding(path, "is not an integer")
        return
    exact = Decimal(int(value))
    yield from _unless(is_within(node, exact), path, "is out of bounds")
    yield from _unless(is_multiple(exact, node.multiple_of), path, f"is no multiple of {node.multiple_of}")


def number(node: NumberNode, value: JSONValue, path: str) -> Iterator[Finding]:
    """Yield what is wrong with a number; of a Decimal, its digits as a string are one too."""
    exact = decimal_of(node, value)
    if exact is None:
        yield Finding(path, "is not a number")
        return
    yield from _unless(is_within(node, exact), path, "is out of bounds")
    yield from _unless(is_multiple(exact, node.multiple_of), path, f"is no multiple of {node.multiple_of}")


def decimal_of(node: NumberNode, value: JSONValue) -> Decimal | None:
    """Return the number that a value stands for under a node, as it was written; None if it stands for none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return Decimal(str(value))
    if node.decimal and isinstance(value, str):
        try:
            exact = Decimal(value)
        except InvalidOperation:
            return None
        return exact if exact.is_finite() else None
    return None


def label(values: tuple[str, ...], value: JSONValue) -> JSONValue:
    """Return the label that a value is equal to, as it was declared; the value itself where it is none."""
    found = _labels(values).get(key_of(value))
    return value if found is None else json.loads(found)


@lru_cache(maxsize=256)
def _labels(values: tuple[str, ...]) -> dict[str, str]:
    return {key_of(json.loads(value)): value for value in values}


def _unless(fine: bool, path: str, message: str) -> Iterator[Finding]:
    if not fine:
        yield Finding(path, message)


def _wanted(node: StringNode) -> str:
    if node.format is not None:
        return f"is not a string of the format {node.format}"
    if node.pattern is not None and len(node.pattern) <= _SHOWN:
        return f"is not a string that matches {node.pattern}"
    if node.pattern is not None:
        return "is not a string of the form that the schema asks for"
    return "is not a string" if not node.min_length and node.max_length is None else "is not a string of that length"
