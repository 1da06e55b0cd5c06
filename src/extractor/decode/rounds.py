"""Lists that go round: a small model that has said everything tends to say it again, until the budget ends.

Items that equal an earlier one and quote the same places of the text are taken out of a record in the end. Where
three of them follow each other, the list is closed instead of going on, if the grammar lets it be closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from extractor.record.layout import Piece

LastSaidAgain = Callable[[str, str], bool]  # a record up to the end of an item, and what closes it
_ROUND = 3  # items said again, one after the other: fewer lose items of real texts, more only take time


@dataclass(slots=True)
class _List:
    """What has been written of an open list.

    Attributes:
        begun: First byte of its last item.
        said: Its items but the last.
        again: How many of these, at their end, had been said before.
    """

    begun: int
    said: set[bytes] = field(default_factory=set)
    again: int = 0


class Rounds:
    """Watches the lists of one record as they are written."""

    def __init__(self, last_said_again: LastSaidAgain | None) -> None:
        """Start with nothing written.

        Args:
            last_said_again: Whether that item says again what stands before it; asked only where items are equal.
                None: lists may go round.
        """
        self._last_said_again = last_said_again
        self._lists: dict[str, _List] = {}

    def watch(self, pieces: Iterable[Piece], data: bytes) -> None:
        """Take note of pieces, in order.

        Args:
            pieces: What has become whole.
            data: The record up to their end at least.
        """
        if self._last_said_again is None:
            return
        for piece in pieces:
            if piece.kind != "structure":
                continue
            if piece.data == b"[":
                self._lists[piece.path] = _List(piece.start + 1)
            elif piece.data == b", ":
                written = self._lists[piece.path]
                item = data[written.begun : piece.start]
                written.again = written.again + 1 if item in written.said else 0
                written.said.add(item)
                written.begun = piece.start + len(piece.data)

    def has_come_round(self, path: str, data: bytes, closing: str) -> bool:
        """Whether the list at a path has nothing new to say after the item that ends here.

        Args:
            path: Of the innermost open list.
            data: The record up to here.
            closing: What would close all that is open.
        """
        written = self._lists.get(path)
        if self._last_said_again is None or written is None or written.again + 1 < _ROUND:
            return False
        return data[written.begun :] in written.said and self._last_said_again(data.decode(), closing)
