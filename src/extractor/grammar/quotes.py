"""The values that a text has for a quoted node, read or copied, each with the quotes that say it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import assert_never

from extractor.grammar.copies import copies
from extractor.grammar.leaf import fits
from extractor.grammar.number_notations import numbers
from extractor.grammar.numbers import integer_bounds, is_multiple, is_within
from extractor.grammar.time_notations import date_times, dates, times
from extractor.record.extraction import Span
from extractor.record.layout import dumps
from extractor.schema.nodes import IntegerNode, JSONValue, Notation, NumberNode, QuotedNode, StringNode

_EXACT = 10**15  # whole numbers below it have one spelling


@dataclass(frozen=True, slots=True)
class Quote:
    """A value that a text says.

    Attributes:
        span: Where.
        value: The value: of a number exactly, else the string that stands for it in JSON.
        json: It in the canonical layout.
    """

    span: Span
    value: Decimal | str
    json: str


@lru_cache(maxsize=256)
def quotes(node: QuotedNode, text: str) -> tuple[Quote, ...]:
    """Find every value of a node in a text.

    Args:
        node: What is looked for.
        text: Any text.

    Returns:
        In the order of the text. Of quotes that overlap, those are left out that stand within a longer one.
    """
    found = sorted(_values(node, text), key=lambda read: (read[0].start, -read[0].end))
    kept: list[Quote] = []
    end = 0
    for span, value in found:
        if span.end <= end:
            continue
        end = span.end
        quote = _quote(node, span, value)
        if quote is not None:
            kept.append(quote)
    return tuple(kept)


def _values(node: QuotedNode, text: str) -> Iterator[tuple[Span, Decimal | date | time | str]]:
    match node.notation:
        case "number":
            return _numbers(text, node.decimal_comma)
        case "date":
            return dates(text, day_first=node.day_first)
        case "time":
            return times(text)
        case "date-time":
            return date_times(text, day_first=node.day_first)
        case "text":
            assert isinstance(node.value, StringNode)
            return copies(node.value, text)
        case _:
            assert_never(node.notation)


def _numbers(text: str, decimal_comma: bool) -> Iterator[tuple[Span, Decimal]]:
    """Numbers that are no part of a day or time."""
    taken = {place for span, _ in (*dates(text), *times(text)) for place in range(*span)}
    for span, value in numbers(text, decimal_comma=decimal_comma):
        if span.start not in taken or span.end - 1 not in taken:
            yield span, value


def _quote(node: QuotedNode, span: Span, value: Decimal | date | time | str) -> Quote | None:
    """The quote, if its value is one of the node's."""
    match node.value:
        case StringNode():
            text = str(value) if isinstance(value, Decimal | str) else value.isoformat().replace("+00:00", "Z")
            return Quote(span, text, dumps(text)) if fits(node.value, text) else None
        case IntegerNode() | NumberNode():
            if not isinstance(value, Decimal) or not _meets(node.value, value):
                return None
            spelled = str(int(value)) if isinstance(node.value, IntegerNode) else _number(value)
            return None if spelled is None else Quote(span, value, spelled)
        case _:
            assert_never(node.value)


def _meets(node: IntegerNode | NumberNode, value: Decimal) -> bool:
    if isinstance(node, IntegerNode):
        low, high = integer_bounds(node)  # of digits too
        if value != value.to_integral_value() or not low <= value <= high:
            return False
    return is_within(node, value) and is_multiple(value, node.multiple_of)


def _number(value: Decimal) -> str | None:
    """Write a number as the layout does; None where JSON has no exact spelling for it."""
    if value == value.to_integral_value() and abs(value) < _EXACT:
        return str(int(value))
    spelled = repr(float(value))
    return spelled if Decimal(spelled) == value else None


def places_of(node: QuotedNode, value: JSONValue, text: str) -> list[Span]:
    """Where a text says a value, in order.

    Args:
        node: The node that the value is of.
        value: A JSON value; of a Decimal, also its digits as a string.
        text: Any text.
    """
    wanted: JSONValue | Decimal = value
    if not isinstance(node.value, StringNode):
        try:
            wanted = Decimal(str(value))
        except InvalidOperation:
            return []
        if not wanted.is_finite():
            return []
    return [quote.span for quote in quotes(node, text) if quote.value == wanted]


def could_say(quote: str, value: str) -> bool:
    """Whether a quote says a value in any notation, whichever way what is ambiguous is meant.

    Args:
        quote: What stands in a text.
        value: The text of a scalar.
    """
    return any(
        found.span == (0, len(quote)) and found.json in (value, dumps(value))
        for node in _ANY_NOTATION
        for found in quotes(node, quote)
    )


_NOTATIONS: tuple[Notation, ...] = ("date", "time", "date-time", "number")
_ANY_NOTATION = tuple(
    QuotedNode(NumberNode() if notation == "number" else StringNode(), notation, either, either)
    for notation in _NOTATIONS
    for either in (False, True)
)
