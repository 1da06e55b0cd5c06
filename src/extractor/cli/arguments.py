"""What several commands take, and what they write with."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from extractor.engine.protocol import Engine

if TYPE_CHECKING:
    from extractor.batch.sources import Format

SchemaOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--schema",
        metavar="SCHEMA",
        help="`pkg.mod:Class`, `file.py:Class`, `file.json`, or the name of a ready-made schema.",
    ),
]
ModelOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--model", metavar="MODEL", help="A name from `model list`, or a path to a .gguf; else the default model."
    ),
]
ParallelOption: TypeAlias = Annotated[
    int, typer.Option("--parallel", metavar="N", min=1, max=256, help="Texts in flight at once.")
]

TextFieldOption: TypeAlias = Annotated[
    str,
    typer.Option("--text-field", metavar="NAME", help="The column that holds the text; `a.b`: the member b of a."),
]
FormatOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--format", metavar="FORMAT", help="jsonl, csv, tsv, parquet or text; else as the file's name ends."),
]


def chosen_format(name: str | None) -> Format | None:
    """The format that the user named.

    Raises:
        BadParameter: There is none of that name.
    """
    from extractor.batch.sources import FORMATS

    found = next((one for one in FORMATS if one == name), None)
    if name is not None and found is None:
        raise typer.BadParameter(f"there is no format {name!r}; there are {', '.join(FORMATS)}")
    return found


def chosen_model(context: typer.Context, model: str | None) -> str | Engine | None:
    """The engine that the caller of `run` put in place of a model, else what the user named."""
    engine: Engine | None = context.obj
    return model if engine is None else engine


def say(message: str) -> None:
    """Write a line for people to stderr."""
    print(message, file=sys.stderr, flush=True)


def count(number: int, noun: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
