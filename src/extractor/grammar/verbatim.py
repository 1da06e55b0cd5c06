"""The values that a verbatim string can take in one text, and the terminal that lets through just those."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

from extractor.schema.nodes import VerbatimNode
from extractor.schema.regex_tree import point_bytes

# One code point of the value in canonical JSON, and one that is no white space (escaped white space included).
_POINT = r"(?:[^\x{0}-\x{1f}\x{22}\x{5c}]|\x{5c}[\x{22}\x{5c}bfnrt]|\x{5c}u00[01][0-9a-f])"
_VISIBLE = r"(?:[^\s\x{0}-\x{1f}\x{22}\x{5c}]|\x{5c}[\x{22}\x{5c}b]|\x{5c}u00(?:0[0-9ace-f]|1[0-9ab]))"


def escape(text: str) -> str:
    """Write a piece of a string's value as it stands between the quotes in canonical JSON."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def ends_regex(node: VerbatimNode) -> str:
    """Write a regex for values that neither begin nor end with white space and are as long as declared."""
    low, high = max(node.min_length, 1), node.max_length
    options = [_VISIBLE] if low == 1 else []
    if high is None or high >= 2:
        most = "" if high is None else str(high - 2)
        options.append(f"{_VISIBLE}{_POINT}{{{max(low - 2, 0)},{most}}}{_VISIBLE}")
    return "(?:" + "|".join(options) + ")" if options else "(?:)"


@dataclass(frozen=True)
class Source:
    """A text as its chunks.

    Attributes:
        chunks: Chunks whose join is the text; values are runs of whole ones.
    """

    chunks: tuple[str, ...]

    @cached_property
    def text(self) -> str:
        """The text."""
        return "".join(self.chunks)

    @cached_property
    def substring(self) -> str:
        """The Lark terminal's right side that lets through every run of chunks, the empty one too."""
        chunks = json.dumps({"substring_chunks": [escape(chunk) for chunk in self.chunks]}, ensure_ascii=False)
        return "%regex " + chunks.replace("\x7f", "\\u007f")

    @cached_property
    def _point_ends(self) -> list[int]:
        return list(accumulate((len(chunk) for chunk in self.chunks), initial=0))

    @cached_property
    def _byte_ends(self) -> list[int]:
        return list(accumulate((sum(map(point_bytes, map(ord, chunk))) for chunk in self.chunks), initial=0))

    @cached_property
    def _point_bytes(self) -> list[int]:
        sizes = (point_bytes(ord(char)) for chunk in self.chunks for char in chunk)
        return list(accumulate(sizes, initial=0))

    def shortest(self, node: VerbatimNode) -> int | None:
        """Length in code points of the shortest value that is long enough; None if there is none."""
        starts = [i for i, chunk in enumerate(self.chunks) if not chunk[0].isspace()]
        ends = [i + 1 for i, chunk in enumerate(self.chunks) if not chunk[-1].isspace()]
        end_points = [self._point_ends[end] for end in ends]
        best: int | None = None
        for start in starts:
            begun = self._point_ends[start]
            index = bisect_left(end_points, begun + max(node.min_length, 1))
            if index < len(ends) and (best is None or end_points[index] - begun < best):
                best = end_points[index] - begun
        if best is None or (node.max_length is not None and best > node.max_length):
            return None
        return best

    def widest(self, points: int) -> int:
        """Most bytes that a value of at most so many code points takes, escaped."""
        ends = self._point_bytes
        if points >= len(ends) - 1:
            return ends[-1]
        return max((ends[i + points] - ends[i] for i in range(len(ends) - points)), default=0)

    def longest_within(self, room: int) -> int:
        """Most code points such that no value of that length takes more than `room` bytes."""
        low, high = 0, min(room, len(self._point_bytes) - 1)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.widest(middle) <= room else (low, middle - 1)
        return low


@lru_cache(maxsize=64)
def _source(chunks: tuple[str, ...]) -> Source:
    return Source(chunks)


def source_of(chunks: Sequence[str]) -> Source:
    """Return the source of some chunks; what is computed about it is kept for the next time."""
    return _source(tuple(chunks))
