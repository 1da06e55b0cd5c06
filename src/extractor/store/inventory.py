"""What there is and what is here, as plain facts for people and programs."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

from extractor.errors import ModelError, ModelNotFoundError
from extractor.store.catalog import EMBEDDED, CatalogEntry, catalog, embedded_path, find
from extractor.store.gguf_header import check_model
from extractor.store.gguf_layout import Skipped
from extractor.store.home import ResolvedModel, added_names, added_path, check_pulled, is_path, resolve_model

Fact = str | int | float | bool | None


class Row(TypedDict):
    """One model of the list.

    Keys:
        state: `embedded`, `pulled`, `not pulled`, `added`, or `broken` (`info` and `verify` say why).
    """

    name: str
    state: str
    source: str
    file: str
    sha256: str | None
    size_bytes: int | None
    licence: str
    template: str
    description: str
    path: str | None


def rows() -> list[Row]:
    """The catalog, then what was added by hand."""
    entries = catalog()
    found = [] if EMBEDDED in entries else [_row(EMBEDDED, "broken", "not in this installation")]
    found += [_catalog_row(entry) for entry in entries.values()]
    return found + [_added_row(name) for name in added_names() if name not in entries]


def _row(name: str, state: str, description: str) -> Row:
    return Row(
        name=name,
        state=state,
        source="",
        file=f"{name}.gguf",
        sha256=None,
        size_bytes=None,
        licence="",
        template="",
        description=description,
        path=None,
    )


def _catalog_row(entry: CatalogEntry) -> Row:
    state, path = _state(entry)
    return Row(
        name=entry.name,
        state=state,
        source=entry.source,
        file=entry.file,
        sha256=entry.sha256,
        size_bytes=entry.size_bytes,
        licence=entry.licence,
        template=entry.template,
        description=entry.description,
        path=str(path) if path else None,
    )


def _state(entry: CatalogEntry) -> tuple[str, Path | None]:
    try:
        if entry.name == EMBEDDED:
            whole = embedded_path().is_file() and embedded_path().stat().st_size == entry.size_bytes
            return ("embedded" if whole else "broken"), embedded_path()
        check_pulled(entry)
    except ModelNotFoundError:
        return "not pulled", None
    except ModelError:
        return "broken", None
    return "pulled", resolve_model(entry.name).path


def _added_row(name: str) -> Row:
    path = added_path(name)
    row = _row(name, "added", "your own file")
    return {**row, "size_bytes": path.stat().st_size, "path": str(path)}


def facts(model: str) -> dict[str, Fact]:
    """Everything that is known about one model: the catalog's word, and the header's if the file is here.

    Args:
        model: A name, or a path to a .gguf file.

    Raises:
        ModelNotFoundError: There is no such name or file.
        ModelCorruptError: The file is not what it should be.
        ModelError: The file cannot be read.
    """
    entry = None if is_path(model) or model in added_names() else find(model)
    found: dict[str, Fact] = {} if entry is None else _entry_facts(entry)
    try:
        resolved = resolve_model(model)
    except ModelNotFoundError:
        if entry is None or entry.name == EMBEDDED:
            raise
        return {**found, "state": "not pulled"}
    return {**found, **_file_facts(resolved)}


def _entry_facts(entry: CatalogEntry) -> dict[str, Fact]:
    return {
        "name": entry.name,
        "description": entry.description,
        "source": entry.source or "the package",
        "file": entry.file,
        "revision": entry.revision or None,
        "sha256": entry.sha256,
        "sha256_source": entry.sha256_source or None,
        "size_bytes": entry.size_bytes,
        "licence": entry.licence,
        "licence_url": entry.licence_url,
        "template": entry.template,
        "architecture": entry.architecture,
        "gated": entry.gated,
    }


def _file_facts(resolved: ResolvedModel) -> dict[str, Fact]:
    header = check_model(resolved.path)
    own: dict[str, Fact] = {
        key: f"{value.count} values" if isinstance(value, Skipped) else value
        for key, value in header.extractor_keys.items()
    }
    return {
        "name": resolved.name,
        "path": str(resolved.path),
        "size_bytes": header.size_bytes,
        "template": resolved.template,
        "architecture": header.architecture,
        "parameters": header.parameters,
        "context_length": header.context_length,
        "block_count": header.block_count,
        "vocabulary_size": header.vocabulary_size,
        "gguf_version": header.version,
        **own,
    }
