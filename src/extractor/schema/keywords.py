"""JSON Schema's keywords as this package takes them: which restrict, which only annotate, which value each may have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, TypeAlias

from extractor.errors import SchemaError

JSONSchema: TypeAlias = "dict[str, Any] | bool"

TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")
ANNOTATIONS = frozenset(
    (
        "title",
        "description",
        "default",
        "example",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "discriminator",
        "$comment",
        "$schema",
        "$id",
        "$defs",
        "definitions",
        "$vocabulary",
        "$recursiveAnchor",
        "contentEncoding",
        "contentMediaType",
        "contentSchema",
    )
)
STRING = frozenset(("minLength", "maxLength", "pattern", "format", "x-also", "x-never"))
NUMBER = frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "x-decimal"))
QUOTED = frozenset(("x-verbatim", "x-day-first", "x-decimal-comma"))  # of strings and numbers
ARRAY = frozenset(
    (
        "items",
        "prefixItems",
        "minItems",
        "maxItems",
        "uniqueItems",
        "contains",
        "minContains",
        "maxContains",
        "unevaluatedItems",
    )
)
OBJECT = frozenset(
    (
        "properties",
        "required",
        "additionalProperties",
        "unevaluatedProperties",
        "patternProperties",
        "propertyNames",
        "minProperties",
        "maxProperties",
        "x-layers",
    )
)
CONDITIONS = frozenset(("not", "if", "then", "else", "dependentRequired", "dependentSchemas"))
GENERAL = frozenset(("type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref", "x-not-enum"))
RESTRICTING = STRING | NUMBER | QUOTED | ARRAY | OBJECT | GENERAL | CONDITIONS
UNKNOWN = frozenset(("$dynamicRef", "$recursiveRef"))  # that are no annotations
COUNTS = (
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "minContains",
    "maxContains",
)
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
APPLICATORS = ("$ref", "allOf", "anyOf", "oneOf", "x-layers", *sorted(CONDITIONS))
ONE_SCHEMA = (
    "additionalProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "items",
    "contains",
    "not",
    "if",
    "then",
    "else",
    "propertyNames",
)
SCHEMA_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
SCHEMA_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
LISTS = (*SCHEMA_LISTS, "enum", "required")
MAPS = (*SCHEMA_MAPS, "dependentRequired")
_CLOSE = 0.9  # likeness to a keyword from which on a name is taken for a slip of the pen
FLAGS = ("uniqueItems", "x-verbatim", "x-decimal", "x-day-first", "x-decimal-comma")
NOTATIONS = ("date", "time", "date-time")


def restrictions(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords of a schema that restrict, without its annotations."""
    return {keyword: value for keyword, value in schema.items() if keyword in RESTRICTING}


def without(schema: Mapping[str, Any], *keywords: str) -> dict[str, Any]:
    """Return a schema less some keywords."""
    return {keyword: value for keyword, value in schema.items() if keyword not in keywords}


def check(schema: Mapping[str, Any], path: str) -> None:
    """Refuse keywords that aren't known and values that a keyword can't have.

    Raises:
        SchemaError: Names the path and the keyword.
    """
    if "x-refused" in schema:
        told = schema["x-refused"]
        raise SchemaError(told["message"], field_path=path, construct=told["construct"])
    alone = "" if schema.get("x-verbatim") else min(QUOTED.intersection(schema) - {"x-verbatim"}, default="")
    _demand(not alone, alone, "written beside `x-verbatim: true`", path)
    for keyword, value in schema.items():
        if keyword in RESTRICTING:
            check_value(keyword, value, path)
        elif keyword in ("$defs", "definitions"):
            _demand(isinstance(value, dict), keyword, "an object of schemas", path)
        elif keyword in UNKNOWN or (meant := meant_keyword(keyword)) is not None:
            advice = f"did you mean `{meant}`?" if keyword not in UNKNOWN else "say the same with `$ref`"
            raise SchemaError(
                f"the keyword `{keyword}` cannot be promised; {advice}", field_path=path, construct=keyword
            )


@lru_cache(maxsize=4096)
def meant_keyword(name: str) -> str | None:
    """Return the restricting keyword that an unknown one is a slip of the pen for; None: it is an annotation.

    JSON Schema takes every keyword that it doesn't know for an annotation. A misspelt one would be dropped in silence.
    """
    if name in ANNOTATIONS or name in RESTRICTING or name.startswith(("x-", "_", "$")):
        return None
    likely = sorted(known for known in RESTRICTING if not known.startswith("x-"))
    mixed_up = (known for known in likely if sorted(known) == sorted(name))
    return next(iter((*mixed_up, *get_close_matches(name, likely, 1, _CLOSE))), None)


