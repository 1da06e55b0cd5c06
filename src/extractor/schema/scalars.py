"""Keywords of strings and numbers -> nodes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from extractor.errors import SchemaError
from extractor.schema.formats import FORMATS, FREE_FORMATS, ZONE_AT_END
from extractor.schema.keywords import decimal
from extractor.schema.nodes import IntegerNode, NumberNode, StringNode, VerbatimNode
from extractor.schema.patterns import checked

_WITH_ZONE = frozenset(("time", "date-time"))


def contradiction(what: str, path: str, construct: str) -> SchemaError:
    """The error for a schema that no value meets."""
    return SchemaError(f"no value can meet this: {what}", field_path=path, construct=construct)


def string_node(schema: Mapping[str, Any], path: str) -> StringNode | VerbatimNode:
    """Turn the string keywords of a schema into a node.

    Raises:
        SchemaError: They contradict each other, or the pattern or format cannot be promised.
    """
    low = int(schema.get("minLength", 0))
    high = int(schema["maxLength"]) if "maxLength" in schema else None
    if high is not None and high < low:
        raise contradiction(f"minLength {low} is above maxLength {high}", path, "maxLength")
    if schema.get("x-verbatim"):
        return _verbatim(schema, low, high, path)
    form = schema.get("format")
    if form in FREE_FORMATS:
        form = None
    if form is not None and form not in FORMATS:
        raise SchemaError(
            f"the format `{form}` cannot be promised; use one of {', '.join(sorted(FORMATS))}, or a pattern",
            field_path=path,
            construct="format",
        )
    pattern = checked(schema["pattern"], path, schema.get("x-dialect", "ecma")) if "pattern" in schema else None
    if pattern is None and form in _WITH_ZONE:
        pattern = ZONE_AT_END
    return StringNode(low, high, pattern, form)


def _verbatim(schema: Mapping[str, Any], low: int, high: int | None, path: str) -> VerbatimNode:
    for keyword in ("pattern", "format"):
        if keyword in schema:
            raise SchemaError(
                f"a verbatim string cannot have a `{keyword}` too; choose one", field_path=path, construct=keyword
            )
    if high == 0:
        raise contradiction("a verbatim string is never empty", path, "maxLength")
    return VerbatimNode(max(low, 1), high)


def integer_node(schema: Mapping[str, Any], path: str) -> IntegerNode:
    """Turn the numeric keywords of an integer into a node; fractional bounds are rounded inwards.

    Raises:
        SchemaError: No integer meets them.
    """
    lows = [math.ceil(decimal(schema["minimum"]))] if "minimum" in schema else []
    highs = [math.floor(decimal(schema["maximum"]))] if "maximum" in schema else []
    if "exclusiveMinimum" in schema:
        lows.append(math.floor(decimal(schema["exclusiveMinimum"])) + 1)
    if "exclusiveMaximum" in schema:
        highs.append(math.ceil(decimal(schema["exclusiveMaximum"])) - 1)
    low, high = max(lows, default=None), min(highs, default=None)
    step = Fraction(decimal(schema["multipleOf"])).numerator if "multipleOf" in schema else 1
    if low is not None and high is not None and -(-low // step) * step > high:
        raise contradiction(f"no multiple of {step} lies between {low} and {high}", path, "maximum")
    return IntegerNode(low, high, None if step == 1 else step)


def number_node(schema: Mapping[str, Any], path: str) -> NumberNode:
    """Turn the numeric keywords of a number into a node.

    Raises:
        SchemaError: No number meets them.
    """
    low, open_below = _bound(schema, "minimum", "exclusiveMinimum", 1)
    high, open_above = _bound(schema, "maximum", "exclusiveMaximum", -1)
    step = decimal(schema["multipleOf"]) if "multipleOf" in schema else None
    if low is not None and high is not None:
        if low > high or (low == high and (open_below or open_above)):
            raise contradiction(f"nothing lies between {low} and {high}", path, "maximum")
        if step is not None and not _has_multiple(Fraction(step), low, high, open_below, open_above):
            raise contradiction(f"no multiple of {step} lies between {low} and {high}", path, "multipleOf")
    return NumberNode(low, high, open_below, open_above, step, bool(schema.get("x-decimal")))


def _bound(schema: Mapping[str, Any], closed: str, opened: str, sign: int) -> tuple[Decimal | None, bool]:
    """Return the stricter of the two bounds, and whether it is exclusive."""
    inclusive = decimal(schema[closed]) if closed in schema else None
    exclusive = decimal(schema[opened]) if opened in schema else None
    if inclusive is None:
        return exclusive, exclusive is not None
    if exclusive is None or inclusive * sign > exclusive * sign:
        return inclusive, False
    return exclusive, True


def _has_multiple(step: Fraction, low: Decimal, high: Decimal, open_below: bool, open_above: bool) -> bool:
    first = math.ceil(Fraction(low) / step)
    if open_below and first * step == Fraction(low):
        first += 1
    found = first * step
    return found < Fraction(high) or (found == Fraction(high) and not open_above)
