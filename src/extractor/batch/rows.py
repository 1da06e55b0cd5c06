"""An extraction as one line of JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractor.batch.row import Row, encoded
from extractor.errors import ContextOverflowError, ExtractorError, InputError, RecordError, SchemaError
from extractor.record.extraction import Extraction
from extractor.record.layout import dumps

_DECIMALS = 3


def record_row(label: str, extraction: Extraction[Any], carried: str = "") -> str:
    """Row of an extraction that has a record, without a line end.

    Args:
        label: What names the row, as the JSON of its first members.
        extraction: Its record goes in letter for letter as it was decoded.
        carried: The JSON of members carried along, each after a comma.
    """
    spans = dumps({path: [span.start, span.end] for path, span in extraction.spans.items()})
    conflicts = dumps({path: list(others) for path, others in extraction.conflicts.items()})
    told = f', "conflicts": {conflicts}' if extraction.conflicts else ""
    told += f', "uncertain": {dumps(dict(extraction.uncertain))}' if extraction.uncertain else ""
    return (
        f'{{{label}{carried}, "record": {extraction.json}, "spans": {spans}, "status": "{extraction.status}", '
        f'"confidence": {_rounded(extraction.confidence)}{told}}}'
    )


def review_row(row: Row, extraction: Extraction[Any]) -> str:
    """Row of a record that a person should look at, without a line end: with its text, and what is uncertain."""
    sure = {path: extraction.confidence[path] for path in extraction.uncertain}
    return (
        f'{{{row.label}, "text": {encoded(row.text)}, "record": {extraction.json}, '
        f'"uncertain": {dumps(dict(extraction.uncertain))}, "confidence": {_rounded(sure)}}}'
    )


def _rounded(confidence: Mapping[str, float]) -> str:
    return dumps({path: round(value, _DECIMALS) for path, value in confidence.items()})


def error_row(label: str, error: ExtractorError, path: str = "", carried: str = "") -> str:
    """Row of a text that gave no record, without a line end.

    Args:
        label: What names the row, as the JSON of its first members.
        error: What went wrong.
        path: The field of the text, for errors that are about the text and do not say where.
        carried: The JSON of members carried along, each after a comma.
    """
    facts = {"type": type(error).__name__, "message": str(error), "path": _path(error, path)}
    return f'{{{label}{carried}, "error": {encoded(facts)}}}'  # a message may quote half a character


def _path(error: ExtractorError, text_field: str) -> str:
    match error:
        case RecordError(field_errors=fields):
            return next(iter(fields), "")
        case SchemaError(field_path=path):
            return path
        case InputError(path=path):
            return path or text_field
        case ContextOverflowError():
            return text_field
        case _:
            return ""
