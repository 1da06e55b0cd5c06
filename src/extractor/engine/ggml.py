"""The few functions of ggml that the engine needs beside llama.cpp's own, from the libraries llama.cpp has loaded.

Source: ggml.h, gguf.h, ggml-cpu.h of llama.cpp as vendored by llama-cpp-python 0.3.36 (2026).
"""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractor.errors import EngineError

_F32 = 0
_GRAPH_NODES = 16
_WORK_BYTES = 1 << 20  # what a product needs besides its tensors: a quantised hidden state, and barriers
_ALIGNMENT = 64
_SUFFIX = {"darwin": ".dylib", "win32": ".dll"}


class _InitParams(ctypes.Structure):
    _fields_ = (("mem_size", ctypes.c_size_t), ("mem_buffer", ctypes.c_void_p), ("no_alloc", ctypes.c_bool))


class _GgufParams(ctypes.Structure):
    _fields_ = (("no_alloc", ctypes.c_bool), ("context", ctypes.c_void_p))


@dataclass(frozen=True, slots=True)
class Matrix:
    """Where a tensor's rows lie in a file.

    Attributes:
        kind: ggml's number of its type.
        offset: Of the first row, in bytes from the beginning of the file.
        width: Elements a row.
        height: Rows.
        row_bytes: Bytes a row.
    """

    kind: int
    offset: int
    width: int
    height: int
    row_bytes: int


