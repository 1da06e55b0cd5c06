"""Many schemas of one sort, drawn once: some domains are shown in training, others are kept for development rows."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from extractor_training.synth.world import World

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Series:
    """How schemas are drawn and named.

    Attributes:
        task: They are for.
        shown: What the names of those that are trained on begin with, and how many there are.
        held_out: The same of the others.
        apart: Domains of the others.
    """

    task: str
    shown: tuple[str, int]
    held_out: tuple[str, int]
    apart: tuple[str, ...]

    def draw(self, held_out: bool, domains: Iterable[str], make: Callable[[World, str], T]) -> dict[str, T]:
        """Schema name -> what is made of a domain, of one domain after the other."""
        world = World(random.Random(f"{self.task}:{held_out}"))
        chosen = sorted(name for name in domains if (name in self.apart) == held_out)
        start, count = self.held_out if held_out else self.shown
        return {f"{start}_{i:03}": make(world, chosen[i % len(chosen)]) for i in range(count)}
