"""What a user names as input: files of several formats, packed or not, folders, globs, URLs, standard input."""

from __future__ import annotations

import glob
import hashlib
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, get_args

from extractor.batch.documents import SUFFIXES as TEXT_SUFFIXES
from extractor.batch.documents import document, documents, read_documents
from extractor.batch.lines import read_lines
from extractor.batch.remote import RemoteFile, find_files, is_url
from extractor.batch.row import Columns, Row, RowMaker
from extractor.batch.tables import read_table
from extractor.errors import InputError
from extractor.store.packed import FAILURES, unpacked_lines
from extractor.store.packed import SUFFIXES as PACKED_SUFFIXES

Format = Literal["jsonl", "csv", "tsv", "parquet", "text"]
FORMATS: tuple[Format, ...] = get_args(Format)
STDIN = Path("-")

_BY_SUFFIX: dict[str, Format] = {".csv": "csv", ".tsv": "tsv", ".parquet": "parquet", ".pq": "parquet"}
_BY_SUFFIX |= dict.fromkeys(TEXT_SUFFIXES, "text")
_UNKNOWN_PACKING = {".bz2", ".xz", ".zip", ".7z", ".lz4"}
_HEAD_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Identity:
    """What a source is known by when a run is resumed.

    Attributes:
        name: As the user wrote it.
        size_bytes: Its size; 0 for standard input, which has none.
        head_bytes: How much of its beginning the digest covers.
        head: SHA-256 of that beginning; of a folder: of the names and sizes of its files.
    """

    name: str
    size_bytes: int
    head_bytes: int
    head: str


@dataclass(frozen=True, slots=True)
class Source:
    """One input.

    Attributes:
        path: A file, a folder of text files, a file behind a URL, or `-` for standard input.
        format: How to read it.
    """

    path: Path | RemoteFile
    format: Format

    @property
    def is_stream(self) -> bool:
        """Whether it is standard input: read once, of no known size."""
        return self.path == STDIN

    @property
    def folder(self) -> Path | None:
        """The folder of text files that it is, if it is one."""
        return self.path if isinstance(self.path, Path) and self.path.is_dir() else None

    def size_bytes(self) -> int:
        """How much there is to read, for the progress bar; 0 where no one knows."""
        if self.is_stream:
            return 0
        if (folder := self.folder) is not None:
            return sum(path.stat().st_size for _, path in documents(folder))
        return self.path.size_bytes() if isinstance(self.path, RemoteFile) else self.path.stat().st_size

    def identity(self, head_bytes: int = _HEAD_BYTES) -> Identity:
        """What it is known by, by its first `head_bytes`."""
        if self.is_stream:
            return Identity("-", 0, 0, "")
        if (folder := self.folder) is not None:
            digest, size = hashlib.sha256(), 0
            for name, path in documents(folder):
                size += (length := path.stat().st_size)
                digest.update(f"{name}\0{length}\n".encode(errors="surrogateescape"))
            return Identity(str(self.path), size, 0, digest.hexdigest())
        with self.path.open("rb") as file:
            head = file.read(head_bytes)
        return Identity(str(self.path), self.size_bytes(), len(head), hashlib.sha256(head).hexdigest())

    def rows(self, maker: RowMaker) -> Iterator[Row]:
        """Read it.

        Raises:
            InputError: It cannot be opened, or not be read any further.
        """
        try:
            if (folder := self.folder) is not None:
                yield from read_documents(documents(folder), maker)
            elif self.format == "parquet":
                from extractor.batch.parquet_input import read_parquet

                with self.path.open("rb") as file:
                    yield from read_parquet(file, self.size_bytes(), str(self.path), maker)
            elif self.is_stream:
                yield from self._from(sys.stdin.buffer, maker)
            else:
                with self.path.open("rb") as file:
                    yield from self._from(file, maker)
        except FAILURES as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise InputError(f"{self.path} cannot be read any further: {reason}", path=str(self.path)) from error

    def _from(self, file: BinaryIO, maker: RowMaker) -> Iterator[Row]:
        packed = self.path.suffix in PACKED_SUFFIXES
        position: Callable[[], int] = _nowhere if self.is_stream else file.tell
        lines = unpacked_lines(file, self.path.suffix)
        match self.format:
            case "csv" | "tsv":
                yield from read_table(lines, maker, "," if self.format == "csv" else "\t", position)
            case "text":
                data = b"".join(lines)
                if not maker.skips():
                    yield document(data, self.path.name, 1, maker, position())
            case _:
                yield from read_lines(lines, maker, position if packed or self.is_stream else None)


