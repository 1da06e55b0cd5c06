"""Plain-text files as rows, a text a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from extractor.batch.row import Row, RowMaker
from extractor.errors import InputError

SUFFIXES = (".txt", ".text", ".md")


def documents(folder: Path) -> Iterator[tuple[str, Path]]:
    """Name and path of every text file below a folder, in the order of their names; hidden ones are left out.

    Raises:
        OSError: A folder cannot be read.
    """

    def failed(error: OSError) -> None:
        raise error

    for place, folders, files in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                path = Path(place) / name
                yield path.relative_to(folder).as_posix(), path


def read_documents(files: Iterator[tuple[str, Path]], maker: RowMaker) -> Iterator[Row]:
    """Yield a row for every file, with its name as `id`; one that cannot be read is an error row.

    A byte order mark at the start and line ends at the end are not part of a text.
    """
    done = 0
    for number, (name, path) in enumerate(files, 1):
        if maker.skips():
            continue
        try:
            data = path.read_bytes()
        except OSError as error:
            yield maker.bad(InputError(f"cannot read {path}: {error.strerror or error}", path=name), number, done, name)
            continue
        done += len(data)
        yield document(data, name, number, maker, done)


def document(data: bytes, name: str, number: int, maker: RowMaker, end_byte: int) -> Row:
    """A row of one file's bytes; for the arguments see `RowMaker.row`."""
    try:
        text = plain_text(data, name, name)
    except InputError as error:
        return maker.bad(error, number, end_byte, name)
    return maker.row({"id": name, maker.columns.text_field: text}, number, end_byte)


def plain_text(data: bytes, name: str, path: str) -> str:
    """The text that a file's bytes are, without a byte order mark at its start and line ends at its end.

    Args:
        data: The bytes.
        name: What to call the file in a message.
        path: The file, as an error tells it.

    Raises:
        InputError: They are not UTF-8.
    """
    try:
        return data.decode("utf-8").removeprefix("\ufeff").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not UTF-8: byte 0x{data[error.start]:02x} at byte {error.start + 1}; convert it to UTF-8",
            path=path,
        ) from error
