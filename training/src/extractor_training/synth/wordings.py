"""Wordings and word lists, read from the text files in `wordings/`.

A file is cut into sections by lines `= name` or `= group name`. Every other line is one wording: choices stand in
square brackets (`[a|b]`), slots in braces, line breaks and tabs as escapes. In `words.txt` it is words, separated
by ` | `.
"""

from __future__ import annotations

from collections.abc import Container
from functools import cache
from importlib.resources import files
from types import MappingProxyType

Patterns = tuple[str, ...]


@cache
def sections(name: str) -> MappingProxyType[str, Patterns]:
    """Section -> its lines, of the file `wordings/<name>.txt`."""
    found: dict[str, list[str]] = {}
    lines = found.setdefault("", [])
    for line in (files(__package__) / "wordings" / f"{name}.txt").read_text(encoding="utf-8").split("\n"):
        if line.startswith("= "):
            lines = found.setdefault(line[2:], [])
        elif line:
            lines.append(line.replace("\\n", "\n").replace("\\t", "\t"))
    return MappingProxyType({section: tuple(entries) for section, entries in found.items()})


def group(name: str, prefix: str) -> dict[str, Patterns]:
    """The sections `= <prefix> <member>` of a file, by member."""
    start = f"{prefix} "
    return {key[len(start) :]: lines for key, lines in sections(name).items() if key.startswith(start)}


def entries(lines: Patterns, whole: Container[str] = ()) -> dict[str, Patterns]:
    """Lines `key: this | that` -> key, and the options of all its lines; those of a key in `whole` stay as they are."""
    found: dict[str, list[str]] = {}
    for line in lines:
        key, _, rest = line.partition(": ")
        options = [rest] if key in whole else [part.strip() for part in rest.split(" | ")]
        found.setdefault(key, []).extend(options)
    return {key: tuple(options) for key, options in found.items()}


@cache
def words(name: str, file: str = "words") -> tuple[str, ...]:
    """The words of one list, a section of `wordings/<file>.txt`, in order, each once."""
    lines = sections(file)[name]
    return tuple(dict.fromkeys(word.strip() for line in lines for word in line.split("|") if word.strip()))
