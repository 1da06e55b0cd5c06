"""Texts that do not fit in the context, part by part: cut, extracted in one batch, put together."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import Any, Generic, TypeVar, cast

from extractor.api.compiled import CompiledSchema
from extractor.errors import ContextOverflowError, ExtractorError, RecordError
from extractor.long.merging import Part, merge
from extractor.long.parts import split
from extractor.record.extraction import Extraction, Span
from extractor.record.layout import dumps
from extractor.validate.records import instance

T = TypeVar("T")
_FILL = 0.5  # of the context; the schema and the record take the rest
_OVERLAP = 0.15  # of a part
_FEWEST_CHARS = 40


class LongTexts(Generic[T]):
    """Puts the cutting of long texts in front of an extractor's `map`. A text that fits is left as it is."""

    def __init__(self, mapped: Callable[[Iterable[str]], Iterator[Extraction[T]]], compiled: CompiledSchema) -> None:
        """Wrap.

        Args:
            mapped: Extracts texts, in order and lazily; errors are in the extractions.
            compiled: The schema.
        """
        self._mapped = mapped
        self._compiled = compiled

    def map(self, texts: Iterable[str]) -> Iterator[Extraction[T]]:
        """Extract many texts, in order and lazily; one that fails gives an extraction with `.error`."""
        waiting: deque[str] = deque()

        def seen() -> Iterator[str]:
            for text in texts:
                waiting.append(text)
                yield text

        with closing(cast("Any", self._mapped(seen()))) as extractions:
            for extraction in extractions:
                text = waiting.popleft()
                if isinstance(extraction.error, ContextOverflowError):
                    yield self._long(text, extraction, extraction.error)
                else:
                    yield extraction

    def _long(self, text: str, whole: Extraction[T], error: ContextOverflowError) -> Extraction[T]:
        most_chars = int(len(text) * _FILL * error.limit / max(error.prompt_tokens, error.limit))
        pieces = self._pieces(text, Span(0, len(text)), most_chars)
        failed = next((found for _, found in pieces if found.error is not None), None)
        if failed is not None or not pieces:
            return failed or whole
        try:
            return self._whole(pieces)
        except ExtractorError as refused:
            return Extraction(None, "", status="failed", error=refused)

    def _pieces(self, text: str, span: Span, most_chars: int) -> list[tuple[int, Extraction[T]]]:
        """Where each part begins, and what was found in it; a part that does not fit is cut again."""
        inside = text[span.start : span.end]
        parts = [part for part in split(inside, most_chars, int(_OVERLAP * most_chars)) if inside[slice(*part)].strip()]
        pieces: list[tuple[int, Extraction[T]]] = []
        for part, found in zip(parts, self._mapped(inside[slice(*part)] for part in parts), strict=True):
            start = span.start + part.start
            if isinstance(found.error, ContextOverflowError) and most_chars > _FEWEST_CHARS:
                pieces += self._pieces(text, Span(start, span.start + part.end), most_chars // 2)
            else:
                pieces.append((start, found))
        return pieces

    def _whole(self, pieces: list[tuple[int, Extraction[T]]]) -> Extraction[T]:
        parts = [Part(json.loads(found.json), _moved(found.spans, start), found.confidence) for start, found in pieces]
        merged = merge(parts, self._compiled.loaded.declaration)
        text = dumps(merged.record)
        try:
            record = instance(self._compiled.loaded, text)
        except RecordError as error:
            raise RecordError(
                f"the record put together from {len(parts)} parts of the text is refused: {error}",
                raw=error.raw,
                field_errors=error.field_errors,
            ) from error
        return Extraction(
            record=cast("T", record),
            json=text,
            spans=merged.spans,
            confidence=merged.confidence,
            status="truncated" if any(found.status == "truncated" for _, found in pieces) else "complete",
            tokens=sum(found.tokens for _, found in pieces),
            sampled=sum(found.sampled for _, found in pieces),
            conflicts=merged.conflicts,
        )


def _moved(spans: Any, start: int) -> dict[str, Span]:
    return {path: Span(span.start + start, span.end + start) for path, span in spans.items()}
