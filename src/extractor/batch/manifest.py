"""The side file that says what an output was made with, so that it is never continued with something else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from extractor import __version__
from extractor.batch.sources import Identity, Inputs, identity_of
from extractor.errors import InputError, OutputError
from extractor.store.durable import replace_text

MANIFEST_ENDING = ".manifest.json"
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Finished:
    """What a finished output holds.

    Attributes:
        rows: Its rows.
        errors: Error rows among them.
        sha256: Digest of the file.
    """

    rows: int
    errors: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What decides the rows of an output.

    Attributes:
        schema: Digest of the schema.
        model: Digest of the model.
        prompt: Digest of what the model is told of the schema.
        options: Name -> value of the options that change rows.
        inputs: What was read.
        finished: What came of it; None until the last row has been written.
        version: Version of this package.
    """

    schema: str
    model: str
    prompt: str
    options: Mapping[str, Any]
    inputs: Sequence[Identity]
    finished: Finished | None = None
    version: str = __version__


def manifest_path(output: Path) -> Path:
    """Where the manifest of an output is."""
    return output.with_name(f"{output.name}{MANIFEST_ENDING}")


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
        FileNotFoundError: There is none.
        InputError: It cannot be read.
    """
    path = manifest_path(output)
    try:
        made = Manifest(**json.loads(path.read_bytes()))
        if not isinstance(made.options, dict):
            raise TypeError("it is not as this package writes it")
        inputs = [Identity(**one) for one in made.inputs]  # type: ignore[arg-type]
        finished = None if made.finished is None else Finished(**made.finished)  # type: ignore[arg-type]
        return replace(made, inputs=inputs, finished=finished)
    except FileNotFoundError:
        raise
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{path} cannot be read: {error}", path=str(path)) from error


def read_for_resuming(output: Path) -> Manifest:
    """Read the manifest of an output that is to be gone on with.

    Raises:
        InputError: There is none, or it cannot be read.
    """
    try:
        return read_manifest(output)
    except FileNotFoundError as error:
        name = manifest_path(output).name
        raise InputError(
            f"{output} cannot be resumed: there is no {name} beside it that says what it was made with; "
            "add --force to overwrite it",
            path=str(output),
        ) from error
    except InputError as error:
        raise InputError(
            f"{output} cannot be resumed: {error}; add --force to overwrite it", path=error.path
        ) from error


def check_same(output: Path, made: Manifest, wanted: Manifest, inputs: Inputs) -> None:
    """Refuse to continue an output with something else than it was made with.

    Raises:
        InputError: Something differs; the message names all of it.
    """
    named = [
        ("the schema", made.schema, wanted.schema),
        ("the model", made.model, wanted.model),
        ("the prompt", made.prompt, wanted.prompt),
        ("the version of extractor", made.version, wanted.version),
        *((f"the option {name}", made.options.get(name), value) for name, value in wanted.options.items()),
    ]
    changes = [_change(*one) for one in named if one[1] != one[2]] + input_changes(made, inputs)
    if changes:
        raise InputError(
            f"{output} cannot be resumed, it was made with something else: {'; '.join(changes)}. "
            "Go back to that, or add --force to overwrite it",
            path=str(output),
        )


def input_changes(made: Manifest, inputs: Inputs) -> list[str]:
    """What is another than it was, in words. The last file may have grown at its end, and more may follow it."""
    if len(inputs.sources) < len(made.inputs):
        return [f"the inputs were {len(made.inputs)}, now are {len(inputs.sources)}"]
    changes = []
    for number, (was, source) in enumerate(zip(made.inputs, inputs.sources, strict=False), 1):
        now = identity_of(source, was.head_bytes)
        which = f"the input {source.path}" if len(made.inputs) > 1 else "the input"
        if (now.head_bytes, now.head) != (was.head_bytes, was.head):
            what = "the names or sizes of its files are others" if source.folder else "its beginning is another"
            changes.append(f"{which} ({what})")
        elif number < len(inputs.sources) and now.size_bytes != was.size_bytes and number < len(made.inputs):
            changes.append(f"{which} (it had {was.size_bytes} bytes, now has {now.size_bytes})")
    return changes


def _change(name: str, old: Any, new: Any) -> str:
    return f"{name} was {_shown(old)}, now is {_shown(new)}"


def _shown(value: Any) -> str:
    text = ", ".join(value) or "none" if isinstance(value, list | tuple) else str(value)
    return text[:_SHOWN] if len(text) == 64 else text
