"""Where a small model will struggle with a schema, and what would help it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from extractor.schema import paths
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

_DEEP = 4  # objects and lists within each other
_MANY_LABELS = 40
_MANY_FIELDS = 20
_EVIDENCE = re.compile(r"evidence|reason|rationale|justif|explan|quote|excerpt|because|thought|proof|passage", re.I)


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing that could be made easier.

    Attributes:
        path: Record path.
        topic: `nesting`, `labels`, `fields`, `free string`, `any value` or `order`.
        message: What is hard there, and what to do.
    """

    path: str
    topic: str
    message: str


def advice(declaration: Declaration) -> tuple[Advice, ...]:
    """Look a declaration over.

    Args:
        declaration: The schema.

    Returns:
        Advice in schema order, each once.
    """
    found = _Adviser(declaration).node(declaration.root, "$", 0, frozenset())
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Adviser:
    declaration: Declaration

    def node(  # noqa: C901, PLR0912 - one match over the nodes
        self, node: Node, path: str, depth: int, opened: frozenset[str]
    ) -> Iterator[Advice]:
        match node:
            case StringNode():
                if _is_free(node):
                    told = (
                        "a free string: if its value stands in the text, mark it `Verbatim`, and it cannot be made up"
                    )
                    yield Advice(path, "free string", told)
            case EnumNode(values):
                if len(values) > _MANY_LABELS:
                    told = f"{len(values)} labels: ask for a group first, or give fewer"
                    yield Advice(path, "labels", told)
            case AnyNode():
                yield Advice(path, "any value", "any JSON value: say what is wanted, the model cannot know")
            case ArrayNode(items, prefix):
                yield from self.deep(path, depth + 1)
                for inner in (*prefix, *(() if items is None else (items,))):
                    yield from self.node(inner, paths.item(path), depth + 1, opened)
            case ObjectNode():
                yield from self.deep(path, depth + 1)
                yield from self.object(node, path, depth + 1, opened)
            case UnionNode(options):
                for option in options:
                    yield from self.node(option, path, depth, opened)
            case RefNode(name):
                if name not in opened:
                    yield from self.node(self.declaration.definitions[name], path, depth, opened | {name})
            case VerbatimNode() | QuotedNode() | IntegerNode() | NumberNode() | BooleanNode() | NullNode():
                return
            case _:
                assert_never(node)

    def deep(self, path: str, depth: int) -> Iterator[Advice]:
        if depth == _DEEP:
            yield Advice(
                path, "nesting", f"{depth} objects and lists within each other: flatten it, or extract in two steps"
            )

    def object(self, node: ObjectNode, path: str, depth: int, opened: frozenset[str]) -> Iterator[Advice]:
        if len(node.fields) > _MANY_FIELDS:
            yield Advice(path, "fields", f"{len(node.fields)} fields in one object: split it in two schemas")
        yield from self.order(node, path)
        for member in node.fields:
            yield from self.node(member.node, paths.member(path, member.name), depth, opened)
        for kind in node.kinds:
            yield from self.node(kind.node, paths.value(path), depth, opened)

    def order(self, node: ObjectNode, path: str) -> Iterator[Advice]:
        """A model writes from left to right: what a choice rests on has to stand before it."""
        choices = [index for index, member in enumerate(node.fields) if self.is_choice(member.node, frozenset())]
        for index, member in enumerate(node.fields):
            if _EVIDENCE.search(member.name) and (before := [i for i in choices if i < index]):
                answer = node.fields[before[-1]].name
                told = f"stands after `{answer}`, which is decided without it: put `{member.name}` first"
                yield Advice(paths.member(path, member.name), "order", told)

    def is_choice(self, node: Node, opened: frozenset[str]) -> bool:
        """Whether a value is an answer rather than something that stands in the text."""
        match node:
            case EnumNode(values):
                return len(values) > 1
            case BooleanNode():
                return True
            case UnionNode(options):
                return any(self.is_choice(option, opened) for option in options)
            case RefNode(name):
                return name not in opened and self.is_choice(self.declaration.definitions[name], opened | {name})
            case _:
                return False


def _is_free(node: StringNode) -> bool:
    return node == StringNode(min_length=node.min_length, max_length=node.max_length)
