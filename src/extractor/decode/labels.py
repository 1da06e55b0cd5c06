"""A label chosen as a whole: the one whose tokens are together the most likely, not the one that begins best.

The model's own way through a label (the best token, then the best one after it) is followed first. Ways that were left
aside and are still more likely than the label it led to are then followed in turn, the likeliest first. A way's
likelihood only falls as it goes on, so what is found is the most likely label of all, mostly at no cost. Likelihoods
are over legal tokens only.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractor.decode.choice import Choice
from extractor.decode.sequence import RecordSequence

_MOST_WAYS = 32  # followed for one label, beside the first


@dataclass(frozen=True, slots=True)
class Way:
    """A way to follow.

    Attributes:
        score: Logarithm of its likelihood since the label began.
        tokens: The record's tokens before the last one.
        choices: The choices among them.
        token: The last one, which is chosen too.
        probability: Its share of what was legal there.
    """

    score: float
    tokens: tuple[int, ...]
    choices: tuple[Choice, ...]
    token: int
    probability: float

    def replay(self, fresh: RecordSequence) -> RecordSequence:
        """Follow it in a record that has not begun."""
        fresh.replay(list(self.tokens), list(self.choices))
        fresh.choose(self.token, self.probability)
        return fresh


@dataclass(frozen=True, slots=True)
class _Fork:
    """A place where a way was chosen, and the others that were left aside: `(k,)` tokens, `(k,)` scores."""

    tokens: tuple[int, ...]
    choices: tuple[Choice, ...]
    ids: NDArray[np.int64]
    logs: NDArray[np.float64]
    score: float

    def ways(self, above: float) -> list[Way]:
        """Ways left aside with scores above a score."""
        return [
            Way(self.score + float(self.logs[i]), self.tokens, self.choices, int(self.ids[i]), math.exp(self.logs[i]))
            for i in np.flatnonzero(self.score + self.logs > above)
        ]


class LabelSearch:
    """The best label so far, and the ways that could still lead to a better one."""

    def __init__(self, record: RecordSequence) -> None:
        """Begin where a record is about to begin a label."""
        self.best: Way | None = None
        self.way: Way | None = None  # that is followed now
        self._pieces = record.pieces
        self._forks: list[_Fork] = []
        self._open: list[tuple[float, int, Way]] = []  # a heap, the likeliest first
        self._opened = 0
        self._left = _MOST_WAYS

    def choose(self, record: RecordSequence, ids: NDArray[np.int64], logs: NDArray[np.float64], best: int) -> Way:
        """Choose a token, and remember the others.

        Args:
            record: The record so far.
            ids: The legal tokens `(k,)`.
            logs: Logarithms of their probabilities `(k,)`.
            best: Index of the one to choose; any that is more likely is passed over for a reason, and for good.
        """
        score = 0.0 if self.way is None else self.way.score
        tokens, choices = tuple(record.tokens), tuple(record.choices)
        others = np.flatnonzero((logs <= logs[best]) & (ids != ids[best]))
        if len(others):
            self._forks.append(_Fork(tokens, choices, ids[others], logs[others], score))
        self.way = Way(score + float(logs[best]), tokens, choices, int(ids[best]), math.exp(logs[best]))
        return self.way

    def has_ended(self, record: RecordSequence) -> bool:
        """Whether the label is whole; it is then the best one so far, if it is."""
        if record.pieces == self._pieces and not record.done:
            return False
        if self.best is None or (self.way is not None and self.way.score > self.best.score):
            self.best = self.way
        return True

    def next(self) -> Way | None:
        """The likeliest way left, now followed; None where no way can lead to a better label than the best."""
        least = -math.inf if self.best is None else self.best.score
        for way in (way for fork in self._forks for way in fork.ways(least)):
            self._opened += 1  # of two alike, the one that was met first
            heapq.heappush(self._open, (-way.score, self._opened, way))
        self._forks.clear()
        if not self._open or -self._open[0][0] <= least or self._left == 0:
            return None
        self._left -= 1
        self.way = heapq.heappop(self._open)[2]
        return self.way
