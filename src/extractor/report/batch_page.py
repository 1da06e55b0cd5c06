"""The page of a batch's output."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from extractor.errors import InputError, OutputError
from extractor.report.page import Report, render
from extractor.report.rows import Label, page_rows, read_rows, wanted_texts
from extractor.store.durable import replace_text

_DECIMALS = 3


def batch_report(
    path: Path,
    *,
    texts: Iterable[tuple[Label, str]] | None = None,
    stats: Path | None = None,
    limit: int = 20_000,
) -> Report:
    """Read what a page shows of a batch's output.

    Args:
        path: The output.
        texts: What names every text of the input, and the text; None: the rows hold their texts themselves.
        stats: The figures of the run, as a JSON object; None: none.
        limit: Most rows shown.

    Raises:
        InputError: A file cannot be read, or there is no row.
    """
    speed = dict(_figures(stats)) if stats is not None else {}
    read, left_out, unreadable = read_rows(path, limit=limit)
    by_label = wanted_texts(read, texts or ())
    shown = list(page_rows(read, by_label))
    rows = [row for row, _ in shown]
    misplaced = sum(number for _, number in shown)
    statuses = Counter(row.status for row in rows)
    facts = {
        "rows": f"{len(rows):,}",
        "complete": f"{statuses['complete']:,}",
        "truncated": f"{statuses['truncated']:,}",
        "errors": f"{statuses['failed']:,}",
    }
    known = sum(row.text is not None for row in rows)
    notes = [
        note
        for number, note in (
            (left_out, f"Only the first {len(rows):,} of {len(rows) + left_out:,} rows are shown; --limit shows more."),
            (unreadable, f"{unreadable:,} lines are no rows and were left out (a run that was cut short leaves one)."),
            (misplaced, f"{misplaced:,} spans do not hold their value in the text and are not shown: other source?"),
            (len(rows) - known, f"The texts of {len(rows) - known:,} rows are not known; --source names their file."),
        )
        if number
    ]
    return Report(path.name, rows, facts, speed, notes=notes)


def check_page(output: Path, *, inputs: Sequence[Path] = ()) -> None:
    """Refuse a place where a page cannot be meant, before any work is done.

    Args:
        output: Where it is to go.
        inputs: Files that it must not replace.

    Raises:
        InputError: It is one of the inputs, a folder, or in no folder.
    """
    if output.is_dir():
        raise InputError(f"the output {output} is a folder; name a file in it", path=str(output))
    if not output.parent.is_dir():
        raise InputError(f"the output's folder {output.parent} does not exist; make it first", path=str(output))
    if output.exists() and any(path.exists() and output.samefile(path) for path in inputs):
        raise InputError(f"the output {output} is one of the inputs; name another", path=str(output))


def write_page(report: Report, output: Path, *, inputs: Sequence[Path] = ()) -> None:
    """Write a page, whole or not at all; one that is there is replaced. See `check_page`.

    Raises:
        InputError: The output cannot be meant.
        OutputError: It cannot be written.
    """
    check_page(output, inputs=inputs)
    try:
        replace_text(output, render(report))
    except OSError as error:
        raise OutputError(f"cannot write {output}: {error.strerror or error}", path=str(output)) from error


def _figures(path: Path) -> Iterator[tuple[str, int | float | str]]:
    """The numbers and words of a JSON object, and of the objects in it."""
    try:
        read: Any = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {error}", path=str(path)) from error
    if not isinstance(read, dict):
        raise InputError(f"{path} must hold a JSON object of figures, as batch --stats writes", path=str(path))
    yield from _flat(read, "")


def _flat(figures: Mapping[str, Any], before: str) -> Iterator[tuple[str, int | float | str]]:
    for name, value in figures.items():
        told = f"{before}{name.replace('_', ' ')}"
        match value:
            case dict():
                yield from _flat(value, f"{told}: ")
            case bool() | None | list():
                continue
            case float():
                yield told, round(value, _DECIMALS)
            case int() | str():
                yield told, value
            case _:
                continue
