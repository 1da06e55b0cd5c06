r"""ECMA-262 patterns as the `regex` package reads them, for values that are whole: look-around and references included.

Left as it is, `\d` would find the digits of every script there, and `$` a place before the last line feed.
"""

from __future__ import annotations

import re

SPACE = r"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_MEMBERS = {"d": "0-9", "w": "A-Za-z0-9_", "s": SPACE}
_LETTERS = frozenset("bBcdDfknpPrsStuvwWx")  # that mean something behind a backslash
_FLAGS = re.compile(r"(?:\(\?[imsu]+\))*")
_ESCAPE = r"\\k<(?P<name>\w+)>|\\u\{(?P<point>[0-9A-Fa-f]{1,6})\}|\\c(?P<control>[A-Za-z])|\\(?P<escape>.)"
_TOKEN = re.compile(
    rf"{_ESCAPE}|\[(?P<not>\^?)(?P<set>(?:\\.|[^\]\\])*)\]|(?P<group>\(\?(?:[:=!]|<[=!A-Za-z_$]))|(?P<plain>[^\\\[]+?)",
    re.DOTALL,
)
_MEMBER = re.compile(rf"{_ESCAPE}|(?P<plain>.)", re.DOTALL)


def in_regex(pattern: str, *, lenient: bool = True) -> str:
    """Return a pattern for `regex.V1` that finds what an ECMA-262 pattern finds.

    Args:
        pattern: The pattern.
        lenient: Whether it may begin with flags (`(?i)`) and hold escapes that ECMA-262 doesn't have and schemas use.

    Raises:
        ValueError: ECMA-262 has no such pattern. What else is wrong with it `regex` will say.
    """
    head = _FLAGS.match(pattern)
    at = head.end() if lenient and head is not None else 0
    found = [pattern[:at]]
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None or (token["plain"] == "(" and pattern.startswith("(?", at)):
            raise ValueError(f"no pattern of ECMA-262: {pattern[at : at + 10]!r}")
        letter = token["escape"]
        if not lenient and letter is not None and letter.isascii() and letter.isalpha() and letter not in _LETTERS:
            raise ValueError(f"ECMA-262 has no escape \\{letter}")
        found.append(_written(token))
        at = token.end()
    return "".join(found)


def _written(token: re.Match[str]) -> str:
    if token["set"] is not None:
        return _set(token["set"], token["not"])
    if token["name"] is not None:
        return f"(?P={token['name']})"
    if token["plain"] is not None or token["group"] is not None:
        return r"\Z" if token[0] == "$" else token[0]
    letter = token["escape"]
    if letter is not None and letter.lower() in _MEMBERS:
        return f"[{'^' if letter.isupper() else ''}{_MEMBERS[letter.lower()]}]"
    return _escape(token)


def _set(members: str, negated: str) -> str:
    if not members:
        return "(?s:.)" if negated else "(?!)"
    tokens = list(_MEMBER.finditer(members))
    classes = [token["escape"] is not None and token["escape"] in "dDwWsS" for token in tokens]
    beside = [before or after for before, after in zip([False, *classes], [*classes[1:], False], strict=False)]
    written = (
        r"\-" if token[0] == "-" and near else _member(token) for token, near in zip(tokens, beside, strict=True)
    )
    return f"[{negated}{''.join(written)}]"


def _member(token: re.Match[str]) -> str:
    letter = token["escape"]
    if token["plain"] is not None:
        return f"\\{token[0]}" if token[0] in "[&|~^" else token[0]
    if letter is not None and letter.lower() in _MEMBERS:
        return f"[{'^' if letter.isupper() else ''}{_MEMBERS[letter.lower()]}]"
    return r"\x08" if letter == "b" else _escape(token)


def _escape(token: re.Match[str]) -> str:
    if token["point"] is not None:
        return f"\\U{int(token['point'], 16):08x}"
    if token["control"] is not None:
        return f"\\x{ord(token['control']) % 32:02x}"
    return r"\x00" if token["escape"] == "0" else token[0]