def find_sources(named: Sequence[str | Path], file_format: Format | None = None) -> list[Source]:
    """Find the inputs that a user named; a glob's files come in the order of their names.

    Args:
        named: Files, folders of text files, URLs of files, globs of either (`**` for any folders), or `-` for standard
            input.
        file_format: How to read files; None: as their names end, JSON Lines if that says nothing.

    Raises:
        InputError: One of them cannot be an input.
    """
    paths = [path for name in named for path in _paths(name)]
    sources = [Source(path, file_format or format_of(path)) for path in paths]
    if not sources:
        raise InputError("there is no input; name a file, a folder of text files, a glob, or - for standard input")
    for source in sources:
        _check(source)
    if sum(source.is_stream for source in sources) > 1:
        raise InputError("standard input (-) can be read only once", path="-")
    return sources


def format_of(path: Path | RemoteFile) -> Format:
    """The format that the end of a file's name tells."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() not in PACKED_SUFFIXES]
    return _BY_SUFFIX.get(suffixes[-1], "jsonl") if suffixes else "jsonl"


def _paths(name: str | Path) -> Sequence[Path | RemoteFile]:
    if is_url(name):
        return find_files(str(name))
    path = Path(name)
    if not glob.has_magic(str(name)) or path == STDIN or path.exists():
        return [path]
    matches = glob.glob(str(name), recursive=True)  # noqa: PTH207 - the pattern may be an absolute path
    found = [Path(match) for match in sorted(matches)]
    files = [match for match in found if match.is_file()]
    if not files:
        raise InputError(f"no file matches {name}", path=str(name))
    return files


def _check(source: Source) -> None:
    path = source.path
    if source.is_stream:
        if source.format == "parquet":
            raise InputError("Parquet cannot be read from standard input; write it to a file first", path="-")
        return
    try:
        if isinstance(path, RemoteFile):
            _check_remote(path)
        elif path.is_dir():
            _check_folder(path)
            return
        elif not stat.S_ISREG(path.stat().st_mode):
            raise InputError(f"the input {path} is a pipe or device; give - and redirect it", path=str(path))
        path.open("rb").close()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}", path=str(path)) from error
    if path.suffix.lower() in _UNKNOWN_PACKING or (source.format == "parquet" and path.suffix in PACKED_SUFFIXES):
        raise InputError(f"the input {path} is compressed in a way that is not read; unpack it first", path=str(path))


def _check_folder(folder: Path) -> None:
    if next(documents(folder), None) is None:
        told = ", ".join(TEXT_SUFFIXES)
        raise InputError(
            f"the input {folder} is a folder without text files ({told}); for files of rows name a glob, "
            f"like '{folder / '*.jsonl'}'",
            path=str(folder),
        )


def _check_remote(file: RemoteFile) -> None:
    if file.is_dir():
        raise InputError(
            f"the input {file} is a folder; name its files with a glob, like {file}/*.jsonl", path=str(file)
        )


@dataclass(frozen=True, slots=True)
class Inputs:
    """All inputs of a run, in order."""

    sources: tuple[Source, ...]

    def total_bytes(self) -> int:
        """Size of all of them; 0 where one has none."""
        sizes = [source.size_bytes() for source in self.sources]
        return sum(sizes) if all(sizes) else 0

    def identities(self) -> list[Identity]:
        """What they are known by.

        Raises:
            InputError: One of them cannot be read.
        """
        return [identity_of(source) for source in self.sources]

    def rows(self, maker: RowMaker) -> Iterator[Row]:
        """Read them one after the other; where there are several, every row names its file."""
        several = len(self.sources) > 1
        base = 0
        for source in self.sources:
            maker.begin(str(source.path) if several else "", base)
            yield from source.rows(maker)
            base += _size_or_zero(source)

    def holds(self, path: Path) -> bool:
        """Whether a file is one of them."""
        return path.exists() and any(
            isinstance(one.path, Path) and not one.is_stream and one.path.samefile(path) for one in self.sources
        )


def read_rows(named: Sequence[str | Path], text_field: str, file_format: Format | None = None) -> Iterator[Row]:
    """The rows of some inputs, as a batch reads them: what names each, and its text.

    Raises:
        InputError: An input cannot be read.
    """
    inputs = Inputs(tuple(find_sources(named, file_format)))
    return inputs.rows(RowMaker(Columns(text_field)))


def identity_of(source: Source, head_bytes: int = _HEAD_BYTES) -> Identity:
    """What a source is known by.

    Raises:
        InputError: It cannot be read.
    """
    try:
        return source.identity(head_bytes)
    except OSError as error:
        raise InputError(f"cannot read {source.path}: {error.strerror or error}", path=str(source.path)) from error


def _nowhere() -> int:
    return 0


def _size_or_zero(source: Source) -> int:
    try:
        return source.size_bytes()
    except OSError:
        return 0