class Ggml:
    """ggml's libraries."""

    def __init__(self, folder: Path) -> None:
        """Find the libraries.

        Args:
            folder: Where llama.cpp's libraries are.

        Raises:
            EngineError: They are not there, or lack a function.
        """
        suffix = _SUFFIX.get(sys.platform, ".so")
        try:
            self._base = ctypes.CDLL(str(folder / f"libggml-base{suffix}"))
            self._cpu = ctypes.CDLL(str(folder / f"libggml-cpu{suffix}"))
            self._registry = ctypes.CDLL(str(folder / f"libggml{suffix}"))
            self._declare()
        except (OSError, AttributeError) as error:
            raise EngineError(f"ggml's libraries are not as expected: {error}") from error

    def _declare(self) -> None:
        pointer, size, i64 = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64
        for name, result, arguments in (
            ("ggml_get_name", ctypes.c_char_p, [pointer]),
            ("ggml_get_data", pointer, [pointer]),
            ("ggml_nelements", i64, [pointer]),
            ("ggml_row_size", size, [ctypes.c_int, i64]),
            ("ggml_init", pointer, [_InitParams]),
            ("ggml_free", None, [pointer]),
            ("ggml_tensor_overhead", size, []),
            ("ggml_graph_overhead_custom", size, [size, ctypes.c_bool]),
            ("ggml_new_tensor_2d", pointer, [pointer, ctypes.c_int, i64, i64]),
            ("ggml_mul_mat", pointer, [pointer, pointer, pointer]),
            ("ggml_new_graph_custom", pointer, [pointer, size, ctypes.c_bool]),
            ("ggml_build_forward_expand", None, [pointer, pointer]),
            ("gguf_init_from_file", pointer, [ctypes.c_char_p, _GgufParams]),
            ("gguf_free", None, [pointer]),
            ("gguf_get_n_tensors", i64, [pointer]),
            ("gguf_get_tensor_name", ctypes.c_char_p, [pointer, i64]),
            ("gguf_get_tensor_ne", ctypes.POINTER(i64), [pointer, i64]),
            ("gguf_get_tensor_offset", size, [pointer, i64]),
            ("gguf_get_tensor_type", ctypes.c_int, [pointer, i64]),
            ("gguf_get_tensor_size", size, [pointer, i64]),
            ("gguf_get_data_offset", size, [pointer]),
        ):
            function = getattr(self._base, name)
            function.restype, function.argtypes = result, arguments
        self._cpu.ggml_graph_compute_with_ctx.argtypes = [pointer, pointer, ctypes.c_int]
        self._registry.ggml_backend_dev_count.restype = size
        self.name = self._base.ggml_get_name

    def only_cpu(self) -> bool:
        """Whether the CPU is the only device that llama.cpp could use."""
        return bool(self._registry.ggml_backend_dev_count() == 1)

    def floats(self, tensor: int) -> NDArray[np.float32]:
        """A copy of the elements of a contiguous F32 tensor in memory, flat."""
        count = int(self._base.ggml_nelements(tensor))
        return self._view(tensor, count * 4).view(np.float32).copy()

    def _view(self, tensor: int, size_bytes: int) -> NDArray[np.uint8]:
        if size_bytes == 0:
            return np.zeros(0, np.uint8)
        return np.ctypeslib.as_array((ctypes.c_uint8 * size_bytes).from_address(self._base.ggml_get_data(tensor)))

    def matrices(self, path: Path) -> dict[str, Matrix]:
        """Where the tensors of a GGUF lie, by their names; none if it cannot be read."""
        gguf = self._base.gguf_init_from_file(str(path).encode(), _GgufParams(True, None))
        if not gguf:
            return {}
        try:
            count = self._base.gguf_get_n_tensors(gguf)
            return {self._base.gguf_get_tensor_name(gguf, i).decode(): self._matrix(gguf, i) for i in range(count)}
        finally:
            self._base.gguf_free(gguf)

    def _matrix(self, gguf: int, index: int) -> Matrix:
        base = self._base
        kind, width = base.gguf_get_tensor_type(gguf, index), base.gguf_get_tensor_ne(gguf, index)[0]
        row_bytes = base.ggml_row_size(kind, width)
        offset = base.gguf_get_data_offset(gguf) + base.gguf_get_tensor_offset(gguf, index)
        return Matrix(kind, offset, width, base.gguf_get_tensor_size(gguf, index) // row_bytes, row_bytes)


class RowProducts:
    """Products of rows of a matrix with a vector, by the very kernels that llama.cpp multiplies with."""

    def __init__(self, ggml: Ggml, matrix: Matrix, path: Path) -> None:
        self._ggml, self._matrix = ggml, matrix
        shape = (matrix.height, matrix.row_bytes)
        self._rows = np.memmap(path, np.uint8, "r", matrix.offset, shape)
        self._memory = np.zeros(0, np.uint8)

    def __call__(self, ids: NDArray[np.int64], vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Multiply.

        Args:
            ids: Rows, `(k,)`, k > 0.
            vector: `(width,)`.

        Returns:
            `(k,)`.
        """
        base, width, count = self._ggml._base, self._matrix.width, len(ids)
        context = base.ggml_init(self._room(count))
        try:
            weights = base.ggml_new_tensor_2d(context, self._matrix.kind, width, count)
            column = base.ggml_new_tensor_2d(context, _F32, width, 1)
            gathered = self._ggml._view(weights, count * self._matrix.row_bytes)
            np.take(self._rows, ids, axis=0, out=gathered.reshape(count, -1))
            self._ggml._view(column, width * 4).view(np.float32)[:] = vector
            product = base.ggml_mul_mat(context, weights, column)
            graph = base.ggml_new_graph_custom(context, _GRAPH_NODES, False)
            base.ggml_build_forward_expand(graph, product)
            self._ggml._cpu.ggml_graph_compute_with_ctx(context, graph, 1)
            return self._ggml.floats(product)
        finally:
            base.ggml_free(context)

    def _room(self, count: int) -> _InitParams:
        base, matrix = self._ggml._base, self._matrix
        tensors = count * (matrix.row_bytes + 4) + matrix.width * 4 + 4 * _ALIGNMENT
        size = tensors + 4 * base.ggml_tensor_overhead() + base.ggml_graph_overhead_custom(_GRAPH_NODES, False)
        size += _WORK_BYTES + _ALIGNMENT
        if len(self._memory) < size:
            self._memory = np.empty(size * 5 // 4, np.uint8)
        start = -self._memory.ctypes.data % _ALIGNMENT
        return _InitParams(len(self._memory) - start, self._memory.ctypes.data + start, False)
