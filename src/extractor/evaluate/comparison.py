"""What was found beside what should have been, value by value. Pure.

Values are the same as in `score`: null and the empty list are none, strings are stripped and case-folded, lists
compare as multisets. So per field the right ones are `score`'s, right and wrong and invented ones are what it counts as
found, right and wrong and missing ones are its gold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from extractor.record.extraction import Span
from extractor.report.values import Leaf, Value, Verdict, leaves
from extractor.schema.nodes import JSONValue

_Key: TypeAlias = tuple[str, str, str | Decimal]


@dataclass(frozen=True, slots=True)
class Grounded:
    """A record and where it stands in the text.

    Attributes:
        record: The record.
        spans: Record path -> where in the text the value stands.
        confidence: Record path -> how sure the model was; empty for records that people made.
    """

    record: JSONValue
    spans: Mapping[str, Span]
    confidence: Mapping[str, float]


def compare(found: Grounded, gold: Grounded) -> tuple[Value, ...]:
    """Every value of both records, in the order of the fields, with its verdict.

    - `right`: the same value under the same field.
    - `wrong_span`: of what is left, values of a field whose places in the text overlap.
    - `wrong_value`: of what is left, values at the same path.
    - `invented`, `missing`: the rest of what was found, the rest of the gold.
    """
    given = _full(found.record)
    there = _full(gold.record)
    values = [*_right(given, there, found, gold)]
    values += _overlapping(given, there, found, gold)
    values += _same_path(given, there, found, gold)
    values += [_value("invented", one, None, found, gold) for one in given]
    values += [_value("missing", None, one, found, gold) for one in there]
    fields = {leaf.field: index for index, leaf in enumerate([*leaves(gold.record), *leaves(found.record)][::-1])}
    return tuple(sorted(values, key=lambda value: -fields[value.field]))


def _full(record: JSONValue) -> list[Leaf]:
    return [leaf for leaf in leaves(record) if leaf.kind not in ("null", "empty")]


def _key(leaf: Leaf) -> _Key:
    match leaf.kind:
        case "number":
            return leaf.field, leaf.kind, Decimal(leaf.shown)
        case "string":
            return leaf.field, leaf.kind, leaf.shown.strip().casefold()
        case _:
            return leaf.field, leaf.kind, leaf.shown


def _right(given: list[Leaf], there: list[Leaf], found: Grounded, gold: Grounded) -> Iterator[Value]:
    open_gold: dict[_Key, list[Leaf]] = {}
    for leaf in there:
        open_gold.setdefault(_key(leaf), []).append(leaf)
    for leaf in list(given):
        if same := open_gold.get(_key(leaf)):
            other = same.pop(0)
            given.remove(leaf)
            there.remove(other)
            yield _value("right", leaf, other, found, gold)


def _overlapping(given: list[Leaf], there: list[Leaf], found: Grounded, gold: Grounded) -> Iterator[Value]:
    for leaf in list(given):
        span = found.spans.get(leaf.path)
        if span is None:
            continue
        shared = ((_shared(span, gold.spans.get(other.path)), other) for other in _of_field(leaf, there))
        size, other = max(shared, key=lambda pair: pair[0], default=(0, leaf))
        if size:
            given.remove(leaf)
            there.remove(other)
            yield _value("wrong_span", leaf, other, found, gold)


def _same_path(given: list[Leaf], there: list[Leaf], found: Grounded, gold: Grounded) -> Iterator[Value]:
    for leaf in list(given):
        other = next((one for one in _of_field(leaf, there) if one.path == leaf.path), None)
        if other is not None:
            given.remove(leaf)
            there.remove(other)
            yield _value("wrong_value", leaf, other, found, gold)


def _of_field(leaf: Leaf, others: Iterable[Leaf]) -> Iterator[Leaf]:
    return (other for other in others if other.field == leaf.field)


def _shared(one: Span, other: Span | None) -> int:
    return 0 if other is None else max(0, min(one.end, other.end) - max(one.start, other.start))


def _value(verdict: Verdict, leaf: Leaf | None, other: Leaf | None, found: Grounded, gold: Grounded) -> Value:
    at = leaf or other
    assert at is not None
    return Value(
        field=at.field,
        path=at.path,
        found=leaf,
        span=None if leaf is None else found.spans.get(leaf.path),
        confidence=None if leaf is None else found.confidence.get(leaf.path),
        verdict=verdict,
        gold=other,
        gold_span=None if other is None else gold.spans.get(other.path),
    )
