"""`extractor report`: the rows of a batch as one page of HTML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from extractor.cli.arguments import count, say


def report(
    rows: Annotated[Path, typer.Argument(metavar="OUT.jsonl", help="Rows, as batch writes them.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="REPORT.html", help="Where the page goes.")],
    source: Annotated[
        Path | None, typer.Option("--source", metavar="IN.jsonl", help="The texts, where the rows do not hold them.")
    ] = None,
    text_field: Annotated[
        str, typer.Option("--text-field", metavar="NAME", help="The member of a line that holds the text.")
    ] = "text",
    stats: Annotated[
        Path | None, typer.Option("--stats", metavar="STATS.json", help="Figures of the run, as batch writes them.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Only the first N rows.")] = 20_000,
) -> None:
    """Write one page of HTML that shows texts, what was found where, and how sure the model was; it loads nothing."""
    from extractor.report.batch_page import batch_report, write_page

    texts = None if source is None else _texts(source, text_field)
    made = batch_report(rows, texts=texts, text_field=text_field, stats=stats, limit=limit)
    write_page(made, output, inputs=[path for path in (rows, source, stats) if path is not None])
    for note in made.notes:
        say(note)
    say(f"{output}: {count(len(made.rows), 'row')}")


def _texts(source: Path, text_field: str) -> Iterator[tuple[tuple[str, str], str]]:
    """What names every text of a batch's input, and the text."""
    import json

    from extractor.batch.sources import read_rows

    for row in read_rows([source], text_field):
        ((member, name),) = json.loads(f"{{{row.label}}}", parse_int=str, parse_float=str).items()
        yield (member, name), row.text
