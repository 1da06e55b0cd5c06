"""What the grammar leaves open, checked on a whole value: the keywords that no grammar decides."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex
from referencing.exceptions import Unresolvable

from extractor.errors import SchemaError
from extractor.grammar.leaf import has_rfc_format, matches
from extractor.record.layout import item_path, member_path
from extractor.schema.nodes import Declaration, JSONValue
from extractor.schema.patterns import can_be_searched, checked, searched
from extractor.schema.rfc_formats import RFC_FORMATS
from extractor.validate.walk import findings

_BY_NODES = frozenset(("uniqueItems",))  # the nodes say what these ask for


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that a value does not pass.

    Attributes:
        path: Record path of the value that is at fault (`items[2].price`, `$` for the root).
        keyword: The keyword that it breaks.
        message: What is wrong there, to stand behind the path.
    """

    path: str
    keyword: str
    message: str


def failures(declaration: Declaration, value: JSONValue) -> tuple[Failure, ...]:
    """Check a whole value for everything that the nodes of its declaration leave open.

    Args:
        declaration: The schema.
        value: A JSON value that the grammar accepts.

    Returns:
        What is wrong, outermost first; nothing where the declaration has no checks.
    """
    return tuple(dict.fromkeys(_failures(declaration, value)))


def _failures(declaration: Declaration, value: JSONValue) -> Iterator[Failure]:
    keywords = {check.keyword for check in declaration.checks}
    if keywords & _BY_NODES:
        repeated = findings(declaration, value)  # the grammar has let it through: nothing else can be wrong
        yield from (Failure(finding.path, "uniqueItems", finding.message) for finding in repeated)
    if keywords - _BY_NODES:
        errors = _validator(json.dumps(declaration.document), declaration.whole_integers).iter_errors(value)
        try:
            found = sorted(errors, key=lambda error: len(error.absolute_path))
        except (re.error, Unresolvable, RecursionError) as error:
            yield Failure("$", declaration.checks[0].keyword, f"cannot be checked: {error}")
            return
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # a stack overflow inside the library's Rust
                raise
            yield Failure("$", declaration.checks[0].keyword, "is nested too deeply to be checked")
            return
        for wrong in found:
            yield Failure(_path(wrong.absolute_path), str(wrong.validator), f"does not meet `{wrong.validator}`")


def _path(steps: Any) -> str:
    path = "$"
    for step in steps:
        path = item_path(path, step) if isinstance(step, int) else member_path(path, step)
    return path


@lru_cache(maxsize=64)
def _validator(document: str, whole_integers: bool) -> Any:
    """A validator of a schema that reads patterns and formats as the grammar does, and fetches nothing."""
    from jsonschema import Draft4Validator, Draft202012Validator, FormatChecker
    from jsonschema.validators import extend
    from referencing import Registry

    formats = FormatChecker(formats=())
    for name in RFC_FORMATS:
        formats.checks(name)(_format_check(name))
    formats.checks("regex")(_is_pattern)
    own = {"pattern": _pattern, "patternProperties": _pattern_properties, "additionalProperties": _additional}
    types = (Draft4Validator if whole_integers else Draft202012Validator).TYPE_CHECKER
    kind = extend(Draft202012Validator, own, type_checker=types)
    return kind(json.loads(document), registry=Registry(), format_checker=formats)


def _format_check(name: str) -> Any:
    def check(value: object) -> bool:
        return not isinstance(value, str) or has_rfc_format(name, value)

    return check


def _is_pattern(value: object) -> bool:
    return not isinstance(value, str) or can_be_searched(value, lenient=False)


def _pattern(validator: Any, pattern: str, value: object, schema: Mapping[str, Any]) -> Iterator[Any]:
    from jsonschema import ValidationError

    if validator.is_type(value, "string") and not _found(pattern, str(value), schema):
        yield ValidationError(f"does not match {pattern!r}")


def _pattern_properties(
    validator: Any, patterns: Mapping[str, Any], value: Any, schema: Mapping[str, Any]
) -> Iterator[Any]:
    if not validator.is_type(value, "object"):
        return
    for pattern, inner in patterns.items():
        for name, one in value.items():
            if _found(pattern, name, schema):
                yield from validator.descend(one, inner, path=name, schema_path=pattern)


def _additional(validator: Any, inner: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Any]:
    from jsonschema import ValidationError

    if not validator.is_type(value, "object"):
        return
    for name, one in value.items():
        declared = name in schema.get("properties", {})
        if declared or any(_found(pattern, name, schema) for pattern in schema.get("patternProperties", {})):
            continue
        if inner is False:
            yield ValidationError(f"{name!r} is not a declared member")
        else:
            yield from validator.descend(one, inner, path=name)


def _found(pattern: str, text: str, schema: Mapping[str, Any]) -> bool:
    """Whether a pattern is found in a text: by the grammar's engine, or where that cannot hold it by searching."""
    dialect = schema.get("x-dialect", "ecma")
    try:
        return matches(checked(pattern, "$", dialect), text)
    except SchemaError:
        pass
    try:
        return searched(pattern, text, dialect)
    except (TimeoutError, regex.error):
        return False
