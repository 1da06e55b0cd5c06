"""How sure the model was of each value: the probability of its tokens among those that were legal."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from extractor.decode.choice import Choice
from extractor.record.layout import pieces


def confidence(text: str, choices: Sequence[Choice]) -> dict[str, float]:
    """Multiply the probabilities of the tokens chosen for each value.

    Args:
        text: The record in the canonical layout.
        choices: The tokens that were the model's choice, in order.

    Returns:
        Record path of every string, number, true, false, null and empty list -> probability in [0, 1]; 1 where the
        grammar left no choice.
    """
    cut = pieces(text)
    starts = [piece.start for piece in cut]
    found: dict[str, float] = {}
    for before, piece in zip([None, *cut], cut, strict=False):
        empty = piece.data == b"]" and before is not None and before.data == b"["
        if piece.kind != "structure" or empty:
            found.setdefault(piece.path, 1.0)
    for choice in choices:
        path = cut[bisect_right(starts, choice.start) - 1].path
        if path in found:
            found[path] *= choice.probability
    return found
