"""Masks as lists of tokens."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from extractor.grammar.constraint import Mask

_BITS = np.arange(32, dtype=np.uint32)


def legal_ids(mask: Mask, tokens: int) -> NDArray[np.int64]:
    """The tokens that a mask allows, ascending.

    Args:
        mask: `(ceil(tokens / 32),)`.
        tokens: Size of the vocabulary; bits beyond it count for nothing.

    Returns:
        `(k,)`.
    """
    words = np.flatnonzero(mask)
    if len(words) * 4 > len(mask):
        return np.flatnonzero(np.unpackbits(mask.view(np.uint8), bitorder="little")[:tokens])
    rows, bits = np.nonzero((mask[words].view(np.uint32)[:, None] >> _BITS) & 1)
    ids: NDArray[np.int64] = words[rows] * 32 + bits
    return ids[: np.searchsorted(ids, tokens)]
