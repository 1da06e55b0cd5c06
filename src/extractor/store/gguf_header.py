"""A bounded scan of a GGUF file's header: what the file says it is, and whether all of it is there.

It runs before llama.cpp sees a file, because llama.cpp may abort the process on a file that is cut short or lies about
itself. The scan reads metadata and tensor descriptions only, never weights, and skips over long arrays: a vocabulary
of 262,144 tokens takes a tenth of a second. Every count and length is checked against the bytes that are there and
against a fixed limit, so a hostile file costs neither memory nor time.

It does not know whether the weights are any good, nor every rule of every architecture.

Source: the GGUF specification (ggml repository, docs/gguf.md, versions 2 and 3).
"""

from __future__ import annotations

import mmap
import stat
import struct
from collections.abc import Collection, Mapping
from math import prod
from pathlib import Path

from extractor.errors import ModelCorruptError, ModelError, ModelNotFoundError
from extractor.store.gguf_layout import TENSOR_TYPES, Header, Skipped, Tensor, Value, corrupt
from extractor.store.gguf_rules import check_architecture, check_vocabulary, check_weights

MAGIC = b"GGUF"
VERSIONS = (2, 3)
DEFAULT_ALIGNMENT = 32

MAX_ENTRIES = 1 << 16  # metadata entries, and tensors
MAX_NAME_BYTES = 1 << 10
MAX_STRINGS = 1 << 21  # strings in all arrays together; Gemma 3 has 262,144
MAX_KEPT_BYTES = 1 << 24  # text kept in memory; longer values are skipped
MAX_KEPT_STRING = 1 << 16
MAX_DIMENSIONS = 4
MAX_ELEMENTS = 1 << 62
MAX_ALIGNMENT = 1 << 20

STRING, ARRAY = 8, 9
_SCALARS = {
    code: struct.Struct("<" + form)
    for code, form in {
        0: "B",
        1: "b",
        2: "H",
        3: "h",
        4: "I",
        5: "i",
        6: "f",
        7: "?",
        10: "Q",
        11: "q",
        12: "d",
    }.items()
}
_KINDS = ("u8", "i8", "u16", "i16", "u32", "i32", "f32", "bool", "string", "array", "u64", "i64", "f64")
_U32 = struct.Struct("<I")
_U64 = struct.Struct("<Q")


