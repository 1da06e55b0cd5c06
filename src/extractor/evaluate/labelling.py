"""A record that a person corrects, value by value, and that stays one of its schema. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress

from extractor.api.compiled import CompiledSchema
from extractor.errors import InputError, RecordError
from extractor.record.layout import dumps, item_path, member_path
from extractor.schema.nodes import JSONValue
from extractor.validate.records import dump


def revised(compiled: CompiledSchema, text: str, record: JSONValue, path: str, typed: str) -> JSONValue:
    """Put what was typed in place of a value.

    Args:
        compiled: The schema.
        text: What the record is of.
        record: It.
        path: Record path of any value in it, lists and objects too; `$` is the whole record.
        typed: JSON, or plain text where the schema does not take it as JSON; nothing: null.

    Returns:
        The record, in declaration order.

    Raises:
        InputError: There is no such path.
        RecordError: The record would not be one of the schema, or a verbatim value not stand in the text.
    """
    if path not in (known := [one for one, _ in values(record)]):
        raise InputError(f"the record has no {path!r}; it has {', '.join(known)}")
    refused: list[RecordError] = []
    for value in _meant(typed):
        try:
            found = dump(compiled.loaded, _replaced(record, "$", path, value))
        except RecordError as error:
            refused.append(error)
            continue
        if compiled.accepts(dumps(found), text):
            return found
        told = "a verbatim value does not stand in the text"
        refused.append(RecordError(f"{path}: {told}", raw=dumps(found), field_errors={path: told}))
    raise refused[0]


def values(record: JSONValue, path: str = "$") -> Iterator[tuple[str, JSONValue]]:
    """Yield the path of every value of a record, lists and objects before what they hold."""
    yield path, record
    match record:
        case dict():
            for name, inner in record.items():
                yield from values(inner, member_path(path, name))
        case list():
            for index, inner in enumerate(record):
                yield from values(inner, item_path(path, index))


def _meant(typed: str) -> Iterator[JSONValue]:
    if not typed:
        yield None
        return
    with suppress(ValueError, RecursionError):
        yield json.loads(typed)
    yield typed


def _replaced(value: JSONValue, path: str, wanted: str, new: JSONValue) -> JSONValue:
    if path == wanted:
        return new
    match value:
        case dict():
            return {name: _replaced(inner, member_path(path, name), wanted, new) for name, inner in value.items()}
        case list():
            return [_replaced(inner, item_path(path, index), wanted, new) for index, inner in enumerate(value)]
        case _:
            return value
