"""Strings as terminals: length, pattern and format together, over canonical JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from extractor.errors import SchemaError
from extractor.grammar.emptiness import lets_something_through
from extractor.grammar.formats import FORMATS
from extractor.schema.nodes import StringNode
from extractor.schema.regex_tree import (
    ANY,
    Chars,
    Choice,
    Repeat,
    Tree,
    as_pattern,
    between,
    escaped,
    lengths,
    minus,
    narrow,
    normal,
    widest,
    widest_point,
)
from extractor.schema.regular import parse

_MOST_REPEATED = 10_000  # a pattern may not repeat anything more often
_LONGEST_SEARCH = 4096  # code points up to which lengths of matches are looked at
_SLIM = Chars(((0x20, 0x21), (0x23, 0x5B), (0x5D, 0x7E)))  # one byte each
_USUAL = Chars(minus(ANY.ranges, normal([(0x00, 0x07), (0x0B, 0x0B), (0x0E, 0x1F)])))  # at most four bytes each
_USUAL_BYTES = 4
_MORE = 4  # characters that a string may need beyond its fewest to be none of those that are excluded
_EXTRAS = (256, 128, 64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1, 0)


def trees(node: StringNode) -> list[Tree]:
    """Trees that a string's value must all match; lengths only where the others don't imply them.

    Raises:
        SchemaError: The pattern is not regular, or the format is not known.
    """
    found = _declared(node)
    if not found:
        return [between(node.min_length, node.max_length)]
    if not _implied(found, node):
        found.append(between(node.min_length, node.max_length))
    return found


def terms(node: StringNode, before: str = "", after: str = "") -> str:
    """Write a string as a Lark terminal, or a part of one: what it has to match, and what it may not.

    Args:
        node: The string.
        before: What stands before its value, in each term: llguidance finds most tokens of a string without a look at
            each of them, but only where nothing is left to follow what is intersected.
        after: What stands behind its value.

    Raises:
        SchemaError: A pattern is not regular, or the format is not known.
    """
    wanted = [term(escaped(tree), before, after) for tree in trees(node)]
    return " & ".join([*wanted, *(f"~{term(escaped(parse(pattern)), before, after)}" for pattern in node.never)])


def term(regex: str, before: str, after: str) -> str:
    """Write a regex between two texts."""
    start, end = ("".join(f"\\x{{{ord(char):x}}}" for char in text) for text in (before, after))
    return f"/{start}(?:{regex}){end}/"


def _declared(node: StringNode) -> list[Tree]:
    found = []
    if node.format is not None:
        if node.format not in FORMATS:
            raise SchemaError(
                f"the format {node.format!r} is not known; use one of {', '.join(sorted(FORMATS))} or a pattern",
                construct="format",
            )
        found.append(parse(FORMATS[node.format]))
    found += [parse(pattern) for pattern in node.also]
    if node.pattern is not None:
        found.append(parse(node.pattern))
    return found


def _implied(found: list[Tree], node: StringNode) -> bool:
    if node.min_length == 0 and node.max_length is None:
        return True
    limit = max(node.min_length, node.max_length or 0) + 1
    if limit > _LONGEST_SEARCH:
        return False
    allowed = _allowed(node, limit)
    return any(lengths(tree, limit) & ~allowed == 0 for tree in found)


def _allowed(node: StringNode, limit: int) -> int:
    """Declared lengths as bits 0 to `limit`; the last stands for every greater length too."""
    high = limit if node.max_length is None else min(node.max_length, limit)
    return ((2 << high) - 1) & ~((1 << node.min_length) - 1) if high >= node.min_length else 0


@lru_cache(maxsize=4096)
def possible(node: StringNode) -> bool:
    """Whether some string fits."""
    found = _declared(node)
    limit = min(_LONGEST_SEARCH, node.max_length if node.max_length is not None else node.min_length + 512)
    allowed = _allowed(node, max(limit, node.min_length))
    for tree in found:
        allowed &= lengths(tree, max(limit, node.min_length))
    if allowed == 0 or (len(found) < 2 and not node.never):
        return allowed != 0
    return lets_something_through(terms(node))


@lru_cache(maxsize=4096)
def worst_bytes(node: StringNode) -> int | None:
    """Most bytes between the quotes; None if there is no limit."""
    found = _declared(node)
    sizes = [size for tree in found if (size := widest(tree)) is not None]
    if node.max_length is not None:
        sizes.append(node.max_length * min((widest_point(tree) for tree in found), default=6))
    return min(sizes, default=None)


@lru_cache(maxsize=4096)
def least_bytes(node: StringNode) -> int | None:
    """Most bytes between the quotes when the string is bounded as tightly as it can be; None if nothing fits."""
    sizes = [size for tight in _tighter(node) if (size := worst_bytes(tight)) is not None and possible(tight)]
    return min(sizes, default=None)


@lru_cache(maxsize=4096)
def bounded_string(node: StringNode, room: int) -> StringNode | None:
    """Return the string bounded to `room` bytes between the quotes, as little as need be; None if none is left."""
    if not possible(node):
        return None
    size = worst_bytes(node)
    if size is not None and size <= room:
        return node
    if node.pattern is None and node.format is None and not node.also:
        plain = _bounded_plain(node, room)
        return plain if plain is None or not node.never or possible(plain) else None
    for tight in _tighter(node):
        size = worst_bytes(tight)
        if size is not None and size <= room and possible(tight):
            return tight
    return None


def _bounded_plain(node: StringNode, room: int) -> StringNode | None:
    room = min(room, _MOST_REPEATED)
    most = room if node.max_length is None else min(node.max_length, room)
    if most < node.min_length:
        return None
    options: list[Tree] = [Repeat(_SLIM, node.min_length, most)]
    if (any_most := min(most, room // _USUAL_BYTES)) >= max(node.min_length, 1):
        options.append(Repeat(_USUAL, node.min_length, any_most))
    tree = options[0] if len(options) == 1 else Choice(tuple(options))
    return StringNode(node.min_length, most, as_pattern(tree), never=node.never)


def _tighter(node: StringNode) -> Iterator[StringNode]:
    """Narrower and narrower versions of a string."""
    if node.pattern is None and node.format is None and not node.also:
        longest = node.min_length + (_MORE if node.never else 0)
        longest = longest if node.max_length is None else min(longest, node.max_length)
        slim = as_pattern(Repeat(_SLIM, node.min_length, longest))
        yield StringNode(node.min_length, longest, slim, never=node.never)
        return
    if possible(node):
        yield node
    tree = _declared(node)[-1]  # the pattern where there is one, else one of the others, else the format
    for extra in _EXTRAS:
        yield replace(node, pattern=as_pattern(narrow(tree, extra)))
