"""Rows on disk: `{"text", "record", "schema"}` by task, and the schemas they name."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import zstandard

from extractor.evaluate.verbatim_marks import mark_verbatim
from extractor.schema.from_json_schema import from_json_schema
from extractor.schema.nodes import Declaration

NEVER = frozenset({"sms_spam"})  # its licence is unclear


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text."""

    task: str
    schema: str
    text: str
    record: Any


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects of a `.jsonl` or `.jsonl.zst` file."""
    if path.suffix == ".zst":
        with path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as stream:
            for line in io.TextIOWrapper(stream, encoding="utf-8"):
                yield json.loads(line)
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def task_names(root: Path, without: Set[str]) -> list[str]:
    """The tasks of a folder, but those that are left out."""
    return sorted(p.name for p in root.iterdir() if (p / "schemas").is_dir() and p.name not in without)


def task_rows(data: Path, task: str, split: str) -> list[Row]:
    """Read one split of one task; an absent split is empty.

    Raises:
        ValueError: The task must not be trained on.
    """
    if task in NEVER:
        raise ValueError(f"{task} is never used for training: its licence is unclear")
    for name in (f"{split}.jsonl.zst", f"{split}.jsonl"):
        path = data / task / name
        if path.exists():
            return [Row(task, r["schema"], r["text"], r["record"]) for r in read_rows(path)]
    return []


@cache
def verbatim_marks(data: Path, task: str) -> dict[str, dict[str, bool]]:
    """Which paths of a task's schemas are verbatim, by schema."""
    marks: dict[str, dict[str, bool]] = json.loads((data / task / "verbatim_fields.json").read_text(encoding="utf-8"))
    return marks


@cache
def marked_schema(data: Path, task: str, schema: str) -> Any:
    """The JSON Schema of a row, its verbatim leaves marked."""
    return mark_verbatim(_schema(data, task, schema), verbatim_marks(data, task).get(schema, {}))


@cache
def _schema(data: Path, task: str, schema: str) -> Any:
    return json.loads((data / task / "schemas" / f"{schema}.json").read_text(encoding="utf-8"))


@cache
def declaration(data: Path, task: str, schema: str, marked: bool = True) -> Declaration:
    """The schema of a row as nodes, its verbatim leaves marked or, if not `marked`, any strings."""
    return from_json_schema(marked_schema(data, task, schema) if marked else _schema(data, task, schema))
