"""Rows lent by a task's schemas to the schema that chooses among them.

A router's field names the task's other schemas: `{"domain": "banking"}` where `clinc_banking` is another. A row of
`clinc_banking` so says what the router would: its domain, and whatever else both ask for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from jsonschema import Draft202012Validator

from extractor_training.corpus import Row

_COPIES = 4  # of a router's own row whose label no schema stands for: nobody lends it others
_FEWEST = 5  # labels that name a schema; fewer are chance


def lent_rows(rows: Sequence[Row], schemas: Mapping[str, Any]) -> list[Row]:
    """The rows that routers are lent.

    Args:
        rows: Of one task and one split.
        schemas: The JSON Schemas of the task, by name.

    Returns:
        New rows, valid under their routers' schemas; none whose text the router has among its own rows.
    """
    return [row for name, schema in schemas.items() for row in _lent_to(name, schema, rows, set(schemas))]


def refusals(schemas: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Routers of a task that can refuse, and the record that says so: the one label that no schema stands for.

    Args:
        schemas: The JSON Schemas of the task, by name.
    """
    for router, schema in schemas.items():
        for _, labels, lenders in _routes(router, schema, set(schemas)):
            others = sorted(set(labels) - set(lenders.values()))
            record = dict.fromkeys(schema["properties"], others[0]) if len(others) == 1 else None
            if record and Draft202012Validator(schema).is_valid(record):
                yield router, record


def _lent_to(router: str, schema: Any, rows: Sequence[Row], names: set[str]) -> Iterator[Row]:
    for field, labels, lenders in _routes(router, schema, names):
        valid = Draft202012Validator(schema).is_valid
        own = {row.text for row in rows if row.schema == router}
        for row in rows:
            label = lenders.get(row.schema) or _without_schema(row, field, labels, lenders)
            if label is None or not isinstance(row.record, dict):
                continue
            copies = 1 if row.schema in lenders else _COPIES
            if row.schema == router:
                yield from [row] * (copies - 1)
                continue
            record = {name: label if name == field else row.record.get(name, label) for name in schema["properties"]}
            if valid(record) and row.text not in own:
                yield from [replace(row, schema=router, record=record)] * copies


def _routes(router: str, schema: Any, names: set[str]) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """The fields whose labels name other schemas: field, labels, and the schemas named with their labels."""
    for field, labels in _labels(schema):
        lenders = _lenders(router, labels, names)
        if len(lenders) >= _FEWEST:
            yield field, labels, lenders


def _lenders(router: str, labels: Sequence[str], names: set[str]) -> dict[str, str]:
    """The schemas that labels name, with their labels; all of a task's names begin alike."""
    task = router.partition("_")[0]
    return {name: label for label in labels if (name := f"{task}_{label}") in names}


def _labels(schema: Any) -> Iterator[tuple[str, list[str]]]:
    for name, part in schema.get("properties", {}).items():
        labels = [label for label in part.get("enum", ()) if isinstance(label, str)]
        if labels:
            yield name, labels


def _without_schema(row: Row, field: str, labels: Sequence[str], lenders: Mapping[str, str]) -> str | None:
    """The label of a router's row that stands for no schema, `out_of_scope`; None for every other row."""
    said = row.record.get(field) if isinstance(row.record, dict) else None
    return said if said in labels and said not in lenders.values() and row.schema not in lenders else None
