"""Where a record holds labels: values of a fixed set, which are chosen as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias, assert_never

from extractor.record.layout import steps
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

LabelPlaces: TypeAlias = Callable[[str], bool]
_REMEMBERED = 1024  # paths


def label_places(declaration: Declaration) -> LabelPlaces:
    """Return what tells whether the value at a record path is one of a fixed set (or null), whatever the record."""
    definitions = declaration.definitions

    @lru_cache(maxsize=_REMEMBERED)
    def is_label(path: str) -> bool:
        nodes = list(_options(declaration.root, definitions))
        for step in steps(path):
            inner = [held for node in nodes for held in _inside(node, step)]
            nodes = _once(option for node in inner for option in _options(node, definitions))
        held = [node for node in nodes if not isinstance(node, NullNode)]
        return bool(held) and all(isinstance(node, EnumNode | BooleanNode | QuotedNode) for node in held)

    return is_label


def no_labels(_path: str) -> bool:
    """The places of a schema whose labels are chosen token by token: none."""
    return False


def _once(nodes: Iterator[Node]) -> list[Node]:
    """Each node once: options that lead back to the same definition would double with every step."""
    return list({id(node): node for node in nodes}.values())


def _options(node: Node, definitions: Mapping[str, Node], entered: frozenset[str] = frozenset()) -> Iterator[Node]:
    """What a node may be, references and unions followed."""
    match node:
        case UnionNode(options):
            for option in options:
                yield from _options(option, definitions, entered)
        case RefNode(name):
            if name not in entered:
                yield from _options(definitions[name], definitions, entered | {name})
        case _:
            yield node


def _inside(node: Node, step: str | int) -> list[Node]:
    """What a node may hold one step further in."""
    match node:
        case ObjectNode(fields):
            declared = [member.node for member in fields if member.name == step]
            return declared or [kind.node for kind in node.kinds]
        case ArrayNode(items, prefix):
            if isinstance(step, int) and step < len(prefix):
                return [prefix[step]]
            return [] if items is None else [items]
        case AnyNode():
            return [node]
        case (
            StringNode() | VerbatimNode() | QuotedNode() | IntegerNode() | NumberNode() | BooleanNode() | NullNode()
            | EnumNode() | UnionNode() | RefNode()
        ):  # fmt: skip
            return []
        case _:
            assert_never(node)
