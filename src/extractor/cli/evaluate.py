"""`extractor eval`: how right a model is on texts whose records are known."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from extractor.api.schema_argument import load_schema
from extractor.cli.arguments import ModelOption, ParallelOption, chosen_model, count, say

if TYPE_CHECKING:
    from rich.table import Table

    from extractor.evaluate.run import Evaluation, Refusal

_SHOWN_REFUSALS = 5


def evaluate(  # noqa: PLR0913, PLR0917 - one parameter an option
    context: typer.Context,
    gold: Annotated[Path, typer.Argument(metavar="GOLD.jsonl[.gz|.zst]", help='Lines {"text", "record", "schema"?}.')],
    schema: Annotated[str | None, typer.Option("--schema", metavar="SCHEMA", help="The schema of every row.")] = None,
    schemas: Annotated[
        Path | None, typer.Option("--schemas", metavar="DIR", help="A row's `schema` names DIR/<name>.json.")
    ] = None,
    only: Annotated[str | None, typer.Option("--only", metavar="NAME", help="Only rows of this schema.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Only the first N rows.")] = None,
    model: ModelOption = None,
    parallel: ParallelOption = 8,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON and nothing else on stdout.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="REPORT.html", help="Write a page of gold beside found there.")
    ] = None,
) -> None:
    """Measure precision, recall and F1 over leaf values, exact and valid records, and speed."""
    from extractor.evaluate.gold import read_gold
    from extractor.evaluate.page import ComparedRows
    from extractor.evaluate.run import evaluate as run
    from extractor.report.batch_page import check_page, write_page

    schema_of = _schema_of(schema, schemas)
    rows = read_gold(gold, only=only, limit=limit, unnamed=schema or "")
    compared = None if html is None else ComparedRows()
    if html is not None:
        check_page(html, inputs=[gold])
    with _progress(len(rows)) as progress:
        found = run(
            rows,
            schema_of,
            model=chosen_model(context, model),
            parallel=parallel,
            progress=progress,
            keep=None if compared is None else compared.add,
        )
    _tell(found.refusals)
    if html is not None and compared is not None:
        write_page(compared.report(gold.name, found), html, inputs=[gold])
        say(f"{html}: {count(found.total.rows, 'row')}")
    if as_json:
        print(json.dumps(found.figures(), ensure_ascii=False))
    else:
        _print_tables(found)
    if found.refusals:
        raise typer.Exit(1)


def _schema_of(schema: str | None, schemas: Path | None) -> Callable[[str], Any]:
    from extractor.evaluate.schema_folder import open_schemas

    match schema, schemas:
        case str(), None:
            loaded = load_schema(schema)
            return lambda _: loaded
        case None, Path():
            return open_schemas(schemas).load
        case _:
            raise typer.BadParameter("give one of --schema SCHEMA and --schemas DIR")


def _tell(refusals: tuple[Refusal, ...]) -> None:
    for refusal in refusals[:_SHOWN_REFUSALS]:
        say(f"line {refusal.line}: no valid record: {type(refusal.error).__name__}: {refusal.error}")
    if len(refusals) > _SHOWN_REFUSALS:
        say(f"... and {count(len(refusals) - _SHOWN_REFUSALS, 'more row')} without a valid record")


def _print_tables(found: Evaluation) -> None:
    from rich.console import Console

    console = Console()
    figures = found.figures()
    console.print(_field_table(figures))
    if len(figures["by_schema"]) > 1:
        console.print(_schema_table(figures))
    print(
        f"{count(figures['n'], 'record')}: micro-F1 {figures['micro_f1']:.3f} "
        f"(precision {figures['precision']:.3f}, recall {figures['recall']:.3f}), "
        f"exact {figures['exact']:.1%}, valid {figures['valid']:.1%}, valid but wrong {figures['valid_wrong']:.1%}, "
        f"{figures['records_per_s']:.1f} records/s"
    )


def _field_table(figures: dict[str, Any]) -> Table:
    from rich.text import Text

    table = _table("field", "precision", "recall", "F1", "leaves")
    for path, field in figures["by_field"].items():
        shares = (f"{field[name]:.3f}" for name in ("precision", "recall", "f1"))
        table.add_row(Text(path), *shares, str(field["n"]))
    return table


def _schema_table(figures: dict[str, Any]) -> Table:
    from rich.text import Text

    table = _table("schema", "micro-F1", "exact", "valid", "records")
    for name, part in figures["by_schema"].items():
        shares = (f"{part[key]:.3f}" for key in ("micro_f1", "exact", "valid"))
        table.add_row(Text(name or "-"), *shares, str(part["n"]))
    return table


def _table(first: str, *others: str) -> Table:
    from rich.table import Column, Table

    return Table(Column(first, overflow="fold"), *(Column(other, justify="right") for other in others))


@contextmanager
def _progress(rows: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, none in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=rows)
        yield lambda done: bars.update(task, completed=done)
