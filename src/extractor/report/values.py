"""What a page shows of a row: its values one by one, each with its field, its place and its confidence.

Pure. Knows nothing of files or HTML. Spans are in characters (code points), as everywhere else in this package.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from extractor.grammar.quotes import could_say
from extractor.record.extraction import Span
from extractor.record.layout import item_path, member_path
from extractor.schema import paths
from extractor.schema.nodes import JSONValue

Kind = Literal["string", "number", "boolean", "null", "empty"]
Verdict = Literal["right", "missing", "invented", "wrong_span", "wrong_value"]


class Number(str):
    """A JSON number as it was written: browsers and floats would round the long ones."""

    __slots__ = ()


# A JSON value whose numbers may still be as they were written.
ReadValue: TypeAlias = "JSONValue | Number | list[ReadValue] | dict[str, ReadValue]"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A string, number, true, false, null, empty list or empty object of a record.

    Attributes:
        path: Where in the record: `items[0].name`.
        field: The same without list indices: `items[].name`.
        kind: What it is.
        shown: It as text.
    """

    path: str
    field: str
    kind: Kind
    shown: str


def leaves(record: ReadValue) -> Iterator[Leaf]:
    """Yield the leaves of a record in its order."""
    yield from _leaves(record, "$", "$")


def _leaves(value: ReadValue, path: str, field: str) -> Iterator[Leaf]:
    match value:
        case dict() if value:
            for name, inner in value.items():
                yield from _leaves(inner, member_path(path, name), paths.member(field, name))
        case list() if value:
            for index, inner in enumerate(value):
                yield from _leaves(inner, item_path(path, index), paths.item(field))
        case _:
            yield leaf(value, path, field)


def leaf(value: ReadValue, path: str, field: str) -> Leaf:
    """A value that holds no others, at its place."""
    kind: Kind
    match value:
        case None:
            kind, shown = "null", "null"
        case bool():
            kind, shown = "boolean", "true" if value else "false"
        case Number() | int() | float():
            kind, shown = "number", str(value)
        case str():
            kind, shown = "string", value
        case list():
            kind, shown = "empty", "[]"
        case _:
            kind, shown = "empty", "{}"
    return Leaf(path, field, kind, shown)


@dataclass(frozen=True, slots=True)
class Value:
    """A line of the table beside a text: what was found, and in a comparison what should have been.

    Attributes:
        field: Path without list indices.
        path: Path in the record.
        found: What was found; None: nothing (a comparison's missing value).
        span: Where in the text it stands, or None.
        confidence: How sure the model was, in [0, 1]; None: not known.
        verdict: In a comparison, how it compares with the gold value.
        gold: In a comparison, the gold value; None: there is none.
        gold_span: Where in the text that stands, or None.
    """

    field: str
    path: str
    found: Leaf | None
    span: Span | None = None
    confidence: float | None = None
    verdict: Verdict | None = None
    gold: Leaf | None = None
    gold_span: Span | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a row has no record.

    Attributes:
        type: Kind of error.
        message: In words.
        path: The field that it is about, or "".
    """

    type: str
    message: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as the page shows it.

    Attributes:
        name: What names it: `r01`, `line 3`.
        text: The text, or None where it is not known.
        values: What was found in it.
        status: `complete`, `truncated` or `failed`.
        failure: Why there is no record, for `failed`.
        schema: Name of its schema, or "".
        notes: What else should be said of it, in words.
    """

    name: str
    text: str | None
    values: tuple[Value, ...] = ()
    status: str = "complete"
    failure: Failure | None = None
    schema: str = ""
    notes: tuple[str, ...] = ()


def _says(quote: str, shown: str) -> bool:
    return quote == shown or could_say(quote, shown)


def found_values(
    record: ReadValue, spans: Mapping[str, Span], confidence: Mapping[str, float], text: str | None
) -> tuple[tuple[Value, ...], int]:
    """The values of a record, and how many of its spans do not hold their value.

    A span is kept only where the text is known and holds the value there, as it is or in a notation that is known.
    """
    values, misplaced = [], 0
    for found in leaves(record):
        span = spans.get(found.path)
        if span is not None and text is not None and not _says(text[span.start : span.end], found.shown):
            misplaced += 1
            span = None
        sure = confidence.get(found.path)
        values.append(Value(found.field, found.path, found, span if text is not None else None, sure))
    return tuple(values), misplaced
