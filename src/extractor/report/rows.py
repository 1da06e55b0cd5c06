"""Rows of a batch's output as a page shows them; a line that is no row is counted and left out.

Knows nothing of the formats of inputs: the texts come from the rows themselves or from the caller.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from extractor.errors import InputError
from extractor.record.extraction import Span
from extractor.report.values import Failure, Number, Row, found_values
from extractor.store.packed import FAILURES, unpacked_lines

# What names a row: its member (`id` or `line`), that as text, and its file where there are several.
Label: TypeAlias = tuple[str, str, str]


def read_rows(path: Path, *, limit: int) -> tuple[list[dict[str, Any]], int, int]:
    """Read the first rows of a file of rows.

    Args:
        path: The output of a batch.
        limit: How many.

    Returns:
        The rows as they stand there, numbers as `Number`; how many there are after them; lines that are no rows.

    Raises:
        InputError: The file cannot be read, or there is no row in it.
    """
    rows: list[dict[str, Any]] = []
    left_out = unreadable = 0
    try:
        with path.open("rb") as file:
            for line in unpacked_lines(file, path.suffix):
                if not line.strip():
                    continue
                if len(rows) == limit:
                    left_out += 1
                elif (row := _parsed(line)) is None:
                    unreadable += 1
                else:
                    rows.append(row)
    except FAILURES as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot read {path}: {reason}", path=str(path)) from error
    if not rows:
        raise InputError(
            f"{path} holds no rows: a row is a JSON object with a `record` or an `error`, as batch writes",
            path=str(path),
        )
    return rows, left_out, unreadable


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line, parse_int=Number, parse_float=Number, parse_constant=Number)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) and ("record" in row or "error" in row) else None


def label_of(row: Mapping[str, Any]) -> Label | None:
    """What names a row, whether its numbers were read as `Number` or not."""
    name = next((member for member in ("id", "line") if isinstance(row.get(member), str | int | float)), None)
    return None if name is None else (name, str(row[name]), str(row.get("file", "")))


def wanted_texts(rows: Iterable[Mapping[str, Any]], source: Iterable[tuple[Label, str]]) -> dict[Label, deque[str]]:
    """The texts of the rows, by what names them; rows of the same name take them in order.

    Args:
        rows: The rows.
        source: What names every text of the source, and the text.
    """
    texts: dict[Label, deque[str]] = {label: deque() for row in rows if (label := label_of(row)) is not None}
    for label, text in source:
        if label in texts:
            texts[label].append(text)
    return texts


def page_rows(rows: Iterable[dict[str, Any]], texts: Mapping[Label, deque[str]]) -> Iterator[tuple[Row, int]]:
    """Rows as the page shows them, each with the number of its spans that do not hold their value."""
    for number, row in enumerate(rows, 1):
        label = label_of(row)
        text = row.get("text")
        if not isinstance(text, str) or isinstance(text, Number):
            queue = texts.get(label) if label is not None else None
            text = queue.popleft() if queue else None
        yield _page_row(row, _name(label, number), text)


def _name(label: Label | None, number: int) -> str:
    if label is None:
        return f"row {number}"
    name = label[1] if label[0] == "id" else f"line {label[1]}"
    return f"{name} of {label[2]}" if label[2] else name


def _page_row(row: Mapping[str, Any], name: str, text: str | None) -> tuple[Row, int]:
    if "record" not in row:
        return Row(name, text, (), "failed", _failure(row["error"])), 0
    spans = {path: span for path, raw in _object(row.get("spans")).items() if (span := _span(raw)) is not None}
    sure = {path: value for path, raw in _object(row.get("confidence")).items() if (value := _share(raw)) is not None}
    values, misplaced = found_values(row["record"], spans, sure, text)
    status = row.get("status")
    return Row(name, text, values, status if isinstance(status, str) else "complete", notes=_notes(row)), misplaced


def _failure(error: Any) -> Failure:
    facts = _object(error)
    if not facts:
        return Failure("error", str(error))
    return Failure(str(facts.get("type") or "error"), str(facts.get("message") or ""), str(facts.get("path") or ""))


def _notes(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Values on which the parts of a long text disagreed."""
    conflicts = _object(row.get("conflicts"))
    return tuple(
        f"{path}: other parts of the text gave {', '.join(map(_told, others))}"
        for path, others in conflicts.items()
        if isinstance(others, list) and others
    )


def _told(value: Any) -> str:
    return str(value) if isinstance(value, Number) else json.dumps(value, ensure_ascii=False)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _span(value: Any) -> Span | None:
    try:
        start, end = (int(part) for part in value)
    except (TypeError, ValueError):
        return None
    return Span(start, end) if 0 <= start < end else None


def _share(value: Any) -> float | None:
    try:
        share = float(value)
    except (TypeError, ValueError):
        return None
    return share if 0 <= share <= 1 else None
