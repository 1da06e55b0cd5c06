"""Whether every keyword of a document has a value that it may have, wherever a schema stands: before any is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from extractor.errors import SchemaError
from extractor.schema.drafts import pointers
from extractor.schema.keywords import ONE_SCHEMA, RESTRICTING, SCHEMA_LISTS, SCHEMA_MAPS, JSONSchema, check_value
from extractor.schema.paths import item, member, value
from extractor.schema.references import resolve

_NAMES = ("$id", "$anchor", "$dynamicAnchor", "$schema")
_DEFINITIONS = ("$defs", "definitions")
_PLACES = {"items": item, "contains": item, "unevaluatedItems": item, "additionalProperties": value}


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


def check_circles(document: JSONSchema) -> None:
    """Refuse a schema that leads back to itself without a value in between: no validator would ever be done with it.

    Args:
        document: A JSON Schema in the form of 2020-12, its shapes checked.

    Raises:
        SchemaError: Names the reference.
    """
    done: set[int] = set()
    for start in [schema for schema in _reachable(document) if id(schema) not in done]:
        opened: dict[int, Iterator[Any]] = {id(start): _in_place(document, start)}
        while opened:
            current, following = next(reversed(opened.items()))
            inner = next(following, None)
            if inner is None:
                done.add(current)
                del opened[current]
            elif id(inner) in opened:
                raise SchemaError(
                    "a schema leads back to itself without a value in between; remove the circle of `$ref`",
                    construct="$ref",
                )
            elif id(inner) not in done:
                opened[id(inner)] = _in_place(document, inner)


def _reachable(document: JSONSchema) -> list[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    waiting: list[Any] = [document]
    while waiting:
        schema = waiting.pop()
        if isinstance(schema, dict) and id(schema) not in found:
            found[id(schema)] = schema
            waiting += [inner for inner, _ in (*_inner(schema, "$"), *_referred(document, schema, "$"))]
    return list(found.values())


def _in_place(document: JSONSchema, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schemas that a schema asks about the same value."""
    told: list[Any] = [inner for inner, _ in _referred(document, schema, "$")]
    for keyword in ("allOf", "anyOf", "oneOf"):
        told += schema.get(keyword, ())
    told += [schema.get(keyword) for keyword in ("not", "if", "then", "else")]
    told += schema.get("dependentSchemas", {}).values()
    yield from (inner for inner in told if isinstance(inner, dict))


def _check(schema: dict[str, Any], path: str) -> None:
    for keyword, told in schema.items():
        if not isinstance(keyword, str):
            raise SchemaError(f"a keyword is a string, not {keyword!r}", field_path=path, construct="schema")
        if keyword in RESTRICTING or keyword in _DEFINITIONS:
            check_value(keyword, told, path)
        if keyword in _NAMES and not isinstance(told, str):
            raise SchemaError(f"`{keyword}` must be a string", field_path=path, construct=keyword)
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
        if keyword in _DEFINITIONS:
            continue
        if keyword in ONE_SCHEMA:
            yield told, _PLACES.get(keyword, str)(path)
        elif keyword in SCHEMA_LISTS:
            places = (f"{path}[{index}]" if keyword == "prefixItems" else path for index in range(len(told)))
            yield from zip(told, places, strict=True)
        elif keyword in SCHEMA_MAPS:
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
