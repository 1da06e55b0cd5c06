"""`extractor model list|info|verify|pull|add`: the store, from the command line.

Exit codes: 0 fine; 2 usage; 3 a model that is missing, broken or cannot be fetched; 130 Ctrl-C.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

from extractor.errors import ModelError
from extractor.store import inventory
from extractor.store.catalog import CatalogEntry, find
from extractor.store.home import default_model

app = typer.Typer(help="Models: what there is, what is here, whether it is right.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else on stdout.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="A name from `model list`.")]
Which = Annotated[
    str | None,
    typer.Argument(metavar="MODEL", help="A name from `model list`, or a path to a .gguf; else the default."),
]


@contextmanager
def _exit_codes() -> Iterator[None]:
    try:
        yield
    except ModelError as error:
        _say(f"error: {error}")
        raise typer.Exit(3) from error
    except KeyboardInterrupt:
        _say("stopped; what has arrived is kept")
        raise typer.Exit(130) from None


def _say(message: str) -> None:
    print(message, file=sys.stderr)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False))


@app.command("list")
def list_models(as_json: Json = False) -> None:
    """List the catalog and the models added by hand."""
    with _exit_codes():
        rows = inventory.rows()
    if as_json:
        _print_json(rows)
        return
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        size = _megabytes(row["size_bytes"])
        print(f"{row['name']:<{width}}  {row['state']:<10}  {size:>9}  {row['licence']}".rstrip())
        print(f"{'':<{width}}  {row['description']}")


@app.command()
def info(model: Which = None, as_json: Json = False) -> None:
    """Show what the catalog and the file's own header say about a model."""
    with _exit_codes():
        facts = inventory.facts(model or default_model())
    _show(facts, as_json)


@app.command()
def verify(model: Which = None, as_json: Json = False) -> None:
    """Check a model's header, the extents of its tensors, and every byte against its sha256."""
    from extractor.store.verify import verify_model

    with _exit_codes(), _bar("reading") as progress:
        found = verify_model(model, progress)
    facts = {
        "name": found.model.name,
        "path": str(found.model.path),
        "sha256": found.sha256,
        "matches": True if found.expected else None,
        "vouched_by": found.source or "nobody: a file of your own, of which the header and the extents were checked",
    }
    _show(facts, as_json)


@app.command()
def pull(
    model: Annotated[str, typer.Argument(metavar="NAME", help="A name from `model list`.")], as_json: Json = False
) -> None:
    """Fetch a model of the catalog: resumed, verified, put in place only when whole."""
    from extractor.store.pull import pull as fetch

    with _exit_codes():
        entry = find(model)
        _announce(entry)
        with _bar("fetching") as progress:
            pulled = fetch(entry, progress=progress, notify=_say)
    facts = {
        "name": entry.name,
        "path": str(pulled.path),
        "fetched": pulled.fetched,
        "sha256": pulled.record.sha256,
        "vouched_by": pulled.record.sha256_source,
        "size_bytes": pulled.record.size_bytes,
    }
    _show(facts, as_json)


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A model or an adapter, as .gguf.")],
    as_json: Json = False,
) -> None:
    """Put a model or an adapter of your own into the store, to be used by name."""
    from extractor.store.adapters import add as copy_in

    with _exit_codes():
        target = copy_in(name, file)
    _show({"name": name, "kind": target.parent.name.removesuffix("s"), "path": str(target)}, as_json)


def _announce(entry: CatalogEntry) -> None:
    if entry.gated:
        _say(f"{entry.name} is under the {entry.licence}. Accept it at {entry.licence_url} before you use the model.")


def _show(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        _print_json(facts)
        return
    width = max(map(len, facts))
    for name, value in facts.items():
        print(f"{name:<{width}}  {'-' if value is None else value}")


def _megabytes(size_bytes: int | None) -> str:
    return "-" if size_bytes is None else f"{size_bytes / 1e6:.1f} MB"


@contextmanager
def _bar(what: str) -> Iterator[Any]:
    """A progress bar on a terminal, none in a pipe."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _done, _total: None
        return
    columns = ("{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bars:
        task = bars.add_task(what, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)
