"""Numbers within bounds -> regexes over their canonical spelling.

One spelling a value, the one `json.dumps` gives it: no leading or trailing zeros, `1` and `1.0` (integer and float), an
exponent only below 0.0001 and from 1e16 on. Regexes use the Rust syntax that both constraint backends read.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from extractor.schema.nodes import IntegerNode, NumberNode

INTEGER_DIGITS = 18
FRACTION_DIGITS = 21  # 0.0001234567890123456 has 4 + 17
_MANTISSA_DIGITS = 16
_FLOAT_INTEGERS = 10**16  # a float from here on is spelled with an exponent
_GREATEST = Decimal(repr(sys.float_info.max))
_SMALL_EXPONENTS = range(-324, -4)
_GREAT_EXPONENTS = range(16, 309)
_CONTEXT = Context(prec=800, Emin=-5000, Emax=5000)


# ----------------------------------------------------------------------------------------------------------- integers


def integer_bounds(node: IntegerNode) -> tuple[int, int]:
    """Bounds of an integer, those that were not declared replaced by a limit on its digits."""
    digits = max(
        INTEGER_DIGITS, *(len(str(abs(bound))) for bound in (node.minimum, node.maximum) if bound is not None), 0
    )
    limit = 10**digits - 1
    low = -limit if node.minimum is None else node.minimum
    high = limit if node.maximum is None else node.maximum
    return low, high


def integer_regex(low: int, high: int) -> str | None:
    """Write a regex for the integers from `low` to `high`; None if there are none."""
    options = []
    if low < 0 and low <= high:
        options.append("-" + _naturals(max(1, -high), -low))
    if high >= 0 and low <= high:
        options.append(_naturals(max(0, low), high))
    return _any_of(options) if options else None


def _any_of(options: list[str]) -> str:
    return options[0] if len(options) == 1 else "(?:" + "|".join(options) + ")"


def _naturals(low: int, high: int) -> str:
    options = []
    if low == 0:
        options.append("0")
        low = 1
    first, last = len(str(low)), len(str(high))
    if low <= high:
        if first == last:
            options.append(_same_length(str(low), str(high)))
        else:
            whole_first = first if low == 10 ** (first - 1) else first + 1
            whole_last = last if high == 10**last - 1 else last - 1
            if whole_first > first:
                options.append(_same_length(str(low), "9" * first))
            if whole_first <= whole_last:
                options.append("[1-9]" + _digits(whole_first - 1, whole_last - 1))
            if whole_last < last:
                options.append(_same_length("1" + "0" * (last - 1), str(high)))
    return _any_of(options)


def _digits(fewest: int, most: int) -> str:
    if most == 0:
        return ""
    return f"[0-9]{{{fewest}}}" if fewest == most else f"[0-9]{{{fewest},{most}}}"


def _span(low: str, high: str) -> str:
    return low if low == high else f"[{low}-{high}]"


def _same_length(low: str, high: str) -> str:
    if low == high:
        return low
    same = 0
    while low[same] == high[same]:
        same += 1
    head, low, high = low[:same], low[same:], high[same:]
    rest = len(low) - 1
    first, last = int(low[0]), int(high[0])
    options = []
    if low[1:] != "0" * rest:
        options.append(low[0] + _same_length(low[1:], "9" * rest))
        first += 1
    if high[1:] != "9" * rest:
        options.append(high[0] + _same_length("0" * rest, high[1:]))
        last -= 1
    if first <= last:
        options.append(_span(str(first), str(last)) + _digits(rest, rest))
    return head + _any_of(options)


def is_within(node: IntegerNode | NumberNode, value: Decimal) -> bool:
    """Whether a number lies within a node's bounds."""
    low, high = node.minimum, node.maximum
    if isinstance(node, IntegerNode):
        return (low is None or value >= low) and (high is None or value <= high)
    below = low is not None and (value < low or (value == low and node.exclusive_minimum))
    above = high is not None and (value > high or (value == high and node.exclusive_maximum))
    return not (below or above)


def is_multiple(value: Decimal, step: Decimal | int | None) -> bool:
    """Whether a number is a multiple of a step; of none, every number is."""
    return step is None or Fraction(value) % Fraction(step) == 0


# ----------------------------------------------------------------------------------------------------------- decimals


