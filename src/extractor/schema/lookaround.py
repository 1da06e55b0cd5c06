r"""Look-around where it can be said without: `^(?!a)b` is what `^b` finds and `^a` does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r"\\.|\[\^?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_AROUND = re.compile(r"\(\?<?[=!]")
_TEMPERED = re.compile(r"\^\((?:\?:)?\(\?!(?P<body>.+)\)\.\)(?P<times>[*+])\$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Apart:
    """What a pattern asks for: that all of `wanted` are found, and none of `unwanted`."""

    wanted: tuple[str, ...]
    unwanted: tuple[str, ...] = ()


def apart(pattern: str) -> Apart:
    """Take look-around out of a pattern: ahead at its start, behind at its end, or before every character.

    Args:
        pattern: In any dialect; it is searched.

    Returns:
        The pattern alone where it has none, or some in other places.
    """
    if _AROUND.search(pattern) is None:
        return Apart((pattern,))
    tempered = _TEMPERED.fullmatch(pattern)
    if tempered is not None and _is_plain(tempered["body"]) and _takes_something(tempered["body"]):
        return Apart((f"^.{tempered['times']}$",), (tempered["body"],))
    groups, start = _ahead(pattern)
    behind, end = _behind(pattern)
    groups += behind
    rest = f"{pattern[:1]}{pattern[start:end]}{pattern[end:][-1:]}"
    bodies = [body for _, body in groups]
    if not groups or not all(map(_is_plain, [rest, *bodies])) or _has_choice(rest):
        return Apart((pattern,))
    wanted = [body for is_wanted, body in groups if is_wanted]
    return Apart((rest, *wanted), tuple(body for is_wanted, body in groups if not is_wanted))


def _ahead(pattern: str) -> tuple[list[tuple[bool, str]], int]:
    """The groups behind `^`, as patterns, and where they end."""
    found, at = [], 1
    while pattern[:1] == "^" and pattern.startswith(("(?=", "(?!"), at):
        end = _closing(pattern, at)
        if end == len(pattern):
            break
        found.append((pattern[at + 2] == "=", f"^(?:{pattern[at + 3 : end]})"))
        at = end + 1
    return found, at if found else min(1, len(pattern))


def _behind(pattern: str) -> tuple[list[tuple[bool, str]], int]:
    """The group before `$`, as a pattern, and where it begins."""
    starts = [found.start() for found in re.finditer(r"\(\?<[=!]", pattern)]
    if pattern[-1:] == "$" and starts and _closing(pattern, starts[-1]) == len(pattern) - 2:
        body = pattern[starts[-1] + 4 : -2]
        return [(pattern[starts[-1] + 3] == "=", f"(?:{body})$")], starts[-1]
    return [], len(pattern)


def _levels(pattern: str, start: int = 0) -> Iterator[tuple[re.Match[str], int]]:
    """Each token from `start` on, with how many groups are open behind it."""
    depth = 0
    for token in _TOKEN.finditer(pattern, start):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        yield token, depth


def _closing(pattern: str, start: int) -> int:
    """Where the group ends that begins at `start`; the end of the pattern where it doesn't."""
    return next((token.start() for token, depth in _levels(pattern, start) if depth == 0), len(pattern))


def _is_plain(pattern: str) -> bool:
    """Whether it is a whole pattern without look-around."""
    depths = [0, *(depth for _, depth in _levels(pattern))]
    return min(depths) == 0 == depths[-1] and _AROUND.search(pattern) is None


def _has_choice(pattern: str) -> bool:
    """Whether a `|` stands outside every group."""
    return any(token[0] == "|" and depth == 0 for token, depth in _levels(pattern))


def _takes_something(pattern: str) -> bool:
    try:
        return re.match(pattern, "") is None
    except re.error:
        return False
