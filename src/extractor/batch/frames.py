"""Pandas frames in, the same with a record in every row out: for people who have a Ray Dataset or a Spark DataFrame.

    frame.mapInPandas(partial(extract_frames, schema=Invoice), f"id string, text string, {SPARK_COLUMNS}")
    dataset.map_batches(FrameExtractor, fn_constructor_args=(Invoice,), batch_format="pandas", concurrency=4)

Every frame keeps its columns and gets seven more: `record`, `spans`, `confidence`, `conflicts`, `uncertain` and `error`
hold JSON, as the members of a batch's row do, or nothing; `status` is `complete`, `truncated` or `failed`. A text that
gives no record costs no other row. Nothing here needs pandas, Ray or Spark until a frame is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from extractor.api.decoding import Decoding
from extractor.api.extractor import Extractor
from extractor.batch.making import extracted
from extractor.batch.routing import Direct
from extractor.batch.row import Row, text_of
from extractor.batch.rows import error_member, record_members
from extractor.engine.protocol import Engine
from extractor.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from pandas import DataFrame

COLUMNS = ("record", "spans", "status", "confidence", "conflicts", "uncertain", "error")
SPARK_COLUMNS = ", ".join(f"{name} string" for name in COLUMNS)  # for the schema that `mapInPandas` asks for


class FrameExtractor:
    """Extracts the texts of frames; a context manager. Loads the model once: a class for `map_batches` of Ray Data."""

    def __init__(
        self,
        schema: Any,
        text_field: str = "text",
        *,
        model: str | Path | Engine | None = None,
        parallel: int = 8,
        decoding: Decoding | None = None,
    ) -> None:
        """Compile a schema and load a model.

        Args:
            schema: As for `Extractor`.
            text_field: The column that holds the text.
            model: As for `Extractor`.
            parallel: As for `Extractor`.
            decoding: As for `Extractor`.

        Raises:
            SchemaError: The schema cannot be promised.
            ModelError: The model is not there or not whole.
        """
        self._text_field = text_field
        self._extractor: Extractor[Any] = Extractor(schema, model=model, parallel=parallel, decoding=decoding)

    def __call__(self, frame: DataFrame) -> DataFrame:
        """The frame with the columns `COLUMNS` added, each of strings or nothing.

        Raises:
            InputError: It has no column for the text, or one that is called as one of those.
            EngineError: llama.cpp failed.
        """
        if self._text_field not in frame.columns:
            raise InputError(f"there is no column {self._text_field!r} (columns: {', '.join(map(str, frame.columns))})")
        if taken := [name for name in COLUMNS if name in frame.columns]:
            raise InputError(f"the frame has a column {taken[0]!r} already; rename it", path=taken[0])
        cells = [
            self._cells(row, extraction)
            for row, extraction in extracted(Direct(self._extractor), map(self._row, frame[self._text_field]))
        ]
        added = {name: [one.get(name) for one in cells] for name in COLUMNS}
        return frame.assign(**added).astype(dict.fromkeys(COLUMNS, "string"))

    def _row(self, text: Any) -> Row:
        try:
            return Row("", text_of({self._text_field: text}, self._text_field), None)
        except InputError as error:
            return Row("", "", error)

    def _cells(self, row: Row, extraction: Any) -> dict[str, str]:
        error = row.error or extraction.error
        if error is not None:
            return {"status": "failed", "error": error_member(error, self._text_field)}
        return {**record_members(extraction), "status": extraction.status}

    def close(self) -> None:
        """Give the model back."""
        self._extractor.close()

    def __enter__(self) -> FrameExtractor:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()


def extract_frames(
    frames: Iterable[DataFrame],
    schema: Any,
    text_field: str = "text",
    *,
    model: str | Path | Engine | None = None,
    parallel: int = 8,
    decoding: Decoding | None = None,
) -> Iterator[DataFrame]:
    """Extract the texts of frames, one frame after the other: a function for `mapInPandas` of Spark.

    For the arguments, and what is raised, see `FrameExtractor`.
    """
    with FrameExtractor(schema, text_field, model=model, parallel=parallel, decoding=decoding) as extractor:
        yield from map(extractor, frames)
