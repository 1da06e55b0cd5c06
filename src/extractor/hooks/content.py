"""Bytes of a file -> text by lines: what is binary or generated, where a character stands, pieces of bounded size."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import PurePosixPath

from extractor.hooks.changes import Ranges

WINDOW, OVERLAP = 200_000, 10_000
_CONTEXT = 3
_SNIFFED = 8000
_GENERATED_NAMES = re.compile(
    r"(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|poetry\.lock|pdm\.lock|uv\.lock|"
    r"Pipfile\.lock|Cargo\.lock|go\.sum|composer\.lock|Gemfile\.lock|flake\.lock|[^/]*\.min\.(?:js|css)|[^/]*\.(?:map|snap))$"
)
_GENERATED_MARK = re.compile(r"@generated\b|\bcode generated .{0,60}\bdo not edit\b", re.IGNORECASE)


def decode(data: bytes) -> str | None:
    """Text of a file, or None for a binary one. Bytes that are no UTF-8 become lone surrogates, one each."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, errors="surrogateescape" if encoding == "utf-8-sig" else "replace")
    if b"\0" in data[:_SNIFFED]:
        return None
    return data.decode("utf-8", errors="surrogateescape")


def is_generated(path: str, text: str) -> bool:
    """Whether a file was made by a program: a lock file, a bundle, or one that says so in its first lines."""
    if _GENERATED_NAMES.search(PurePosixPath(path).as_posix()):
        return True
    head = text[:1000].split("\n", 3)[:3]
    return any(_GENERATED_MARK.search(line) for line in head)


class Lines:
    """Places of a text as lines and columns, both from 1. Lines end at a line feed, as in git and in editors."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a character."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        """A line's text without its end; "" where there is no such line."""
        if not 1 <= number <= len(self._starts):
            return ""
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r\n")

    def pieces(self, changed: Ranges | None) -> Iterator[tuple[int, str]]:
        """Offset and text of every stretch to look at: changed lines and a few around them, in bounded windows."""
        for start, end in self._stretches(changed):
            for place in range(start, max(start + 1, end - OVERLAP), WINDOW - OVERLAP):
                yield place, self.text[place : min(end, place + WINDOW)]

    def _stretches(self, changed: Ranges | None) -> list[tuple[int, int]]:
        if changed is None:
            return [(0, len(self.text))] if self.text else []
        merged: list[tuple[int, int]] = []
        for first, last in sorted(changed):
            start, end = self._offset(first - _CONTEXT), self._offset(last + _CONTEXT + 1)
            if merged and start <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            elif end > start:
                merged.append((start, end))
        return merged

    def _offset(self, line: int) -> int:
        if line < 1:
            return 0
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)
