"""Schemas that rows are also taught under: fewer fields, fewer labels, another order.

A model that meets a schema only as it stands learns it by heart. One that is asked for other parts of it every time
has to read what it is asked for.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from extractor.schema.nodes import JSONValue
from extractor_training.corpus import Row

Json = dict[str, Any]
_FEWEST_LABELS = 3


class _NotOfferedError(Exception):
    """A label that the variant leaves out."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A schema made of a part of another.

    Attributes:
        schema: In JSON Schema.
        fields: Field -> what becomes of its value.
    """

    schema: Json
    fields: dict[str, Callable[[Any], JSONValue]]

    def rows(self, rows: Iterable[Row]) -> Iterator[tuple[str, JSONValue]]:
        """Texts and the parts of their records; rows whose label this schema does not offer are left out."""
        for row in rows:
            try:
                yield row.text, {name: change(row.record[name]) for name, change in self.fields.items()}
            except _NotOfferedError:
                continue


def variant(rng: random.Random, schema: Json) -> Variant:
    """Ask for a part of a schema.

    Args:
        rng: Source of chance.
        schema: An object's JSON Schema whose fields hold no reference.
    """
    names = list(schema["properties"])
    rng.shuffle(names)
    kept = names[: rng.randint((len(names) + 2) // 3, len(names))]
    made = [(name, *_field(rng, schema["properties"][name])) for name in kept]
    narrowed = {**schema, "properties": {name: inner for name, inner, _ in made}, "required": kept}
    return Variant(narrowed, {name: change for name, _, change in made})


def _field(rng: random.Random, schema: Json) -> tuple[Json, Callable[[Any], JSONValue]]:
    if "enum" in schema:
        labels = _some(rng, schema["enum"])
        return {**schema, "enum": labels}, lambda value: _offered(value, labels)
    items = schema.get("items", {})
    if "enum" in items:
        labels = _some(rng, items["enum"])
        return {**schema, "items": {**items, "enum": labels}}, lambda value: [v for v in value if v in labels]
    kind = items.get("properties", {}).get("type", {})
    if "enum" in kind:
        labels = _some(rng, kind["enum"])
        inner = {**items, "properties": {**items["properties"], "type": {**kind, "enum": labels}}}
        return {**schema, "items": inner}, lambda value: [v for v in value if v["type"] in labels]
    return schema, lambda value: value


def _some(rng: random.Random, labels: Iterable[Any]) -> list[Any]:
    found = list(labels)
    rng.shuffle(found)
    return found[: max(min(_FEWEST_LABELS, len(found)), round(len(found) * rng.random()))]


def _offered(value: Any, labels: list[Any]) -> Any:
    if value not in labels:
        raise _NotOfferedError
    return value
