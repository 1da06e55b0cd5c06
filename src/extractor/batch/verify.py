"""Rows checked again, offline and without the model: against the schema, the texts, and the manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, get_args

from extractor.api.compiled import CompiledSchema
from extractor.batch.manifest import Manifest, input_changes, manifest_path, read_manifest
from extractor.batch.output import label_of
from extractor.batch.row import Row
from extractor.batch.sources import Inputs, Source
from extractor.decode.confidence import confidence
from extractor.errors import InputError, RecordError
from extractor.ground.spans import Grounded, grounded_values
from extractor.record.extraction import Span, Status
from extractor.record.layout import dumps
from extractor.store.digest import file_sha256
from extractor.store.packed import FAILURES, unpacked_lines
from extractor.validate.records import instance

_STATUSES = set(get_args(Status)) - {"failed"}
_MISSING: Any = object()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold.

    Attributes:
        row: Number of the row, from 1; 0: the file as a whole.
        message: What, and where in the row.
    """

    row: int
    message: str


def verify_manifest(output: Path, compiled: CompiledSchema, sources: Sequence[Source]) -> Iterator[Finding]:
    """Check an output against the manifest beside it: schema, inputs, and every byte of a finished one.

    Args:
        output: The rows.
        compiled: The schema they should be of.
        sources: The inputs; none: they are not checked.

    Raises:
        InputError: The manifest cannot be read.
    """
    try:
        made = read_manifest(output)
    except FileNotFoundError:
        yield Finding(0, f"there is no {manifest_path(output).name} that says what it was made with")
        return
    if made.schema != compiled.digest:
        yield Finding(0, f"it was made with another schema: {made.schema[:12]}, not {compiled.digest[:12]}")
    if sources:
        yield from (Finding(0, f"it was made of something else: {one}") for one in _other_inputs(made, sources))
    if made.finished is None:
        yield Finding(0, "the run was never finished: rows are missing; go on with `extractor batch --resume`")
    elif (found := file_sha256(output)) != made.finished.sha256:
        yield Finding(0, f"it has been changed: its SHA-256 is {found[:12]}, it was {made.finished.sha256[:12]}")


def _other_inputs(made: Manifest, sources: Sequence[Source]) -> list[str]:
    changes = input_changes(made, Inputs(tuple(sources)))
    if not changes and len(sources) > len(made.inputs):
        return [f"the inputs were {len(made.inputs)}, now are {len(sources)}"]
    return changes


def verify_rows(output: Path, compiled: CompiledSchema, source: Iterator[Row] | None) -> Iterator[list[Finding]]:
    """Check every row of an output; yield what does not hold of it, a list for every row.

    Args:
        output: JSON Lines, plain, .gz or .zst.
        compiled: The schema.
        source: The rows of the input; None: texts are taken from the rows, where they were carried along.

    Raises:
        InputError: The output or the input cannot be read.
    """
    lines = enumerate(_lines(output), 1)
    if source is None:
        for number, line in lines:
            yield [Finding(number, told) for told in _row(line, compiled, None)]
        return
    nothing = (0, b"")
    last = 0
    for (number, line), given in zip_longest(lines, source, fillvalue=nothing):
        if number == 0:
            missing = 1 + sum(1 for _ in source)
            yield [Finding(0, f"it ends after row {last}: {missing} more of the input have none")]
            return
        last = number
        told = _row(line, compiled, given) if isinstance(given, Row) else ["the input has no such row"]
        yield [Finding(number, one) for one in told]


def _lines(output: Path) -> Iterator[bytes]:
    if output.suffix in {".parquet", ".pq"}:
        raise InputError(f"{output} is Parquet; rows can be checked in .jsonl, .jsonl.gz and .jsonl.zst")
    try:
        with output.open("rb") as file:
            yield from unpacked_lines(file, output.suffix)
    except FAILURES as error:
        raise InputError(
            f"cannot read {output}: {getattr(error, 'strerror', None) or error}", path=str(output)
        ) from error


def _row(line: bytes, compiled: CompiledSchema, given: Row | None) -> Iterator[str]:
    """What does not hold of a row, in words."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        yield f"it is not JSON: {error}"
        return
    if not isinstance(row, dict) or ("record" in row) == ("error" in row):
        yield "it holds neither a record nor an error, or both"
        return
    if not line.endswith(b"\n"):
        yield "it is cut short"
    text = row.get("text") if isinstance(row.get("text"), str) else None
    if given is not None:
        yield from _origin(row, given)
        text = given.text
    if "record" in row:
        yield from _record(row, compiled, text)
    elif not _is_error(row["error"]):
        yield "its error has no type, message and path"


def _origin(row: dict[str, Any], given: Row) -> Iterator[str]:
    named = json.loads(f"{{{given.label}{given.carried}}}")
    if label_of(row) != label_of(named):
        yield f"it is called {_name(row)}, its row of the input {_name(named)}"
    if "text" in row and row["text"] != given.text:
        yield "its text is not that of the input"
    if given.error is not None and "record" in row:
        yield f"it holds a record, but the input has no text there: {given.error}"


def _name(row: dict[str, Any]) -> str:
    return " ".join(f"{member} {value}" for member, value in label_of(row)) or "nothing"


def _is_error(error: Any) -> bool:
    return isinstance(error, dict) and all(isinstance(error.get(name), str) for name in ("type", "message", "path"))


def _record(row: dict[str, Any], compiled: CompiledSchema, text: str | None) -> Iterator[str]:
    record, loaded = row["record"], compiled.loaded
    try:
        written = dumps(record)
        instance(loaded, written)
    except (RecordError, ValueError, RecursionError) as error:
        yield str(error)
        return
    if row.get("status") not in _STATUSES:
        yield f"status: {row.get('status')!r} is none"
    grounded = {one.path: one for one in grounded_values(loaded.declaration, record)}
    yield from _spans(grounded, row.get("spans"), text)
    yield from _confidence(set(confidence(written, ())), row.get("confidence"))
    if text is not None and not compiled.accepts(written, text):
        yield "a verbatim value is no run of whole words of the text, or nothing that it says"


def _spans(values: dict[str, Grounded], spans: Any, text: str | None) -> Iterator[str]:
    if not isinstance(spans, dict):
        yield "spans: there are none"
        return
    for path in spans.keys() - values.keys():
        yield f"spans: {path} is no verbatim value of the record"
    for path, one in values.items():
        span = spans.get(path, _MISSING)
        if span is _MISSING:
            yield f"spans: {path} has none"
        elif not _is_span(span) or (one.size is not None and span[1] - span[0] != one.size):
            size = "is read from the text" if one.size is None else f"has {one.size} characters"
            yield f"spans: {path} is {json.dumps(span)}, its value {size}"
        elif text is not None and not one.stands_at(Span(*span), text):
            shown = json.dumps(text[span[0] : span[1]], ensure_ascii=False)
            yield f"spans: {path} is {json.dumps(one.value, ensure_ascii=False)}, at {span} the text says {shown}"


def _is_span(span: Any) -> bool:
    whole = isinstance(span, list) and len(span) == 2 and all(type(end) is int for end in span)
    return whole and 0 <= span[0] <= span[1]


def _confidence(paths: set[str], found: Any) -> Iterator[str]:
    if not isinstance(found, dict):
        yield "confidence: there is none"
        return
    for path, value in found.items():
        if path not in paths:
            yield f"confidence: {path} is no value of the record"
        elif not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
            yield f"confidence: {path} is {value!r}, not from 0 to 1"
