"""Reading and changing masks: bit i of word i // 32 stands for token i (`grammar.constraint.Mask`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from extractor.grammar.constraint import Mask

_BITS = np.arange(32, dtype=np.uint32)


def mask_words(tokens: int) -> int:
    """Words in a mask over that many tokens."""
    return (tokens + 31) // 32


def empty_mask(tokens: int) -> Mask:
    """A mask over that many tokens that allows none."""
    return np.zeros(mask_words(tokens), np.int32)


def is_legal(mask: Mask, token: int) -> bool:
    """Whether a mask allows a token."""
    return bool(mask[token // 32] >> (token % 32) & 1)


def forbid(mask: Mask, token: int) -> None:
    """Take a token out of a mask."""
    mask.view(np.uint32)[token // 32] &= np.uint32(~(1 << (token % 32)) & 0xFFFFFFFF)


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
