"""`extractor report`: the rows of a batch as one page of HTML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.cli.arguments import TextFieldOption, count, say

if TYPE_CHECKING:
    from extractor.report.rows import Label


def report(
    rows: Annotated[Path, typer.Argument(metavar="OUT.jsonl[.gz|.zst]", help="Rows, as batch writes them.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="REPORT.html", help="Where the page goes.")],
    source: Annotated[
        list[str] | None,
        typer.Option("--source", metavar="IN", help="What the batch read, for the texts; may be repeated."),
    ] = None,
    text_field: TextFieldOption = "text",
    stats: Annotated[
        Path | None, typer.Option("--stats", metavar="STATS.json", help="Figures of the run, as batch writes them.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Only the first N rows.")] = 20_000,
) -> None:
    """Write one page of HTML that shows texts, what was found where, and how sure the model was; it loads nothing."""
    from extractor.report.batch_page import batch_report, check_page, write_page

    inputs = [rows, *map(Path, source or ()), *([stats] if stats else ())]
    check_page(output, inputs=inputs)
    texts = _texts(source, text_field) if source else None
    made = batch_report(rows, texts=texts, stats=stats, limit=limit)
    write_page(made, output, inputs=inputs)
    for note in made.notes:
        say(note)
    say(f"{output}: {count(len(made.rows), 'row')}")


def _texts(sources: list[str], text_field: str) -> Iterator[tuple[Label, str]]:
    """What names every text of a batch's input, and the text."""
    import json

    from extractor.batch.sources import read_rows
    from extractor.report.rows import label_of

    for row in read_rows(sources, text_field):
        label = label_of(json.loads(f"{{{row.label}}}", parse_int=str, parse_float=str))
        if label is not None:
            yield label, row.text
