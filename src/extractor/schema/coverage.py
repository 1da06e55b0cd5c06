"""How each keyword of a schema is kept, as a table for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.schema.advice import Advice, advice
from extractor.schema.nodes import Declaration, Note

_HEAD = ("path", "keyword", "enforced", "detail")
_WORDS = {"decoding": "while decoding", "after": "after decoding"}


@dataclass(frozen=True, slots=True)
class Figures:
    """How long records are, and how much of them the model decides.

    Attributes:
        unit: `tokens` of a model's vocabulary, or `bytes`: as no token is shorter, no record has more tokens.
        least: The smallest record, written as a text could make it necessary.
        worst: The largest record; None: the schema sets no limit, `max_tokens` does.
        typical: A record with every field filled in, two items to a list, short strings.
        forced_share: Share of `typical` that the grammar leaves no choice in, in [0, 1].
    """

    unit: str
    least: int
    worst: int | None
    typical: int
    forced_share: float

    def __str__(self) -> str:
        """Three lines for people."""
        worst = "no limit but max_tokens" if self.worst is None else f"{self.worst:,} {self.unit}"
        return (
            f"smallest record: {self.least:,} {self.unit}\n"
            f"largest record: {worst}\n"
            f"forced by the grammar: {self.forced_share:.0%} of the {self.typical:,} {self.unit} of a typical record"
        )


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a compiled schema promises, keyword by keyword. What cannot be promised is refused before it gets here.

    Attributes:
        entries: One note for each keyword, in schema order; then what was decided beyond the schema.
        advice: Where a small model will struggle.
        figures: Sizes of records.
    """

    entries: tuple[Note, ...]
    advice: tuple[Advice, ...] = ()
    figures: Figures | None = None

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
        """What is only checked on the whole value, and repaired by decoding again."""
        return tuple(note for note in self.entries if note.enforced == "after")

    def __str__(self) -> str:
        """A table of four columns."""
        return table(_HEAD, [(n.path, n.keyword, _WORDS.get(n.enforced, n.enforced), n.detail) for n in self.entries])


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Lay rows out in columns of equal width, the last one free.

    Args:
        head: Names of the columns.
        rows: As many cells each.
    """
    whole = [head, *rows]
    widths = [max(len(row[column]) for row in whole) for column in range(len(head) - 1)]
    lines = ("  ".join([*map(str.ljust, row, widths), row[-1]]).rstrip() for row in whole)
    return "\n".join(lines)


def coverage(declaration: Declaration, *more: Note, figures: Figures | None = None) -> Coverage:
    """Return the coverage of a declaration.

    Args:
        declaration: The schema.
        more: Notes of other rooms (a prompt that was shortened, bounds that were tightened).
        figures: Sizes of its records, which depend on a vocabulary.
    """
    return Coverage((*declaration.notes, *more), advice(declaration), figures)
