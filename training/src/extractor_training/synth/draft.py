"""Wordings with slots become a text and the set of slots it used."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extractor_training.synth.world import World

SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Sample:
    """One row before it is written."""

    schema: str
    text: str
    record: dict[str, Any]


@dataclass(slots=True)
class Draft:
    """A text in the making.

    Attributes:
        world: Source of chance.
        values: Slot name -> what stands in for it.
        parts: What was written so far.
        used: Slots that were written.
        mentions: Slots and their values, in the order they stand in the text.
    """

    world: World
    values: Mapping[str, str]
    parts: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    mentions: list[tuple[str, str]] = field(default_factory=list)

    @staticmethod
    def slots(chosen: str) -> list[str]:
        """The slots of a wording, in order."""
        return SLOT.findall(chosen)

    def write(self, pattern: str) -> None:
        """Write a wording: choices in square brackets, slots in braces."""
        chosen = self.world.say(pattern)
        self.used |= set(self.slots(chosen))
        self.mentions += [(slot, self.values[slot]) for slot in self.slots(chosen)]
        self.parts.append(SLOT.sub(lambda match: self.values[match.group(1)], chosen))

    def one_of(self, patterns: Sequence[str]) -> None:
        """Write one of the wordings."""
        self.write(self.world.pick(patterns))

    def maybe(self, share: float, patterns: Sequence[str]) -> None:
        """Write one of the wordings in that share of texts."""
        if self.world.chance(share):
            self.one_of(patterns)

    def text(self, separator: str) -> str:
        """All parts, joined."""
        return separator.join(part for part in self.parts if part).strip()

    def got(self, slot: str) -> str | None:
        """The slot's value if the text used it."""
        return self.values[slot] if slot in self.used else None


def recased(world: World, sample: Sample, lower: float, upper: float) -> Sample:
    """Write the whole text, and what the record quotes of it, in one case now and then."""
    roll = world.rng.random()
    if roll < lower:
        change = str.lower
    elif roll < lower + upper:
        change = str.upper
    else:
        return sample
    text = change(sample.text)
    return Sample(sample.schema, text, {k: _recase(v, sample.text, change) for k, v in sample.record.items()})


def _recase(value: Any, text: str, change: Any) -> Any:
    if isinstance(value, list):
        return [_recase(item, text, change) for item in value]
    if isinstance(value, dict):
        return {name: _recase(item, text, change) for name, item in value.items()}
    return change(value) if isinstance(value, Quote) else value


class Quote(str):
    """A value that stands in the text; other strings are labels."""

    __slots__ = ()


def quote(value: str | None) -> Quote | None:
    """Mark a value as quoted."""
    return None if value is None else Quote(value)
