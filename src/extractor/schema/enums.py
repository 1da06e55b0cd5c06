"""`enum` and `const`: the values that are left when the other keywords have had their say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import regex

from extractor.errors import SchemaError
from extractor.schema.keywords import JSONSchema, canonical, without
from extractor.schema.patterns import Dialect, searched
from extractor.schema.scalars import contradiction


def enum_values(told: Mapping[str, Any], document: JSONSchema, path: str) -> tuple[str, ...]:
    """Return the canonical JSON texts of the values allowed, each once.

    Args:
        told: The restricting keywords, `enum` or `const` among them.
        document: The whole schema, for references.
        path: Record path of the value.

    Raises:
        SchemaError: None is left, one is not JSON, or `x-verbatim` stands beside them.
    """
    keyword = "enum" if "enum" in told else "const"
    if told.get("x-verbatim"):
        raise SchemaError("labels cannot be verbatim too; choose one", field_path=path, construct="x-verbatim")
    values = list(told.get("enum", [told.get("const")]))
    rest = without(told, "enum")
    try:
        texts = {canonical(value): value for value in values}
        "".join(texts).encode()  # a lone surrogate is no text that a record could hold
        if "const" in rest:
            only = canonical(rest.pop("const"))
            texts = {text: value for text, value in texts.items() if text == only}
    except (TypeError, ValueError) as error:
        raise SchemaError(f"a value is not JSON: {error}", field_path=path, construct=keyword) from error
    excluded = {canonical(value) for value in rest.pop("x-not-enum", ())}
    texts = {text: value for text, value in texts.items() if text not in excluded}
    patterns = [
        *((text, dialect, True) for text, dialect in rest.pop("x-also", ())),
        *((text, dialect, False) for text, dialect in rest.pop("x-never", ())),
    ]
    if patterns:
        texts = {text: value for text, value in texts.items() if _matches_all(patterns, value, path)}
    if rest.get("type") == "string" and all(isinstance(value, str) for value in texts.values()):
        del rest["type"]  # what nearly every enum says, and jsonschema takes its time to be imported
    if rest:
        texts = _filtered(texts, rest, document, path)
    if not texts:
        raise contradiction(f"no value of `{keyword}` is left", path, keyword)
    return tuple(texts)


def _matches_all(patterns: list[tuple[str, Dialect, bool]], value: Any, path: str) -> bool:
    """Whether a label is found by the patterns that should find it and no other; what is no text always fits."""
    try:
        return not isinstance(value, str) or all(
            searched(text, value, kind) is wanted for text, kind, wanted in patterns
        )
    except (regex.error, TimeoutError) as error:
        raise SchemaError(
            "a pattern beside the enum cannot be tried on its values; leave the values that match, without pattern",
            field_path=path,
            construct="pattern",
        ) from error


def _filtered(texts: dict[str, Any], rest: dict[str, Any], document: JSONSchema, path: str) -> dict[str, Any]:
    import re

    from jsonschema import Draft202012Validator
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    layers = rest.pop("x-layers", [])
    schema = {**rest, "allOf": [*rest.get("allOf", ()), *layers]} if layers else rest
    formats = Draft202012Validator.FORMAT_CHECKER
    whole = Draft202012Validator(document, registry=Registry(), format_checker=formats)
    validator = whole.evolve(schema=schema)  # references are into the document
    try:
        return {text: value for text, value in texts.items() if validator.is_valid(value)}
    except (re.error, Unresolvable) as error:
        raise SchemaError(
            "what stands beside the enum cannot be tried on its values; leave the values that are meant, and nothing "
            "else",
            field_path=path,
            construct="enum",
        ) from error