class _Scan:
    """A cursor over the file that never steps outside it."""

    def __init__(self, data: mmap.mmap, path: Path) -> None:
        self.data = data
        self.path = path
        self.size = len(data)
        self.at = 0
        self.strings = 0
        self.kept = 0

    def bad(self, message: str, *, expected: str = "", actual: str = "") -> ModelCorruptError:
        """Make the error for a file that is not what it should be."""
        return corrupt(self.path, message, expected=expected, actual=actual)

    def take(self, size: int, what: str) -> int:
        """Step over `size` bytes; return where they begin."""
        start = self.at
        if size > self.size - start:
            raise self.bad(
                f"cut short in {what} at byte {start}",
                expected=f"at least {start + size} bytes",
                actual=f"{self.size} bytes",
            )
        self.at = start + size
        return start

    def u32(self, what: str) -> int:
        value: int = _U32.unpack_from(self.data, self.take(4, what))[0]
        return value

    def u64(self, what: str) -> int:
        value: int = _U64.unpack_from(self.data, self.take(8, what))[0]
        return value

    def count(self, what: str, limit: int) -> int:
        value = self.u64(what)
        if value > limit:
            raise self.bad(f"absurd {what}", expected=f"at most {limit}", actual=str(value))
        return value

    def name(self, what: str) -> str:
        size = self.count(f"length of {what}", MAX_NAME_BYTES)
        start = self.take(size, what)
        try:
            return self.data[start : start + size].decode()
        except UnicodeDecodeError as error:
            raise self.bad(f"{what} at byte {start} is not UTF-8") from error

    def value(self, kind: int, key: str) -> Value:
        if kind == STRING:
            return self._string(key)
        if kind == ARRAY:
            return self._array(key)
        if kind not in _SCALARS:
            raise self.bad(f"unknown type of {key!r}", expected="0 to 12", actual=str(kind))
        form = _SCALARS[kind]
        value: bool | int | float = form.unpack_from(self.data, self.take(form.size, f"value of {key!r}"))[0]
        return value

    def _string(self, key: str) -> Value:
        size = self.u64(f"length of {key!r}")
        start = self.take(size, f"value of {key!r}")
        self.kept += size if size <= MAX_KEPT_STRING else 0
        if size > MAX_KEPT_STRING or self.kept > MAX_KEPT_BYTES:
            return Skipped("string", size)
        return self.data[start : start + size].decode(errors="replace")

    def _array(self, key: str) -> Skipped:
        kind = self.u32(f"type of {key!r}")
        count = self.u64(f"length of {key!r}")
        if kind == STRING:
            self._skip_strings(count, key)
        elif kind in _SCALARS:
            self.take(count * _SCALARS[kind].size, f"array {key!r}")
        else:
            raise self.bad(f"unknown element type of {key!r}", expected="a scalar or a string", actual=str(kind))
        return Skipped(_KINDS[kind], count)

    def _skip_strings(self, count: int, key: str) -> None:
        self.strings += count
        if self.strings > MAX_STRINGS:
            raise self.bad(f"absurd length of {key!r}", expected=f"at most {MAX_STRINGS} strings", actual=str(count))
        unpack, data, at = _U64.unpack_from, self.data, self.at
        try:
            for _ in range(count):
                at += 8 + unpack(data, at)[0]
        except (struct.error, OverflowError, ValueError):  # a length pointed past the end
            at = self.size + 1
        self.take(at - self.at, f"array {key!r}")


def _read_metadata(scan: _Scan, count: int) -> tuple[dict[str, Value], dict[str, int]]:
    values: dict[str, Value] = {}
    kinds: dict[str, int] = {}
    for index in range(count):
        key = scan.name(f"metadata key {index}")
        if key in values:
            raise scan.bad(f"metadata key {key!r} occurs twice")
        kinds[key] = scan.u32(f"type of {key!r}")
        values[key] = scan.value(kinds[key], key)
    return values, kinds


def _alignment(scan: _Scan, values: Mapping[str, Value], kinds: Mapping[str, int]) -> int:
    value = values.get("general.alignment", DEFAULT_ALIGNMENT)
    fine = isinstance(value, int) and 0 < value <= MAX_ALIGNMENT and value & (value - 1) == 0
    if not fine or kinds.get("general.alignment", 4) != 4:
        raise scan.bad("general.alignment", expected="a power of two, u32", actual=str(value))
    assert isinstance(value, int)
    return value


