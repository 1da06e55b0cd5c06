"""Marks string leaves of a JSON Schema as verbatim, from a list of leaf paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extractor.schema.references import resolve

_NOT_FREE = frozenset(("enum", "const", "pattern", "format"))  # a verbatim string can have none of them


def mark_verbatim(schema: Any, marks: Mapping[str, bool]) -> Any:
    """Return the schema with `"x-verbatim": true` on every free string whose leaf path is marked.

    Args:
        schema: A JSON Schema. A shared part (`$ref`) that a mark leads into is copied to where it is used.
        marks: Leaf path (`items[].name`) -> whether its strings stand in the text letter for letter.

    Raises:
        SchemaError: A reference on the way to a mark leads to nothing.
    """
    marked = frozenset(path for path, verbatim in marks.items() if verbatim)
    return _Marker(schema, marked).mark(schema, "", ()) if marked else schema


@dataclass(frozen=True, slots=True)
class _Marker:
    document: Any
    marked: frozenset[str]

    def mark(self, schema: Any, path: str, passed: tuple[str, ...]) -> Any:
        """Mark a part of the document; `passed` are the references followed to it without taking a step."""
        if not isinstance(schema, dict):
            return schema
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference not in passed and self._leads_to_a_mark(path):
            target = self.mark(resolve(self.document, reference, path or "$"), path, (*passed, reference))
            if isinstance(target, dict):
                return {**target, **{key: told for key, told in schema.items() if key != "$ref"}}
        found = dict(schema)
        if path in self.marked and _is_free_string(found):
            found["x-verbatim"] = True
        if isinstance(members := found.get("properties"), dict):
            found["properties"] = {
                name: self.mark(inner, f"{path}.{name}" if path else name, ()) for name, inner in members.items()
            }
        if "items" in found:
            found["items"] = self.mark(found["items"], f"{path}[]", ())
        for keyword in ("anyOf", "oneOf", "allOf"):
            if isinstance(options := found.get(keyword), list):
                found[keyword] = [self.mark(option, path, passed) for option in options]
        return found

    def _leads_to_a_mark(self, path: str) -> bool:
        return any(not path or mark == path or mark.startswith((f"{path}.", f"{path}[")) for mark in self.marked)


def _is_free_string(schema: Mapping[str, Any]) -> bool:
    kinds = schema.get("type")
    return (kinds == "string" or (isinstance(kinds, list) and "string" in kinds)) and not schema.keys() & _NOT_FREE
