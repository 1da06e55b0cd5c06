"""The mark of a value that must come from the source text: copied from it, or read from a quote of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from extractor.errors import SchemaError
from extractor.schema.marks import refused

_NOTATIONS = {"date": "date", "time": "time", "datetime": "date-time"}
_NUMBERS = ("integer", "number")


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Marks a value as one of the source text: `Annotated[str, Verbatim()]`, `Annotated[date, Verbatim()]`.

    For a `str`, only a non-empty run of whole words of the text can be decoded, with no white space at its ends.
    Lengths come from `Field(min_length=..., max_length=...)`. For an `int`, `float`, `Decimal`, `date`, `time` or
    `datetime`, only a value that the text says in a notation that is known: `$1,234.50`, `3 March 2024`. The extraction
    tells where it stands. On `str | None` and the like the value is meant. In JSON Schema it reads
    `"x-verbatim": true`.

    Attributes:
        day_first: Of dates: whether `03/04/2024` is the third of April; else it is the fourth of March.
        decimal_comma: Of numbers: whether they are written `1.234,50`; else `1,234.50`.
    """

    day_first: bool = False
    decimal_comma: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any] | None = None) -> Any:
        """Leave validation as it is, on a copy: Pydantic hangs the mark on a schema that others may share.

        Raises:
            SchemaError: `Verbatim` stands as a type, or as a mark without its brackets.
        """
        if handler is None:  # looked up on the class, so that `self` is the type and `source` the handler
            advice = "`Verbatim` marks a type and is none: write `Annotated[str, Verbatim()]`, with the brackets"
            raise SchemaError(advice, construct="Verbatim")
        found = handler(source)
        metadata = {
            name: list(told) if isinstance(told, list) else told for name, told in found.get("metadata", {}).items()
        }
        return {**found, "metadata": metadata}

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Callable[[Any], Any]) -> dict[str, Any]:
        """Write the mark into the JSON Schema; what has no quotes is marked as refused, for `load` to report."""
        return self._marked(dict(handler(core_schema)), _NOTATIONS.get(_kind(core_schema)))

    def _marked(self, schema: dict[str, Any], notation: str | None) -> dict[str, Any]:
        options = schema.get("anyOf")
        if isinstance(options, list) and all(isinstance(option, dict) for option in options):
            rest = [option for option in options if option.get("type") != "null"]
            if len(rest) == 1 or all(option.get("type") in _NUMBERS for option in rest):
                return {**schema, "anyOf": [self._marked(dict(o), notation) if o in rest else o for o in options]}
        if schema.get("type") == "string" and not schema.keys() & {"enum", "const"}:
            mark = {} if notation is None else {"x-notation": notation}
            return {**schema, "x-verbatim": True, **mark, **self._flags()}
        if schema.get("type") in _NUMBERS and "enum" not in schema and "const" not in schema:
            return {**schema, "x-verbatim": True, **self._flags()}
        kinds = "`str`, numbers, `date`, `time` and `datetime`"
        return {**schema, **refused("Verbatim", f"`Verbatim` marks {kinds} and nothing else")}

    def _flags(self) -> dict[str, bool]:
        flags = {"x-day-first": self.day_first, "x-decimal-comma": self.decimal_comma}
        return {name: True for name, told in flags.items() if told}


def _kind(core_schema: Any) -> str:
    """Pydantic's name of the type within what may be null, have a default or be validated further."""
    while isinstance(core_schema.get("schema"), dict):
        core_schema = core_schema["schema"]
    return str(core_schema["type"])
