"""The cache of a llama.cpp context, as `engine.cells` uses it."""

from __future__ import annotations

import ctypes

import llama_cpp

from extractor.errors import EngineError


class LlamaMemory:
    """The cache of a context (`engine.cells.CellMemory`)."""

    def __init__(self, context: llama_cpp.llama_context_p) -> None:
        self._context = context
        self._memory = llama_cpp.llama_get_memory(context)

    def copy(self, source: int, target: int, start: int, end: int) -> None:
        """See `CellMemory.copy`."""
        llama_cpp.llama_memory_seq_cp(self._memory, source, target, start, end)

    def drop(self, sequence: int, start: int) -> None:
        """See `CellMemory.drop`."""
        llama_cpp.llama_memory_seq_rm(self._memory, sequence, start, -1)

    def clear(self) -> None:
        """See `CellMemory.clear`."""
        llama_cpp.llama_memory_clear(self._memory, False)

    def save(self, sequence: int) -> bytes:
        """See `CellMemory.save`.

        Raises:
            EngineError: llama.cpp could not.
        """
        size = llama_cpp.llama_state_seq_get_size(self._context, sequence)
        buffer = (ctypes.c_uint8 * size)()
        if llama_cpp.llama_state_seq_get_data(self._context, buffer, size, sequence) != size:
            raise EngineError("llama.cpp could not save a part of its cache")
        return bytes(buffer)

    def load(self, sequence: int, saved: bytes) -> None:
        """See `CellMemory.load`.

        Raises:
            EngineError: llama.cpp could not.
        """
        buffer = (ctypes.c_uint8 * len(saved)).from_buffer_copy(saved)
        read = llama_cpp.llama_state_seq_set_data(self._context, buffer, len(saved), sequence)
        if not saved or read != len(saved):
            raise EngineError("llama.cpp could not put back a part of its cache")