@dataclass(frozen=True, slots=True)
class _Fraction:
    """What may follow the decimal point.

    Attributes:
        regex: The fraction, without trailing zeros and not zero; None if there is none.
        zero: Whether the fraction may be zero.
    """

    regex: str | None
    zero: bool


@dataclass(frozen=True, slots=True)
class NumberRange:
    """A `NumberNode` made ready: inclusive bounds and a grid of fractions.

    Attributes:
        low: Smallest value.
        high: Greatest value.
        grid: None for any fraction, else how many steps there are in 1 (100 for multiples of 0.01).
    """

    low: Decimal
    high: Decimal
    grid: int | None


def number_range(node: NumberNode) -> NumberRange | None:
    """Make a node ready for `number_regex`; None where its `multiple_of` is not a whole part of 1."""
    grid = None
    if node.multiple_of is not None:
        steps = _CONTEXT.divide(Decimal(1), node.multiple_of)
        if steps != steps.to_integral_value() or not 1 <= steps <= 10**12 or node.multiple_of * steps != 1:
            return None
        grid = int(steps)
        if grid > 1000 and grid != 10 ** (len(str(grid)) - 1):
            return None
    return NumberRange(_low(node), _high(node), grid)


def _low(node: NumberNode) -> Decimal:
    if node.minimum is None:
        return -_GREATEST
    if node.exclusive_minimum:
        return Decimal(repr(math.nextafter(float(node.minimum), math.inf)))
    return node.minimum


def _high(node: NumberNode) -> Decimal:
    if node.maximum is None:
        return _GREATEST
    if node.exclusive_maximum:
        return Decimal(repr(math.nextafter(float(node.maximum), -math.inf)))
    return node.maximum


@lru_cache(maxsize=1024)
def number_regex(numbers: NumberRange, integer_digits: int = INTEGER_DIGITS) -> str | None:
    """Write a regex for a range of numbers; None if there are none."""
    low, high = numbers.low, numbers.high
    options = []
    if high >= 0:
        options += _positive(max(low, Decimal(0)), high, numbers.grid, integer_digits, zero=low <= 0)
    if low < 0:
        negative = _positive(max(-high, Decimal(0)), -low, numbers.grid, integer_digits, zero=False)
        if negative:
            options.append("-" + _any_of(negative))
    if low <= 0 <= high:
        options.append("-0\\.0")
    return _any_of(options) if options else None


def _positive(low: Decimal, high: Decimal, grid: int | None, integer_digits: int, *, zero: bool) -> list[str]:
    """Alternatives for the numbers from `low` to `high`, neither negative; zero itself only if asked for."""
    if low > high:
        return []
    options = _around(low, high, grid, zero=zero)
    most = 10**integer_digits - 1
    first, last = _ceiling(low), _floor(high)
    whole_first = max(first, 1 if zero or low > 0 else 0, 1)
    fractional_last = min(last - 1, _FLOAT_INTEGERS - 1)
    if whole_first <= fractional_last:
        free = _fraction("", None, grid)
        options.append(_naturals(whole_first, fractional_last) + _tail(free))
    start = max(first, _FLOAT_INTEGERS)
    if start <= min(last, most):
        options.append(_naturals(start, min(last, most)))
    if grid is None:
        options += _with_exponent(low, high)
    return options


def _around(low: Decimal, high: Decimal, grid: int | None, *, zero: bool) -> list[str]:
    """Numbers whose integer part is 0, or is that of a bound and so leaves only some fractions."""
    options = []
    first, last = _floor(low), _floor(high)
    edges = {first, last} | ({0} if first == 0 else set())
    for part in sorted(edges):
        if part >= _FLOAT_INTEGERS or (part == first and part != 0 and low == first and part != last):
            continue  # spelled without a fraction, or a whole part with any fraction
        lower = _fraction_digits(low) if part == first else ""
        upper = _fraction_digits(high) if part == last else None
        fraction = _fraction(lower, upper, grid)
        if part == 0 and not zero:
            if fraction.regex is not None:
                options.append("0\\." + fraction.regex)
        elif fraction.zero:
            options.append(f"{part}{_tail(fraction)}")
        elif fraction.regex is not None:
            options.append(f"{part}\\.{fraction.regex}")
    return options


def _floor(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_FLOOR))


def _ceiling(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_CEILING))


def _fraction_digits(value: Decimal) -> str:
    digits = format(value - _floor(value), "f")
    return digits.partition(".")[2].rstrip("0")


