"""An extraction as one line of JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractor.batch.row import Row, encoded
from extractor.errors import ContextOverflowError, ExtractorError, InputError, RecordError, SchemaError
from extractor.record.extraction import Extraction
from extractor.record.layout import dumps

_DECIMALS = 3


def record_members(extraction: Extraction[Any]) -> dict[str, str]:
    """Members of the row of an extraction that has a record, each as JSON; the record letter for letter as decoded."""
    members = {
        "record": extraction.json,
        "spans": dumps({path: [span.start, span.end] for path, span in extraction.spans.items()}),
        "status": f'"{extraction.status}"',
        "confidence": _rounded(extraction.confidence),
    }
    if extraction.conflicts:
        members["conflicts"] = dumps({path: list(others) for path, others in extraction.conflicts.items()})
    if extraction.uncertain:
        members["uncertain"] = dumps(dict(extraction.uncertain))
    return members


def record_row(label: str, extraction: Extraction[Any], carried: str = "") -> str:
    """Row of an extraction that has a record, without a line end.

    Args:
        label: What names the row, as the JSON of its first members.
        extraction: It.
        carried: The JSON of members carried along, each after a comma.
    """
    members = "".join(f', "{name}": {value}' for name, value in record_members(extraction).items())
    return f"{{{label}{carried}{members}}}"


def error_member(error: ExtractorError, path: str = "") -> str:
    """Why there is no record, as JSON.

    Args:
        error: What went wrong.
        path: The field of the text, for errors that are about the text and do not say where.
    """
    facts = {"type": type(error).__name__, "message": str(error), "path": _path(error, path)}
    return encoded(facts)  # a message may quote half a character


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
    """Row of a text that gave no record, without a line end; for the arguments see `record_row` and `error_member`."""
    return f'{{{label}{carried}, "error": {error_member(error, path)}}}'


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
