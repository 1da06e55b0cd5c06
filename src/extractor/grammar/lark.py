"""Declarations -> llguidance's dialect of Lark, in the canonical layout.

Terminals are the pieces of the layout (`{"key": `, `, "key": `, `[`, a whole quoted string, a number), so that no
terminal is the beginning of another one that could stand in the same place: the lexer is greedy and would never give
the shorter one a chance. What depends on a text is one terminal, appended to a text that is made once a schema.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, assert_never

from extractor.errors import SchemaError
from extractor.grammar.keys import key_content
from extractor.grammar.members import ANY_VALUE, always_written, key_piece
from extractor.grammar.numbers import integer_bounds, integer_regex, number_range, number_regex
from extractor.grammar.possible import possible_part
from extractor.grammar.strings import terms
from extractor.grammar.verbatim import Source, ends_regex
from extractor.record.layout import ITEM_SEPARATOR, dumps
from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
    Declaration,
    EnumNode,
    Field,
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

_HEAD = '%llguidance {"no_forcing": true}\n'
_FREE_DIGITS = Decimal(10**15)
_SOURCE = "SOURCE"
_QUOTE = '"'
_MOST_BITS = 63  # of a parametric rule


@dataclass(frozen=True, slots=True)
class LarkGrammar:
    """The part of a grammar that is the same for every text.

    Attributes:
        text: Rules and terminals.
        verbatim: Whether the terminal of the text's chunks is missing.
    """

    text: str
    verbatim: bool

    def complete(self, source: Source | None) -> str:
        """Return the whole grammar for a text (None where the grammar needs none)."""
        return f"{self.text}{_SOURCE}: {source.substring}\n" if self.verbatim and source is not None else self.text


def lark_grammar(declaration: Declaration, *, verbatim: bool) -> LarkGrammar:
    """Write the grammar of a declaration in which every node can produce something.

    Args:
        declaration: The schema; see `possible.possible_part`.
        verbatim: Whether verbatim strings come from a text; else any string will do for them.

    Raises:
        SchemaError: Something cannot be written as a grammar.
    """
    writer = _Writer(declaration, verbatim)
    root = writer.expression(declaration.root)
    writer.finish()
    lines = [f"start: {root}", *(f"{name}: {body}" for name, body in writer.rules.items())]
    lines += [f"{name}: {body}" for body, name in writer.terminals.items()]
    return LarkGrammar(_HEAD + "\n".join(lines) + "\n", writer.used_source)


def grammar_text(declaration: Declaration) -> str:
    """Return a declaration's grammar, for people; verbatim strings stand as any string.

    Args:
        declaration: The schema.

    Raises:
        SchemaError: Something cannot be written as a grammar, or no finite record fits the schema.
    """
    part, _ = possible_part(declaration, None)
    return lark_grammar(part, verbatim=False).text


def _literal(text: str) -> str:
    """Write fixed text; in quotes, so that nothing in it can be taken for a special token."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")  # which Lark does not read as it is


