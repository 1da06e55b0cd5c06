"""What a batch shows to people: a bar while it runs on a terminal, and a summary at its end."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

from extractor.cli.arguments import count, say

if TYPE_CHECKING:
    from extractor.batch.figures import BatchState

_DRAWN_EVERY_S = 0.2


class Reporter:
    """Follows a batch; a context manager. Called with every state, it draws a few of them a second."""

    def __init__(self, output: str, quiet: bool) -> None:
        """Make one.

        Args:
            output: What the batch writes, for messages.
            quiet: Whether nothing but errors is to be said.
        """
        self._output = "standard output" if output == "-" else output
        self._quiet = quiet
        self._on_terminal = sys.stderr.isatty() and not quiet
        self._latest: BatchState | None = None
        self._bars: Any = None
        self._drawn = 0.0

    def __call__(self, state: BatchState) -> None:
        """Take note of how far the batch is."""
        self._latest = state
        if self._bars is not None and (now := time.monotonic()) - self._drawn > _DRAWN_EVERY_S:
            self._drawn = now
            self._draw(state)

    def _draw(self, state: BatchState) -> None:
        seconds = state.seconds or 1.0
        self._bars.update(
            self._bars.task_ids[0],
            completed=state.done_bytes,
            total=state.total_bytes or None,
            rows=state.rows,
            errors=state.errors,
            rows_rate=state.new_rows / seconds,
            tokens_rate=state.tokens / seconds,
        )

    def __enter__(self) -> Reporter:
        """Show the bar, on a terminal."""
        if self._on_terminal:
            self._bars = _bars()
            self._bars.add_task("", total=None, rows=0, errors=0, rows_rate=0.0, tokens_rate=0.0)
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None

    def interrupted(self) -> None:
        """Say what is left after Ctrl-C."""
        rows = self._latest.rows if self._latest else 0
        if not self._quiet:
            say(f"interrupted: {self._output} holds {count(rows, 'whole row')}; add --resume to go on")

    def summary(self, end: BatchState) -> None:
        """Say how it ended: a table on a terminal, else one line."""
        if self._quiet:
            return
        say(in_one_line(end, self._output))
        if self._on_terminal:
            _print_table(end)


def _bars() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    return Progress(
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]:,} rows, {task.fields[errors]:,} with errors"),
        TextColumn("{task.fields[rows_rate]:,.1f} rows/s, {task.fields[tokens_rate]:,.0f} tokens/s"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def in_one_line(end: BatchState, output: str) -> str:
    """One line on a finished batch."""
    speed = f", {end.new_rows / end.seconds:,.1f} rows/s" if end.new_rows and end.seconds else ""
    kept = f" ({end.kept:,} were there before)" if end.kept else ""
    cut = f", a torn row of {count(end.cut_bytes, 'byte')} cut away" if end.cut_bytes else ""
    errors = count(end.errors, "error row") + (f", {end.uncertain:,} uncertain" if end.uncertain else "")
    return f"{output}: {count(end.rows, 'row')}{kept}{cut}, {errors}, {end.seconds:.1f} s{speed}"


def _print_table(end: BatchState) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, figure in table_rows(end):
        table.add_row(name, figure)
    Console(stderr=True).print(table)


def table_rows(end: BatchState) -> list[tuple[str, str]]:
    """Name and figure of every line of the summary table."""
    figures = end.figures()
    lines = [("rows", f"{end.rows:,}"), ("of these, there before", f"{end.kept:,}"), ("error rows", f"{end.errors:,}")]
    lines += [(f"  {kind}", f"{number:,}") for kind, number in figures["errors_by_type"].items()]
    lines += [("uncertain rows", f"{end.uncertain:,}")] if end.uncertain else []
    lines.append(("seconds", f"{end.seconds:,.1f}"))
    for name, key in (
        ("rows/s", "rows_per_s"),
        ("tokens/s", "tokens_per_s"),
        ("seconds per 1,000 rows", "seconds_per_1000_rows"),
        ("CPU-seconds per 1,000 rows", "cpu_seconds_per_1000_rows"),
    ):
        if figures[key] is not None:
            lines.append((name, f"{figures[key]:,.1f}"))
    return lines
