"""Keys that a record writes twice: kept from happening where the model has a choice, cut out where it had none.

A grammar cannot remember which keys of a map have been written. So a token that would end a key for the second time is
passed over while another one is legal; and where none is (a key pattern with few members), the later member is taken
out of the record again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from extractor.decode.choice import Choice
from extractor.record.layout import Piece

_KEY = re.compile(rb'(?:\{|, )("(?:[^"\\]|\\.)*")', re.DOTALL)


class Repeats:
    """Watches the members of one record's objects as they are written."""

    def __init__(self) -> None:
        self._keys: dict[str, set[str]] = {}  # path of an object -> keys written
        self._inside: tuple[str, int] | None = None  # path of the object whose member is written again, where it began
        self._cuts: list[tuple[int, int]] = []

    def watch(self, pieces: Iterable[Piece]) -> None:
        """Take note of pieces, in order."""
        for piece in pieces:
            if piece.kind != "structure":
                continue
            if self._inside is not None:
                path, start = self._inside
                if piece.path != path:
                    continue
                self._cuts.append((start, piece.start))
                self._inside = None
            self._note(piece)

    def _note(self, piece: Piece) -> None:
        match = _KEY.match(piece.data)
        if match is None:
            return
        if piece.data[:1] == b"{":
            self._keys[piece.path] = set()
        keys = self._keys.setdefault(piece.path, set())
        key = json.loads(match[1])
        if key in keys:
            self._inside = (piece.path, piece.start)
        keys.add(key)

    def ends_known_key(self, path: str, pending: bytes, token: bytes) -> bool:
        """Whether a token ends a key that the object at `path` has already.

        Args:
            path: Of the innermost open object.
            pending: What has been written of the next piece.
            token: What would follow.
        """
        if b'"' not in token or not pending.startswith(b', "'):
            return False
        match = _KEY.match(pending + token)
        if match is None or match.end() <= len(pending):
            return False
        try:
            return json.loads(match[1]) in self._keys.get(path, ())
        except ValueError:  # the token ends inside a character
            return False

    def cut(self, data: bytes, choices: Sequence[Choice]) -> tuple[bytes, list[Choice]]:
        """Take members that were written again out of a whole record, and out of the choices that made it."""
        return cut_out(self._cuts, data, choices)


def cut_out(cuts: Sequence[tuple[int, int]], data: bytes, choices: Sequence[Choice]) -> tuple[bytes, list[Choice]]:
    """Take stretches out of a record, and out of the choices that made it.

    Args:
        cuts: Half-open stretches of bytes, in order, none within another.
        data: The record.
        choices: Its choices; those that made what is taken out go too, those after it move.
    """
    kept = list(choices)
    for start, end in reversed(cuts):
        data = data[:start] + data[end:]
        kept = [
            choice if choice.start < start else replace(choice, start=choice.start - (end - start))
            for choice in kept
            if not start <= choice.start < end
        ]
    return data, kept
