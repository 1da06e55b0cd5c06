"""Parquet as rows, a batch of a row group at a time; only the columns that are used are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from extractor.batch.row import Row, RowMaker
from extractor.errors import InputError, SetupError

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_BATCH_ROWS = 1024


def read_parquet(file: BinaryIO, size_bytes: int, name: str, maker: RowMaker) -> Iterator[Row]:
    """Yield the rows of a Parquet file. `line` is the row's number, from 1.

    Args:
        file: It.
        size_bytes: Its size.
        name: What messages call it.
        maker: Makes the rows.

    Raises:
        SetupError: pyarrow is not installed.
        InputError: The file is not whole, or it has no column for the text.
    """
    arrow, parquet = import_pyarrow()
    try:
        with parquet.ParquetFile(file) as table:
            total, number = table.metadata.num_rows, 0
            for batch in table.iter_batches(_BATCH_ROWS, columns=_columns(table, maker)):
                for record in batch.to_pylist():
                    number += 1
                    if not maker.skips():
                        yield maker.row(record, number, size_bytes * number // total)
    except (arrow.ArrowException, ValueError) as error:
        raise InputError(f"{name} cannot be read any further: {error}", path=name) from error


def _columns(table: pq.ParquetFile, maker: RowMaker) -> list[str]:
    """Top-level columns, and paths into them; a column that is not there is only missed where the text should be."""
    names = set(table.schema_arrow.names)
    wanted = maker.columns.text_field
    if wanted not in names and wanted.split(".")[0] not in names:
        told = ", ".join(table.schema_arrow.names)
        raise InputError(f"there is no column {wanted!r} (columns: {told}); name it with --text-field", path=wanted)
    asked = ("id", wanted, *maker.columns.keep, *filter(None, [maker.columns.adapter_field]))
    used = {name if name in names else name.split(".")[0] for name in asked}
    return [name for name in table.schema_arrow.names if name in used]


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
