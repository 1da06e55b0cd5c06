"""Records: JSON text -> instances of the schema, and instances -> JSON values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from extractor.errors import RecordError
from extractor.record.layout import dumps, item_path, member_path
from extractor.schema.load import LoadedSchema
from extractor.schema.nodes import JSONValue
from extractor.validate.arrange import arrange
from extractor.validate.checks import failures
from extractor.validate.dumping import forms, same
from extractor.validate.parse import NotJSONError, parse
from extractor.validate.walk import findings

if TYPE_CHECKING:
    from pydantic import ValidationError


def instance(loaded: LoadedSchema, text: str) -> Any:
    """Make an instance of a schema.

    Args:
        loaded: The schema.
        text: A record as JSON text.

    Returns:
        What the schema's type makes of it; the JSON value itself where the schema is a JSON Schema.

    Raises:
        RecordError: The text is not JSON, doesn't meet the schema, or a validator refuses it.
    """
    try:
        value = parse(text)
    except NotJSONError as error:
        raise _error(text, {"$": str(error)}) from error
    try:
        wrong = {finding.path: finding.message for finding in findings(loaded.declaration, value)}
        if not wrong:
            wrong = {failure.path: failure.message for failure in failures(loaded.declaration, value)}
    except RecursionError as error:
        raise _error(text, {"$": "is nested too deeply"}) from error
    if wrong:
        raise _error(text, wrong)
    if loaded.adapter is None:
        return value
    return _validated(loaded, text, value)


def _validated(loaded: LoadedSchema, text: str, value: JSONValue) -> Any:
    from pydantic import ValidationError

    assert loaded.adapter is not None
    try:
        return loaded.adapter.validate_json(text)
    except ValidationError as error:
        raise _error(text, _by_path(error, value)) from error
    except Exception as error:
        raise _error(text, {"$": f"a validator raised {type(error).__name__}: {error}"}) from error


def _by_path(error: ValidationError, value: JSONValue) -> dict[str, str]:
    found: dict[str, str] = {}
    for wrong in error.errors(include_url=False, include_input=False, include_context=False):
        path = _place(wrong["loc"], value, missing=wrong["type"] == "missing")
        found[path] = f"{found[path]}; {wrong['msg']}" if path in found else wrong["msg"]
    return found


def _place(location: tuple[int | str, ...], value: JSONValue, *, missing: bool) -> str:
    """The record path of a location, in which Pydantic also names options of unions and kinds of validators."""
    path = "$"
    for index, step in enumerate(location):
        if isinstance(value, list) and isinstance(step, int) and step < len(value):
            path, value = item_path(path, step), value[step]
        elif isinstance(value, dict) and isinstance(step, str) and step in value:
            path, value = member_path(path, step), value[step]
        elif missing and isinstance(step, str) and index == len(location) - 1:
            path = member_path(path, step)
    return path


def _error(text: str, wrong: dict[str, str]) -> RecordError:
    told = "; ".join(f"{path} {message}" for path, message in wrong.items())
    return RecordError(f"the record doesn't meet the schema: {told}", raw=text, field_errors=wrong)


def dump(loaded: LoadedSchema, value: Any) -> JSONValue:
    """Write an instance, or a value that JSON has, as a JSON value in declaration order with every field explicit.

    Args:
        loaded: The schema.
        value: An instance of the schema, or the JSON value of one.

    Raises:
        RecordError: It is no instance of the schema, or has no form in JSON.
    """
    others: list[JSONValue] = []
    wrong: list[RecordError] = []
    for form in forms(value, loaded.adapter):
        try:
            found = _arranged(loaded, value, form)
            made = instance(loaded, dumps(found))
        except RecordError as error:
            wrong.append(error)
        else:
            if loaded.adapter is None or same(made, value):
                return found
            others.append(found)
    if others:
        return others[0]
    raise wrong[0]


def _arranged(loaded: LoadedSchema, value: Any, form: Callable[[], JSONValue]) -> JSONValue:
    try:
        found = arrange(loaded.declaration, form())
        dumps(found)
    except (AttributeError, TypeError, ValueError, RecursionError) as error:
        raise _error(repr(value), {"$": f"has no form in JSON: {error}"}) from error
    return found
