"""Personal data written anew: labelled rows keep their wording and get other names, numbers and places.

The sentences of a small data set are soon learnt by heart. Here every mention is a slot: it is filled again from all
values of its kind, and the sentence gets other company (neutral sentences, comments that name people, mailing labels).
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from extractor.schema.nodes import JSONValue
from extractor_training.corpus import Row, task_rows
from extractor_training.synth.draft import SLOT
from extractor_training.synth.labels import Label, Mention, Segment, mailing_label
from extractor_training.synth.mentions import KIND_OF_SLOT, SENTENCES, by_type, listed, slot_values, verdict
from extractor_training.synth.schemas import PII_LISTS, PII_TYPES
from extractor_training.synth.world import World

TASK = "pii"
_SHARES = {"pii_entities": 38, "pii_by_type": 36, "pii_contact": 13, "pii_compliance": 13}
_DIGIT = re.compile(r"\d")
_NAMED = re.compile(r"\[NAME\]")
_INNER_CAPITAL = re.compile(r"(?<=[a-z,] )[A-Z][a-z]")


@dataclass(frozen=True, slots=True)
class Pools:
    """What slots are filled from: kind -> values; and what stands around them."""

    values: dict[str, list[str]]
    patterns: list[list[Segment]]
    comments: list[str]
    neutral: list[str]

    @classmethod
    def read(cls, data: Path) -> Pools:
        """Read the train split of the tasks it is made of, under `data`."""
        listed = [r for r in task_rows(data, TASK, "train") if r.schema == "pii_entities"]
        patterns = [_segments(row) for row in listed]
        values: dict[str, list[str]] = defaultdict(list)
        for row in task_rows(data, TASK, "train"):
            for kind, value in _mentions(row):
                values[kind].append(value)
        comments = {r.text for r in task_rows(data, "goemotions", "train")}
        quiet = sorted(c for c in comments if not _INNER_CAPITAL.search(c) and "[" not in c and len(c) < 160)
        named = sorted(c for c in comments if "[NAME]" in c and not _INNER_CAPITAL.search(c) and "[R" not in c)
        banking = sorted({r.text for r in task_rows(data, "banking77", "train") if len(r.text) < 120})
        unique = {
            kind: sorted({v for v in found if v != v.lower() or not v.isalpha()}) for kind, found in values.items()
        }
        return cls(unique, [p for p in patterns if p], named, quiet[::2] + banking)


def _mentions(row: Row) -> Iterator[Mention]:
    if row.schema == "pii_entities":
        yield from ((e["type"], e["text"]) for e in row.record["entities"])
    elif row.schema == "pii_by_type":
        for kind in PII_TYPES:
            yield from ((kind, value) for value in row.record.get(PII_LISTS[kind], ()))


def _segments(row: Row) -> list[Segment]:
    segments: list[Segment] = []
    at = 0
    for kind, value in _mentions(row):
        start = row.text.find(value, at)
        if start < 0:
            return []
        segments += [row.text[at:start], (kind, value)]
        at = start + len(value)
    return [*segments, row.text[at:]]


def _shape(value: str) -> tuple[bool, bool, int]:
    return bool(_DIGIT.match(value)), "\n" in value, min(3, len(value.split()))


class Writer:
    """Writes texts and their mentions by chance.

    Args:
        pools: What to write with.
        seed: Of chance.
    """

    def __init__(self, pools: Pools, seed: int) -> None:
        self.pools = pools
        self.world = World(random.Random(seed))

    def segments(self) -> list[Segment]:
        """A text in pieces: plain strings, and mentions."""
        roll = self.world.rng.random()
        if roll < 0.3:
            written = self._anew(self.world.rng.choice(self.pools.patterns))
        elif roll < 0.66:
            written = mailing_label(Label(self.world, self.fill))
        elif roll < 0.86:
            written = self._sentence()
        elif roll < 0.95:
            written = self._comment()
        else:
            written = [self.world.pick(self.pools.neutral)]
        return self._in_company(written)

    def fill(self, kind: str, like: str | None = None) -> str:
        """A value of that kind; one of `like`'s shape in most cases."""
        if kind == "person" and self.world.chance(0.3):
            return self.world.person() if like is None or " " in like else self.world.first_name()
        if kind == "organization" and self.world.chance(0.25):
            return self.world.company()
        options = self.pools.values[kind]
        for _ in range(12):
            value = self.world.pick(options)
            if like is None or _shape(value) == _shape(like):
                return value
        return like or value

    def _anew(self, pattern: Sequence[Segment]) -> list[Segment]:
        return [s if isinstance(s, str) else (s[0], self._refilled(*s)) for s in pattern]

    def _refilled(self, kind: str, value: str) -> str:
        if _DIGIT.search(value) and kind not in ("address", "organization") and self.world.chance(0.7):
            return _DIGIT.sub(lambda _: str(self.world.rng.randrange(10)), value)
        return self.fill(kind, value)

    def _sentence(self) -> list[Segment]:
        values = slot_values(self.world)
        written: list[Segment] = []
        for part in SLOT.split(self.world.say(self.world.pick(SENTENCES))):
            kind = KIND_OF_SLOT.get(part)
            if kind is None:
                written.append(part)
            elif kind in ("person", "location", "organization") and self.world.chance(0.6):
                written.append((kind, self.fill(kind, values[part])))
            else:
                written.append((kind, values[part]))
        return written

    def _comment(self) -> list[Segment]:
        plain = _NAMED.split(self.world.pick(self.pools.comments))
        written: list[Segment] = [plain[0]]
        for text in plain[1:]:
            written += [("person", self.fill("person")), text]
        return written

    def _in_company(self, written: list[Segment]) -> list[Segment]:
        if self.world.chance(0.72):
            return written
        other = self.world.pick(self.pools.neutral)
        between = self.world.pick((" ", " ", "\n", "\n\n"))
        return [other + between, *written] if self.world.chance(0.5) else [*written, between + other]


def rows(data: Path, count: int, seed: int) -> list[Row]:
    """Make rows for the schemas of the task `pii`.

    Args:
        data: Folder of tasks.
        count: Rows.
        seed: The same seed gives the same rows.
    """
    writer = Writer(Pools.read(data), seed)
    made: list[Row] = []
    while len(made) < count:
        schema = writer.world.rng.choices(list(_SHARES), list(_SHARES.values()))[0]
        segments = _recased(writer.world, writer.segments())
        text = "".join(s if isinstance(s, str) else s[1] for s in segments)
        mentions = [s for s in segments if not isinstance(s, str)]
        addresses = sum(kind == "address" for kind, _ in mentions)
        if 3 < len(text) < 900 and text == text.strip() and not (schema == "pii_contact" and addresses > 1):
            made.append(Row(TASK, schema, text, _record(schema, mentions)))
    return made


def _recased(world: World, segments: list[Segment]) -> list[Segment]:
    if not world.chance(0.12):
        return segments
    change: Callable[[str], str] = str.lower
    return [change(s) if isinstance(s, str) else (s[0], change(s[1])) for s in segments]


def _record(schema: str, mentions: list[Mention]) -> JSONValue:
    if schema == "pii_entities":
        return listed(mentions)
    if schema == "pii_by_type":
        return by_type(mentions)
    if schema == "pii_compliance":
        return verdict({kind for kind, _ in mentions})
    first: dict[str, str] = {}
    for kind, value in mentions:
        first.setdefault("address" if kind == "zip_code" else kind, value)
    kinds = ("person", "email_address", "phone_number", "address", "organization")
    return dict(zip(("name", "email", "phone", "address", "organization"), map(first.get, kinds), strict=True))
