"""`extractor schema explain`: what a schema promises, what the model reads of it, what it may write."""

from __future__ import annotations

from typing import Annotated

import typer

from extractor.api.schema_argument import load_schema

app = typer.Typer(help="Schemas: what is promised of them.", no_args_is_help=True)


@app.callback()
def schema() -> None:
    """Schemas: what is promised of them."""


@app.command()
def explain(
    schema: Annotated[
        str,
        typer.Argument(
            metavar="SCHEMA",
            help="`pkg.mod:Class`, `file.py:Class`, `file.json`, or the name of a ready-made schema.",
        ),
    ],
) -> None:
    """Show how every keyword is enforced, the prompt's text, and the grammar. Loads no model."""
    from extractor.api.compiled import compile as compile_schema
    from extractor.prompt.schema_text import render

    compiled = compile_schema(load_schema(schema))
    parts = (
        ("How each keyword is enforced", str(compiled.coverage)),
        ("What the model reads", render(compiled.loaded.declaration)),
        ("What it may write", compiled.grammar),
    )
    print("\n\n".join(f"# {title}\n\n{body.rstrip()}" for title, body in parts))
