"""Texts with the records that people made of them: JSON Lines, plain, .gz or .zst."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from extractor.errors import InputError
from extractor.schema.nodes import JSONValue
from extractor.store.packed import FAILURES, unpacked_lines


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A text and its record.

    Attributes:
        line: Line of the file, from 1.
        text: The text.
        record: What it should give.
        schema: Name of the row's schema, or "".
    """

    line: int
    text: str
    record: JSONValue
    schema: str


def read_gold(path: Path, *, only: str | None = None, limit: int | None = None, unnamed: str = "") -> list[GoldRow]:
    """Read rows.

    Args:
        path: A .jsonl file, or one with .gz or .zst after it.
        only: Keep the rows of this schema.
        limit: Keep the first so many (of those); None: all.
        unnamed: Name of the schema of rows that do not name one.

    Raises:
        InputError: The file cannot be read, a line is no such row, or there are no rows.
    """
    schemas: set[str] = set()
    try:
        with path.open("rb") as file:
            read = _rows(unpacked_lines(file, path.suffix), path, unnamed, schemas)
            kept = (row for row in read if only is None or row.schema == only)
            rows = list(islice(kept, limit))
    except FAILURES as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot read {path}: {reason}", path=str(path)) from error
    if not rows:
        raise InputError(f"{path} has no rows{_of(only, schemas)}", path=str(path))
    return rows


def _of(only: str | None, schemas: set[str]) -> str:
    if only is None:
        return ""
    return f" of the schema {only!r}; there are: {', '.join(sorted(schemas - {''})) or 'none that name a schema'}"


def _rows(lines: Iterable[bytes], path: Path, unnamed: str, schemas: set[str]) -> Iterator[GoldRow]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        row = _row(line, number, unnamed, f"line {number} of {path}")
        schemas.add(row.schema)
        yield row


def _row(line: bytes, number: int, unnamed: str, where: str) -> GoldRow:
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where} is not JSON: {error}") from error
    if not isinstance(row, dict):
        raise InputError(f"{where} must be an object with `text` and `record`")
    if "record" not in row:
        raise InputError(f"{where} has no field `record`")
    text, schema = row.get("text"), row.get("schema")
    if not isinstance(text, str):
        raise InputError(f"{where} has no field `text` that holds a string")
    if not isinstance(schema, str | None):
        raise InputError(f"{where}: `schema` must be the name of a schema")
    return GoldRow(number, text, row["record"], schema or unnamed)
