"""Sharing a budget out among parts that each need something and could use more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """Something that tokens are shared out to.

    Attributes:
        least: Tokens it must have.
        most: Tokens it has a use for.
        weight: How much of what is left over it gets, compared to others.
    """

    least: int
    most: int
    weight: int = 1


def share(parts: Sequence[Part], budget: int) -> list[int]:
    """Share tokens out: to each what it must have, the rest by weight, to none more than it has a use for.

    Args:
        parts: Their `least` together is at most the budget.
        budget: Tokens to share out.

    Returns:
        Tokens of each part, in order.
    """
    given = [part.least for part in parts]
    left = budget - sum(given)
    hungry = [index for index, part in enumerate(parts) if part.most > part.least]
    while left > 0 and hungry:
        weights = sum(parts[index].weight for index in hungry)
        if left < weights:
            hungry = hungry[:left]
            weights = sum(parts[index].weight for index in hungry)
        unit = max(left // weights, 1)
        for index in hungry:
            more = min(unit * parts[index].weight, parts[index].most - given[index], left)
            given[index] += more
            left -= more
        hungry = [index for index in hungry if parts[index].most > given[index]]
    return given
