"""`extractor batch`: a file of texts in, a file of rows out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.api.schema_argument import load_schema
from extractor.cli.arguments import ModelOption, ParallelOption, SchemaOption, chosen_model, count, say

if TYPE_CHECKING:
    from extractor.batch.output import Existing
    from extractor.batch.run import BatchState, Progress


def batch(  # noqa: PLR0913, PLR0917 - one parameter an option
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="IN.jsonl", help="One JSON object a line, with a text in it.")],
    schema: SchemaOption,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="OUT.jsonl", help="Where the rows go.")],
    text_field: Annotated[
        str, typer.Option("--text-field", metavar="NAME", help="The member of every line that holds the text.")
    ] = "text",
    model: ModelOption = None,
    parallel: ParallelOption = 8,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with OUT.jsonl where it stops.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite OUT.jsonl.")] = False,
) -> None:
    """Extract a record from every line of a file; bad lines become error rows and the rest goes on."""
    from extractor.batch.run import BatchOptions, run_batch

    options = BatchOptions(text_field=text_field, parallel=parallel, existing=_existing(resume, force))
    latest: list[BatchState] = []
    with _progress(latest) as progress:
        try:
            end = run_batch(
                source, output, load_schema(schema), options, model=chosen_model(context, model), progress=progress
            )
        except KeyboardInterrupt:
            rows = latest[-1].rows if latest else 0
            say(f"interrupted: {output} holds {count(rows, 'whole row')}; add --resume to go on")
            raise
    say(summary(end, output))
    if end.errors:
        raise typer.Exit(1)


def summary(end: BatchState, output: Path) -> str:
    """One line on a finished batch."""
    new = end.rows - end.kept
    speed = f", {new / end.seconds:,.1f} rows/s" if new and end.seconds else ""
    kept = f" ({end.kept:,} were there before)" if end.kept else ""
    cut = f", a torn row of {count(end.cut_bytes, 'byte')} cut away" if end.cut_bytes else ""
    return (
        f"{output}: {count(end.rows, 'row')}{kept}{cut}, {count(end.errors, 'error row')}, {end.seconds:.1f} s{speed}"
    )


def _existing(resume: bool, force: bool) -> Existing:
    match resume, force:
        case True, True:
            raise typer.BadParameter("--resume goes on with the output and --force overwrites it: give one of them")
        case True, False:
            return "resume"
        case False, True:
            return "overwrite"
        case _:
            return "refuse"


@contextmanager
def _progress(latest: list[BatchState]) -> Iterator[Progress]:
    """Keeps the latest state; draws a bar on a terminal, none in a pipe."""

    def keep(state: BatchState) -> None:
        latest[:] = [state]

    if not sys.stderr.isatty():
        yield keep
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]:,} rows, {task.fields[errors]:,} with errors"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None, rows=0, errors=0)

        def draw(state: BatchState) -> None:
            keep(state)
            bars.update(task, completed=state.done_bytes, total=state.total_bytes, rows=state.rows, errors=state.errors)

        yield draw
