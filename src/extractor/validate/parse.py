"""JSON text -> values, strictly: no duplicate keys, no NaN, no lone surrogates."""

from __future__ import annotations

import json
from typing import Any

from extractor.schema.nodes import JSONValue


class NotJSONError(ValueError):
    """The text is no JSON value that a record could be."""


def parse(text: str) -> JSONValue:
    """Read one JSON value.

    Args:
        text: The whole text; white space around the value and between its parts is free.

    Raises:
        NotJSONError: It is no JSON, repeats a key, or holds a number beyond a float or a lone surrogate.
    """
    try:
        value: JSONValue = json.loads(text, object_pairs_hook=_members, parse_constant=_refused, parse_float=_float)
        text.encode()
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        raise NotJSONError("nested too deeply") from error
    except ValueError as error:
        raise error if isinstance(error, NotJSONError) else NotJSONError(str(error)) from error
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise NotJSONError(f"the key {next(key for key in keys if keys.count(key) > 1)!r} is there twice")
    return found


def _refused(name: str) -> Any:
    raise NotJSONError(f"{name} is no JSON number")


def _float(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise NotJSONError(f"{digits} is beyond any float")
    return value


def same(a: JSONValue, b: JSONValue) -> bool:
    """Whether two JSON values are equal as JSON has it: 1.0 is 1, but true is not 1."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(value, b[key]) for key, value in a.items())
    return a == b


def key_of(value: JSONValue) -> str:
    """Return a text that equal values share, and only they."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, int | float):
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, list):
        return "[" + ",".join(key_of(item) for item in value) + "]"
    return "{" + ",".join(sorted(f"{json.dumps(key)}:{key_of(item)}" for key, item in value.items())) + "}"


def all_different(values: list[JSONValue]) -> bool:
    """Whether no two values of a list are equal."""
    return len({key_of(value) for value in values}) == len(values)
