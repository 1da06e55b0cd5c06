"""Rows of JSON as Parquet: one row group after the other, types from the declaration."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from extractor.batch.arrow_types import AS_JSON, Shape, record_shape
from extractor.batch.row import encoded
from extractor.schema.nodes import Declaration

_GROUP_ROWS = 8192
_RARE = ("conflicts", "uncertain")  # members of few rows, of values of any kind
_SPANS = pa.map_(pa.string(), pa.struct([("start", pa.int32()), ("end", pa.int32())]))
_CONFIDENCE = pa.map_(pa.string(), pa.float64())
_ERROR = pa.struct([("type", pa.string()), ("message", pa.string()), ("path", pa.string())])


def write_parquet(rows_path: Path, target: Path, declaration: Declaration, carried: tuple[str, ...]) -> None:
    """Write a file of JSON rows as Parquet.

    A record with an integer of more than 64 bits becomes an error row: Arrow has no type for it.

    Args:
        rows_path: JSON Lines, as a batch writes them.
        target: Where to.
        declaration: The schema of the records.
        carried: Columns that were carried along; their cells are strings, JSON for what is none.
    """
    record = record_shape(declaration)
    schema = parquet_schema(record, carried)
    with rows_path.open("rb") as file, pq.ParquetWriter(target, schema, compression="zstd") as writer:
        lines = iter(file)
        while rows := [_cells(json.loads(line), record, carried) for line in islice(lines, _GROUP_ROWS)]:
            writer.write_batch(pa.RecordBatch.from_pylist(rows, schema=schema))


def parquet_schema(record: Shape, carried: tuple[str, ...]) -> pa.Schema:
    """Columns of the output."""
    return pa.schema(
        [
            pa.field("id", pa.string()),
            pa.field("line", pa.int64()),
            pa.field("file", pa.string()),
            *(pa.field(name, pa.string()) for name in carried),
            record.field("record"),
            pa.field("spans", _SPANS),
            pa.field("status", pa.string()),
            pa.field("confidence", _CONFIDENCE),
            *(AS_JSON.field(name) for name in _RARE),
            pa.field("error", _ERROR),
        ]
    )


def _cells(row: dict[str, Any], record: Shape, carried: tuple[str, ...]) -> dict[str, Any]:
    cells = {
        "id": _text(row.get("id")),
        "line": row.get("line"),
        "file": row.get("file"),
        **{name: _text(row.get(name)) for name in carried},
    }
    if "error" in row:
        return {**cells, "error": _safe(row["error"])}
    try:
        found = record.cell(row["record"])
    except OverflowError as error:
        told = f"the record has no form in Parquet: {error}; write JSON Lines, or give the field bounds"
        return {**cells, "error": {"type": "OutputError", "message": told, "path": "$"}}
    return {
        **cells,
        "record": found,
        "spans": [(path, {"start": start, "end": end}) for path, (start, end) in row["spans"].items()],
        "status": row["status"],
        "confidence": list(row["confidence"].items()),
        **{name: AS_JSON.cell(row[name]) for name in _RARE if name in row},
    }


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return _whole_characters(value) if isinstance(value, str) else encoded(value)


def _safe(error: dict[str, str]) -> dict[str, str]:
    return {name: _whole_characters(text) for name, text in error.items()}


def _whole_characters(text: str) -> str:
    """Half characters, which Arrow cannot hold, as they are written in JSON."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
