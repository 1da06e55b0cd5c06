"""Integers and numbers bounded to so many bytes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from extractor.grammar.numbers import (
    FRACTION_DIGITS,
    INTEGER_DIGITS,
    NumberRange,
    integer_bounds,
    number_range,
    number_regex,
)
from extractor.schema.nodes import IntegerNode, NumberNode

_EXPONENT_FORM = 25  # -1.7976931348623157e+308, and one to spare
_STEPPED_DIGITS = 16
_GRIDS = (4, 3, 2, 1, 0)  # fraction digits tried when a number must get shorter
_LONGEST = 64


def worst_integer(node: IntegerNode) -> int:
    """Most bytes of an integer."""
    return max(len(str(bound)) for bound in integer_bounds(node))


@lru_cache(maxsize=1024)
def least_integer(node: IntegerNode) -> int | None:
    """Bytes that an integer can be bounded to; None if there is none."""
    low, high = integer_bounds(node)
    step = node.multiple_of or 1
    first, last = -(-low // step) * step, high // step * step
    if first > last:
        return None
    return len("0") if first <= 0 <= last else min(len(str(first)), len(str(last)))


def bounded_integer(node: IntegerNode, room: int) -> IntegerNode | None:
    """Return the integer bounded to `room` bytes; None if none is left."""
    if worst_integer(node) <= room:
        return node
    if room < (least_integer(node) or room + 1):
        return None
    low, high = integer_bounds(node)
    return replace(node, minimum=max(low, 1 - 10 ** (room - 1)), maximum=min(high, 10**room - 1))


def worst_number(node: NumberNode) -> int:
    """Most bytes of a number."""
    numbers = number_range(node)
    if numbers is None:
        bound = max(abs(node.minimum or Decimal(0)), abs(node.maximum or Decimal(0)))
        digits = len(str(int(bound))) if None not in (node.minimum, node.maximum) else _STEPPED_DIGITS
        return 1 + max(digits, len("0")) + 1 + max(1, _decimals(node.multiple_of or Decimal(1)))
    sign = 1 if numbers.low <= 0 else 0
    if numbers.grid is None:
        return max(sign + _whole_digits(numbers) + 1 + FRACTION_DIGITS, _EXPONENT_FORM)
    return sign + _whole_digits(numbers) + 1 + max(1, _decimals(Decimal(1) / numbers.grid))


def _whole_digits(numbers: NumberRange) -> int:
    return min(len(str(int(max(abs(numbers.low), abs(numbers.high))))), INTEGER_DIGITS)


def _decimals(step: Decimal) -> int:
    exponent = step.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


@lru_cache(maxsize=1024)
def least_number(node: NumberNode) -> int | None:
    """Bytes that a number can be bounded to; None if there is none."""
    return next((room for room in range(1, _LONGEST) if bounded_number(node, room) is not None), None)


@lru_cache(maxsize=4096)
def bounded_number(node: NumberNode, room: int) -> NumberNode | None:
    """Return the number bounded to `room` bytes; None if none is left."""
    if worst_number(node) <= room:
        return node if _some(node) else None
    if node.multiple_of is not None:
        return _within(node, room, _decimals(node.multiple_of))
    steps = (_within(replace(node, multiple_of=Decimal(1).scaleb(-grid)), room, grid) for grid in _GRIDS)
    found = next((tight for tight in steps if tight is not None), None)
    if found is not None:
        return found
    finer = range(_GRIDS[0] + 1, 13)
    steps = (_within(replace(node, multiple_of=Decimal(1).scaleb(-grid)), room, grid) for grid in finer)
    return next((tight for tight in steps if tight is not None), None)


def _within(node: NumberNode, room: int, decimals: int) -> NumberNode | None:
    digits = room - 1 - max(1, decimals)
    for negative in (True, False):
        whole = digits - 1 if negative else digits
        if whole < 1:
            continue
        limit = Decimal(10**whole - 1)
        least = -limit if negative else Decimal(1).scaleb(-max(1, decimals))
        tight = _clipped(node, least, limit)
        if worst_number(tight) <= room and _some(tight):
            return tight
    return None


def _clipped(node: NumberNode, low: Decimal, high: Decimal) -> NumberNode:
    if node.minimum is None or node.minimum < low:
        node = replace(node, minimum=low, exclusive_minimum=False)
    if node.maximum is None or node.maximum > high:
        node = replace(node, maximum=high, exclusive_maximum=False)
    return node


def _some(node: NumberNode) -> bool:
    """Whether some number fits."""
    if node.minimum is not None and node.maximum is not None and node.minimum > node.maximum:
        return False
    numbers = number_range(node)
    if numbers is not None:
        return number_regex(numbers) is not None
    if node.minimum is None or node.maximum is None:
        return True
    step = node.multiple_of or Decimal(1)
    first = (node.minimum / step).to_integral_value(rounding="ROUND_CEILING") * step
    if node.exclusive_minimum and first == node.minimum:
        first += step
    return first < node.maximum or (first == node.maximum and not node.exclusive_maximum)
