"""A batch of llama.cpp whose arrays are numpy's: written by the slice; ctypes takes a microsecond a field."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import llama_cpp
import numpy as np

from extractor.engine.protocol import Work


class TokenBatch:
    """Tokens on their way into a context; every token belongs to one sequence."""

    def __init__(self, size: int) -> None:
        self._tokens, self._positions, self._sequences = (np.zeros(size, np.int32) for _ in range(3))
        self._outputs = np.zeros(size, np.int8)
        self._ones = np.ones(size, np.int32)
        self._pointers = self._sequences.ctypes.data + 4 * np.arange(size, dtype=np.uintp)
        self.inner = llama_cpp.llama_batch()
        for name, array in (
            ("token", self._tokens),
            ("pos", self._positions),
            ("n_seq_id", self._ones),
            ("seq_id", self._pointers),
            ("logits", self._outputs),
        ):
            field = getattr(self.inner, name)
            setattr(self.inner, name, ctypes.cast(array.ctypes.data, type(field)))

    def __len__(self) -> int:
        """Tokens in it."""
        return int(self.inner.n_tokens)

    def clear(self) -> None:
        """Take everything out."""
        self.inner.n_tokens = 0

    def add(self, sequence: int, position: int, tokens: Sequence[int]) -> None:
        """Put tokens in, none of which gives an output."""
        start = len(self)
        end = start + len(tokens)
        self._tokens[start:end] = tokens
        self._positions[start:end] = np.arange(position, position + len(tokens))
        self._sequences[start:end] = sequence
        self._outputs[start:end] = 0
        self.inner.n_tokens = end

    def fill(self, works: Sequence[Work], tile: int, filler: tuple[int, int]) -> list[int]:
        """Hold works, and nothing else but what fills the last tile.

        Args:
            works: What to hold.
            tile: Of how many tokens the batch is to be a multiple.
            filler: Sequence and token to fill up with.

        Returns:
            Where the scored tokens are.
        """
        self.clear()
        rows = []
        for work in works:
            self.add(work.sequence, work.position, work.tokens)
            if work.scored:
                rows.append(len(self) - 1)
        sequence, token = filler
        self.add(sequence, 0, [token] * (-len(self) % tile))
        self._outputs[rows] = 1
        return rows

    def ask(self, row: int) -> None:
        """Let a token give an output."""
        self._outputs[row] = 1
