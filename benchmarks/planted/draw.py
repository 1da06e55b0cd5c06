"""What every maker of values draws with."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate, pairwise
from random import Random

Maker = Callable[[Random], str]
HEX = "0123456789abcdef"


def drawn(random: Random, alphabet: str, count: int) -> str:
    """So many characters of an alphabet."""
    return "".join(random.choices(alphabet, k=count))


def of(alphabet: str, count: int) -> Maker:
    """A maker of so many characters of an alphabet."""
    return lambda random: drawn(random, alphabet, count)


def joined(*parts: str | Maker) -> Maker:
    """A maker of what its parts make, one after the other."""
    return lambda random: "".join(part if isinstance(part, str) else part(random) for part in parts)


def grouped(value: str, *sizes: int, mark: str = " ") -> str:
    """A value in groups of so many characters."""
    return mark.join(value[start:end] for start, end in pairwise(accumulate(sizes, initial=0)))
