"""How each keyword of a schema is kept: in the grammar, or on the whole value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from extractor.schema.keywords import FLAGS, RESTRICTING
from extractor.schema.nodes import Note
from extractor.schema.rfc_formats import RFC_FORMATS

_DETAILS = {
    "uniqueItems": "an item that is written again is taken out; refused where too few are left",
    "x-verbatim": "only what the source text says can be decoded",
    "x-day-first": "`03/04/2024` is the third of April",
    "x-decimal-comma": "`1.234,50` is a number",
    "oneOf": "the options exclude each other",
}
_FORMATS = frozenset((*RFC_FORMATS, "regex"))
_SPOKEN = ("additionalProperties", "patternProperties", "unevaluatedProperties")
_AFTER = frozenset(("uniqueItems",))


def notes_of(path: str, schema: Mapping[str, Any]) -> Iterator[Note]:
    """Yield a note for each restricting keyword of one schema, in the order written."""
    for keyword, value in schema.items():
        if keyword in RESTRICTING and not (keyword in FLAGS and value is False):
            yield Note(path, keyword, "after" if keyword in _AFTER else "decoding", _detail(keyword, value))
    for told in schema.get("x-after", ()):
        yield Note(path, told["construct"], "after", told["message"])
    if _closed_by_silence(schema):
        yield Note(
            path,
            "additionalProperties",
            "decoding",
            "not said: undeclared members are accepted but never decoded",
        )


def _detail(keyword: str, value: Any) -> str:
    if keyword == "format" and value not in _FORMATS:
        return f"{value!r} is no format that is known: any string will do"
    return _DETAILS.get(keyword, "")


def _closed_by_silence(schema: Mapping[str, Any]) -> bool:
    is_object = schema.get("type") == "object" or "properties" in schema
    return is_object and not any(keyword in schema for keyword in _SPOKEN)
