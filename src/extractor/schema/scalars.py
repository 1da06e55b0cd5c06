"""Keywords of strings and numbers -> nodes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from extractor.errors import SchemaError
from extractor.schema.formats import FORMATS
from extractor.schema.keywords import NOTATIONS, QUOTED, decimal, without
from extractor.schema.lookaround import apart
from extractor.schema.nodes import (
    BooleanNode,
    EnumNode,
    IntegerNode,
    Node,
    Notation,
    NumberNode,
    QuotedNode,
    StringNode,
    VerbatimNode,
)
from extractor.schema.patterns import exactly, regular
from extractor.schema.regular import is_anchored
from extractor.schema.rfc_formats import LONGEST, RFC_FORMATS

MOST_EXCLUDED = 8
MOST_REMAINDERS = 2048  # of a `multipleOf`; a grammar has a state for each


class NoValueError(SchemaError):
    """No value meets the schema. Where a value may be absent it is no error: the place stays empty."""


def contradiction(what: str, path: str, construct: str) -> NoValueError:
    """The error for a schema that no value meets."""
    return NoValueError(f"no value can meet this: {what}", field_path=path, construct=construct)


def string_node(schema: Mapping[str, Any], path: str) -> StringNode | VerbatimNode | QuotedNode:
    """Turn the string keywords of a schema into a node.

    Raises:
        SchemaError: They contradict each other, or the pattern or format cannot be promised.
    """
    low = int(schema.get("minLength", 0))
    high = int(schema["maxLength"]) if "maxLength" in schema else None
    if high is not None and high < low:
        raise contradiction(f"minLength {low} is above maxLength {high}", path, "maxLength")
    if schema.get("x-verbatim"):
        notation = schema.get("x-notation", schema.get("format"))
        value = string_node(without(schema, *QUOTED, "x-notation"), path)
        assert isinstance(value, StringNode)
        return _quoted(value, notation, schema) if notation in NOTATIONS else _copied(value, path)
    form = schema.get("format")
    if form in LONGEST:
        high = LONGEST[form] if high is None else min(high, LONGEST[form])
    also, never = _patterns(schema, path)
    pattern = also.pop(0) if "pattern" in schema else None
    if form not in FORMATS:
        also += [RFC_FORMATS[form]] if form in RFC_FORMATS else []
        form = None
    labels = [label for label in schema.get("x-not-enum", ()) if isinstance(label, str)]
    if labels:
        never.append(exactly(labels))
    return StringNode(low, high, pattern, form, tuple(also), tuple(never))


def _patterns(schema: Mapping[str, Any], path: str) -> tuple[list[str], list[str]]:
    """The patterns that have to be found, `pattern` first, and those that may not be."""
    own = [(schema["pattern"], schema.get("x-dialect", "ecma"))] if "pattern" in schema else []
    told = [(apart(text), dialect) for text, dialect in (*own, *schema.get("x-also", ()))]
    never = list(schema.get("x-never", ())) + [(text, dialect) for one, dialect in told for text in one.unwanted]
    also = [(text, dialect) for one, dialect in told for text in one.wanted]
    return [regular(text, path, dialect) for text, dialect in also], [regular(t, path, d) for t, d in never]


def _copied(value: StringNode, path: str) -> VerbatimNode | QuotedNode:
    """A run of the text: of a form that is declared, or any."""
    if value.max_length == 0:
        raise contradiction("a verbatim string is never empty", path, "maxLength")
    if value == StringNode(value.min_length, value.max_length):
        return VerbatimNode(max(value.min_length, 1), value.max_length)
    if value.format is None and not any(map(is_anchored, value.wanted)):
        raise SchemaError(
            "a verbatim string of which more is asked than a length needs a format, or a pattern that says where it "
            "begins and ends: `^...$`",
            field_path=path,
            construct="pattern",
        )
    return QuotedNode(replace(value, min_length=max(value.min_length, 1)), "text")


def _quoted(value: StringNode | IntegerNode | NumberNode, notation: Notation, schema: Mapping[str, Any]) -> QuotedNode:
    return QuotedNode(value, notation, bool(schema.get("x-day-first")), bool(schema.get("x-decimal-comma")))


def booleans(excluded: Sequence[Any]) -> list[Node]:
    """Return what is left of true and false when some values are excluded."""
    left = [value for value in (True, False) if not any(value is one for one in excluded)]
    if len(left) == 2:
        return [BooleanNode()]
    return [EnumNode(("true" if value else "false",)) for value in left]


def numbers(name: str, schema: Mapping[str, Any], path: str) -> list[Node]:
    """Turn the numeric keywords of a schema into nodes, one for each stretch between excluded values.

    Raises:
        SchemaError: No number meets them, or too many are excluded.
    """
    excluded = sorted({decimal(one) for one in schema.get("x-not-enum", ()) if _is_number(one)})
    if len(excluded) > MOST_EXCLUDED:
        raise SchemaError(
            f"more than {MOST_EXCLUDED} numbers are excluded; write bounds", field_path=path, construct="not"
        )
    found: list[Node] = []
    for low, high in pairwise([None, *excluded, None]):
        part = dict(schema)
        if low is not None:
            part["exclusiveMinimum"] = max(low, decimal(schema.get("exclusiveMinimum", low)))
        if high is not None:
            part["exclusiveMaximum"] = min(high, decimal(schema.get("exclusiveMaximum", high)))
        try:
            node = integer_node(part, path) if name == "integer" else number_node(part, path)
            found.append(_quoted(node, "number", schema) if schema.get("x-verbatim") else node)
        except NoValueError:
            if not excluded:
                raise
    return found


def has_many_remainders(step: Any) -> bool:
    """Whether a grammar would have to tell too many remainders apart to know the multiples of a step."""
    exact = decimal(step).normalize()
    exponent = exact.as_tuple().exponent
    digits = exact.scaleb(-exponent) if isinstance(exponent, int) and exponent < 0 else exact
    return digits > MOST_REMAINDERS


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


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
