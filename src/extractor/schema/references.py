"""Local references of a JSON Schema: `#`, `#/$defs/Name` and other pointers into the same document."""

from __future__ import annotations

from typing import Any

from extractor.errors import SchemaError
from extractor.schema.keywords import JSONSchema


def resolve(document: JSONSchema, reference: str, path: str) -> JSONSchema:
    """Return the schema that a local reference points to.

    Args:
        document: The whole schema.
        reference: The value of `$ref`.
        path: Record path, for the error.

    Raises:
        SchemaError: It leads out of the document or to nothing.
    """
    if reference != "#" and not reference.startswith("#/"):
        raise SchemaError(
            f"the reference {reference!r} leads out of the schema; only local ones (`#/$defs/Name`) can be promised",
            field_path=path,
            construct="$ref",
        )
    found: Any = document
    for step in reference.split("/")[1:]:
        key = _unquoted(step).replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        else:
            raise SchemaError(f"the reference {reference!r} leads to nothing", field_path=path, construct="$ref")
    if not isinstance(found, dict | bool):
        raise SchemaError(f"the reference {reference!r} leads to no schema", field_path=path, construct="$ref")
    return found


def _unquoted(step: str) -> str:
    """Undo percent-encoding, by hand: the rooms of the core open no door to the network's modules."""
    head, *rest = step.split("%")
    data = head.encode()
    for part in rest:
        try:
            data += bytes.fromhex(part[:2]) + part[2:].encode()
        except ValueError:  # a percent sign of its own
            data += f"%{part}".encode()
    return data.decode(errors="replace")