def _tail(fraction: _Fraction) -> str:
    """Write an optional fraction after a number that may go without."""
    if fraction.regex is None:
        return "(?:\\.0)?"
    return f"(?:\\.(?:0|{fraction.regex}))?"


def _fraction(low: str, high: str | None, grid: int | None, room: int = FRACTION_DIGITS) -> _Fraction:
    """Fractions from 0.`low` to 0.`high` (None: up to 1)."""
    if grid is not None and grid != 10 ** (len(str(grid)) - 1):
        steps = [_fraction_digits(Decimal(step) / grid) for step in range(grid)]
        fit = [step for step in steps if _between(step, low, high)]
        rest = [step for step in fit if step]
        return _Fraction(_any_of(rest) if rest else None, "" in fit)
    if grid is not None:
        room = len(str(grid)) - 1
    return _Fraction(_filled(low, high, room), low == "")


def _between(digits: str, low: str, high: str | None) -> bool:
    size = max(len(digits), len(low), len(high or ""))
    padded = digits.ljust(size, "0")
    return low.ljust(size, "0") <= padded and (high is None or padded <= high.ljust(size, "0"))


def _filled(low: str, high: str | None, room: int) -> str | None:
    """Digits, at least one and the last not 0, from `low` to `high`; None if there are none."""
    if room <= 0 or high == "":
        return None
    if low == "" and high is None:
        return f"[0-9]{{0,{room - 1}}}[1-9]" if room > 1 else "[1-9]"
    first = int(low[0]) if low else 0
    last = int(high[0]) if high is not None else 9
    options: list[str] = []
    plain = []
    for digit in range(first, last + 1):
        rest_low = low[1:] if low and digit == first else ""
        rest_high = high[1:] if high is not None and digit == last else None
        if rest_low == "" and rest_high is None and digit:
            plain.append(digit)
            continue
        rest = _filled(rest_low, rest_high, room - 1)
        if rest_low == "" and digit:
            options.append(str(digit) if rest is None else f"{digit}(?:{rest})?")
        elif rest is not None:
            options.append(f"{digit}{rest}")
    if plain:
        rest = _filled("", None, room - 1)
        options.append(_span(str(plain[0]), str(plain[-1])) + ("" if rest is None else f"(?:{rest})?"))
    return _any_of(options) if options else None


def _with_exponent(low: Decimal, high: Decimal) -> list[str]:
    whole: list[int] = []
    options = []
    high = min(high, _GREATEST)
    for exponent in (*_SMALL_EXPONENTS, *_GREAT_EXPONENTS):
        first, last = _CONTEXT.scaleb(Decimal(1), exponent), _CONTEXT.scaleb(Decimal(10), exponent)
        if high < first or low >= last:
            continue
        if low <= first and high >= last:
            whole.append(exponent)
            continue
        bottom = max(Decimal(1), _CONTEXT.scaleb(low, -exponent))
        top = min(Decimal("9." + "9" * _MANTISSA_DIGITS), _CONTEXT.scaleb(high, -exponent))
        if bottom <= top and (mantissa := _mantissa(bottom, top)) is not None:
            options.append(f"{mantissa}e{_exponents(exponent, exponent)}")
    for run in _runs(whole):
        free = _filled("", None, _MANTISSA_DIGITS)
        options.append(f"[1-9](?:\\.{free})?e{_exponents(*run)}")
    return options


def _mantissa(low: Decimal, high: Decimal) -> str | None:
    options = []
    for digit in range(_floor(low), _floor(high) + 1):
        lower = _fraction_digits(low) if digit == _floor(low) else ""
        upper = _fraction_digits(high) if digit == _floor(high) else None
        rest = _filled(lower, upper, _MANTISSA_DIGITS)
        if lower == "":
            options.append(str(digit) if rest is None else f"{digit}(?:\\.{rest})?")
        elif rest is not None:
            options.append(f"{digit}\\.{rest}")
    return _any_of(options) if options else None


def _exponents(first: int, last: int) -> str:
    if first < 0:
        return "-" + _two_digits(-last, -first)
    return "\\+" + _two_digits(first, last)


def _two_digits(first: int, last: int) -> str:
    options = []
    if first < 10:
        options.append("0" + _same_length(str(first), str(min(last, 9))))
    if last >= 10:
        options.append(_naturals(max(first, 10), last))
    return _any_of(options)


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