def check_names(schema: Mapping[str, Any], path: str) -> None:
    """Refuse names of members that no text can hold.

    Raises:
        SchemaError: A name holds a lone surrogate, or is no string.
    """
    for keyword in ("properties", "required"):
        for name in schema.get(keyword, ()):
            _demand(isinstance(name, str), keyword, f"of names that are strings, not {name!r}", path)
            lone = any("\ud800" <= char <= "\udfff" for char in name)
            _demand(not lone, keyword, f"of names that are text; {name!r} holds a lone surrogate", path)


def evaluated(schema: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return a schema that says `unevaluatedProperties`, if at all, as `additionalProperties`.

    Beside `properties` and the like the two mean the same; what was evaluated elsewhere has been merged in by now.

    Raises:
        SchemaError: Something beside it evaluates members in a way that depends on the value.
    """
    if "unevaluatedProperties" not in schema:
        return dict(schema)
    told = next((keyword for keyword in APPLICATORS if keyword in schema), None)
    if told is not None:
        raise SchemaError(
            f"`unevaluatedProperties` beside `{told}` cannot be promised here; write `additionalProperties` into each "
            "of its parts",
            field_path=path,
            construct="unevaluatedProperties",
        )
    rest = without(schema, "unevaluatedProperties")
    return {"additionalProperties": schema["unevaluatedProperties"], **rest}


def check_value(keyword: str, value: object, path: str) -> None:
    """Refuse a value that a keyword can't have.

    Raises:
        SchemaError: Names the path and the keyword.
    """
    if keyword in COUNTS:
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        whole = whole and not isinstance(value, bool) and value >= 0  # type: ignore[operator]
        _demand(whole, keyword, "a whole number from 0 up", path)
    elif keyword in BOUNDS or keyword == "multipleOf":
        number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        _demand(number and decimal(value).is_finite(), keyword, "a finite number", path)
        _demand(keyword != "multipleOf" or decimal(value) > 0, keyword, "a number above 0", path)
    elif keyword in LISTS:
        _demand(isinstance(value, list), keyword, "a list", path)
        _demand(keyword in ("required", "prefixItems") or bool(value), keyword, "a list that is not empty", path)
    elif keyword in MAPS:
        _demand(isinstance(value, dict), keyword, "an object of schemas", path)
    elif keyword in FLAGS:
        _demand(isinstance(value, bool), keyword, "true or false", path)
    elif keyword in ("pattern", "format", "$ref"):
        _demand(isinstance(value, str), keyword, "a string", path)
    elif keyword in ONE_SCHEMA:
        _demand(isinstance(value, dict | bool), keyword, "one schema (an object, true or false)", path)
    elif keyword == "type":
        names = value if isinstance(value, list) else [value]
        _demand(bool(names) and all(name in TYPES for name in names), keyword, f"one of {', '.join(TYPES)}", path)
    if keyword == "required" and isinstance(value, list):
        _demand(all(isinstance(name, str) for name in value), keyword, "a list of strings", path)


def _demand(true: bool, keyword: str, wanted: str, path: str) -> None:
    if not true:
        raise SchemaError(f"`{keyword}` must be {wanted}", field_path=path, construct=keyword)


def decimal(number: Any) -> Decimal:
    """Return a JSON number as the decimal that was written."""
    return number if isinstance(number, Decimal) else Decimal(str(number))


def types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the types a schema allows, in the order written; every type where it doesn't say."""
    named = schema.get("type", TYPES)
    found = tuple(dict.fromkeys((named,) if isinstance(named, str) else named))
    return tuple(name for name in found if name != "integer" or "number" not in found)


def plain(value: Any) -> Any:
    """Return a JSON value in which equal numbers are written alike: 1.0 is 1, -0 is 0."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= 2**53:
        return int(value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def alike(a: Any, b: Any) -> bool:
    """Whether two JSON values are equal as JSON has it: 1.0 is 1, but true is not 1."""
    return bool(a == b) and canonical(a) == canonical(b)


def canonical(value: Any) -> str:
    """Write a JSON value in the canonical layout, equal numbers alike."""
    return json.dumps(plain(value), ensure_ascii=False, separators=(", ", ": "), allow_nan=False)
