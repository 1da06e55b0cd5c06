"""Pydantic's decimals and fractions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from extractor.schema import pydantic_formats
from extractor.schema.marks import after, refused, text

_Core = dict[str, Any]
_BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
_MOST_PLACES = 16  # digits up to which each place of the point is an option of its own


def decimal_schema(schema: _Core) -> dict[str, Any]:
    """Decimals are numbers; limits on digits become bounds and a step, one option for each place of the point."""
    found: dict[str, Any] = {"type": "number", "x-decimal": True}
    for name, keyword in _BOUNDS.items():
        if schema.get(name) is not None:
            found[keyword] = Decimal(schema[name])
    if schema.get("multiple_of") is not None:
        found["multipleOf"] = Decimal(schema["multiple_of"])
    places, digits = schema.get("decimal_places"), schema.get("max_digits")
    if digits is None:
        return _exact(found) if places is None else _limited(found, places, None)
    if places is not None:
        return _limited(found, min(places, digits), max(0, digits - places))
    if digits > _MOST_PLACES:
        return after(_exact(found), "max_digits", "so many digits are counted on the whole value")
    options = [_limited(found, point, digits - point) for point in _usual_first(digits)]
    possible = [option for option in options if "x-refused" not in option]
    if not possible:
        return options[0]
    return possible[0] if len(possible) == 1 else {"anyOf": possible}


def _usual_first(digits: int) -> list[int]:
    """Places of the point, two digits behind it first."""
    return sorted(range(digits + 1), key=lambda point: (point > 2, -point if point <= 2 else point))


def _limited(found: dict[str, Any], places: int, whole: int | None) -> dict[str, Any]:
    """So many digits behind the point at most, and so many before it."""
    limited = dict(found)
    step = Decimal(1).scaleb(-places)
    if "multipleOf" in limited and limited["multipleOf"] % step:
        return refused("decimal_places", "a step with more decimal places than allowed cannot be promised")
    limited.setdefault("multipleOf", step)
    if whole is not None:
        limit = Decimal(10) ** whole
        if limited.get("exclusiveMaximum", limit) >= limit:
            limited["exclusiveMaximum"] = limit
        if limited.get("exclusiveMinimum", -limit) <= -limit:
            limited["exclusiveMinimum"] = -limit
    return _exact(limited)


def _exact(found: dict[str, Any]) -> dict[str, Any]:
    return {keyword: _number(value) for keyword, value in found.items()}


def _number(value: Any) -> Any:
    """Write a decimal as a JSON number if that is exact."""
    if not isinstance(value, Decimal):
        return value
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else value


def fraction_schema(schema: _Core) -> dict[str, Any]:
    """Fractions as text, `1/3`; bounds are checked on the whole value."""
    told = [name for name in (*_BOUNDS, "multiple_of") if schema.get(name) is not None]
    found = text(pydantic_formats.FRACTION)
    return after(found, ", ".join(told), "fractions are compared on the whole value") if told else found
