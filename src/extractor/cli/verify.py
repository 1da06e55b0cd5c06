"""`extractor verify`: the rows of a batch checked again, without the model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.api.compiled import CompiledSchema
from extractor.api.schema_argument import load_schema
from extractor.cli.arguments import FormatOption, SchemaOption, TextFieldOption, chosen_format, count, say

if TYPE_CHECKING:
    from extractor.batch.verify import Finding

_SHOWN = 20


def verify(
    rows: Annotated[
        Path, typer.Argument(metavar="OUT.jsonl", help="Rows, as batch writes them; .gz or .zst after it.")
    ],
    schema: SchemaOption,
    sources: Annotated[
        list[str] | None,
        typer.Option("--source", metavar="IN", help="An input of the batch, to check texts; may be repeated."),
    ] = None,
    text_field: TextFieldOption = "text",
    file_format: FormatOption = None,
    no_manifest: Annotated[
        bool, typer.Option("--no-manifest", help="Do not ask for the manifest (rows that were printed have none).")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Check every row again: that it meets the schema, that spans equal the text, that the manifest fits it."""
    from extractor.batch.sources import find_sources, read_rows
    from extractor.batch.verify import verify_manifest, verify_rows

    compiled = CompiledSchema(load_schema(schema))
    found_format = chosen_format(file_format)
    named = find_sources(sources, found_format) if sources else []
    given = read_rows(sources, text_field, found_format) if sources else None
    checked = number = 0
    shown: list[Finding] = []

    def keep(findings: Iterator[Finding] | list[Finding]) -> None:
        nonlocal number
        for finding in findings:
            number += 1
            if len(shown) < _SHOWN:
                shown.append(finding)

    for findings in verify_rows(rows, compiled, given):
        checked += not any(finding.row == 0 for finding in findings)
        keep(findings)
    if not no_manifest:
        keep(verify_manifest(rows, compiled, named))
    _tell(rows, checked, shown, number, as_json)
    if number:
        raise typer.Exit(1)


def _tell(rows: Path, checked: int, shown: list[Finding], number: int, as_json: bool) -> None:
    if as_json:
        told = [{"row": finding.row, "message": finding.message} for finding in shown]
        print(json.dumps({"rows": checked, "findings": number, "shown": told}, ensure_ascii=False))
        return
    for finding in shown:
        place = f"row {finding.row}" if finding.row else str(rows)
        print(f"{place}: {finding.message}")
    if number > len(shown):
        print(f"... and {number - len(shown):,} more")
    say(f"{rows}: {count(checked, 'row')} checked, {count(number, 'finding')}")
