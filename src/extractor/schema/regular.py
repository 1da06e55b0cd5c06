r"""Declared patterns (the dialect of Rust's `regex` crate, `\d` and `\w` ASCII) -> regular expression trees.

A pattern is searched, so an unanchored one may stand anywhere; `$` means the very end. What cannot be a regular
language over whole values (back references, look-around, `\b`, anchors in the middle) is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import regex

from extractor.errors import SchemaError
from extractor.schema.regex_tree import (
    ANY,
    EMPTY,
    Chars,
    Choice,
    Ranges,
    Repeat,
    Sequence,
    Tree,
    between,
    complement,
    normal,
)

_DIGIT: Ranges = ((48, 57),)
_WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE: Ranges = normal(
    [
        *((9, 13), (32, 32), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A)),
        *((0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000)),
    ]
)
_CLASSES = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_CONTROL = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "a": 7, "0": 0}
_QUANTIFIERS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_MOST_REPETITIONS = 10_000


@dataclass(frozen=True, slots=True)
class _Anchor:
    at_start: bool


@dataclass(frozen=True, slots=True)
class _Open:
    """A sequence or choice that still holds anchors."""

    kind: str  # "sequence", "choice" or "optional"
    parts: tuple[_Raw, ...]


_Raw: TypeAlias = "Tree | _Anchor | _Open"


class _RefusedError(Exception):
    """A construct that is not regular, or not understood."""


@lru_cache(maxsize=1024)
def parse(pattern: str) -> Tree:
    """Turn a searched pattern into the tree of the whole strings that it lets through.

    Raises:
        SchemaError: The pattern is malformed or not regular.
    """
    try:
        return _searched(_Parser(pattern).whole())
    except _RefusedError as refused:
        raise SchemaError(
            f"pattern {pattern!r}: {refused}; write it without that, or check it in a validator", construct="pattern"
        ) from None
    except RecursionError as error:
        raise SchemaError(f"pattern {pattern[:80]!r}...: nested too deeply; flatten it", construct="pattern") from error


def is_anchored(pattern: str) -> bool:
    """Whether every way to match a searched pattern says where the string begins and where it ends.

    Raises:
        SchemaError: The pattern is malformed or not regular.
    """
    tree, anything = parse(pattern), between(0, None)
    ways = [way.parts for way in (tree.options if isinstance(tree, Choice) else (tree,)) if isinstance(way, Sequence)]
    return all(parts and anything not in (parts[0], parts[-1]) for parts in ways)


def _searched(raw: _Raw) -> Tree:
    options = []
    for left, core, right in _variants(raw):
        parts = (() if left else (between(0, None),)) + (core,) + (() if right else (between(0, None),))
        options.append(Sequence(parts))
    if not options:
        raise _RefusedError("it never matches")
    return options[0] if len(options) == 1 else Choice(tuple(options))


def _variants(raw: _Raw) -> list[tuple[bool, Tree, bool]]:
    """Ways to match: whether it must begin at the start, what it matches, whether it must stop at the end."""
    if isinstance(raw, _Anchor):
        return [(raw.at_start, EMPTY, not raw.at_start)]
    if not isinstance(raw, _Open):
        return [(False, raw, False)]
    if raw.kind == "choice":
        return [variant for part in raw.parts for variant in _variants(part)]
    if raw.kind == "optional":
        return [(False, EMPTY, False), *_variants(raw.parts[0])]
    found: list[tuple[bool, Tree, bool]] = [(False, EMPTY, False)]
    for part in raw.parts:
        found = [joined for left in found for right in _variants(part) if (joined := _join(left, right)) is not None]
        if len(found) > 64:
            raise _RefusedError("too many anchored alternatives")
    return found


def _join(left: tuple[bool, Tree, bool], right: tuple[bool, Tree, bool]) -> tuple[bool, Tree, bool] | None:
    (start, before, ended), (restart, after, end) = left, right
    if restart and not _vanish(before):
        raise _RefusedError("^ in the middle")
    if ended and not _vanish(after):
        raise _RefusedError("$ in the middle")
    core = after if _vanish(before) else before if _vanish(after) else Sequence((*_parts(before), *_parts(after)))
    return start or restart, core, ended or end


def _parts(tree: Tree) -> tuple[Tree, ...]:
    return tree.parts if isinstance(tree, Sequence) else (tree,)


def _vanish(tree: Tree) -> bool:
    return isinstance(tree, Sequence) and all(_vanish(part) for part in tree.parts)


class _Parser:
    """Recursive descent over a pattern."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self._ignore_case = False
        self._dot_all = False

    def whole(self) -> _Raw:
        self._flags_at_start()
        raw = self._choice()
        if self._at < len(self._text):
            raise _RefusedError(f"unmatched ) at {self._at}")
        return raw

    def _flags_at_start(self) -> None:
        while found := regex.match(r"\(\?([a-zA-Z]+)\)", self._text, pos=self._at):
            self._set_flags(found[1])
            self._at = found.end()

    def _set_flags(self, flags: str) -> None:
        if unknown := set(flags) - set("isu"):
            raise _RefusedError(f"flag {min(unknown)}")
        self._ignore_case |= "i" in flags
        self._dot_all |= "s" in flags

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self) -> str:
        if self._at >= len(self._text):
            raise _RefusedError("it ends too early")
        self._at += 1
        return self._text[self._at - 1]

    def _accept(self, text: str) -> bool:
        if self._text.startswith(text, self._at):
            self._at += len(text)
            return True
        return False

    def _choice(self) -> _Raw:
        options = [self._sequence()]
        while self._accept("|"):
            options.append(self._sequence())
        if len(options) == 1:
            return options[0]
        if any(isinstance(option, _Anchor | _Open) for option in options):
            return _Open("choice", tuple(options))
        return Choice(tuple(option for option in options if not isinstance(option, _Anchor | _Open)))

    def _sequence(self) -> _Raw:
        parts: list[_Raw] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated())
        if any(isinstance(part, _Anchor | _Open) for part in parts):
            return _Open("sequence", tuple(parts))
        plain = tuple(part for part in parts if not isinstance(part, _Anchor | _Open))
        return plain[0] if len(plain) == 1 else Sequence(plain)

    def _repeated(self) -> _Raw:
        raw = self._atom()
        while (times := self._quantifier()) is not None:
            if isinstance(raw, _Anchor | _Open):
                if times != (0, 1):
                    raise _RefusedError("an anchor inside a repetition")
                raw = _Open("optional", (raw,))
            else:
                raw = Repeat(raw, *times)
        return raw

    def _quantifier(self) -> tuple[int, int | None] | None:
        times = _QUANTIFIERS.get(self._peek())
        if times is not None:
            self._at += 1
        elif found := regex.match(r"\{(\d*)(,?)(\d*)\}", self._text, pos=self._at):
            low, comma, high = found.groups()
            if not low and not high:
                return None
            self._at = found.end()
            least = int(low or 0)
            times = (least, int(high) if high else None) if comma else (least, least)
        if times is None:
            return None
        if times[1] is not None and times[1] < times[0]:
            raise _RefusedError("a repetition whose most is less than its fewest")
        if max(times[0], times[1] or 0) > _MOST_REPETITIONS:
            raise _RefusedError(f"more than {_MOST_REPETITIONS} repetitions")
        if self._accept("+"):
            raise _RefusedError("a possessive repetition")
        self._accept("?")  # greedy or lazy: the same strings match
        return times

    def _atom(self) -> _Raw:
        char = self._take()
        match char:
            case "(":
                return self._group()
            case "[":
                return self._set()
            case ".":
                return ANY if self._dot_all else Chars(complement(((10, 10),)))
            case "^" | "$":
                return _Anchor(char == "^")
            case "\\":
                return self._escape()
            case "*" | "+" | "?":
                raise _RefusedError(f"nothing to repeat before {char}")
            case _:
                return self._cased(Chars(((ord(char), ord(char)),)))

    def _group(self) -> _Raw:
        kept = self._ignore_case, self._dot_all
        if self._accept("?"):
            if found := regex.match(r"P?<[A-Za-z_]\w*>|:|([a-zA-Z]+):", self._text, pos=self._at):
                self._at = found.end()
                self._set_flags(found[1] or "")
            else:
                raise _RefusedError("look-around, a flag or a conditional group")
        raw = self._choice()
        if not self._accept(")"):
            raise _RefusedError("a group that is not closed")
        self._ignore_case, self._dot_all = kept
        return raw

    def _escape(self) -> _Raw:
        char = self._take()
        if char in "AZz":
            return _Anchor(char == "A")
        if char in "bBGK":
            raise _RefusedError(f"\\{char}")
        if char.isdigit() and char != "0":
            raise _RefusedError("a back reference")
        return self._cased(self._class_escape(char))

    def _class_escape(self, char: str) -> Chars:
        if char.lower() in _CLASSES:
            ranges = _CLASSES[char.lower()]
            return Chars(ranges if char.islower() else complement(ranges))
        if char in "pP":
            return self._property(char)
        if char == "N" or (char.isalpha() and char not in "cxuU" and char not in _CONTROL):
            raise _RefusedError(f"\\{char}")
        point = self._point(char)
        if 0xD800 <= point <= 0xDFFF:
            raise _RefusedError("a lone surrogate")
        return Chars(((point, point),))

    def _property(self, char: str) -> Chars:
        found = regex.match(r"\{[\^\w=: -]+\}|[A-Z]", self._text, pos=self._at)
        if not found:
            raise _RefusedError(f"\\{char} without a property")
        self._at = found.end()
        name = f"\\{char}{found[0]}"
        try:
            regex.compile(name)
        except regex.error:
            raise _RefusedError(f"unknown property {name}") from None
        return Chars((), (name,))

    def _point(self, char: str) -> int:
        if char in _CONTROL:
            return _CONTROL[char]
        if char == "c":
            return ord(self._take()) & 31
        if char in "xuU":
            size = {"x": 2, "u": 4, "U": 8}[char]
            found = regex.match(rf"\{{([0-9A-Fa-f]{{1,6}})\}}|([0-9A-Fa-f]{{{size}}})", self._text, pos=self._at)
            if not found:
                raise _RefusedError(f"\\{char} without a code point")
            self._at = found.end()
            point = int(found[1] or found[2], 16)
            if point > 0x10FFFF:
                raise _RefusedError(f"\\{char} beyond Unicode")
            return point
        return ord(char)

    def _set(self) -> Chars:
        negated = self._accept("^")
        ranges: list[tuple[int, int]] = []
        properties: list[str] = []
        first = True
        while first or self._peek() != "]":
            first = False
            low = self._member()
            if self._peek() == "-" and self._text[self._at + 1 : self._at + 2] not in ("]", ""):
                self._at += 1
                ranges.append(self._range(low, self._member()))
            else:
                ranges += low.ranges
                properties += low.properties
        self._at += 1
        merged = self._cased(Chars(normal(ranges), tuple(properties)))
        if merged.properties:
            return Chars(merged.ranges, merged.properties, negated)
        return Chars(complement(merged.ranges)) if negated else merged

    def _member(self) -> Chars:
        char = self._take()
        if char == "[" and self._peek() in (":", "["):
            raise _RefusedError("a set inside a set")
        if char in "&-~" and self._peek() == char:
            raise _RefusedError("set operations")
        if char != "\\":
            return Chars(((ord(char), ord(char)),))
        char = self._take()
        return Chars(((8, 8),)) if char == "b" else self._class_escape(char)

    def _range(self, low: Chars, high: Chars) -> tuple[int, int]:
        ends = (*low.ranges, *high.ranges)
        if len(ends) != 2 or any(a != b for a, b in ends) or ends[0][0] > ends[1][0]:
            raise _RefusedError("a range whose ends are no characters in order")
        return ends[0][0], ends[1][0]

    def _cased(self, chars: Chars) -> Chars:
        if not self._ignore_case:
            return chars
        if chars.properties or sum(high - low for low, high in chars.ranges) > 4096:
            raise _RefusedError("ignoring case in a large set")
        points = [point for low, high in chars.ranges for point in range(low, high + 1)]
        others = [change for point in points for change in (chr(point).lower(), chr(point).upper()) if len(change) == 1]
        return Chars(normal([*chars.ranges, *((ord(other), ord(other)) for other in others)]))
