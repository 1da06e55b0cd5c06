"""A small regular expression tree: what patterns, formats and lengths become before they are written as a grammar.

The tree knows the code points of a string *value*; `escaped` writes it as a regex over the value's canonical JSON
escape (the Rust syntax that both constraint backends read), `as_pattern` as a pattern that `regular.parse` reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias, assert_never

import regex

Ranges: TypeAlias = tuple[tuple[int, int], ...]

_LAST = 0x10FFFF
_SURROGATES = (0xD800, 0xDFFF)
_NAMED = {0x08: "b", 0x09: "t", 0x0A: "n", 0x0C: "f", 0x0D: "r", 0x22: '"', 0x5C: "\\"}
_ESCAPED_RANGES: Ranges = ((0x00, 0x1F), (0x22, 0x22), (0x5C, 0x5C))
_ESCAPED_POINTS = (*range(0x20), 0x22, 0x5C)


def normal(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Sort and merge ranges of code points; surrogates are taken out."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(_without_surrogates(merged))


def _without_surrogates(ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    first, last = _SURROGATES
    for low, high in ranges:
        if high < first or low > last:
            yield low, high
            continue
        if low < first:
            yield low, first - 1
        if high > last:
            yield last + 1, high


def complement(ranges: Ranges) -> Ranges:
    """Every other code point."""
    edges = [(-1, -1), *ranges, (_LAST + 1, _LAST + 1)]
    return normal((a[1] + 1, b[0] - 1) for a, b in pairwise(edges) if a[1] + 1 <= b[0] - 1)


def minus(ranges: Ranges, others: Ranges) -> Ranges:
    """Code points of `ranges` that are not in `others`."""
    return complement(normal((*complement(ranges), *others)))


@dataclass(frozen=True, slots=True)
class Chars:
    r"""One character of a set.

    Attributes:
        ranges: Code points, inclusive.
        properties: Unicode properties that are in the set as well, as `\p{...}`.
        negated: The set is everything but these.
    """

    ranges: Ranges
    properties: tuple[str, ...] = ()
    negated: bool = False

    def __contains__(self, point: int) -> bool:
        """Whether a code point is in the set."""
        inside = any(low <= point <= high for low, high in self.ranges) or any(
            regex.fullmatch(name, chr(point)) for name in self.properties
        )
        return inside != self.negated

    @property
    def empty(self) -> bool:
        """Whether nothing is in the set (sets with properties count as filled)."""
        return not self.properties and not self.ranges


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other; an empty one matches the empty string."""

    parts: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Any of these."""

    options: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`low` to `high` times (None: without end)."""

    inner: Tree
    low: int
    high: int | None


Tree: TypeAlias = Chars | Sequence | Choice | Repeat

EMPTY = Sequence()
ANY = Chars(normal([(0, _LAST)]))


def literal(text: str) -> Tree:
    """The text and nothing else."""
    return Sequence(tuple(Chars(((ord(c), ord(c)),)) for c in text))


def between(low: int, high: int | None) -> Tree:
    """Any string of `low` to `high` code points."""
    return Repeat(ANY, low, high)


# ---------------------------------------------------------------------------------------------------------- measures


def point_bytes(point: int) -> int:
    """Bytes of one code point in canonical JSON."""
    if point in _NAMED:
        return 2
    return 6 if point < 0x20 else len(chr(point).encode())


def _widest_char(chars: Chars) -> int:
    if chars.properties or chars.negated:
        return 6 if any(point in chars and point not in _NAMED for point in range(0x20)) else 4
    widest = 0
    for low, high in chars.ranges:
        inside = [point_bytes(point) for point in _ESCAPED_POINTS if low <= point <= high]
        widest = max(widest, point_bytes(high), *inside)
    return widest


@lru_cache(maxsize=4096)
def widest(tree: Tree) -> int | None:
    """Most bytes that a match takes in canonical JSON; None if there is no limit."""
    match tree:
        case Chars():
            return _widest_char(tree)
        case Sequence(parts):
            found = [widest(part) for part in parts]
            return None if None in found else sum(size for size in found if size is not None)
        case Choice(options):
            found = [widest(option) for option in options]
            return None if None in found else max((size for size in found if size is not None), default=0)
        case Repeat(inner, _, high):
            size = widest(inner)
            if size == 0:
                return 0
            return None if size is None or high is None else size * high
        case _:
            assert_never(tree)


def widest_point(tree: Tree) -> int:
    """Most bytes that one code point of a match takes."""
    match tree:
        case Chars():
            return _widest_char(tree)
        case Sequence(parts) | Choice(parts):
            return max((widest_point(part) for part in parts), default=0)
        case Repeat(inner):
            return widest_point(inner)
        case _:
            assert_never(tree)


@lru_cache(maxsize=4096)
def lengths(tree: Tree, limit: int) -> int:
    """Lengths in code points that matches can have, as bits 0 to `limit`."""
    match tree:
        case Chars():
            return 0 if tree.empty or limit < 1 else 2
        case Sequence(parts):
            total = 1
            for part in parts:
                total = _add(total, lengths(part, limit), limit)
            return total
        case Choice(options):
            total = 0
            for option in options:
                total |= lengths(option, limit)
            return total
        case Repeat(inner, low, high):
            once = lengths(inner, limit)
            return _add(_times(once, low, limit), _up_to(once, None if high is None else high - low, limit), limit)
        case _:
            assert_never(tree)


