"""`extractor batch`: texts in, a file of rows out."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from extractor.api.schema_argument import load_schema
from extractor.cli.arguments import (
    FormatOption,
    ModelOption,
    ParallelOption,
    SchemaOption,
    TextFieldOption,
    chosen_format,
    chosen_model,
    count,
    say,
)
from extractor.cli.progress import Reporter

if TYPE_CHECKING:
    from extractor.batch.output import Existing

STOPPED = 4  # exit code: too many error rows, the rest is not done


def batch(  # noqa: PLR0913, PLR0917 - one parameter an option
    context: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="IN...",
            help="Files (.jsonl, .csv, .tsv, .parquet, .txt; .gz or .zst after it), folders of texts, globs, URLs, -.",
        ),
    ],
    schema: SchemaOption,
    output: Annotated[
        str,
        typer.Option(
            "-o", "--output", metavar="OUT", help="Rows: .jsonl, .jsonl.gz, .jsonl.zst or .parquet; - prints."
        ),
    ],
    text_field: TextFieldOption = "text",
    file_format: FormatOption = None,
    keep: Annotated[
        list[str] | None, typer.Option("--keep", metavar="NAME", help="A column to carry along; may be repeated.")
    ] = None,
    with_text: Annotated[bool, typer.Option("--with-text", help="Carry the text itself along, as `text`.")] = False,
    model: ModelOption = None,
    parallel: ParallelOption = 8,
    workers: Annotated[
        int | None,
        typer.Option("--workers", metavar="N", min=1, max=4096, help="Processes, with a share of the cores each."),
    ] = None,
    engine: Annotated[
        Literal["local", "ray"], typer.Option("--engine", help="Where the workers are: here, or on a Ray cluster.")
    ] = "local",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with OUT where it stops.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite OUT.")] = False,
    max_errors: Annotated[
        int | None, typer.Option("--max-errors", metavar="N", min=0, help="Stop when more than N rows are errors.")
    ] = None,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first error row.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no summary; errors are said.")] = False,
    stats: Annotated[
        Path | None, typer.Option("--stats", metavar="STATS.json", help="Write the figures of the run there.")
    ] = None,
    long: Annotated[
        Literal["refuse", "split"], typer.Option("--long", help="Texts longer than the context: refuse, or split.")
    ] = "refuse",
    min_confidence: Annotated[
        float | None,
        typer.Option("--min-confidence", metavar="X", min=0, max=1, help="Values less sure than X become null."),
    ] = None,
    adapter_field: Annotated[
        str | None,
        typer.Option("--adapter-field", metavar="NAME", help="The column that names the adapter of a row."),
    ] = None,
    review: Annotated[
        Path | None, typer.Option("--review", metavar="FILE.jsonl", help="Write rows with such values there too.")
    ] = None,
) -> None:
    """Extract a record from every row of some files; bad rows become error rows and the rest goes on."""
    from extractor.api.decoding import Decoding
    from extractor.batch.run import BatchOptions, run_batch

    options = BatchOptions(
        text_field=text_field,
        keep=tuple(keep or ()),
        with_text=with_text,
        file_format=chosen_format(file_format),
        parallel=parallel,
        workers=workers,
        cluster=engine,
        max_errors=0 if fail_fast else max_errors,
        existing=_existing(resume, force),
        stats=stats,
        decoding=Decoding(long=long, min_confidence=min_confidence),
        adapter_field=adapter_field,
        review=review,
    )
    loaded = load_schema(schema)
    with Reporter(output, quiet) as reporter:
        try:
            end = run_batch(
                sources,
                output,
                loaded,
                options,
                model=chosen_model(context, model),
                progress=reporter,
                loader=partial(load_schema, schema),
            )
        except KeyboardInterrupt:
            reporter.interrupted()
            raise
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(1) from None
    reporter.summary(end)
    if end.end == "stopped":
        if not quiet:
            say(f"stopped: {count(end.errors, 'error row')}, which is too many; the rest is not done, --resume goes on")
        raise typer.Exit(STOPPED)
    if end.errors:
        raise typer.Exit(1)


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
