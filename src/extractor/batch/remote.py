"""Files that pyarrow's filesystems reach: `s3://bucket/key`, `gs://`, `hdfs://`, `file://`.

How to get in (keys, region) is said as everywhere with pyarrow: by the environment, or in the URL's own options
(`s3://bucket/key?region=eu-west-1`).
"""

from __future__ import annotations

import fnmatch
import io
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from extractor.batch.parquet_input import import_pyarrow
from extractor.errors import InputError, OutputError

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_MAGIC = re.compile(r"[*\[]")


def is_url(name: object) -> bool:
    """Whether what a user named is a URL, not a path."""
    return _URL.match(str(name)) is not None


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file behind a URL; it can be asked what a `Path` can be asked where it is read.

    Attributes:
        url: As the user wrote it, or as a glob gave it.
    """

    url: str

    def __str__(self) -> str:
        """The URL, without its options: they may hold keys."""
        return self.url.partition("?")[0]

    @property
    def name(self) -> str:
        """The last part."""
        return PurePosixPath(str(self)).name

    @property
    def suffix(self) -> str:
        """As of a `Path`."""
        return PurePosixPath(str(self)).suffix

    @property
    def suffixes(self) -> list[str]:
        """As of a `Path`."""
        return PurePosixPath(str(self)).suffixes

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return bool(self._info().type == _fs().FileType.Directory)

    def exists(self) -> bool:
        """Whether there is anything."""
        return bool(self._info().type != _fs().FileType.NotFound)

    def size_bytes(self) -> int:
        """Its size; 0 for a folder."""
        return int(self._info().size or 0)

    def open(self, _mode: str = "rb") -> BinaryIO:
        """Open it for reading.

        Raises:
            OSError: It is not there, or not to be had.
        """
        filesystem, path = _reached(self.url)
        return cast("BinaryIO", io.BufferedReader(filesystem.open_input_file(path), 1 << 20))

    def take(self, source: Path) -> None:
        """Be a copy of a file.

        Raises:
            OutputError: It cannot be written.
        """
        filesystem, path = _reached(self.url)
        try:
            with source.open("rb") as file, filesystem.open_output_stream(path) as target:
                shutil.copyfileobj(file, target, 1 << 20)
        except OSError as error:
            raise OutputError(f"cannot write {self}: {error}; its rows are in {source}", path=str(self)) from error

    def sibling(self, ending: str) -> RemoteFile:
        """The file beside it whose name is longer by that."""
        place, mark, options = self.url.partition("?")
        return RemoteFile(f"{place}{ending}{mark}{options}")

    def _info(self) -> Any:
        filesystem, path = _reached(self.url)
        return filesystem.get_file_info(path)


def find_files(url: str) -> list[RemoteFile]:
    """The files that a URL names: itself, or what its `*`, `?` `[...]` and `**` match, in the order of their names.

    Raises:
        InputError: A pattern matches nothing, or its folder cannot be looked at.
        SetupError: pyarrow is not installed.
    """
    place, mark, options = url.partition("?")
    scheme, _, rest = place.partition("://")
    parts = rest.split("/")
    first = next((at for at, part in enumerate(parts) if _MAGIC.search(part)), None)
    if first is None:
        return [RemoteFile(url)]
    folder = f"{scheme}://{'/'.join(parts[:first])}{mark}{options}"
    filesystem, base = _reached(folder)
    try:
        infos = filesystem.get_file_info(_fs().FileSelector(base, recursive=len(parts) > first + 1))
    except OSError as error:
        raise InputError(f"cannot look into {RemoteFile(folder)}: {error}", path=str(RemoteFile(folder))) from error
    below = [info.path[len(base.rstrip("/")) + 1 :] for info in infos if info.type == _fs().FileType.File]
    found = sorted(name for name in below if _matches(name.split("/"), parts[first:]))
    if not found:
        raise InputError(f"no file matches {place}", path=place)
    return [RemoteFile(f"{scheme}://{'/'.join([*parts[:first], name])}{mark}{options}") for name in found]


def _matches(parts: Sequence[str], patterns: Sequence[str]) -> bool:
    """Whether the parts of a path are what the parts of a pattern say; `**` is any folders."""
    if not patterns:
        return not parts
    if patterns[0] == "**":
        return _matches(parts, patterns[1:]) or (bool(parts) and _matches(parts[1:], patterns))
    return bool(parts) and fnmatch.fnmatchcase(parts[0], patterns[0]) and _matches(parts[1:], patterns[1:])


def _fs() -> Any:
    import_pyarrow()
    import pyarrow.fs

    return pyarrow.fs


def _reached(url: str) -> tuple[Any, str]:
    """The filesystem behind a URL, and the path in it."""
    arrow, _ = import_pyarrow()
    try:
        filesystem, path = _fs().FileSystem.from_uri(url)
    except (ValueError, OSError, arrow.ArrowException) as error:
        shown = str(RemoteFile(url))
        raise InputError(f"{shown} cannot be reached: {error}", path=shown) from error
    return filesystem, str(path)
