"""A long text cut into parts that overlap, at the ends of paragraphs and sentences."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate

from extractor.grammar.chunks import chunks
from extractor.record.extraction import Span

_PARAGRAPH = re.compile(r"\n[ \t\r]*\n\s*")
_SENTENCE = re.compile(r"[.!?…]+[\"'”’)\]]*\s+|[。！？]+[」』”）]*\s*|\n\s*")
_SPACE = re.compile(r"\s+")


def split(text: str, most_chars: int, overlap_chars: int) -> list[Span]:
    """Cut a text into parts. Together they are all of it; each begins where the one before has not ended.

    A part ends at the last end of a paragraph in its second half, else of a sentence, else at white space, else between
    two characters as a reader counts them. The next part begins at the first end of a sentence, or white space, of the
    overlap.

    Args:
        text: The text.
        most_chars: Longest part, in characters; at least 1.
        overlap_chars: Most characters that two parts share.

    Returns:
        The parts, in order; one, if the text is short enough.

    Raises:
        InputError: The text holds a lone surrogate.
    """
    ends = [
        _ends(_PARAGRAPH, text),
        _ends(_SENTENCE, text),
        _ends(_SPACE, text),
        list(accumulate(map(len, chunks(text)))),
    ]
    parts = []
    start = 0
    while len(text) - start > most_chars:
        end = _last(ends, start + most_chars // 2, start + most_chars)
        parts.append(Span(start, end))
        start = _first(ends[1:3], max(start, end - min(overlap_chars, most_chars // 2)), end)
    return [*parts, Span(start, len(text))]


def _ends(pattern: re.Pattern[str], text: str) -> list[int]:
    return [match.end() for match in pattern.finditer(text)]


def _last(ends: list[list[int]], after: int, most: int) -> int:
    """The last place in (after, most], of the best kind that has one."""
    for kind in ends:
        index = bisect_right(kind, most)
        if index and kind[index - 1] > after:
            return kind[index - 1]
    return most


def _first(ends: list[list[int]], after: int, most: int) -> int:
    """The first place in (after, most), of the best kind that has one; else `most`."""
    for kind in ends:
        index = bisect_left(kind, after + 1)
        if index < len(kind) and kind[index] < most:
            return kind[index]
    return most
