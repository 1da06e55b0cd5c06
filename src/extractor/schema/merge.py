"""The schema that means two schemas at once: what `allOf` and restricting siblings are turned into.

What can be combined exactly is combined; what cannot is refused. Nothing is dropped.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from extractor.errors import SchemaError
from extractor.schema.keywords import (
    APPLICATORS,
    ARRAY,
    CONDITIONS,
    OBJECT,
    JSONSchema,
    alike,
    canonical,
    decimal,
    evaluated,
    restrictions,
    types,
    without,
)

MAX_MERGES = 2000
_SAME = frozenset(("format", "contains", "minContains", "maxContains", "unevaluatedItems"))
_LISTED = frozenset(("x-also", "x-never", "x-not-enum", "x-layers", "allOf"))
_HIGHEST = frozenset(("minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum"))
_LOWEST = frozenset(("maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum"))
_EITHER = frozenset(("uniqueItems", "x-verbatim", "x-decimal", "x-day-first", "x-decimal-comma"))


class Merger:
    """Combines schemas of one document.

    Args:
        resolve: Looks a `$ref` up: (reference, record path) -> schema.
    """

    def __init__(self, resolve: Callable[[str, str], JSONSchema]) -> None:
        self._resolve = resolve
        self._merges = 0
        self.undecided: list[str] = []  # keywords left out so far: what comes out allows more than both schemas

    def merge(self, a: JSONSchema, b: JSONSchema, path: str) -> JSONSchema:
        """Return the schema of the values that both schemas allow; False where there are none.

        Raises:
            SchemaError: The two cannot be combined exactly.
        """
        self._merges += 1
        if self._merges > MAX_MERGES:
            raise SchemaError(
                f"more than {MAX_MERGES} schemas to combine; write the schema out", field_path=path, construct="allOf"
            )
        if isinstance(a, bool) or isinstance(b, bool):
            if a is False or b is False:
                return False
            return b if a is True else a
        b = self._evaluated(b, path)
        if not restrictions(b):
            return {**b, **a}
        if not restrictions(a):
            return {**a, **b}
        x, y = self._spelled_out(a, b, path), self._spelled_out(b, a, path)
        return self._keywords(x, y, path) if isinstance(x, dict) and isinstance(y, dict) else self.merge(x, y, path)

    def _evaluated(self, schema: dict[str, Any], path: str) -> dict[str, Any]:
        try:
            schema = evaluated(schema, path)
        except SchemaError:
            self.undecided.append("unevaluatedProperties")
            schema = without(schema, "unevaluatedProperties")
        if "unevaluatedItems" not in schema:
            return schema
        if "contains" in schema or any(keyword in schema for keyword in APPLICATORS):
            self.undecided.append("unevaluatedItems")
        else:
            schema = {"items": schema["unevaluatedItems"], **schema}
        return without(schema, "unevaluatedItems")

    def _spelled_out(self, schema: dict[str, Any], other: dict[str, Any], path: str) -> JSONSchema:
        reference = schema.get("$ref")
        if reference is None or reference == other.get("$ref"):
            return schema
        rest = without(schema, "$ref")
        return self.merge(rest, self._resolve(reference, path), path)

    def _keywords(self, a: dict[str, Any], b: dict[str, Any], path: str) -> JSONSchema:
        merged: dict[str, Any] = {**b, **a}
        if "$ref" in a and "$ref" in b and a["$ref"] != b["$ref"]:
            return self.merge(a, b, path)
        for keyword in [k for k in merged if k in a and k in b]:
            self._combine(merged, keyword, a[keyword], b[keyword], path)
        _patterns(merged, a, b)
        _conditions(merged, a, b)
        if "type" in a and "type" in b:
            both = _common(types(a), types(b))
            if not both:
                return False
            merged["type"] = both[0] if len(both) == 1 else list(both)
        if (a.keys() | b.keys()) & OBJECT:
            self._objects(merged, a, b)
        if (a.keys() & ARRAY) and (b.keys() & ARRAY):
            self._arrays(merged, a, b)
        return merged

    def _combine(  # noqa: C901
        self, merged: dict[str, Any], keyword: str, a: Any, b: Any, path: str
    ) -> None:
        if keyword in _HIGHEST:
            merged[keyword] = max(a, b)
        elif keyword in _LOWEST:
            merged[keyword] = min(a, b)
        elif keyword in _EITHER:
            merged[keyword] = a or b
        elif keyword == "multipleOf":
            merged[keyword] = _common_multiple(a, b)
        elif keyword == "required":
            merged[keyword] = list(dict.fromkeys([*a, *b]))
        elif keyword in _LISTED:
            merged[keyword] = _distinct([*a, *b])
        elif keyword == "enum":
            there = {canonical(value) for value in b}
            merged[keyword] = [value for value in a if canonical(value) in there]
        elif keyword == "const":
            merged["enum"] = [a] if canonical(a) == canonical(b) else []
        elif keyword == "anyOf":
            pairs = ((self._settled(x, path), y) for x in a for y in b)
            found = [both for x, y in pairs if (both := self.merge(x, y, path)) is not False]
            merged[keyword] = _distinct(found) or [False]
        elif keyword == "propertyNames" and a != b:
            merged[keyword] = {"allOf": [a, b]}
        elif keyword == "oneOf" and a != b:
            merged[keyword] = [{"allOf": [option, {"oneOf": b}]} for option in a]
        elif keyword in _SAME and a != b:
            self.undecided.append(keyword)

    def _objects(self, merged: dict[str, Any], a: dict[str, Any], b: dict[str, Any]) -> None:
        if not (a.keys() & OBJECT and b.keys() & OBJECT):
            return
        if _LAYERED & (a.keys() | b.keys()) and not _same_objects(a, b):
            merged["x-layers"] = _distinct([*_layers(a), *_layers(b)])
            for keyword in _MEMBERS:
                merged.pop(keyword, None)
            return
        names = dict.fromkeys([*a.get("properties", {}), *b.get("properties", {})])
        found = {name: _both(_member(a, name), _member(b, name)) for name in names}
        if found:
            merged["properties"] = found
        if "additionalProperties" in a or "additionalProperties" in b:
            merged["additionalProperties"] = _both(
                a.get("additionalProperties", True), b.get("additionalProperties", True)
            )

    def _arrays(self, merged: dict[str, Any], a: dict[str, Any], b: dict[str, Any]) -> None:
        size = max(len(a.get("prefixItems", ())), len(b.get("prefixItems", ())))
        if size:
            merged["prefixItems"] = [_both(_item(a, i), _item(b, i)) for i in range(size)]
        if "items" in a or "items" in b:
            merged["items"] = _both(a.get("items", True), b.get("items", True))

    def _settled(self, option: JSONSchema, path: str) -> JSONSchema:
        return self._evaluated(option, path) if isinstance(option, dict) else option


def _distinct(values: list[Any]) -> list[Any]:
    return list({canonical(value): value for value in reversed(values)}.values())[::-1]


def _patterns(merged: dict[str, Any], a: dict[str, Any], b: dict[str, Any]) -> None:
    """Keep both patterns, each with the dialect it is written in."""
    if "pattern" not in a:
        return
    if "pattern" in b and _pattern(a) != _pattern(b):
        merged["x-also"] = [*merged.get("x-also", ()), _pattern(b)]
    if "x-dialect" not in a:
        merged.pop("x-dialect", None)


def _conditions(merged: dict[str, Any], a: dict[str, Any], b: dict[str, Any]) -> None:
    """Keep the conditions of both: `if` and `then` belong together."""
    later = {keyword: value for keyword, value in b.items() if keyword in CONDITIONS}
    if not later or not a.keys() & CONDITIONS:
        return
    for keyword in later.keys() - a.keys():
        del merged[keyword]
    merged["allOf"] = [*merged.get("allOf", ()), later]


def _pattern(schema: dict[str, Any]) -> list[str]:
    return [schema["pattern"], schema.get("x-dialect", "ecma")]


_MEMBERS = ("properties", "patternProperties", "additionalProperties")
_LAYERED = frozenset(("patternProperties", "x-layers"))


def _layers(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """What a schema says of the members of an object: a list of schemas that each member has to meet."""
    own = {keyword: schema[keyword] for keyword in _MEMBERS if keyword in schema}
    dialect = {"x-dialect": schema["x-dialect"]} if "x-dialect" in schema else {}
    return [*schema.get("x-layers", ()), *([own | dialect] if own else [])]


def _same_objects(a: dict[str, Any], b: dict[str, Any]) -> bool:
    x, y = ({k: v for k, v in schema.items() if k in (*_MEMBERS, "x-layers")} for schema in (a, b))
    return not x or not y or alike(x, y)


def _both(a: JSONSchema, b: JSONSchema) -> JSONSchema:
    """The schema of what lies further in: combined when it is read, since definitions may go round in circles."""
    if a is False or b is False:
        return False
    if a is True or b is True or alike(a, b):
        return b if a is True else a
    told = {keyword: kept for keyword, kept in {**b, **a}.items() if keyword in ("title", "description")}
    return {**told, "allOf": [a, b]}


def _member(schema: dict[str, Any], name: str) -> JSONSchema:
    found: JSONSchema = schema.get("properties", {}).get(name, schema.get("additionalProperties", True))
    return found


def _item(schema: dict[str, Any], index: int) -> JSONSchema:
    prefix = schema.get("prefixItems", ())
    found: JSONSchema = prefix[index] if index < len(prefix) else schema.get("items", True)
    return found


def _common(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    def allows(names: tuple[str, ...], name: str) -> bool:
        return name in names or (name == "integer" and "number" in names)

    return tuple(dict.fromkeys([*(x for x in a if allows(b, x)), *(x for x in b if allows(a, x))]))


def _common_multiple(a: Any, b: Any) -> int | float:
    x, y = Fraction(decimal(a)), Fraction(decimal(b))
    both = Fraction(math.lcm(x.numerator, y.numerator), math.gcd(x.denominator, y.denominator))
    return both.numerator if both.denominator == 1 else float(both)
