"""Which rows are still to be done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from extractor.batch.output import label_of
from extractor.batch.row import Columns, Row, RowMaker
from extractor.batch.sources import Inputs
from extractor.errors import InputError


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows of some inputs behind those that are in the output; travels to other processes.

    Attributes:
        inputs: What is read.
        columns: Which columns are used.
        output: What is written, for messages.
        kept_rows: Rows that the output holds already.
        last_label: What names the last of them, as `label_of` gives it.
    """

    inputs: Inputs
    columns: Columns
    output: str = ""
    kept_rows: int = 0
    last_label: tuple[Any, ...] | None = None

    def rows(self) -> Iterator[Row]:
        """Begin to read.

        Raises:
            InputError: At once: the last row that was kept does not stand for the row that it would stand for now.
                Later: an input cannot be read any further.
        """
        rows = self.inputs.rows(RowMaker(self.columns, skip=max(0, self.kept_rows - 1)))
        if self.kept_rows:
            last = next(rows, None)
            if last is None or label_of(json.loads(f"{{{last.label}}}")) != self.last_label:
                number = self.kept_rows
                raise InputError(
                    f"cannot resume: row {number} of the output does not belong to row {number} of the input; "
                    "the input has changed. Add --force to start over",
                    path=self.output,
                )
        return rows
