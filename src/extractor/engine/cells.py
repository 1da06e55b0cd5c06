"""Which cells of the cache a text takes: always higher ones than before, so that attention sums in the same order.

llama.cpp gives a token the lowest free cell, and attention goes through the cells from low to high. Were the cells of
a finished text free at once, a later token of another text might land below an earlier one, and its sums would
round differently than alone. So nothing is freed singly: what is dropped is handed to a sequence that holds the dead,
and from time to time everything that lives is copied to the bottom (a copying collector), byte for byte. llama.cpp
searches from the cell after the last one it took, and from the bottom only when cells below are free: there are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from extractor.engine.protocol import Work
from extractor.errors import EngineError


class CellMemory(Protocol):
    """What the cache of an engine can do with whole runs of cells."""

    def copy(self, source: int, target: int, start: int, end: int) -> None:
        """Let `target` hold the cells of positions `[start, end)` of `source` as well."""
        ...

    def drop(self, sequence: int, start: int) -> None:
        """Let `sequence` hold nothing from `start` on; cells that nobody holds are free."""
        ...

    def clear(self) -> None:
        """Free every cell."""
        ...

    def save(self, sequence: int) -> bytes:
        """The contents of a sequence's cells."""
        ...

    def load(self, sequence: int, saved: bytes) -> None:
        """Put saved contents into the lowest free cells, as what `sequence` holds."""
        ...


@dataclass(slots=True)
class _Held:
    """What a sequence holds: the first `shared` positions in cells of `root`, the rest in cells of its own."""

    root: int | None = None
    shared: int = 0
    end: int = 0


class Cells:
    """Keeps the cells of every sequence in the order of their positions."""

    _DEAD_BEFORE_COLLECTING = 512  # copying costs about a hundredth of computing: collect early, attend to fewer cells

    def __init__(self, memory: CellMemory, *, sequences: int, capacity: int) -> None:
        """Begin with an empty cache.

        Args:
            memory: The cache. Two more sequence ids than `sequences` must be there.
            sequences: Ids that texts may use, from 0.
            capacity: Cells.
        """
        self._memory = memory
        self._capacity = capacity
        self._held = [_Held() for _ in range(sequences)]
        self.scratch = sequences
        self._dead = sequences + 1
        self._top = 0  # cells below this one are taken

    @property
    def _live(self) -> int:
        return sum(held.end - held.shared for held in self._held)

    def reserve(self, works: Sequence[Work]) -> None:
        """See to it that the cells that works take next lie above all others.

        Raises:
            EngineError: A work does not go on where its sequence ends, or the living alone leave less room.
        """
        for work in works:
            if work.position != self._held[work.sequence].end:
                raise EngineError(
                    f"sequence {work.sequence} holds {self._held[work.sequence].end} positions, not {work.position}"
                )
        self._reserve(sum(len(work.tokens) for work in works))

    def _reserve(self, count: int) -> None:
        live = self._live
        if live + count > self._capacity:
            raise EngineError(f"no room in the context: {live} of {self._capacity} cells are taken, {count} wanted")
        dead = self._top - live
        if self._top + count > self._capacity or dead > max(live, self._DEAD_BEFORE_COLLECTING):
            self._collect()

    def placed(self, works: Sequence[Work]) -> None:
        """Note that works have taken their cells."""
        for work in works:
            held = self._held[work.sequence]
            held.end += len(work.tokens)
            self._top += len(work.tokens)

    def share(self, source: int, target: int, length: int) -> None:
        """Let `target` begin with the first `length` positions of `source`, replacing what it held."""
        self.forget(target, 0)
        self._memory.copy(source, target, 0, length)
        self._held[target] = _Held(source, length, length)

    def forget(self, sequence: int, start: int) -> None:
        """Drop a sequence's positions from `start` on."""
        held = self._held[sequence]
        if start >= held.end:
            return
        self._memory.copy(sequence, self._dead, start, held.end)
        self._memory.drop(sequence, start)
        held.end, held.shared = start, min(held.shared, start)
        for other in self._held:
            if other.root == sequence:
                other.shared = min(other.shared, start)

    def save(self, sequence: int) -> bytes:
        """The contents of all that a sequence holds."""
        return self._memory.save(sequence)

    def restore(self, sequence: int, length: int, saved: bytes) -> None:
        """Put back what was saved of a sequence of so many positions, as cells of its own.

        Raises:
            EngineError: There is no room, or it is not what was saved.
        """
        self.forget(sequence, 0)
        self._reserve(length)
        try:
            self._memory.load(sequence, saved)
        except EngineError:
            self._memory.drop(sequence, 0)  # whatever it took of it
            raise
        self._held[sequence] = _Held(end=length)
        self._top += length

    def clear(self) -> None:
        """Forget everything."""
        self._memory.clear()
        self._held = [_Held() for _ in self._held]
        self._top = 0

    def _collect(self) -> None:
        """Copy what lives to the bottom: what others share before those who share it."""
        order = self._by_root()
        saved = {sequence: self._own(sequence) for sequence in order}
        self._memory.clear()
        self._top = 0
        for sequence in order:
            held = self._held[sequence]
            if held.root is not None and held.shared:
                self._memory.copy(held.root, sequence, 0, held.shared)
            if held.end > held.shared:
                self._memory.load(self.scratch, saved[sequence])
                self._memory.copy(self.scratch, sequence, held.shared, held.end)
                self._memory.drop(self.scratch, 0)
                self._top += held.end - held.shared

    def _own(self, sequence: int) -> bytes:
        held = self._held[sequence]
        if held.end == held.shared:
            return b""
        self._memory.copy(sequence, self.scratch, held.shared, held.end)
        saved = self._memory.save(self.scratch)
        self._memory.drop(self.scratch, 0)
        return saved

    def _by_root(self) -> Sequence[int]:
        """Sequences that hold anything, each after the one it shares with."""
        depth: dict[int, int] = {}

        def deep(sequence: int) -> int:
            held = self._held[sequence]
            if sequence not in depth:
                depth[sequence] = 0 if held.root is None or not held.shared else 1 + deep(held.root)
            return depth[sequence]

        return sorted((i for i, held in enumerate(self._held) if held.end), key=deep)
