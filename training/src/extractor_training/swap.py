"""Rows with their values swapped: the wording stays, the verbatim values are others of the same field.

A small data set names the same few hundred places and titles over and over, and a model that has learnt them by heart
copies badly what it never saw. Here every value of a flat record may be replaced, in the text and in the record alike.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from extractor_training.corpus import Row
from extractor_training.synth.world import World

_FEWEST_VALUES = 12  # of a pool; a field with fewer is a closed set that its rows already show
_SWAPPED = 0.8  # of the values of a row
_BORROWED = 0.35  # of the values of a field that a gazetteer knows
_MADE_UP = 0.12  # of the values of a field of names
_NAMES = frozenset({"album", "artist", "city", "location", "name", "person", "playlist", "poi", "title", "track"})
_LONG = 5  # characters from which a value that stands in a text more than once is replaced everywhere
_BEFORE = re.compile(r"([^\W\d_]+)\W*$")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Mention:
    """One verbatim value of a record: its field, its place in a list or None, and the value."""

    field: str
    index: int | None
    value: str


class Pools:
    """What values are swapped for: others of the field, from after the same word where they suffice, and places.

    Args:
        rows: Of one task; fields of one name share their values.
        marks: Which paths of which schema are verbatim.
    """

    def __init__(self, rows: Sequence[Row], marks: Mapping[str, Mapping[str, bool]]) -> None:
        self._marks = marks
        found: dict[tuple[str, str, bool], set[str]] = defaultdict(set)
        for row in rows:
            for mention in self.mentions(row):
                before = _word_before(row.text, mention.value)
                for key in {before, ""}:
                    found[mention.field, key, _digits(mention.value)].add(mention.value)
        self._values = {key: sorted(values) for key, values in found.items()}

    def mentions(self, row: Row) -> Iterator[Mention]:
        """The verbatim values of a flat record that stand in the text."""
        for path, verbatim in self._marks.get(row.schema, {}).items():
            held = row.record.get(path.removesuffix("[]")) if verbatim and isinstance(row.record, dict) else None
            values = list(enumerate(held)) if isinstance(held, list) else [(None, held)]
            for index, value in values:
                if isinstance(value, str) and value and value in row.text:
                    yield Mention(path.removesuffix("[]"), index, value)

    def other(self, world: World, row: Row, mention: Mention) -> str:
        """A value to stand where the mention stands; the same one where nothing is known that could."""
        digits = _digits(mention.value)
        of_field = self._values.get((mention.field, "", digits), [])
        if len(of_field) < _FEWEST_VALUES:
            return mention.value
        kind = mention.field.rsplit("_", 1)[-1]
        if kind in _GAZETTEERS and world.chance(_BORROWED):
            return _GAZETTEERS[kind](world)
        if kind in _NAMES and not digits and world.chance(_MADE_UP):
            return " ".join(world.made_up() for _ in range(world.rng.choice((1, 1, 2, 2, 3))))
        alike = self._values[mention.field, _word_before(row.text, mention.value), digits]
        return world.pick(alike if len(alike) >= _FEWEST_VALUES else of_field)


_GAZETTEERS: Mapping[str, Callable[[World], str]] = {
    "country": lambda world: world.word("country"),
    "state": lambda world: world.word("state"),
    "city": World.city,
    "artist": World.person,
}


def swapped_rows(rows: Sequence[Row], marks: Mapping[str, Mapping[str, bool]], seed: int) -> Iterator[Row]:
    """Yield new rows for ever: the wording of one of `rows`, other values.

    Args:
        rows: Of one task; those whose records are nested, or hold nothing verbatim, are never changed.
        marks: Which paths of which schema are verbatim.
        seed: The same seed gives the same rows.
    """
    pools = Pools(rows, marks)
    world = World(random.Random(seed))
    while True:
        new = [made for row in world.rng.sample(rows, len(rows)) if (made := _swapped(world, pools, row)) is not None]
        if not new:
            return
        yield from new


def _swapped(world: World, pools: Pools, row: Row) -> Row | None:
    """The row with other values; None where nothing changed, or where the values don't stand apart in the text."""
    spans: list[tuple[int, int, str]] = []
    record = dict(row.record) if isinstance(row.record, dict) else {}
    for mention in pools.mentions(row):
        value = pools.other(world, row, mention) if world.chance(_SWAPPED) else mention.value
        value = value.lower() if row.text == row.text.lower() else value
        places = _places(row.text, mention.value)
        if not places or (len(places) > 1 and len(mention.value) < _LONG):
            return None
        spans += [(start, end, value) for start, end in places]
        _put(record, mention, value)
    text = _replaced(row.text, sorted(spans))
    return replace(row, text=text, record=record) if text and text != row.text else None


def _put(record: dict[str, Any], mention: Mention, value: str) -> None:
    if mention.index is None:
        record[mention.field] = value
        return
    items = list(record[mention.field])
    items[mention.index] = value
    record[mention.field] = items


def _replaced(text: str, spans: Sequence[tuple[int, int, str]]) -> str | None:
    """The text with other strings in its spans; None where two of them overlap."""
    parts: list[str] = []
    at = 0
    for start, end, value in spans:
        if start < at:
            return None
        parts += [text[at:start], value]
        at = end
    return "".join([*parts, text[at:]])


def _places(text: str, value: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text)]


def _word_before(text: str, value: str) -> str:
    found = _BEFORE.search(text[: text.find(value)])
    return found.group(1).lower() if found else ""


def _digits(value: str) -> bool:
    return _DIGIT.search(value) is not None
