"""Rows with their values swapped: the wording stays, the verbatim values are others of the same field.

A small data set names the same few hundred places and titles over and over; a model that knows them by heart copies
badly what it never saw. Here every verbatim value of a record may be replaced, in the text and in the record alike.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from extractor_training.corpus import Row
from extractor_training.synth.world import World

_FEWEST_VALUES = 12  # of a pool; a field with fewer is a closed set that its rows already show
_SWAPPED = 0.8  # of the values of a row
_BORROWED = 0.35  # of the values of a field that a gazetteer knows
_MADE_UP = 0.12  # of the values of a field of names
_NAMES = frozenset(
    {"album", "artist", "city", "group", "location", "name", "organization"}
    | {"person", "playlist", "poi", "product", "title", "track"}
)
_LONG = 5  # characters from which a value that stands in a text more than once is replaced everywhere
_BEFORE = re.compile(r"([^\W\d_]+)\W*$")
_DIGIT = re.compile(r"\d")


Place: TypeAlias = tuple[str | int, ...]  # keys and indices that lead to a value


@dataclass(frozen=True, slots=True)
class Mention:
    """One verbatim value of a record.

    Attributes:
        field: The key of its innermost object.
        label: What an item of a list of objects says of it, in a value that is not verbatim (`person`); or "".
        place: Where it stands.
        value: The text.
    """

    field: str
    label: str
    place: Place
    value: str

    @property
    def kind(self) -> str:
        """The last word of what it is, in the singular."""
        return (self.label or self.field).rsplit("_", 1)[-1].removesuffix("s")


class Pools:
    """What values are swapped for: others of the kind, from after the same word where they suffice, and gazetteers'.

    Args:
        rows: Of one task; fields of one name share their values, in items with a label those of the same label.
        marks: Which paths of which schema are verbatim.
    """

    def __init__(self, rows: Sequence[Row], marks: Mapping[str, Mapping[str, bool]]) -> None:
        self._marks = marks
        found: dict[tuple[str, str, str, bool], set[str]] = defaultdict(set)
        for row in rows:
            for mention in self.mentions(row):
                before = _word_before(row.text, mention.value)
                for key in {before, ""}:
                    found[mention.field, mention.label, key, _digits(mention.value)].add(mention.value)
        self._values = {key: sorted(values) for key, values in found.items()}

    def mentions(self, row: Row) -> Iterator[Mention]:
        """The verbatim values of a record that stand in the text."""
        marks = self._marks.get(row.schema, {})
        labels = frozenset(path for path, verbatim in marks.items() if not verbatim)
        for path, verbatim in marks.items():
            for mention in _mentions(row.record, path, labels) if verbatim else ():
                if mention.value and mention.value in row.text:
                    yield mention

    def other(self, world: World, row: Row, mention: Mention) -> str:
        """A value to stand where the mention stands; the same one where nothing is known that could."""
        digits = _digits(mention.value)
        of_kind = self._values.get((mention.field, mention.label, "", digits), [])
        if len(of_kind) < _FEWEST_VALUES:
            return mention.value
        if mention.kind in _GAZETTEERS and world.chance(_BORROWED):
            return _GAZETTEERS[mention.kind](world)
        if mention.kind in _NAMES and not digits and world.chance(_MADE_UP):
            return " ".join(world.made_up() for _ in range(world.rng.choice((1, 1, 2, 2, 3))))
        alike = self._values[mention.field, mention.label, _word_before(row.text, mention.value), digits]
        return world.pick(alike if len(alike) >= _FEWEST_VALUES else of_kind)


_GAZETTEERS: Mapping[str, Callable[[World], str]] = {
    "country": lambda world: world.word("country"),
    "state": lambda world: world.word("state"),
    "city": World.city,
    "location": lambda world: world.word("country") if world.chance(0.3) else world.city(),
    "artist": World.person,
    "person": World.person,
    "organization": World.company,
    "corporation": World.company,
}


def _mentions(record: Any, path: str, labels: Set[str]) -> Iterator[Mention]:
    """The strings at a path like `items[].name`; `labels` are paths of values that are not verbatim."""
    within, _, last = path.rpartition(".")
    field = last.removesuffix("[]")
    for place, held in _reached(record, within.split(".") if within else []):
        label = _label(held, within, labels) if within.endswith("[]") else ""
        for rest, value in _reached(held, [last]):
            if isinstance(value, str):
                yield Mention(field, label, (*place, *rest), value)


def _label(item: Any, within: str, labels: Set[str]) -> str:
    said = [v for k, v in item.items() if isinstance(v, str) and f"{within}.{k}" in labels]
    return said[0] if len(said) == 1 else ""


def _reached(value: Any, steps: Sequence[str], place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """What stands at the end of steps like `items[]`, and where."""
    if not steps:
        yield place, value
        return
    key = steps[0].removesuffix("[]")
    held = value.get(key) if isinstance(value, dict) else None
    if not steps[0].endswith("[]"):
        yield from _reached(held, steps[1:], (*place, key))
    elif isinstance(held, list):
        for index, item in enumerate(held):
            yield from _reached(item, steps[1:], (*place, key, index))


def swapped_rows(rows: Sequence[Row], marks: Mapping[str, Mapping[str, bool]], seed: int) -> Iterator[Row]:
    """Yield new rows for ever: the wording of one of `rows`, other values.

    Args:
        rows: Of one task; those that hold nothing verbatim are never changed.
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
    others: dict[str, str] = {}  # what is said twice is replaced by one value
    record = deepcopy(row.record)
    for mention in pools.mentions(row):
        if mention.value not in others:
            places = _places(row.text, mention.value)
            if not places or (len(places) > 1 and len(mention.value) < _LONG):
                return None
            value = pools.other(world, row, mention) if world.chance(_SWAPPED) else mention.value
            others[mention.value] = value.lower() if row.text == row.text.lower() else value
            spans += [(start, end, others[mention.value]) for start, end in places]
        _put(record, mention.place, others[mention.value])
    text = _replaced(row.text, sorted(spans))
    return replace(row, text=text, record=record) if text and text != row.text else None


def _put(record: Any, place: Place, value: str) -> None:
    for step in place[:-1]:
        record = record[step]
    record[place[-1]] = value


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
