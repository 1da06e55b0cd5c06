"""The mark of a string that must be a run of the source text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Marks a `str` as verbatim: `Annotated[str, Verbatim()]`.

    Only a non-empty run of whole words of the source text can be decoded for it, with no white space at its ends, and
    the extraction tells where it stands. Lengths come from `Field(min_length=..., max_length=...)`. On `str | None` the
    string is meant. In JSON Schema it reads `"x-verbatim": true`.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        """Leave validation as it is, on a copy: Pydantic hangs the mark on a schema that others may share."""
        found = handler(source)
        metadata = {
            name: list(told) if isinstance(told, list) else told for name, told in found.get("metadata", {}).items()
        }
        return {**found, "metadata": metadata}

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Callable[[Any], Any]) -> dict[str, Any]:
        """Write the mark into the JSON Schema; anything but a string is marked as refused, for `load` to report."""
        return _marked(dict(handler(core_schema)))


def _marked(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.get("type") == "string" and not schema.keys() & {"enum", "const"}:
        return {**schema, "x-verbatim": True}
    options = schema.get("anyOf")
    if isinstance(options, list) and all(isinstance(option, dict) for option in options):
        rest = [option for option in options if option.get("type") != "null"]
        if len(rest) == 1 and rest[0].get("type") == "string":
            return {**schema, "anyOf": [_marked(dict(o)) if o is rest[0] else o for o in options]}
    return {**schema, "x-refused": {"construct": "Verbatim", "message": "`Verbatim` marks `str` and nothing else"}}
