"""A file of rows that holds whole lines at every moment, and what is left of one after an accident."""

from __future__ import annotations

import errno
import fcntl
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

from extractor.errors import InputError, OutputError, OutputExistsError

Existing = Literal["refuse", "resume", "overwrite"]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a file of rows holds up to the first line that is no whole row.

    Attributes:
        rows: Whole rows.
        errors: Error rows among them.
        end_byte: Where the last of them ends.
        cut_bytes: Bytes after that.
        last_label: What names the last of them: its `id` or `line` member; None where there is no row.
    """

    rows: int = 0
    errors: int = 0
    end_byte: int = 0
    cut_bytes: int = 0
    last_label: tuple[str, str | int | float] | None = None


def check_output(path: Path, existing: Existing) -> None:
    """Refuse an output that cannot be meant, before anything is loaded.

    Raises:
        OutputExistsError: It is there, and neither resuming nor overwriting was asked for.
        InputError: It is a folder, its folder is not there, or it cannot be looked at.
    """
    try:
        is_folder, has_folder, exists = path.is_dir(), path.parent.is_dir(), path.exists()
    except OSError as error:
        raise InputError(f"the output {path} cannot be: {error.strerror or error}", path=str(path)) from error
    if is_folder:
        raise InputError(f"the output {path} is a folder; name a file in it", path=str(path))
    if not has_folder:
        raise InputError(f"the output's folder {path.parent} does not exist; make it first", path=str(path))
    if existing == "refuse" and exists:
        raise OutputExistsError(
            f"the output {path} exists; add --resume to go on with it, or --force to overwrite it", path=str(path)
        )


def kept_rows(path: Path) -> Kept:
    """Count the whole rows of a file, from the start up to the first line that is none.

    A line that was cut short by a kill, or filled with zeros by a loss of power, is none.
    """
    rows = errors = end_byte = 0
    last: dict[str, str | int | float] = {}
    with path.open("rb") as file:
        for line in file:
            row = _row(line)
            if row is None:
                break
            rows += 1
            errors += "error" in row
            end_byte += len(line)
            last = row
    label = next(((name, last[name]) for name in ("id", "line") if name in last), None)
    return Kept(rows, errors, end_byte, path.stat().st_size - end_byte, label)


def _row(line: bytes) -> dict[str, str | int | float] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and ("record" in row or "error" in row) else None


class RowWriter:
    """Appends rows; each goes to the system in one write, so that a kill leaves whole lines.

    A context manager; holds a lock, so that two runs never write to one file.
    """

    def __init__(self, path: Path, existing: Existing) -> None:
        """Open the file. Nothing of it is changed yet, except that it is made where it is not there.

        Raises:
            OutputExistsError: It appeared after it was looked for.
            InputError: Another run is writing to it.
            OutputError: It cannot be opened for writing.
        """
        self._path = path
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | (os.O_EXCL if existing == "refuse" else 0)
        try:
            self._file = os.open(path, flags, 0o666)
        except FileExistsError as error:
            raise OutputExistsError(
                f"the output {path} exists; another run has just made it", path=str(path)
            ) from error
        except OSError as error:
            raise self._failure(error) from error
        self._end_byte = 0
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise InputError(f"another run is writing to {path}; wait for it to end", path=str(path)) from error

    def keep(self, end_byte: int) -> None:
        """Cut away everything from `end_byte` on, and append there.

        Raises:
            OutputError: The file cannot be changed.
        """
        try:
            if os.fstat(self._file).st_size != end_byte:
                os.ftruncate(self._file, end_byte)
            if end_byte:
                os.lseek(self._file, end_byte, os.SEEK_SET)
        except OSError as error:
            raise self._failure(error) from error
        self._end_byte = end_byte

    def write(self, row: str) -> None:
        """Append one row; its line end is added.

        Raises:
            OutputError: The disk is full or failed; the rows before this one are whole.
        """
        data = row.encode() + b"\n"
        try:
            written = os.write(self._file, data)
            while written < len(data):
                written += os.write(self._file, data[written:])
        except OSError as error:
            with suppress(OSError):  # what cannot be cut away now is cut away when resuming
                os.ftruncate(self._file, self._end_byte)
            raise self._failure(error) from error
        self._end_byte += len(data)

    def __enter__(self) -> RowWriter:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Flush to the disk and close."""
        try:
            os.fsync(self._file)
        except OSError as failure:
            if kind is None and failure.errno not in (errno.EINVAL, errno.ENOTSUP):  # a pipe or device has no disk
                raise self._failure(failure) from failure
        finally:
            os.close(self._file)

    def _failure(self, error: OSError) -> OutputError:
        reason = error.strerror or str(error)
        advice = (
            "make room and add --resume" if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else "check it"
        )
        return OutputError(
            f"cannot write to {self._path}: {reason}; the rows in it are whole, {advice} to go on", path=str(self._path)
        )
