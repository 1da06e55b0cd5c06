"""Outputs that are not plain lines: their rows are kept in a file beside them, and packed when the last is written."""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import zstandard

from extractor.batch.parquet_input import import_pyarrow
from extractor.errors import InputError, OutputError
from extractor.schema.nodes import Declaration
from extractor.store.durable import replace_file

_UNKNOWN = {".csv", ".tsv", ".bz2", ".xz", ".zip"}


@dataclass(frozen=True, slots=True)
class Packing:
    """How an output is made of its rows.

    Attributes:
        output: The output.
        rows_path: Where its rows are until then; a run that was stopped goes on with this file.
        write: Rows, target -> None: writes the target.
    """

    output: Path
    rows_path: Path
    write: Callable[[Path, Path], None]

    def pack(self) -> None:
        """Make the output, whole or not at all; the same rows give the same bytes.

        Raises:
            OutputError: The disk is full or failed; the rows are still there.
        """
        temporary = self.output.with_name(f"{self.output.name}.{os.getpid()}")
        try:
            self.write(self.rows_path, temporary)
            replace_file(temporary, self.output)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise OutputError(
                f"cannot write {self.output}: {error.strerror or error}; its rows are in {self.rows_path}, make room "
                "and add --resume",
                path=str(self.output),
            ) from error


def packing_of(output: Path, declaration: Declaration, carried: tuple[str, ...]) -> Packing | None:
    """How an output of that name is made; None for plain lines.

    Raises:
        InputError: The name stands for a format that is not written.
        SetupError: It needs pyarrow, which is not installed.
    """
    rows_path = output.with_name(f"{output.name}.rows.jsonl")
    match output.suffix.lower():
        case ".gz":
            return Packing(output, rows_path, _gzip)
        case ".zst":
            return Packing(output, rows_path, _zstandard)
        case ".parquet" | ".pq":
            import_pyarrow()
            from extractor.batch.parquet_output import write_parquet

            return Packing(output, rows_path, partial(write_parquet, declaration=declaration, carried=carried))
        case suffix if suffix in _UNKNOWN:
            raise InputError(
                f"rows cannot be written as {suffix}; name the output .jsonl, .jsonl.gz, .jsonl.zst or .parquet",
                path=str(output),
            )
        case _:
            return None


def _gzip(rows: Path, target: Path) -> None:
    with (
        rows.open("rb") as file,
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed,
    ):
        shutil.copyfileobj(file, packed)


def _zstandard(rows: Path, target: Path) -> None:
    with rows.open("rb") as file, target.open("wb") as packed:
        zstandard.ZstdCompressor(level=6, write_checksum=True).copy_stream(file, packed)
