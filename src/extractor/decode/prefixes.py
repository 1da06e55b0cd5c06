"""Prefixes that texts share: evaluated once, kept in the engine as long as there is room, and on disk."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Set

import numpy as np

from extractor.engine.protocol import PREFIX_SEQUENCES, Engine, Keeper, Work
from extractor.errors import EngineError

Prefix = tuple[int, ...]


class Prefixes:
    """The prefixes that an engine holds, each in a sequence of its own."""

    def __init__(self, engine: Engine, keeper: Keeper | None = None) -> None:
        """Begin with none.

        Args:
            engine: Evaluates them.
            keeper: Keeps them between processes, if the engine can hand its cells out.
        """
        self._engine = engine
        self._keeper = keeper if engine.layout and engine.digest else None
        self._sequences: OrderedDict[Prefix, int] = OrderedDict()  # oldest use first

    def __contains__(self, prefix: Prefix) -> bool:
        """Whether the engine holds a prefix."""
        return prefix in self._sequences

    @property
    def cells(self) -> int:
        """Tokens of all of them."""
        return sum(map(len, self._sequences))

    @property
    def full(self) -> bool:
        """Whether there is no sequence for another one."""
        return len(self._sequences) == PREFIX_SEQUENCES

    def sequence(self, prefix: Prefix) -> int:
        """The sequence that holds a prefix, which is evaluated if no one asked for it lately.

        Raises:
            EngineError: The engine failed.
        """
        if prefix not in self._sequences:
            taken = set(self._sequences.values())
            sequence = next(i for i in range(PREFIX_SEQUENCES) if i not in taken)
            self._engine.forget(sequence)  # an earlier try may have failed half-way
            self._fill(sequence, prefix)
            self._sequences[prefix] = sequence
        self._sequences.move_to_end(prefix)
        return self._sequences[prefix]

    def _fill(self, sequence: int, prefix: Prefix) -> None:
        keeper, key = self._keeper, self._key(prefix)
        saved = keeper.read(key) if keeper else None
        if saved is not None and self._restored(sequence, len(prefix), saved):
            return
        size = self._engine.batch_tokens
        for start in range(0, len(prefix), size):
            self._engine.evaluate([Work(sequence, start, prefix[start : start + size], scored=False)], list)
        if keeper:
            keeper.keep(key, self._engine.save(sequence))

    def _restored(self, sequence: int, length: int, saved: bytes) -> bool:
        try:
            self._engine.restore(sequence, length, saved)
        except EngineError:  # whole bytes that llama.cpp does not take all the same: as if there were none
            self._engine.forget(sequence)
            return False
        return True

    def _key(self, prefix: Prefix) -> str:
        tokens = hashlib.sha256(np.asarray(prefix, np.int32).tobytes()).hexdigest()
        return f"prefix {tokens} of {self._engine.digest} in {self._engine.layout}"

    def forget_idle(self, busy: Set[Prefix]) -> bool:
        """Give up the prefix that was used longest ago and is not busy; whether there was one."""
        idle = next((prefix for prefix in self._sequences if prefix not in busy), None)
        if idle is None:
            return False
        self._engine.forget(self._sequences.pop(idle))
        return True

    def clear(self) -> None:
        """Give all up."""
        for sequence in self._sequences.values():
            self._engine.forget(sequence)
        self._sequences.clear()
