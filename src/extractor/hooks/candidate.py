"""What a recogniser proposes: a span of a text, the rule it falls under, and how sure the recogniser is."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple


class Candidate(NamedTuple):
    """A span of a text that may be a finding: `text[start:end]`.

    Attributes:
        rule: Name of the rule, a key of `rules.RULES`.
        start: First character.
        end: One past the last.
        confidence: How sure, in [0, 1]: 0.9 and more where a checksum or a fixed shape says so, 0.6 and more where the
            words around it do, less where only its form does.
        kind: What it is within the rule, for the message: `us-ssn`, `github-token`.
    """

    rule: str
    start: int
    end: int
    confidence: float
    kind: str = ""


def without_overlaps(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The surest of every group that overlaps, in order of place; of equally sure ones the longer."""
    kept: list[Candidate] = []  # in order of place, none over another: only the two neighbours can be in the way
    for candidate in sorted(candidates, key=lambda c: (-c.confidence, c.start - c.end, c.start)):
        at = bisect_right(kept, candidate.start, key=lambda c: c.start)
        if (not at or kept[at - 1].end <= candidate.start) and (at == len(kept) or candidate.end <= kept[at].start):
            kept.insert(at, candidate)
    return kept
