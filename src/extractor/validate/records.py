"""Records: JSON text -> instances of the schema, and instances -> JSON values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from extractor.errors import RecordError
from extractor.record.layout import dumps, item_path, member_path
from extractor.schema.load import LoadedSchema
from extractor.schema.nodes import JSONValue
from extractor.validate.arrange import arrange
from extractor.validate.checks import failures
from extractor.validate.dumping import to_json
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
    return _validated(loaded, text)


def _validated(loaded: LoadedSchema, text: str) -> Any:
    from pydantic import ValidationError

    assert loaded.adapter is not None
    try:
        return loaded.adapter.validate_json(text)
    except ValidationError as error:
        raise _error(text, _by_path(error)) from error
    except Exception as error:
        raise _error(text, {"$": f"a validator raised {type(error).__name__}: {error}"}) from error


def _by_path(error: ValidationError) -> dict[str, str]:
    found: dict[str, str] = {}
    for wrong in error.errors(include_url=False, include_input=False, include_context=False):
        path = "$"
        for step in wrong["loc"]:
            path = item_path(path, step) if isinstance(step, int) else member_path(path, step)
        found[path] = f"{found[path]}; {wrong['msg']}" if path in found else wrong["msg"]
    return found


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
    try:
        found = arrange(loaded.declaration, to_json(value))
        text = dumps(found)
    except (AttributeError, TypeError, ValueError, RecursionError) as error:
        raise _error(repr(value), {"$": f"has no form in JSON: {error}"}) from error
    instance(loaded, text)
    return found
