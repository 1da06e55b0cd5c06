"""Keywords of arrays and objects, brought into the shape that the nodes have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extractor.errors import SchemaError
from extractor.schema.formats import KEY_PATTERNS
from extractor.schema.keywords import JSONSchema, restrictions, types
from extractor.schema.patterns import checked, exactly, lengths
from extractor.schema.scalars import contradiction


@dataclass(frozen=True, slots=True)
class ArrayParts:
    """What an array holds, as schemas. `items` is False where nothing follows the prefix."""

    items: JSONSchema
    prefix: tuple[JSONSchema, ...]
    min_items: int
    max_items: int | None


def array_parts(schema: Mapping[str, Any], path: str) -> ArrayParts:
    """Read the array keywords of a schema.

    Raises:
        SchemaError: No array meets them.
    """
    prefix: list[JSONSchema] = list(schema.get("prefixItems", ()))
    items: JSONSchema = schema.get("items", True)
    low = int(schema.get("minItems", 0))
    high = int(schema["maxItems"]) if "maxItems" in schema else None
    if False in prefix:
        prefix, items = prefix[: prefix.index(False)], False
    if high is not None and high <= len(prefix):
        prefix, items = prefix[:high], False
    longest = len(prefix) if items is False else high
    if longest is not None and low > longest:
        raise contradiction(f"at least {low} items where at most {longest} are possible", path, "minItems")
    return ArrayParts(items, tuple(prefix), low, None if items is False and high == len(prefix) else high)


@dataclass(frozen=True, slots=True)
class ObjectParts:
    """What an object holds, as schemas. `extra` is False where undeclared members are never decoded."""

    properties: dict[str, JSONSchema]
    required: frozenset[str]
    extra: JSONSchema
    extra_pattern: str | None
    min_properties: int
    max_properties: int | None
    open_by_silence: bool


def object_parts(schema: Mapping[str, Any], names: str | bool, path: str, *, untyped: bool) -> ObjectParts:
    """Read the object keywords of a schema.

    Args:
        schema: The schema.
        names: The pattern of `propertyNames`; True: any name; False: none.
        path: Record path of the object.
        untyped: The schema doesn't say `type`: an object without any keyword of its own is any object.

    Raises:
        SchemaError: No object meets them, or they cannot be promised together.
    """
    properties: dict[str, JSONSchema] = dict(schema.get("properties", {}))
    required = list(schema.get("required", ()))
    extra, pattern, silent = _extra(schema, names, path)
    if untyped and not _says_something(schema):
        return ObjectParts({}, frozenset(), True, None, 0, None, False)
    for name in required:
        if name not in properties:
            properties[name] = _undeclared(name, extra, pattern, silent, path)
    properties = _possible(properties, required, names, extra, silent, path)
    low = int(schema.get("minProperties", 0))
    high = int(schema["maxProperties"]) if "maxProperties" in schema else None
    if low > len(properties) and silent and extra is False:
        extra = True  # the members that are asked for have to come from somewhere
    _check_counts(low, high, len(required), len(properties), extra, path)
    if extra is not False and high == len(properties):
        extra = False if not silent or not properties else extra
    return ObjectParts(properties, frozenset(required), extra, pattern, low, high, silent)


def _says_something(schema: Mapping[str, Any]) -> bool:
    return any(
        keyword in schema
        for keyword in (
            "properties",
            "required",
            "additionalProperties",
            "patternProperties",
            "propertyNames",
            "minProperties",
            "maxProperties",
        )
    )


def _extra(schema: Mapping[str, Any], names: str | bool, path: str) -> tuple[JSONSchema, str | None, bool]:
    """Return the schema of undeclared members, the pattern of their names, and whether silence leaves more open."""
    name = names if isinstance(names, str) else None
    silent = "additionalProperties" not in schema
    additional: JSONSchema = schema.get("additionalProperties", True)
    if names is False:
        return False, None, False
    patterns = schema.get("patternProperties")
    if not patterns:
        return (False, name, True) if silent else (additional, name, False)
    plain = len(patterns) == 1 and not schema.get("properties") and name is None and isinstance(additional, bool)
    if not plain:
        raise SchemaError(
            "`patternProperties` can be promised for one pattern and no other kind of member; write the names out, or "
            "a map of one pattern",
            field_path=path,
            construct="patternProperties",
        )
    ((pattern, inner),) = patterns.items()
    return inner, checked(pattern, path, schema.get("x-dialect", "ecma")), additional is True


def _undeclared(name: str, extra: JSONSchema, pattern: str | None, silent: bool, path: str) -> JSONSchema:
    fits = pattern is None or _matches(pattern, name, path)
    if extra is not False and fits:
        return extra
    if silent and (fits or extra is not False):
        return True
    raise contradiction(f"{name!r} is required but not allowed", path, "required")


def _possible(
    properties: dict[str, JSONSchema],
    required: list[str],
    names: str | bool,
    extra: JSONSchema,
    silent: bool,
    path: str,
) -> dict[str, JSONSchema]:
    """Leave out the members that may not be there."""
    found: dict[str, JSONSchema] = {}
    for name, inner in properties.items():
        named = names is True or (isinstance(names, str) and _matches(names, name, path))
        if named and inner is not False:
            found[name] = inner
        elif name in required:
            raise contradiction(f"{name!r} is required but not allowed", path, "required")
        elif named and (silent or extra is not False):
            raise SchemaError(
                f"the member {name!r} is forbidden in an object that is open; add `additionalProperties: false`",
                field_path=path,
                construct="properties",
            )
    return found


def _check_counts(low: int, high: int | None, required: int, declared: int, extra: JSONSchema, path: str) -> None:
    if high is not None and (low > high or required > high):
        raise contradiction(f"at most {high} members where {max(low, required)} are needed", path, "maxProperties")
    if extra is False and low > declared:
        raise contradiction(f"at least {low} members where {declared} are possible", path, "minProperties")
    if high is not None and declared > high:
        raise SchemaError(
            f"`maxProperties` {high} is below the {declared} declared members, which are all decoded; raise it",
            field_path=path,
            construct="maxProperties",
        )


def _matches(pattern: str, name: str, path: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error as error:
        raise SchemaError(
            f"the pattern {pattern!r} cannot be tried on the name {name!r}; declare no such name beside it",
            field_path=path,
            construct="propertyNames",
        ) from error


def name_pattern(names: JSONSchema, path: str) -> str | bool:  # noqa: PLR0911
    """Return the pattern that `propertyNames` asks for; True where any name will do, False where none does.

    Raises:
        SchemaError: It cannot be said as one pattern.
    """
    if isinstance(names, bool):
        return names
    told = restrictions(names)
    if "type" in told:
        if "string" not in types(told) and "x-keys" not in names:
            return False
        del told["type"]
    if not told.get("minLength"):
        told.pop("minLength", None)
    keywords = frozenset(told)
    if not keywords:
        return True
    if keywords == {"pattern"}:
        return checked(told["pattern"], path, names.get("x-dialect", "ecma"))
    if keywords <= {"minLength", "maxLength"}:
        return lengths(int(told.get("minLength", 0)), int(told["maxLength"]) if "maxLength" in told else None)
    if keywords in ({"enum"}, {"const"}):
        values = told["enum"] if "enum" in told else [told["const"]]
        return _label_pattern(values, bool(names.get("x-keys")), path)
    if keywords == {"format"} and told["format"] in KEY_PATTERNS:
        return KEY_PATTERNS[told["format"]]
    raise SchemaError(
        "the names of members can be promised for one of: a pattern, lengths, an enum",
        field_path=path,
        construct="propertyNames",
    )


def _label_pattern(values: list[Any], as_keys: bool, path: str) -> str | bool:
    """The pattern of labels as names. `as_keys`: they are members of an enum, read from the digits of a key."""
    words = [value for value in values if isinstance(value, str)]
    if as_keys:
        words += [str(value) for value in values if isinstance(value, int) and not isinstance(value, bool)]
        if len(words) < len(values):
            raise SchemaError("labels as keys have to be strings or integers", field_path=path, construct="enum")
    return exactly(words) if words else False
