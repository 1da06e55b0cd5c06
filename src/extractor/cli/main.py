"""The command line: one app, and the one place where errors become exit codes.

    0    clean
    1    error rows, findings or a refused record
    2    usage, schema, configuration or existing output
    3    model, engine or disk
    4    a batch that was stopped by too many error rows
    130  Ctrl-C

Anything else is a bug, and shows its traceback.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from extractor import __version__
from extractor.cli import model, schema
from extractor.cli.arguments import say
from extractor.cli.audit import audit
from extractor.cli.batch import batch
from extractor.cli.evaluate import evaluate
from extractor.cli.extract import extract
from extractor.cli.label import label
from extractor.cli.report import report
from extractor.cli.verify import verify
from extractor.engine.protocol import Engine
from extractor.errors import (
    ContextOverflowError,
    EngineError,
    ExtractorError,
    InputError,
    ModelError,
    OutputError,
    SchemaError,
    SetupError,
)

app = typer.Typer(
    name="extractor",
    help="Text to validated records, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(extract)
app.command()(batch)
app.command("eval")(evaluate)
app.command()(label)
app.command()(audit)
app.command()(report)
app.command()(verify)
app.add_typer(schema.app, name="schema")
app.add_typer(model.app, name="model")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"extractor {__version__}")
        raise typer.Exit


@app.callback()
def extractor(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Text to validated records, on your own machine."""


def exit_code(error: ExtractorError) -> int:
    """Exit code of an error."""
    match error:
        case ContextOverflowError():
            return 1
        case SchemaError() | InputError():
            return 2
        case ModelError() | EngineError() | OutputError() | SetupError():
            return 3
        case _:
            return 1


def run(arguments: Sequence[str] | None = None, engine: Engine | None = None) -> int:
    """Run a command.

    Args:
        arguments: Words after `extractor`; None: the process's own.
        engine: Runs in place of the model that the arguments name (a `ScriptedEngine`, in tests).

    Returns:
        The exit code.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        app(words, prog_name="extractor", obj=engine)
    except SystemExit as end:
        return _flushed(end.code if isinstance(end.code, int) else 0)
    except KeyboardInterrupt:
        return 130
    except ExtractorError as error:
        say(f"error: {' '.join(str(error).split())}")
        return _flushed(exit_code(error))
    except OSError as error:  # a disk that fails where nothing can be done about it
        say(f"error: {error}")
        return _flushed(3)
    return _flushed(0)


def _flushed(code: int) -> int:
    """Write out what was printed; nobody may be reading it any more, or the disk behind it is full."""
    try:
        if sys.stdout is not None:  # closed by whoever started the command
            sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else the interpreter tries, and complains
        if isinstance(error, BrokenPipeError):
            return code or 1
        if code != 3:  # else it has been said
            say(f"error: cannot write to standard output: {error.strerror or error}")
        return 3
    return code


def main() -> None:
    """Run a command and leave with its exit code. What is printed is UTF-8 whatever the terminal's language."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(run())