class _Writer:
    """Collects rules and terminals while walking the nodes."""

    def __init__(self, declaration: Declaration, verbatim: bool) -> None:
        self._definitions = declaration.definitions
        self._verbatim = verbatim
        self._definition_rules: dict[str, str] = {}
        self._pending: list[str] = []
        self._rules_by_body: dict[str, str] = {}
        self.rules: dict[str, str] = {}
        self.terminals: dict[str, str] = {}
        self.used_source = False

    def finish(self) -> None:
        """Write the definitions that were referred to."""
        while self._pending:
            name = self._pending.pop()
            self.rules[self._definition_rules[name]] = self.expression(self._definition(name))

    def _definition(self, name: str) -> Node:
        return ANY_VALUE if name == "" else self._definitions[name]

    def _terminal(self, body: str) -> str:
        return self.terminals.setdefault(body, f"T{len(self.terminals)}")

    def rule(self, body: str) -> str:
        """Give a body a name, the same body the same name."""
        if body not in self._rules_by_body:
            name = f"r{len(self._rules_by_body)}"
            self.rules[name] = body
            self._rules_by_body[body] = name
        return self._rules_by_body[body]

    def _reference(self, name: str) -> str:
        if name not in self._definition_rules:
            self._definition_rules[name] = f"d{len(self._definition_rules)}"
            self._pending.append(name)
        return self._definition_rules[name]

    def expression(self, node: Node) -> str:  # noqa: C901, PLR0911, PLR0912 - one line a node
        """Write what a node may be, so that it can stand in a sequence."""
        match node:
            case StringNode():
                return self._terminal(terms(node, _QUOTE, _QUOTE))
            case VerbatimNode(low, high):
                return self._terminal(self._quoted(node)) if self._verbatim else self.expression(StringNode(low, high))
            case QuotedNode(value):
                return self.expression(value)  # without a text: in one, they are the values that it says
            case IntegerNode():
                return self._integer(node)
            case NumberNode():
                return self._number(node)
            case BooleanNode():
                return self._terminal('"true" | "false"')
            case NullNode():
                return '"null"'
            case EnumNode(values):
                return self._enum(values)
            case ArrayNode():
                return self._array(node)
            case ObjectNode():
                return _ObjectWriter(node, self).expression()
            case UnionNode(options):
                return self.rule(" | ".join(dict.fromkeys(self.expression(option) for option in options)))
            case RefNode(name):
                return self._reference(name)
            case AnyNode():
                return self._reference("")
            case _:
                assert_never(node)

    def is_always_written(self, index: int, node: ObjectNode) -> bool:
        """Whether the member is in every record."""
        return always_written(node.fields[index], self._definitions)

    def _quoted(self, node: VerbatimNode) -> str:
        self.used_source = True
        return f'"\\"" ({_SOURCE} & /{ends_regex(node)}/) "\\""'

    def undeclared(self, node: ObjectNode, *, first: bool) -> str:
        """Write an undeclared member, with what stands before it."""
        opening = ("{" if first else ITEM_SEPARATOR) + _QUOTE
        options = []
        for kind in node.kinds:
            key = self._terminal(key_content(node, kind.names, opening, '": '))
            options.append(f"{key} {self.expression(kind.node)}")
        return options[0] if len(options) == 1 else self.rule(" | ".join(options))

    def _integer(self, node: IntegerNode) -> str:
        low, high = integer_bounds(node)
        if node.multiple_of in (None, 1):
            found = integer_regex(low, high)
            if found is None:
                raise SchemaError(f"no integer lies between {low} and {high}; correct the bounds", construct="minimum")
            return self._terminal(f"/{found}/")
        return self._json({"type": "integer", "minimum": low, "maximum": high, "multipleOf": node.multiple_of})

    def _number(self, node: NumberNode) -> str:
        numbers = number_range(node)
        if numbers is None:
            stepped = self._json(_json_number(node))
            whole = node.multiple_of is not None and node.multiple_of == node.multiple_of.to_integral_value()
            zero = ' | "-0.0"' if _holds_zero(node) else ""
            return self.rule(f'{stepped} (".0")?{zero}' if whole else f"{stepped}{zero}")
        found = number_regex(numbers)
        if found is None:
            raise SchemaError("no number lies between the bounds; correct them", construct="minimum")
        return self._terminal(f"/{found}/")

    def _json(self, schema: dict[str, Any]) -> str:
        tight = {"x-guidance": {"whitespace_flexible": False}}  # else two that stand as options take white space first
        return self.rule("%json " + json.dumps({**tight, **schema}))

    def _enum(self, values: tuple[str, ...]) -> str:
        simple = [_literal(value) for value in values if value[0] not in "[{"]
        options = [self._terminal(" | ".join(simple))] if simple else []
        options += [self.expression(_composite(json.loads(value))) for value in values if value[0] in "[{"]
        return options[0] if len(options) == 1 else self.rule(" | ".join(options))

    def _array(self, node: ArrayNode) -> str:
        labels = self._distinct_labels(node)
        if labels:
            return f'"[" {self._each_once(labels, node.min_items, node.max_items)} "]"'
        return f'"[" {self.rule(self._elements(node, 0))} "]"'

    def _distinct_labels(self, node: ArrayNode) -> tuple[str, ...]:
        """Return the labels of a list that holds each at most once; none where that is checked on the whole record."""
        items = node.items
        while isinstance(items, RefNode):
            items = self._definitions[items.name]
        if not node.unique or node.prefix or not isinstance(items, EnumNode):
            return ()
        simple = all(value[0] == '"' for value in items.values)
        fits = len(items.values) <= _MOST_BITS and node.min_items <= len(items.values)
        return items.values if simple and fits and node.max_items != 0 else ()

    def _each_once(self, labels: tuple[str, ...], low: int, high: int | None) -> str:
        """Write a list of labels, a bit for each that has been; llguidance calls such a rule parametric."""
        name = f"u{len(self.rules)}"
        most = "" if high is None or high >= len(labels) else f"bit_count_lt(_, {high})"
        for rule, separator in ((name, ""), (f"{name}n", f"{_literal(ITEM_SEPARATOR)} ")):
            options = [f'"" %if bit_count_ge(_, {low})' if low else '""']
            for bit, label in enumerate(labels):
                free = f"and(bit_clear({bit}), {most})" if most else f"bit_clear({bit})"
                options.append(f"{separator}{_literal(label)} {name}n::set_bit({bit}) %if {free}")
            self.rules[f"{rule}::_"] = "\n | ".join(options)
        return f"{name}::0x0"

    def _elements(self, node: ArrayNode, index: int) -> str:
        """Write the elements from `index` on, with the separator before each."""
        most, prefix = node.max_items, node.prefix
        if most is not None and index >= most:
            return '""'
        separator = f"{_literal(ITEM_SEPARATOR)} " if index else ""
        if index < len(prefix):
            body = f"{separator}{self.expression(prefix[index])} {self._elements(node, index + 1)}"
            return body if index < node.min_items else self._optional(body)
        if node.items is None:
            return '""'
        item = self.expression(node.items)
        fewest = max(node.min_items - index, 0)
        rest = None if most is None else most - index
        if index:
            return _repeated(f"{separator}{item}", fewest, rest)
        more = _repeated(f"{_literal(ITEM_SEPARATOR)} {item}", max(fewest - 1, 0), None if rest is None else rest - 1)
        return f"{item} {more}" if fewest else self._optional(f"{item} {more}")

    def _optional(self, body: str) -> str:
        return f"({body})?"


