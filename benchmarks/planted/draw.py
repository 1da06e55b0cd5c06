"""What every maker of values draws with."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Maker = Callable[[Random], str]
HEX = "0123456789abcdef"


def drawn(random: Random, alphabet: str, count: int) -> str:
    """So many characters of an alphabet."""
    return "".join(random.choices(alphabet, k=count))
