"""A choice of the model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """A token the model chose among legal ones.

    Attributes:
        start: Offset of its first byte in the record.
        probability: Its share of the legal tokens' probability, in [0, 1].
    """

    start: int
    probability: float
