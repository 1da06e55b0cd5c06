"""Declarations -> one regular expression, for backends that know nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import assert_never

from extractor.errors import SchemaError
from extractor.grammar.members import always_written, key_piece
from extractor.grammar.numbers import integer_bounds, integer_regex, number_range, number_regex
from extractor.grammar.strings import trees
from extractor.record.layout import ITEM_SEPARATOR, KEY_SEPARATOR, dumps, item_path, member_path
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
from extractor.schema.regex_tree import Chars, Choice, Repeat, Sequence, Tree, escaped, widest
from extractor.schema.regular import parse

_QUOTE = r"\x{22}"


def declaration_regex(declaration: Declaration) -> str:
    """Write a regex for the canonical texts of a declaration in which every node can produce something.

    Raises:
        SchemaError: Something is not regular: recursion, verbatim values, a pattern together with other limits.
    """
    return _Writer(declaration.definitions).of(declaration.root, "$", frozenset())


def _fixed(text: str) -> str:
    return "".join(f"\\x{{{ord(char):x}}}" for char in text)


def _any_of(options: list[str]) -> str:
    return options[0] if len(options) == 1 else "(?:" + "|".join(options) + ")"


def _refused(what: str, path: str, construct: str) -> SchemaError:
    return SchemaError(
        f"{what}, which one regular expression cannot say; use the llguidance backend",
        field_path=path,
        construct=construct,
    )


@lru_cache(maxsize=256)
def _longest_first(number: str) -> str:
    """Write the regex of a number with the longest alternatives first: outlines-core takes the first that fits."""
    return escaped(_sorted(parse(f"^(?:{number})$")))


def _sorted(tree: Tree) -> Tree:
    if isinstance(tree, Choice):
        options = [_sorted(option) for option in tree.options]
        return Choice(tuple(sorted(options, key=lambda option: -(widest(option) or 0))))
    if isinstance(tree, Sequence):
        return Sequence(tuple(_sorted(part) for part in tree.parts))
    return tree if isinstance(tree, Chars) else Repeat(_sorted(tree.inner), tree.low, tree.high)


class _Writer:
    def __init__(self, definitions: Mapping[str, Node]) -> None:
        self._definitions = definitions

    def of(self, node: Node, path: str, opened: frozenset[str]) -> str:  # noqa: C901, PLR0911, PLR0912
        match node:
            case StringNode():
                return self._string(node, path)
            case VerbatimNode() | QuotedNode():
                raise _refused("a verbatim value depends on the text", path, "x-verbatim")
            case IntegerNode():
                return self._integer(node, path)
            case NumberNode():
                return self._number(node, path)
            case BooleanNode():
                return "(?:true|false)"
            case NullNode():
                return "null"
            case EnumNode(values):
                labels = [_fixed(value) for value in values]
                return _any_of(sorted(labels, key=len, reverse=True))  # the first that fits wins
            case ArrayNode():
                return _fixed("[") + self._elements(node, 0, path, opened) + _fixed("]")
            case ObjectNode():
                return self._object(node, path, opened)
            case UnionNode(options):
                return _any_of([self.of(option, path, opened) for option in options])
            case RefNode(name):
                if name in opened:
                    raise _refused("the schema is recursive", path, "$ref")
                return self.of(self._definitions[name], path, opened | {name})
            case AnyNode():
                raise _refused("any value may be nested without end", path, "Any")
            case _:
                assert_never(node)

    def _string(self, node: StringNode, path: str) -> str:
        found = trees(node)
        if len(found) > 1 or node.never:
            raise _refused("a string is bound by a pattern or format and by something else as well", path, "pattern")
        return f"{_QUOTE}{escaped(found[0])}{_QUOTE}"

    def _integer(self, node: IntegerNode, path: str) -> str:
        found = integer_regex(*integer_bounds(node))
        if found is None or node.multiple_of not in (None, 1):
            raise _refused("an integer is a multiple of something", path, "multipleOf")
        return _longest_first(found)

    def _number(self, node: NumberNode, path: str) -> str:
        numbers = number_range(node)
        found = None if numbers is None else number_regex(numbers)
        if found is None:
            raise _refused("a number is a multiple of something that is no whole part of 1", path, "multipleOf")
        return _longest_first(found)

    def _elements(self, node: ArrayNode, index: int, path: str, opened: frozenset[str]) -> str:
        most = node.max_items
        if most is not None and index >= most:
            return ""
        separator = _fixed(ITEM_SEPARATOR) if index else ""
        place = item_path(path, index)
        if index < len(node.prefix):
            rest = self._elements(node, index + 1, path, opened)
            body = f"{separator}{self.of(node.prefix[index], place, opened)}{rest}"
            return body if index < node.min_items else f"(?:{body})?"
        if node.items is None:
            return ""
        item = self.of(node.items, place, opened)
        low, high = max(node.min_items - index, 0), None if most is None else most - index
        if index:
            return f"(?:{separator}{item}){_times(low, high)}"
        more = f"(?:{_fixed(ITEM_SEPARATOR)}{item}){_times(max(low - 1, 0), None if high is None else high - 1)}"
        return f"{item}{more}" if low else f"(?:{item}{more})?"

    def _object(self, node: ObjectNode, path: str, opened: frozenset[str]) -> str:
        always = [always_written(member, self._definitions) for member in node.fields]
        if node.families or (node.forbidden and node.extra is not None):
            raise _refused("undeclared members are of several kinds", path, "patternProperties")
        if node.extra is None and all(always):
            parts = [
                _fixed(key_piece(m.name, first=i == 0)) + self.of(m.node, member_path(path, m.name), opened)
                for i, m in enumerate(node.fields)
            ]
            return "".join(parts) + _fixed("}") if parts else _fixed("{}")
        if node.fields and node.extra is not None:
            raise _refused("an object has declared members and others", path, "additionalProperties")
        if node.extra is not None:
            return self._map(node, node.extra, path, opened)
        if node.min_properties or node.max_properties is not None:
            raise _refused("an object with optional members counts them", path, "minProperties")
        return self._optional_members(node, always, path, opened)

    def _map(self, node: ObjectNode, extra: Node, path: str, opened: frozenset[str]) -> str:
        key = self._string(StringNode(pattern=node.extra_pattern), path)
        member = f"{key}{_fixed(KEY_SEPARATOR)}{self.of(extra, path, opened)}"
        low, high = node.min_properties, node.max_properties
        if high == 0:
            return _fixed("{}")
        more = f"(?:{_fixed(ITEM_SEPARATOR)}{member}){_times(max(low - 1, 0), None if high is None else high - 1)}"
        filled = f"{_fixed('{')}{member}{more}{_fixed('}')}"
        return filled if low else _any_of([filled, _fixed("{}")])

    def _optional_members(self, node: ObjectNode, always: list[bool], path: str, opened: frozenset[str]) -> str:
        """Members of which some may be missing: what comes first decides which need no comma."""
        bodies = [
            _fixed(dumps(member.name) + KEY_SEPARATOR) + self.of(member.node, member_path(path, member.name), opened)
            for member in node.fields
        ]
        options = []
        for first, body in enumerate(bodies):
            rest = "".join(
                f"{_fixed(ITEM_SEPARATOR)}{later}" if sure else f"(?:{_fixed(ITEM_SEPARATOR)}{later})?"
                for later, sure in zip(bodies[first + 1 :], always[first + 1 :], strict=True)
            )
            options.append(f"{body}{rest}")
            if always[first]:
                break
        else:
            options.append("")
        return _fixed("{") + _any_of(options) + _fixed("}")


def _times(low: int, high: int | None) -> str:
    return f"{{{low},{'' if high is None else high}}}"
