"""Keywords that depend on the value, said with `allOf` and `anyOf`: `not`, `if`, `dependentRequired` and the like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from extractor.schema.keywords import CONDITIONS, JSONSchema, without
from extractor.schema.negation import Alternatives, Negator, any_of

MOST_ALTERNATIVES = 16  # of one schema, all its conditions together


@dataclass(frozen=True, slots=True)
class Apart:
    """A schema taken apart: what it says together means `rest` and all of `parts`, but for what is `undecided`.

    Attributes:
        rest: The schema without its conditions and `allOf`.
        parts: What has to hold as well.
        undecided: Keywords that are left out: the parts allow more than they do.
    """

    rest: dict[str, Any]
    parts: tuple[JSONSchema, ...]
    undecided: tuple[str, ...]


def apart(schema: Mapping[str, Any], negator: Negator, path: str) -> Apart:
    """Take a schema apart.

    Args:
        schema: A schema whose keywords have been checked.
        negator: Negates schemas of its document.
        path: Record path, for errors.
    """
    rest = without(schema, *CONDITIONS, "allOf")
    parts: list[JSONSchema] = list(schema.get("allOf", ()))
    undecided: list[str] = []
    room = MOST_ALTERNATIVES
    for keyword, options in _conditions(schema, negator, path):
        if options is None or (len(options) > 1 and room // len(options) == 0):
            undecided.append(keyword)
            continue
        room //= max(len(options), 1)
        parts.append(any_of(options))
    return Apart(rest, tuple(parts), tuple(undecided))


def _conditions(schema: Mapping[str, Any], negator: Negator, path: str) -> Iterator[tuple[str, Alternatives]]:
    """Yield each condition with its alternatives; None where there are none to give."""
    if "not" in schema:
        yield "not", negator.negated(schema["not"], path)
    if "if" in schema:
        yield from _branches(schema["if"], schema.get("then", True), schema.get("else", True), negator, path)
    for name, needed in schema.get("dependentRequired", {}).items():
        if needed:
            yield "dependentRequired", _dependent(name, {"required": list(needed)})
    for name, inner in schema.get("dependentSchemas", {}).items():
        yield "dependentSchemas", _dependent(name, inner)


def _dependent(name: str, inner: JSONSchema) -> list[JSONSchema]:
    return [{"properties": {name: False}}, {"required": [name], "allOf": [inner]}]


def _branches(
    test: JSONSchema, then: JSONSchema, other: JSONSchema, negator: Negator, path: str
) -> Iterator[tuple[str, Alternatives]]:
    if then is True and other is True:
        return
    if then is True:
        yield "if", [test, other]
        return
    refused = negator.negated(test, path)
    if refused is None:
        yield "if", None
        if other is not True:
            yield "if", [{"allOf": [test, then]}, other]
    elif other is True:
        yield "if", [*refused, then]
    else:
        met: JSONSchema = {"allOf": [test, then]}
        yield "if", [met, *({"allOf": [one, other]} for one in refused)]
