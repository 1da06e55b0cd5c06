"""Precision, recall and F1 over leaf values. Pure: the same records give the same figures.

A leaf is a path without list indices and a value (`items[].name`, "ada"). Lists compare as multisets, strings
stripped and case-folded, numbers as numbers; null and the empty list hold no leaf.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from extractor.schema.nodes import JSONValue
from extractor.schema.paths import item, member

# A path, the kind of value (true is not 1), the value as it is compared.
Leaf: TypeAlias = tuple[str, str, str | int | float | bool]


def leaves(record: JSONValue) -> Counter[Leaf]:
    """The leaves of a record, with how often each occurs."""
    return Counter(_leaves(record, "$"))


def _leaves(value: JSONValue, path: str) -> Iterator[Leaf]:
    match value:
        case None:
            return
        case bool():
            yield path, "boolean", value
        case int() | float():
            yield path, "number", value
        case str():
            yield path, "string", value.strip().casefold()
        case list():
            for inner in value:
                yield from _leaves(inner, item(path))
        case dict():
            for name, inner in value.items():
                yield from _leaves(inner, member(path, name))


@dataclass(frozen=True, slots=True)
class Match:
    """How many leaves were found, how many there are, how many of them are the same."""

    right: int = 0
    found: int = 0
    gold: int = 0

    def __add__(self, other: Match) -> Match:
        """Both together."""
        return Match(self.right + other.right, self.found + other.found, self.gold + other.gold)

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 1 where there was nothing to find and nothing was found."""
        return _share(self.right, self.found, otherwise=self.gold == 0)

    @property
    def recall(self) -> float:
        """Share of what there is that was found; 1 where there was nothing to find and nothing was found."""
        return _share(self.right, self.gold, otherwise=self.found == 0)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return _share(2 * self.right, self.found + self.gold, otherwise=True)


def _share(part: int, whole: int, *, otherwise: bool) -> float:
    return part / whole if whole else float(otherwise)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row, gold and found.

    Attributes:
        gold: The record made by people.
        record: The record found; ignored where the row is not valid.
        valid: Whether there is a record that its schema accepts.
    """

    gold: JSONValue
    record: JSONValue
    valid: bool


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of many rows.

    Attributes:
        rows: How many.
        exact_rows: Rows whose leaves are all right, none missing.
        valid_rows: Rows with a record that its schema accepts.
        by_field: Path -> its leaves, sorted by path.
    """

    rows: int
    exact_rows: int
    valid_rows: int
    by_field: Mapping[str, Match]

    @property
    def total(self) -> Match:
        """All leaves of all fields."""
        return sum(self.by_field.values(), Match())

    @property
    def exact(self) -> float:
        """Share of exact rows."""
        return _share(self.exact_rows, self.rows, otherwise=False)

    @property
    def valid(self) -> float:
        """Share of valid rows."""
        return _share(self.valid_rows, self.rows, otherwise=False)

    @property
    def valid_wrong(self) -> float:
        """Share of rows that are valid and not exact."""
        return _share(self.valid_rows - self.exact_rows, self.rows, otherwise=False)

    def __add__(self, other: Score) -> Score:
        """The figures of both sets of rows together."""
        fields = sorted({*self.by_field, *other.by_field})
        return Score(
            self.rows + other.rows,
            self.exact_rows + other.exact_rows,
            self.valid_rows + other.valid_rows,
            {path: self.by_field.get(path, Match()) + other.by_field.get(path, Match()) for path in fields},
        )


NOTHING = Score(0, 0, 0, {})


def score(outcomes: Iterable[Outcome]) -> Score:
    """Score rows."""
    rows = exact = valid = 0
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    gold: Counter[str] = Counter()
    for outcome in outcomes:
        there = leaves(outcome.gold)
        given = leaves(outcome.record) if outcome.valid else Counter()
        rows += 1
        valid += outcome.valid
        exact += outcome.valid and there == given
        _count(right, there & given)
        _count(found, given)
        _count(gold, there)
    fields = {path: Match(right[path], found[path], gold[path]) for path in sorted({*found, *gold})}
    return Score(rows, exact, valid, fields)


def _count(by_field: Counter[str], counted: Counter[Leaf]) -> None:
    for (path, _, _), times in counted.items():
        by_field[path] += times
