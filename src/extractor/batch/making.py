"""Rows in, rows out, through one extractor: what one process does, whoever deals the rows to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol, cast

from extractor.batch.row import Row
from extractor.batch.rows import error_row, record_row, review_row
from extractor.errors import ContextOverflowError, EngineError
from extractor.record.extraction import Extraction


class Mapper(Protocol):
    """What makes extractions of rows, in order; see `batch.routing`."""

    def map(self, rows: Iterable[Row]) -> Iterator[Extraction[Any]]:
        """Extract the texts of many rows, lazily; a text that fails gives an extraction with `.error`."""
        ...


@dataclass(frozen=True, slots=True)
class Made:
    """A row of the output.

    Attributes:
        line: It, without a line end.
        error: Type of its error; "" where it holds a record.
        tokens: Tokens of its record.
        sampled: Of these, the model's choices.
        end_byte: How far the input has been read with it.
        review: The row for people to look at, where the model was not sure of a value; else "".
    """

    line: str
    error: str
    tokens: int
    sampled: int
    end_byte: int
    review: str = ""


def made_rows(mapper: Mapper, rows: Iterable[Row], text_field: str) -> Iterator[Made]:
    """Make the rows of an output, in order.

    Args:
        mapper: Makes the extractions.
        rows: The rows of the input; read ahead as far as the mapper does.
        text_field: What errors about a text call it.

    Raises:
        EngineError: The engine failed; the rows before are good.
    """
    for row, extraction in extracted(mapper, rows):
        error = row.error or extraction.error
        if error is None:
            line = record_row(row.label, extraction, row.carried)
            review = review_row(row, extraction) if extraction.uncertain else ""
            yield Made(line, "", extraction.tokens, extraction.sampled, row.end_byte, review)
        else:
            line = error_row(row.label, error, text_field if row.error is None else "", row.carried)
            yield Made(line, type(error).__name__, 0, 0, row.end_byte)


def extracted(mapper: Mapper, rows: Iterable[Row]) -> Iterator[tuple[Row, Extraction[Any]]]:
    """Every row with its extraction, in order; see `made_rows`."""
    waiting: deque[Row] = deque()

    def seen() -> Iterator[Row]:
        for row in rows:
            waiting.append(row)
            yield row  # one without a text asks for "", which fails at once: rows stay in step

    with closing(cast("Any", mapper.map(seen()))) as extractions:
        for extraction in extractions:
            row, error = waiting.popleft(), extraction.error
            if isinstance(error, EngineError) and not isinstance(error, ContextOverflowError):
                where = f" (at the row {{{row.label}}}; the rows before it are written, --resume goes on)"
                raise EngineError(f"{error}{where}")
            yield row, extraction
