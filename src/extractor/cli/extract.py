"""`extractor extract`: one text, one record."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from extractor.api.schema_argument import load_schema
from extractor.batch.documents import plain_text
from extractor.cli.arguments import ModelOption, SchemaOption, chosen_model, say
from extractor.errors import ContextOverflowError, DecodeError, InputError, RecordError
from extractor.record.extraction import Extraction

_SHOWN_CHARS = 60


def extract(
    context: typer.Context,
    schema: SchemaOption,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-", help="A text file in UTF-8; - or nothing: standard input.", show_default=False
        ),
    ] = "-",
    model: ModelOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the row on one line, as `batch` writes it.")] = False,
) -> None:
    """Extract one record from one text."""
    from extractor.api.extractor import Extractor
    from extractor.batch.rows import error_row, record_row

    label = f'"id": {json.dumps(file)}'
    text = read_text(file)
    with Extractor(load_schema(schema), model=chosen_model(context, model), parallel=1) as extractor:
        try:
            extraction = extractor.extract(text)
        except (InputError, ContextOverflowError, DecodeError, RecordError) as error:
            if as_json:
                print(error_row(label, error))
            raise
    print(record_row(label, extraction) if as_json else for_people(extraction, text))


def read_text(file: str) -> str:
    """Read a text; line ends at its end are left out, so that spans count from its beginning.

    Args:
        file: A path, or `-` for standard input.

    Raises:
        InputError: It cannot be read, is not UTF-8 or is empty.
    """
    name = "standard input" if file == "-" else file
    if file == "-" and sys.stdin.isatty():
        say("reading standard input; end it with Ctrl-D")
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {name}: {error.strerror or error}", path=file) from error
    text = plain_text(data, name, file)
    if not text.strip():
        raise InputError(f"{name} is empty; there is nothing to extract", path=file)
    return text


def for_people(extraction: Extraction[Any], text: str) -> str:
    """The record indented, and below it where its verbatim values stand."""
    lines = [json.dumps(json.loads(extraction.json), indent=2, ensure_ascii=False)]
    if extraction.spans:
        lines += ["", "Where it stands (characters of the text):"]
    width = max(map(len, extraction.spans), default=0)
    for path, (start, end) in extraction.spans.items():
        place = f"{start}-{end}"
        lines.append(f"  {path:<{width}}  {place:>11}  {_short(text[start:end])}")
    if extraction.status == "truncated":
        lines += ["", "The record was closed by its budget of tokens: it is valid, and may lack something."]
    return "\n".join(lines)


def _short(value: str) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= _SHOWN_CHARS else f"{shown[: _SHOWN_CHARS - 4]}..."
