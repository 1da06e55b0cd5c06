"""What the grammar leaves open, checked on a whole value: the keywords that no grammar decides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from extractor.record.layout import item_path, member_path
from extractor.schema.nodes import Declaration, JSONValue


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
    if not declaration.checks:
        return ()
    validator = _validator(json.dumps(declaration.document))
    return tuple(dict.fromkeys(_failures(validator, value)))


def _failures(validator: Any, value: JSONValue) -> Iterator[Failure]:
    for error in validator.iter_errors(value):
        yield Failure(_path(error.absolute_path), str(error.validator), f"does not meet `{error.validator}`")


def _path(steps: Any) -> str:
    path = "$"
    for step in steps:
        path = item_path(path, step) if isinstance(step, int) else member_path(path, step)
    return path


@lru_cache(maxsize=64)
def _validator(document: str) -> Any:
    from jsonschema import Draft202012Validator
    from referencing import Registry

    return Draft202012Validator(
        json.loads(document), registry=Registry(), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
