"""The side file that says what an output was made with, so that it is never continued with something else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from extractor import __version__
from extractor.errors import InputError, OutputError
from extractor.store.durable import replace_text

_HEAD_BYTES = 1 << 16
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Manifest:
    """What decides the rows of an output.

    Attributes:
        schema: Digest of the schema.
        model: Digest of the model.
        options: Name -> value of the options that change rows.
        input_bytes: How much of the input's beginning the digest below covers; the input may grow at its end.
        input_head: SHA-256 of that beginning.
        version: Version of this package.
    """

    schema: str
    model: str
    options: Mapping[str, str]
    input_bytes: int
    input_head: str
    version: str = __version__


def manifest_path(output: Path) -> Path:
    """Where the manifest of an output is."""
    return output.with_name(f"{output.name}.manifest.json")


def head_digest(source: Path, size_bytes: int = _HEAD_BYTES) -> tuple[int, str]:
    """How many bytes of the beginning of a file there are, up to `size_bytes`, and their SHA-256."""
    with source.open("rb") as file:
        head = file.read(size_bytes)
    return len(head), hashlib.sha256(head).hexdigest()


def write_manifest(output: Path, manifest: Manifest) -> None:
    """Write the manifest of an output, whole or not at all.

    Raises:
        OutputError: The folder cannot be written to.
    """
    path = manifest_path(output)
    try:
        replace_text(path, json.dumps(asdict(manifest), indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}", path=str(path)) from error


def read_manifest(output: Path) -> Manifest:
    """Read the manifest of an output.

    Raises:
        InputError: There is none, or it cannot be read.
    """
    path = manifest_path(output)
    try:
        made = Manifest(**json.loads(path.read_bytes()))
        if not (isinstance(made.options, dict) and isinstance(made.input_bytes, int)):
            raise TypeError("it is not as this package writes it")
    except FileNotFoundError as error:
        raise InputError(
            f"{output} cannot be resumed: there is no {path.name} beside it that says what it was made with; "
            "add --force to overwrite it",
            path=str(path),
        ) from error
    except (OSError, ValueError, TypeError) as error:
        raise InputError(
            f"{output} cannot be resumed: {path.name} cannot be read ({error}); add --force to overwrite it",
            path=str(path),
        ) from error
    return made


def check_same(output: Path, source: Path, wanted: Manifest) -> None:
    """Refuse to continue an output with something else than it was made with.

    Raises:
        InputError: Something differs; the message names all of it.
    """
    made = read_manifest(output)
    changes = [
        _change(name, old, new)
        for name, old, new in (
            ("the schema", made.schema, wanted.schema),
            ("the model", made.model, wanted.model),
            ("the version of extractor", made.version, wanted.version),
            *((f"the option {name}", made.options.get(name), value) for name, value in wanted.options.items()),
        )
        if old != new
    ]
    if head_digest(source, made.input_bytes) != (made.input_bytes, made.input_head):
        changes.append("the input (its beginning is another)")
    if changes:
        raise InputError(
            f"{output} cannot be resumed, it was made with something else: {'; '.join(changes)}. "
            "Go back to that, or add --force to overwrite it",
            path=str(output),
        )


def _change(name: str, old: Any, new: Any) -> str:
    return f"{name} was {str(old)[:_SHOWN]}, now is {str(new)[:_SHOWN]}"
