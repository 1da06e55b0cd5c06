"""Compressed files read as a stream: a file that was cut short is never taken for a whole one."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, cast

import zstandard

SUFFIXES = (".gz", ".zst")
FAILURES = (OSError, EOFError, zlib.error, zstandard.ZstdError)  # what reading may raise

_CHUNK_BYTES = 1 << 16


def unpacked_lines(file: BinaryIO, suffix: str) -> Iterable[bytes]:
    """Lines of a file, each with its line end.

    Args:
        file: The packed bytes.
        suffix: `.gz`, `.zst`; anything else: the file is not packed.
    """
    match suffix:
        case ".gz":
            return cast("Iterable[bytes]", gzip.GzipFile(fileobj=file))
        case ".zst":
            return _lines(_unpacked(file))
        case _:
            return file


def _unpacked(file: BinaryIO) -> Iterator[bytes]:
    """What the frames of a .zst hold; the library's own reader takes a file that was cut short for a whole one."""
    frame: Any = None
    while packed := file.read(_CHUNK_BYTES):
        while packed:
            frame = frame or zstandard.ZstdDecompressor().decompressobj()
            yield frame.decompress(packed)
            packed, frame = (frame.unused_data, None) if frame.eof else (b"", frame)
    if frame is not None:
        raise EOFError("the compressed file is cut short")


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    parts: list[bytes] = []  # of a line that has not ended; joined once, so that long lines stay cheap
    for chunk in chunks:
        *whole, rest = chunk.split(b"\n")
        for line in whole:
            yield b"".join([*parts, line, b"\n"])
            parts.clear()
        if rest:
            parts.append(rest)
    if parts:
        yield b"".join(parts)
