"""`extractor schema explain`: what a schema promises, what the model reads of it, what it may write."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from extractor.api.schema_argument import load_schema
from extractor.errors import SchemaError

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
    grammar: Annotated[bool, typer.Option("--grammar", help="Also show the grammar that decoding follows.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as one JSON object.")] = False,
) -> None:
    """Show how every keyword is enforced, how long records are, what may be hard, and the prompt. Loads no model."""
    from extractor.api.compiled import compile as compile_schema

    try:
        compiled = compile_schema(load_schema(schema))
    except SchemaError as error:
        if as_json:
            refused = {"path": error.field_path, "keyword": error.construct, "detail": str(error)}
            print(json.dumps({"refused": [refused]}, ensure_ascii=False))
        raise
    print(json.dumps(_facts(compiled), ensure_ascii=False) if as_json else _page(compiled, grammar))


def _page(compiled: Any, grammar: bool) -> str:
    from extractor.prompt.schema_text import render
    from extractor.schema.coverage import table

    found = compiled.coverage
    advice = [(one.path, one.message) for one in found.advice]
    parts = [
        ("How each keyword is enforced", str(found)),
        ("How long records are", str(found.figures)),
        ("What may be hard for a small model", table(("path", "advice"), advice) if advice else "nothing"),
        ("What the model reads", render(compiled.loaded.declaration)),
    ]
    if grammar:
        parts.append(("What it may write", compiled.grammar))
    return "\n\n".join(f"# {title}\n\n{body.rstrip()}" for title, body in parts)


def _facts(compiled: Any) -> dict[str, Any]:
    from extractor.prompt.schema_text import render

    found = compiled.coverage
    return {
        "digest": compiled.digest,
        "coverage": [asdict(note) for note in found],
        "figures": asdict(found.figures),
        "advice": [asdict(one) for one in found.advice],
        "refused": [],
        "prompt": render(compiled.loaded.declaration),
        "grammar": compiled.grammar,
    }