def _add(left: int, right: int, limit: int) -> int:
    if left.bit_count() > right.bit_count():
        left, right = right, left
    total, offset = 0, 0
    while left:
        zeros = (left & -left).bit_length() - 1
        left >>= zeros + 1
        offset += zeros
        total |= right << offset
        offset += 1
    return total & ((2 << limit) - 1)


def _times(once: int, count: int, limit: int) -> int:
    total = 1
    while count:
        if count & 1:
            total = _add(total, once, limit)
        once = _add(once, once, limit)
        count >>= 1
    return total


def _up_to(once: int, count: int | None, limit: int) -> int:
    step = once | 1
    if count is None:
        while (more := _add(step, step, limit)) != step:
            step = more
        return step
    return _times(step, count, limit)


# ----------------------------------------------------------------------------------------------------------- writing


def escaped(tree: Tree) -> str:
    """Write a regex over the canonical JSON escape of the matches, for the backends."""
    match tree:
        case Chars():
            return _escaped_chars(tree)
        case Sequence(parts):
            return "".join(escaped(part) for part in parts) or "(?:)"
        case Choice(options):
            return "(?:" + "|".join(escaped(option) for option in options) + ")"
        case Repeat(inner, low, high):
            return f"(?:{escaped(inner)}){_times_text(low, high)}"
        case _:
            assert_never(tree)


def _times_text(low: int, high: int | None) -> str:
    if high is None:
        return {0: "*", 1: "+"}.get(low, f"{{{low},}}")
    return f"{{{low}}}" if low == high else f"{{{low},{high}}}"


@lru_cache(maxsize=1024)
def _escaped_chars(chars: Chars) -> str:
    options = []
    if chars.properties or chars.negated:
        inner = "".join(_class_item(low, high) for low, high in chars.ranges) + "".join(chars.properties)
        negation = "^" if chars.negated else ""
        options.append(f"[[{negation}{inner}]&&[^\\x{{0}}-\\x{{1f}}\\x{{22}}\\x{{5c}}]]")
    elif raw := minus(chars.ranges, _ESCAPED_RANGES):
        options.append(_class(raw))
    points = [point for point in _ESCAPED_POINTS if point in chars]
    if named := [_NAMED[point] for point in points if point in _NAMED]:
        options.append("\\x{5c}" + _class(normal((ord(name), ord(name)) for name in named)))
    for tens in (0, 1):
        digits = [f"{point & 15:x}" for point in points if point not in _NAMED and point >> 4 == tens]
        if digits:
            options.append(f"\\x{{5c}}u00{tens}[{''.join(digits)}]")
    return "(?:" + "|".join(options) + ")" if len(options) != 1 else options[0]


def _class(ranges: Ranges) -> str:
    return "[" + "".join(_class_item(low, high) for low, high in ranges) + "]"


def _class_item(low: int, high: int) -> str:
    return f"\\x{{{low:x}}}" if low == high else f"\\x{{{low:x}}}-\\x{{{high:x}}}"


def as_pattern(tree: Tree) -> str:
    """Write a pattern that matches whole strings only and that `regular.parse` reads back."""
    return f"^(?:{_pattern(tree)})$"


def _pattern(tree: Tree) -> str:
    match tree:
        case Chars(ranges, properties, negated):
            inner = "".join(_pattern_item(low, high) for low, high in ranges) + "".join(properties)
            return f"[{'^' if negated else ''}{inner}]"
        case Sequence(parts):
            return "".join(_pattern(part) for part in parts)
        case Choice(options):
            return "(?:" + "|".join(_pattern(option) for option in options) + ")"
        case Repeat(inner, low, high):
            return f"(?:{_pattern(inner)}){_times_text(low, high)}"
        case _:
            assert_never(tree)


def _pattern_item(low: int, high: int) -> str:
    def point(value: int) -> str:
        return f"\\u{value:04x}" if value <= 0xFFFF else chr(value)

    return point(low) if low == high else f"{point(low)}-{point(high)}"


# ---------------------------------------------------------------------------------------------------------- narrowing


def narrow(tree: Tree, extra: int) -> Tree:
    """Return a tree that matches less: repetitions end, and characters of more than one byte are left out.

    Args:
        tree: What may match.
        extra: Most repetitions beyond the fewest, wherever there was no limit or a greater one.
    """
    match tree:
        case Chars():
            return _narrow_chars(tree)
        case Sequence(parts):
            return Sequence(tuple(narrow(part, extra) for part in parts))
        case Choice(options):
            return Choice(tuple(narrow(option, extra) for option in options))
        case Repeat(inner, low, high):
            return Repeat(narrow(inner, extra), low, low + extra if high is None else min(high, low + extra))
        case _:
            assert_never(tree)


def _narrow_chars(chars: Chars) -> Chars:
    if chars.properties or chars.negated:
        return chars
    slim = minus(chars.ranges, normal([*_ESCAPED_RANGES, (0x7F, _LAST)]))
    return Chars(slim) if slim else chars
