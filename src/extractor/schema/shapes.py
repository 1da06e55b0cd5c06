"""Whether every keyword of a document has a value that it may have, wherever a schema stands: before any is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from extractor.errors import SchemaError
from extractor.schema.drafts import pointers
from extractor.schema.keywords import LISTS, MAPS, ONE, RESTRICTING, JSONSchema, check_value
from extractor.schema.paths import item, member, value
from extractor.schema.references import resolve

_DEFINITIONS = ("$defs", "definitions")
_PLACES = {"items": item, "contains": item, "unevaluatedItems": item, "additionalProperties": value}
_NO_SCHEMAS = ("enum", "required", "dependentRequired")


def check_shapes(document: JSONSchema) -> None:
    """Refuse a document in which a keyword has a value it can't have; definitions that nothing refers to may have any.

    Args:
        document: A JSON Schema in the form of 2020-12.

    Raises:
        SchemaError: Names the keyword and where it stands.
    """
    waiting: list[tuple[Any, str]] = [(document, "$")]
    seen: set[int] = set()
    while waiting:
        schema, path = waiting.pop()
        if not isinstance(schema, dict) or id(schema) in seen:
            continue
        seen.add(id(schema))
        try:
            _check(schema, path)
        except SchemaError as error:
            error.pointer = pointers(document).get(id(schema), "")
            raise
        waiting += reversed([*_inner(schema, path), *_referred(document, schema, path)])


def _check(schema: dict[str, Any], path: str) -> None:
    for keyword, told in schema.items():
        if not isinstance(keyword, str):
            raise SchemaError(f"a keyword is a string, not {keyword!r}", field_path=path, construct="schema")
        if keyword in RESTRICTING or keyword in _DEFINITIONS:
            check_value(keyword, told, path)
        if keyword == "dependentRequired":
            names = [name for held in told.values() for name in (held if isinstance(held, list) else [None])]
            if not all(isinstance(name, str) for name in names):
                raise SchemaError(f"`{keyword}` must be lists of names", field_path=path, construct=keyword)

    for held, where in _inner(schema, path):
        if not isinstance(held, dict | bool):
            raise SchemaError(
                f"a schema is an object, true or false, not {held!r}", field_path=where, construct="schema"
            )


def _inner(schema: dict[str, Any], path: str) -> Iterator[tuple[Any, str]]:
    for keyword, told in schema.items():
        if keyword in _NO_SCHEMAS or keyword in _DEFINITIONS:
            continue
        if keyword in ONE:
            yield told, _PLACES.get(keyword, str)(path)
        elif keyword in LISTS:
            places = (f"{path}[{index}]" if keyword == "prefixItems" else path for index in range(len(told)))
            yield from zip(told, places, strict=True)
        elif keyword in MAPS:
            yield from (
                (inner, member(path, name) if keyword == "properties" else path)
                for name, inner in told.items()
                if isinstance(name, str)
            )


def _referred(document: JSONSchema, schema: dict[str, Any], path: str) -> Iterator[tuple[Any, str]]:
    reference = schema.get("$ref")
    if isinstance(reference, str):
        try:
            yield resolve(document, reference, path), path
        except (SchemaError, ValueError):
            return  # told where it is read
