r"""Regular expressions: what can be promised of them, and one dialect for the grammar.

The grammar reads the dialect of Rust's `regex` crate with ASCII `\d` and `\w`, searched rather than anchored.
ECMA-262 patterns (JSON Schema), Pydantic's (Rust's, with Unicode `\d` and `\w`) and Python's are rewritten to it.
Whether what comes out compiles is the grammar's to say (`grammar.leaf`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Literal

import regex

from extractor.errors import SchemaError
from extractor.schema.ecma import SPACE, in_regex
from extractor.schema.regular import parse

Dialect = Literal["ecma", "rust", "python", "exact"]

_LOOKAROUND = ("(?=", "(?!", "(?<=", "(?<!")
_BOUNDARIES = "bB"
_DIGIT = r"\p{Nd}"
_WORD = r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}"
_UNICODE = {"d": f"[{_DIGIT}]", "D": f"[^{_DIGIT}]", "w": f"[{_WORD}]", "W": f"[^{_WORD}]"}
_PYTHON = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": r"\p{L}\p{N}_",
    "W": r"^\p{L}\p{N}_",
    "s": r"\s\x1c-\x1f",
    "S": r"^\s\x1c-\x1f",
}
_UNICODE_IN_CLASS = {"d": _DIGIT, "D": r"\P{Nd}", "w": _WORD}
_ECMA_POINTS = {"b": r"\x08", "0": r"\x00"}  # backspace: in a class
_SEARCH_SECONDS = 1.0  # a pattern can make the search of one text take for ever


def checked(pattern: str, path: str, dialect: Dialect = "ecma") -> str:
    """Return a pattern in the grammar's dialect.

    Args:
        pattern: As the schema has it.
        path: Record path of the string.
        dialect: What the pattern is written in; `exact`: the grammar's own.

    Raises:
        SchemaError: Look-around, a backreference, a word boundary, or an escape that isn't known.
    """
    return pattern if dialect == "exact" else _Rewriter(pattern, path, dialect).run()


class _Rewriter:
    """Goes through a pattern once; `_at` is the next character."""

    def __init__(self, pattern: str, path: str, dialect: Dialect) -> None:
        self._pattern = pattern
        self._path = path
        self._dialect = dialect
        self._at = 0
        self._in_class = False

    def run(self) -> str:
        found = []
        while self._at < len(self._pattern):
            found.append(self._next())
        return "".join(found)

    def _refuse(self, what: str) -> SchemaError:
        return SchemaError(
            f"the pattern {self._pattern!r} holds {what}, which cannot be enforced while decoding; rewrite it without",
            field_path=self._path,
            construct="pattern",
        )

    def _next(self) -> str:
        rest = self._pattern[self._at :]
        self._at += 1
        if rest[0] == "\\":
            return self._escape(rest)
        if self._in_class:
            return self._class_member(rest)
        if rest[0] == "[":
            self._in_class = True
            return self._class_start(rest)
        if rest.startswith(_LOOKAROUND):
            raise self._refuse("look-around")
        if rest.startswith(("(?P=", "(?(")):
            raise self._refuse("a backreference")
        return rest[0]

    def _class_start(self, rest: str) -> str:
        if self._dialect != "ecma":  # a bracket that comes first is a member of the class
            opening = re.match(r"\[\^?\]?", rest)
            size = opening.end() if opening else 1
        else:
            size = 2 if rest.startswith("[^") else 1
            if rest[size : size + 1] == "]":
                raise self._refuse("an empty class")
        self._at += size - 1
        return rest[:size]

    def _class_member(self, rest: str) -> str:
        if rest[0] == "]":
            self._in_class = False
        elif rest[0] == "[" or (self._dialect == "rust" and rest.startswith(("&&", "--", "~~"))):
            if self._dialect == "rust":
                raise self._refuse("a class in a class")
            return "\\["
        elif rest[0] in "&~-" and rest[1:2] == rest[0]:  # plain members in ECMA-262, operators in Rust
            return f"\\{rest[0]}"
        return rest[0]

    def _escape(self, rest: str) -> str:
        letter = rest[1:2]
        if not letter:
            raise self._refuse("a lone backslash")
        self._at += 1
        if letter in "123456789" or rest.startswith("\\k<"):
            raise self._refuse("a backreference")
        if not self._in_class and letter in _BOUNDARIES:
            raise self._refuse(f"the word boundary `\\{letter}`")
        if self._dialect == "python":
            return self._python(letter, rest)
        if self._dialect == "rust":
            if self._in_class and letter == "W":
                raise self._refuse("`\\W` in a class")
            return (_UNICODE_IN_CLASS if self._in_class else _UNICODE).get(letter, rest[:2])
        return self._ecma(letter, rest)

    def _ecma(self, letter: str, rest: str) -> str:
        if letter == "s":
            return SPACE if self._in_class else f"[{SPACE}]"
        if letter == "S" and not self._in_class:
            return f"[^{SPACE}]"
        if letter in _ECMA_POINTS:
            return _ECMA_POINTS[letter]
        if letter == "c" and rest[2:3].isalpha():
            self._at += 1
            return f"\\x{ord(rest[2]) % 32:02x}"
        return rest[:2]

    def _python(self, letter: str, rest: str) -> str:
        if letter == "Z":
            return r"\z"
        if letter not in _PYTHON:
            return rest[:2]
        members = _PYTHON[letter]
        if self._in_class and members.startswith("^"):
            raise self._refuse(f"`\\{letter}` in a class")
        return members if self._in_class else f"[{members}]"


def regular(pattern: str, path: str, dialect: Dialect = "ecma") -> str:
    """Return a pattern in the grammar's dialect, sure to be one that the grammar can hold.

    Args:
        pattern: As the schema has it.
        path: Record path of the string.
        dialect: What the pattern is written in.

    Raises:
        SchemaError: It is malformed, or not regular.
    """
    found = checked(pattern, path, dialect)
    try:
        parse(found)
    except SchemaError as error:
        message = str(error).removeprefix(f"{error.field_path}: ")
        raise SchemaError(message, field_path=path, construct="pattern") from error
    return found


def can_be_searched(pattern: str, dialect: Dialect = "ecma", *, lenient: bool = True) -> bool:
    """Whether a pattern can at least be tried on a whole string.

    Args:
        pattern: The pattern.
        dialect: What it is written in.
        lenient: Whether a pattern of ECMA-262 may hold what only other dialects have.
    """
    try:
        _compiled(pattern, dialect, lenient)
    except (regex.error, ValueError):
        return False
    return True


def searched(pattern: str, text: str, dialect: Dialect = "ecma") -> bool:
    """Whether a pattern is found in a text, by a search that backtracks and is stopped when it takes too long.

    Raises:
        regex.error: It is malformed.
        TimeoutError: The search was stopped.
    """
    try:
        return _compiled(pattern, dialect, True).search(text, timeout=_SEARCH_SECONDS) is not None
    except ValueError as error:
        raise regex.error(str(error), pattern) from error


@lru_cache(maxsize=512)
def _compiled(pattern: str, dialect: Dialect, lenient: bool) -> regex.Pattern[str]:
    if dialect == "ecma":
        return regex.compile(in_regex(pattern, lenient=lenient), regex.V1)
    return regex.compile(pattern)


def exactly(words: Iterable[str]) -> str:
    """Return a pattern that only the given words match."""
    return f"^(?:{'|'.join(escape(word) for word in words)})$"


def escape(text: str) -> str:
    """Return a pattern for a piece of text as it is."""
    return "".join(f"\\{c}" if c in r"\.+*?()|[]{}^$/#&-~" else c for c in text)


def lengths(low: int, high: int | None) -> str:
    """Return a pattern for any text of so many code points."""
    return rf"^(?s:.{{{low},{'' if high is None else high}}})$"


def other_than(words: Iterable[str], letters: str, most: int, may_end: Callable[[str], bool] = bool) -> str:
    """Return a pattern (unanchored) for runs of letters but some words, without look-around.

    Args:
        words: What must not match, in the letters given.
        letters: The alphabet.
        most: How many letters may follow once a run is no longer the beginning of a word.
        may_end: Whether a run that begins a word may end where it stands; the words themselves never may.
    """
    banned = frozenset(words)

    def after(prefix: str) -> str:
        following = sorted({word[len(prefix)] for word in banned if word.startswith(prefix) and word != prefix})
        free = "".join(letter for letter in letters if letter not in following)
        others = [f"[{free}][{letters}]{{0,{most}}}"] if free else []
        options = [*others, *(letter + after(prefix + letter) for letter in following)]
        can_end = prefix not in banned and may_end(prefix)
        return f"(?:{'|'.join(options)}){'?' if can_end else ''}" if options else ""

    return after("")
