"""Whole texts and their parts, as policies and schemas judge them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from extractor.hooks.changes import Ranges, Source, sources
from extractor.hooks.content import Lines, decode
from extractor.hooks.scan import Outcome, is_among
from extractor.hooks.settings import Settings

UnitKind = Literal["line", "paragraph", "file"]


class Unit(NamedTuple):
    """A part of a file that is judged by itself: its first character and its text."""

    start: int
    text: str


def readable(
    names: Sequence[str], *, all_files: bool, environment: Mapping[str, str], settings: Settings, outcome: Outcome
) -> Iterator[tuple[Source, Lines]]:
    """Yield every file that is text, and note the others as skipped."""
    for source in sources(names, all_files=all_files, environment=environment):
        text = decode(source.data) if source.data is not None else None
        if text is None:
            outcome.skipped.append((source.path, source.skipped or "binary"))
        elif is_among(source.path, (*settings.exclude, settings.baseline)):
            outcome.skipped.append((source.path, "excluded"))
        else:
            yield source, Lines(text)


def units(lines: Lines, kind: UnitKind, changed: Ranges | None) -> Iterator[Unit]:
    """Cut a file into parts, and yield those in which a line changed. A file is one part, changed as a whole."""
    if kind == "file":
        if changed is None or changed:
            yield Unit(0, lines.text)
        return
    for first, last, unit in _parts(lines, kind):
        if unit.text.strip() and (changed is None or any(a <= last and first <= b for a, b in changed)):
            yield unit


def _parts(lines: Lines, kind: UnitKind) -> Iterator[tuple[int, int, Unit]]:
    start, begun, gathered = 0, 1, ""
    for number, line in enumerate(lines.text.split("\n"), 1):
        if not gathered:
            begun, gathered_from = number, start
        start += len(line) + 1
        if kind == "line":
            yield number, number, Unit(gathered_from, line)
        elif line.strip():
            gathered += line + "\n"
        elif gathered:
            yield begun, number - 1, Unit(gathered_from, gathered)
            gathered = ""
    if gathered:
        yield begun, number, Unit(gathered_from, gathered)
