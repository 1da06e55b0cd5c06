"""Parquet as rows, a batch of a row group at a time; only the columns that are used are read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.batch.row import Row, RowMaker
from extractor.errors import InputError, SetupError

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_BATCH_ROWS = 1024


def read_parquet(path: Path, maker: RowMaker) -> Iterator[Row]:
    """Yield the rows of a Parquet file. `line` is the row's number, from 1.

    Raises:
        SetupError: pyarrow is not installed.
        InputError: The file is not whole, or it has no column for the text.
    """
    arrow, parquet = import_pyarrow()
    size = path.stat().st_size
    try:
        with parquet.ParquetFile(path) as file:
            total, number = file.metadata.num_rows, 0
            for batch in file.iter_batches(_BATCH_ROWS, columns=_columns(file, maker)):
                for record in batch.to_pylist():
                    number += 1
                    if not maker.skips():
                        yield maker.row(record, number, size * number // total)
    except (arrow.ArrowException, ValueError) as error:
        raise InputError(f"{path} cannot be read any further: {error}", path=str(path)) from error


def _columns(file: pq.ParquetFile, maker: RowMaker) -> list[str]:
    """Top-level columns, and paths into them; a column that is not there is only missed where the text should be."""
    names = set(file.schema_arrow.names)
    wanted = maker.columns.text_field
    if wanted not in names and wanted.split(".")[0] not in names:
        told = ", ".join(file.schema_arrow.names)
        raise InputError(f"there is no column {wanted!r} (columns: {told}); name it with --text-field", path=wanted)
    asked = ("id", wanted, *maker.columns.keep, *filter(None, [maker.columns.adapter_field]))
    used = {name if name in names else name.split(".")[0] for name in asked}
    return [name for name in file.schema_arrow.names if name in used]


def import_pyarrow() -> tuple[Any, Any]:
    """`pyarrow` and `pyarrow.parquet`.

    Raises:
        SetupError: They are not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise SetupError("Parquet needs pyarrow; install it: pip install 'extractor[parquet]'") from error
    return pyarrow, pyarrow.parquet