def _repeated(body: str, low: int, high: int | None) -> str:
    if high is None:
        return f"({body})" + {0: "*", 1: "+"}.get(low, f"{{{low},}}")
    return '""' if high == 0 else f"({body}){{{low},{high}}}"


def _composite(value: Any) -> Node:
    """Turn a fixed array or object into nodes, so that it is written with the layout's own terminals."""
    if isinstance(value, list):
        return ArrayNode(None, tuple(_composite(item) for item in value), len(value), len(value))
    if isinstance(value, dict):
        return ObjectNode(tuple(Field(name, _composite(inner)) for name, inner in value.items()))
    return EnumNode((dumps(value),))


def _holds_zero(node: NumberNode) -> bool:
    above = node.minimum is None or node.minimum < 0 or (node.minimum == 0 and not node.exclusive_minimum)
    return above and (node.maximum is None or node.maximum > 0 or (node.maximum == 0 and not node.exclusive_maximum))


def _json_number(node: NumberNode) -> dict[str, Any]:
    """Write a number whose step is no whole part of 1 as JSON Schema, its digits limited."""
    low = -_FREE_DIGITS if node.minimum is None else node.minimum
    high = _FREE_DIGITS if node.maximum is None else node.maximum
    return {
        "type": "number",
        "exclusiveMinimum" if node.exclusive_minimum else "minimum": float(low),
        "exclusiveMaximum" if node.exclusive_maximum else "maximum": float(high),
        "multipleOf": float(node.multiple_of or 1),
    }


class _ObjectWriter:
    """Writes an object: its members in order, each with the comma that is due, then the undeclared ones."""

    def __init__(self, node: ObjectNode, writer: _Writer) -> None:
        self._node = node
        self._writer = writer
        self._counted = node.min_properties > 0 or node.max_properties is not None
        self._states: dict[tuple[int, int], str | None] = {}

    def expression(self) -> str:
        """Write the whole object."""
        body = self._from(0, 0)
        if body is None:
            raise SchemaError("no object has as many members as declared; correct minProperties or maxProperties")
        return self._writer.rule(body)

    def _from(self, index: int, count: int) -> str | None:
        """Write the members from `index` on after `count` of them; None if their number cannot come out right."""
        most = self._node.max_properties
        if most is not None and count > most:
            return None
        if index == len(self._node.fields):
            return self._end(count)
        member = self._node.fields[index]
        after = self._state(index + 1, self._next(count))
        piece = _literal(key_piece(member.name, first=count == 0))
        written = None if after is None else f"{piece} {self._writer.expression(member.node)} {after}"
        if self._writer.is_always_written(index, self._node):
            return written
        skipped = self._state(index + 1, count)
        found = [body for body in (written, skipped) if body is not None]
        return self._writer.rule(" | ".join(found)) if found else None

    def _next(self, count: int) -> int:
        return count + 1 if self._counted else 1

    def _state(self, index: int, count: int) -> str | None:
        if (index, count) not in self._states:
            self._states[index, count] = self._from(index, count)
        return self._states[index, count]

    def _end(self, count: int) -> str | None:
        node = self._node
        fewest = max(node.min_properties - count, 0) if self._counted else 0
        most = None if node.max_properties is None else node.max_properties - count
        if most is not None and fewest > most:
            return None
        closing = '"}"' if count else '"{}"'
        if not node.kinds or most == 0:
            return closing if fewest == 0 else None
        after = self._writer.undeclared(node, first=False)
        if count:
            return f"{_repeated(after, fewest, most)} {closing}"
        more = _repeated(after, max(fewest - 1, 0), None if most is None else most - 1)
        filled = f'{self._writer.undeclared(node, first=True)} {more} "}}"'
        return filled if fewest else f"({filled} | {closing})"
