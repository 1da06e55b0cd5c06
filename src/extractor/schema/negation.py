"""The schemas of what a schema does not allow: for `not`, for `if`, and for options of `oneOf` that overlap.

What stands here is exact: either the alternatives given together allow just what the schema does not, or there are
none to give.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from extractor.schema.keywords import TYPES, JSONSchema, restrictions

_DEPTH = 12
_MOST = 16  # alternatives

Alternatives = list[JSONSchema] | None


def any_of(schemas: list[JSONSchema]) -> JSONSchema:
    """Return the schema of the values that meet one of the schemas given; false where there is none."""
    if len(schemas) == 1:
        return schemas[0]
    return {"anyOf": schemas} if schemas else False


class Negator:
    """Negates schemas of one document.

    Args:
        resolve: Looks a `$ref` up: (reference, record path) -> schema.
    """

    def __init__(self, resolve: Callable[[str, str], JSONSchema]) -> None:
        self._resolve = resolve

    def negated(self, schema: JSONSchema, path: str, depth: int = _DEPTH) -> Alternatives:
        """Return schemas one of which each value meets that the schema refuses, and no other value does.

        Args:
            schema: The schema.
            path: Record path, for errors.
            depth: How deep to look.

        Returns:
            The alternatives (none: the schema refuses nothing); None where they cannot be written down.
        """
        if isinstance(schema, bool):
            return [] if schema else [True]
        if not isinstance(schema, dict) or depth == 0:
            return None
        found: list[JSONSchema] = []
        for keyword, value in restrictions(schema).items():
            alternatives = self._keyword(keyword, value, schema, path, depth - 1)
            if alternatives is None:
                return None
            found += [one for one in alternatives if one not in found]
        return found if len(found) <= _MOST else None

    def _keyword(  # noqa: C901, PLR0911, PLR0912 - one line a keyword
        self, keyword: str, value: Any, schema: Mapping[str, Any], path: str, depth: int
    ) -> Alternatives:
        match keyword:
            case "type":
                return _other_types(value)
            case "enum":
                return [{"x-not-enum": list(value)}] if isinstance(value, list) else None
            case "const":
                return [{"x-not-enum": [value]}]
            case "x-not-enum":
                return [{"enum": value}]
            case "required":
                return [{"type": "object", "properties": {name: False}} for name in value]
            case "properties":
                return self._members(value, path, depth)
            case "pattern":
                return [{"type": "string", "x-never": [[value, schema.get("x-dialect", "ecma")]]}]
            case "not":
                return [value]
            case "allOf":
                return self._any(value, path, depth)
            case "anyOf":
                return self._all(value, path, depth)
            case "$ref":
                return self.negated(self._resolve(value, path), path, depth)
            case "minLength" | "minItems" | "minProperties":
                return _below(keyword, value)
            case "maxLength" | "maxItems" | "maxProperties":
                opposite = keyword.replace("max", "min")
                return [{"type": _HOLDER[opposite], opposite: value + 1}]
            case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
                return [{"type": "number", _OPPOSITE[keyword]: value}]
            case "additionalProperties" | "items" | "unevaluatedProperties" | "unevaluatedItems":
                return [] if value is True else None
            case _:
                return None

    def _members(self, properties: Mapping[str, JSONSchema], path: str, depth: int) -> Alternatives:
        found: list[JSONSchema] = []
        for name, inner in properties.items():
            alternatives = self.negated(inner, path, depth)
            if alternatives is None:
                return None
            found += [{"type": "object", "required": [name], "properties": {name: one}} for one in alternatives]
        return found

    def _any(self, schemas: list[JSONSchema], path: str, depth: int) -> Alternatives:
        found: list[JSONSchema] = []
        for schema in schemas:
            alternatives = self.negated(schema, path, depth)
            if alternatives is None:
                return None
            found += alternatives
        return found

    def _all(self, schemas: list[JSONSchema], path: str, depth: int) -> Alternatives:
        parts: list[JSONSchema] = []
        for schema in schemas:
            alternatives = self.negated(schema, path, depth)
            if alternatives is None:
                return None
            if not alternatives:
                return []
            parts.append(any_of(alternatives))
        return [{"allOf": parts}]


_HOLDER = {"minLength": "string", "minItems": "array", "minProperties": "object"}
_OPPOSITE = {
    "minimum": "exclusiveMaximum",
    "maximum": "exclusiveMinimum",
    "exclusiveMinimum": "maximum",
    "exclusiveMaximum": "minimum",
}


def _other_types(value: Any) -> Alternatives:
    named = [value] if isinstance(value, str) else list(value)
    if "integer" in named and "number" not in named:
        return None
    others = [name for name in TYPES if name not in named and name != "integer"]
    return [{"type": others}] if others else []


def _below(keyword: str, value: int) -> Alternatives:
    if value == 0:
        return []
    return [{"type": _HOLDER[keyword], keyword.replace("min", "max"): value - 1}]
