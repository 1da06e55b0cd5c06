"""A file of rows that holds whole lines at every moment, and what is left of one after an accident."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol

from extractor.batch.remote import RemoteFile
from extractor.errors import InputError, OutputError, OutputExistsError

Existing = Literal["refuse", "resume", "overwrite"]

_FLUSH_SECONDS = 5.0  # what a loss of power may cost
HELD_SECONDS = 0.05  # what a kill of a batch may cost: after each write, the interpreter's lock is waited for


@dataclass(frozen=True, slots=True)
class Kept:
    """What a file of rows holds up to the first line that is no whole row.

    Attributes:
        rows: Whole rows.
        errors: Error rows among them.
        uncertain: Rows among them with a value that the model was not sure of.
        end_byte: Where the last of them ends.
        cut_bytes: Bytes after that.
        last_label: What names the last of them: its `id` or `line`, and its `file`; None where there is no row.
        error_types: How many error rows of each type there are.
        digest: SHA-256 of the bytes up to `end_byte`, still open for more.
    """

    rows: int = 0
    errors: int = 0
    uncertain: int = 0
    end_byte: int = 0
    cut_bytes: int = 0
    last_label: tuple[Any, ...] | None = None
    error_types: Mapping[str, int] = field(default_factory=dict)
    digest: Any = field(default_factory=hashlib.sha256, compare=False)


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
        raise _exists(path)


def check_remote_output(file: RemoteFile, existing: Existing) -> None:
    """Refuse to overwrite a file behind a URL; see `check_output`.

    Raises:
        OutputExistsError: It is there.
        InputError: It cannot be looked at, or is a folder.
    """
    try:
        if file.is_dir() or not file.name:
            raise InputError(f"the output {file} is a folder; name a file in it", path=str(file))
        if existing == "refuse" and file.exists():
            raise _exists(file)
    except OSError as error:
        raise InputError(f"the output {file} cannot be: {error}", path=str(file)) from error


def _exists(path: Path | RemoteFile) -> OutputExistsError:
    told = f"the output {path} exists; add --resume to go on with it, or --force to overwrite it"
    return OutputExistsError(told, path=str(path))


def kept_rows(path: Path, most: int | None = None) -> Kept:
    """Count the whole rows of a file, from the start up to the first line that is none.

    A line that was cut short by a kill, or filled with zeros by a loss of power, is none.

    Args:
        path: The file.
        most: Rows after which to stop; None: none.
    """
    rows = errors = uncertain = end_byte = 0
    last: dict[str, Any] = {}
    types: Counter[str] = Counter()
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for line in islice(file, most):
            row = _row(line)
            if row is None:
                break
            rows += 1
            if "error" in row:
                errors += 1
                types[error_type(row)] += 1
            uncertain += "uncertain" in row
            end_byte += len(line)
            digest.update(line)
            last = row
    label = label_of(last) if last else None
    return Kept(rows, errors, uncertain, end_byte, path.stat().st_size - end_byte, label, types, digest)


def label_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What names a row."""
    return tuple((name, row[name]) for name in ("id", "line", "file") if name in row)


def error_type(row: Mapping[str, Any]) -> str:
    """The type of an error row's error."""
    return str(row["error"].get("type", "")) if isinstance(row["error"], dict) else ""


def _row(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and ("record" in row or "error" in row) else None


class Writer(Protocol):
    """Where rows go."""

    def write(self, row: str) -> None:
        """Append one row; its line end is added."""
        ...


class StreamWriter:
    """Rows to a descriptor that others read: standard output."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, row: str) -> None:
        """Write one row; see `Writer`.

        Raises:
            OutputError: The disk behind it is full or failed.
            BrokenPipeError: Nobody reads it any more.
        """
        data = row.encode() + b"\n"
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except BrokenPipeError:
            raise
        except OSError as error:
            told = f"cannot write to standard output: {error.strerror or error}"
            raise OutputError(told, path="-") from error


class RowWriter:
    """Appends rows, each in one write or several in one, so that a kill leaves whole lines.

    A context manager; holds a lock, so that two runs never write to one file.
    """

    def __init__(self, path: Path, existing: Existing, held_s: float = 0.0) -> None:
        """Open the file. Nothing of it is changed yet, except that it is made where it is not there.

        Args:
            path: Of the file.
            existing: What to do where it is there.
            held_s: How long a row may be held to be written with others; 0: every row is written at once.

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
        self._digest = hashlib.sha256()
        self._held: list[bytes] = []
        self._held_s = held_s
        self._flushed = self._put_last = time.monotonic()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise InputError(f"another run is writing to {path}; wait for it to end", path=str(path)) from error

    def keep(self, kept: Kept) -> None:
        """Cut away everything behind the rows that are kept, and append there.

        Raises:
            OutputError: The file cannot be changed.
        """
        end_byte = kept.end_byte
        try:
            if os.fstat(self._file).st_size != end_byte:
                os.ftruncate(self._file, end_byte)
            if end_byte:
                os.lseek(self._file, end_byte, os.SEEK_SET)
        except OSError as error:
            raise self._failure(error) from error
        self._end_byte = end_byte
        self._digest = kept.digest.copy()

    @property
    def sha256(self) -> str:
        """Digest of everything in the file, once it is closed."""
        return str(self._digest.hexdigest())

    def write(self, row: str) -> None:
        """Append one row; its line end is added.

        Raises:
            OutputError: The disk is full or failed; the rows in the file are whole.
        """
        data = row.encode() + b"\n"
        self._held.append(data)
        self._digest.update(data)
        now = time.monotonic()
        if now - self._put_last < self._held_s:
            return
        try:
            self._put()
            if now - self._flushed > _FLUSH_SECONDS:
                self.flush()
        except OSError as error:
            raise self._failure(error) from error

    def _put(self) -> None:
        data = b"".join(self._held)
        self._held.clear()
        written = 0
        try:
            while written < len(data):
                written += os.write(self._file, data[written:])
        except OSError:
            self._end_byte += data.rfind(b"\n", 0, written) + 1  # the rows that still fitted stay
            with suppress(OSError):  # what cannot be cut away now is cut away when resuming
                os.ftruncate(self._file, self._end_byte)
            raise
        self._end_byte += len(data)
        self._put_last = time.monotonic()

    def flush(self) -> None:
        """Hand everything to the disk.

        Raises:
            OSError: The disk failed.
        """
        self._put()
        try:
            os.fsync(self._file)
        except OSError as failure:
            if failure.errno not in (errno.EINVAL, errno.ENOTSUP):  # a pipe or device has no disk
                raise
        self._flushed = time.monotonic()

    def __enter__(self) -> RowWriter:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Flush to the disk and close."""
        try:
            self.flush()
        except OSError as failure:
            if kind is None:
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
