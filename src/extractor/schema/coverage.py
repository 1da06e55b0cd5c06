"""How each keyword of a schema is kept, as a table for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from extractor.schema.nodes import Declaration, Note

_HEAD = ("path", "keyword", "enforced", "detail")
_WORDS = {"decoding": "while decoding", "after": "after decoding"}


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a compiled schema promises, keyword by keyword. What cannot be promised is refused before it gets here.

    Attributes:
        entries: One note for each keyword, in schema order; then what was decided beyond the schema.
    """

    entries: tuple[Note, ...]

    def __iter__(self) -> Iterator[Note]:
        """Yield the notes in order."""
        return iter(self.entries)

    def __len__(self) -> int:
        """Number of notes."""
        return len(self.entries)

    def at(self, path: str) -> tuple[Note, ...]:
        """The notes of one record path."""
        return tuple(note for note in self.entries if note.path == path)

    @property
    def after(self) -> tuple[Note, ...]:
        """What is only checked on the whole value."""
        return tuple(note for note in self.entries if note.enforced == "after")

    def __str__(self) -> str:
        """A table of four columns."""
        rows = [_HEAD, *((n.path, n.keyword, _WORDS.get(n.enforced, n.enforced), n.detail) for n in self.entries)]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        lines = ("  ".join([*(row[i].ljust(widths[i]) for i in range(3)), row[3]]).rstrip() for row in rows)
        return "\n".join(lines)


def coverage(declaration: Declaration, *more: Note) -> Coverage:
    """Return the coverage of a declaration.

    Args:
        declaration: The schema.
        more: Notes of other rooms (a prompt that was shortened, bounds that were tightened).
    """
    return Coverage((*declaration.notes, *more))