def _read_tensor(scan: _Scan, index: int) -> Tensor:
    """Read one description; `start` is still relative to the data."""
    name = scan.name(f"name of tensor {index}")
    dimensions = scan.u32(f"dimensions of {name!r}")
    if not 1 <= dimensions <= MAX_DIMENSIONS:
        raise scan.bad(f"dimensions of tensor {name!r}", expected=f"1 to {MAX_DIMENSIONS}", actual=str(dimensions))
    shape = tuple(scan.u64(f"shape of {name!r}") for _ in range(dimensions))
    if not 0 < prod(shape) <= MAX_ELEMENTS:
        raise scan.bad(f"absurd shape of tensor {name!r}", actual=str(shape))
    number = scan.u32(f"type of {name!r}")
    if number not in TENSOR_TYPES:
        raise scan.bad(f"unknown type of tensor {name!r}", actual=str(number))
    kind, block, block_bytes = TENSOR_TYPES[number]
    if shape[0] % block:
        raise scan.bad(f"row of tensor {name!r} ({kind})", expected=f"a multiple of {block}", actual=str(shape[0]))
    start = scan.u64(f"offset of {name!r}")
    return Tensor(name, shape, kind, start, prod(shape) // block * block_bytes)


def _read_tensors(scan: _Scan, count: int, alignment: int) -> tuple[Tensor, ...]:
    found = [_read_tensor(scan, index) for index in range(count)]
    if len({tensor.name for tensor in found}) < count:
        raise scan.bad("a tensor name occurs twice")
    data_start = _aligned(scan.at, alignment)
    expected = 0
    placed = []
    for tensor in found:
        if tensor.start != expected:
            raise scan.bad(f"offset of tensor {tensor.name!r}", expected=str(expected), actual=str(tensor.start))
        start = data_start + tensor.start
        if start + tensor.size_bytes > scan.size:
            raise scan.bad(
                f"cut short: tensor {tensor.name!r} ends beyond the file",
                expected=f"at least {start + tensor.size_bytes} bytes",
                actual=f"{scan.size} bytes",
            )
        expected = _aligned(tensor.start + tensor.size_bytes, alignment)
        placed.append(Tensor(tensor.name, tensor.shape, tensor.type, start, tensor.size_bytes))
    return tuple(placed)


def _aligned(offset: int, alignment: int) -> int:
    return -(-offset // alignment) * alignment


def _read(scan: _Scan) -> Header:
    magic = scan.data[:4]
    if magic != MAGIC:
        raise scan.bad("not a GGUF file", expected=repr(MAGIC), actual=repr(magic))
    scan.take(4, "magic")
    version = scan.u32("version")
    if version not in VERSIONS:
        raise scan.bad("version unknown (or big-endian)", expected="2 or 3", actual=str(version))
    tensor_count = scan.count("number of tensors", MAX_ENTRIES)
    values, kinds = _read_metadata(scan, scan.count("number of metadata entries", MAX_ENTRIES))
    alignment = _alignment(scan, values, kinds)
    tensors = _read_tensors(scan, tensor_count, alignment)
    architecture = values.get("general.architecture")
    if not isinstance(architecture, str) or not architecture:
        raise scan.bad("general.architecture is missing", expected="a string", actual=str(architecture))
    data_start = _aligned(scan.at, alignment)
    return Header(scan.path, scan.size, version, architecture, values, tensors, data_start)


def read_header(path: Path) -> Header:
    """Read and check the header of a GGUF file.

    Args:
        path: The file.

    Raises:
        ModelNotFoundError: There is no such file.
        ModelCorruptError: It is no GGUF, is cut short, or contradicts itself.
        ModelError: It cannot be read.
    """
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):  # opening a pipe would wait for ever
            raise ModelError(f"{path} is not a file. Give the path of a .gguf file.")
        with path.open("rb") as file:
            if path.stat().st_size == 0:
                raise ModelCorruptError(f"{path} is empty.", path=str(path), expected=repr(MAGIC), actual="0 bytes")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                header = _read(_Scan(data, path))
    except FileNotFoundError as error:
        raise ModelNotFoundError(f"There is no model file {path}.", name=str(path)) from error
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror or error}.") from error
    if header.is_adapter:  # has neither shape nor vocabulary of its own
        return header
    check_architecture(header)
    check_vocabulary(header)
    return header


def check_model(path: Path, architectures: Collection[str] | None = None) -> Header:
    """Check that a file is a whole model that llama.cpp can be handed.

    Args:
        path: The file.
        architectures: Those that are welcome; None for any.

    Raises:
        ModelNotFoundError: There is no such file.
        ModelCorruptError: It is not what it should be, has no weights, or has another architecture.
        ModelError: It cannot be read.
    """
    header = read_header(path)
    if header.is_adapter:
        raise ModelCorruptError(
            f"{path} is a low-rank adapter. Name the model it was trained beside, and give this file as the adapter.",
            path=str(path),
            expected="a model",
            actual="an adapter",
        )
    if architectures is not None and header.architecture not in architectures:
        wanted = " or ".join(sorted(architectures))
        raise ModelCorruptError(
            f"{path} has architecture {header.architecture!r}, not {wanted}. Choose another model file.",
            path=str(path),
            expected=wanted,
            actual=header.architecture,
        )
    check_weights(header)
    return header
