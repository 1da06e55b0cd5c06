"""A declaration as the few lines of text that a small model reads.

One line a field: `name: type. description`, nested fields indented, types in plain words (`quote` for a verbatim
value, `text`, `integer`, labels separated by ` | `). Small models read this better than JSON Schema, and it is a
third of the tokens.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, assert_never

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

Detail = Literal["full", "no_descriptions", "no_labels"]
_SHOWN_WITHOUT_LABELS = 8


@dataclass(frozen=True, slots=True)
class _Writer:
    definitions: Mapping[str, Node]
    detail: Detail

    def lines(self, node: ObjectNode, indent: str, open_refs: frozenset[str]) -> list[str]:
        found: list[str] = []
        for member in node.fields:
            name, nested = self.hint(member.node, open_refs)
            line = f"{indent}{member.name}: {name}"
            if member.description and self.detail == "full":
                line += f". {_one_line(member.description)}"
            found.append(line)
            for inner, refs in nested:
                found += self.lines(inner, indent + "  ", refs)
        return found

    def hint(  # noqa: C901, PLR0911, PLR0912 - one match over the nodes
        self, node: Node, open_refs: frozenset[str]
    ) -> tuple[str, list[tuple[ObjectNode, frozenset[str]]]]:
        """Words for a node's type, and the objects whose fields follow on lines of their own."""
        match node:
            case VerbatimNode() | QuotedNode(notation="text"):
                return "quote", []
            case QuotedNode(StringNode(), notation):
                return notation, []
            case QuotedNode(value):
                return self.hint(value, open_refs)
            case StringNode(format=form):
                return form or "text", []
            case IntegerNode():
                return "integer", []
            case NumberNode():
                return "number", []
            case BooleanNode():
                return "true or false", []
            case NullNode():
                return "null", []
            case AnyNode():
                return "any value", []
            case EnumNode(values):
                return self._labels(values), []
            case ArrayNode(items, prefix):
                return self._list(items, prefix, open_refs)
            case ObjectNode():
                return "object", [(node, open_refs)]
            case UnionNode(options):
                return self._join(options, " or ", open_refs)
            case RefNode(name):
                if name in open_refs:
                    return "object as above", []
                return self.hint(self.definitions[name], open_refs | {name})
            case _:
                assert_never(node)

    def _list(
        self, items: Node | None, prefix: tuple[Node, ...], open_refs: frozenset[str]
    ) -> tuple[str, list[tuple[ObjectNode, frozenset[str]]]]:
        if not prefix:
            words, nested = self.hint(items, open_refs) if items is not None else ("nothing", [])
            return f"list of {words}", nested
        words, nested = self._join(prefix, ", ", open_refs)
        if items is not None:
            more, also = self.hint(items, open_refs)
            return f"list of {words}, then {more}", nested + also
        return f"list of {words}", nested

    def _join(
        self, options: tuple[Node, ...], by: str, open_refs: frozenset[str]
    ) -> tuple[str, list[tuple[ObjectNode, frozenset[str]]]]:
        hints = [self.hint(option, open_refs) for option in options]
        return by.join(words for words, _ in hints), [inner for _, nested in hints for inner in nested]

    def _labels(self, values: tuple[str, ...]) -> str:
        shown = values
        if self.detail == "no_labels" and len(values) > _SHOWN_WITHOUT_LABELS:
            shown = values[:_SHOWN_WITHOUT_LABELS]
        labels = " | ".join(_label(value) for value in shown)
        return labels if len(shown) == len(values) else f"{labels} | ... ({len(values)} labels)"


def _label(value: str) -> str:
    loaded = json.loads(value)
    return loaded if isinstance(loaded, str) else value


def _one_line(text: str) -> str:
    return " ".join(text.split())


def render(declaration: Declaration, detail: Detail = "full") -> str:
    """Write a declaration for the prompt.

    Args:
        declaration: The schema.
        detail: `full`; `no_descriptions`; or `no_labels`, which also cuts enum lists of more than 8 labels short.
    """
    writer = _Writer(declaration.definitions, detail)
    head = _one_line(declaration.title)
    if declaration.description and detail == "full":
        head = f"{head}: {_one_line(declaration.description)}" if head else _one_line(declaration.description)
    words, nested = writer.hint(declaration.root, frozenset())
    lines = [head] if head else []
    if not isinstance(declaration.root, ObjectNode):
        lines.append(words)
    for inner, refs in nested:
        lines += writer.lines(inner, "" if isinstance(declaration.root, ObjectNode) else "  ", refs)
    return "\n".join(lines)
