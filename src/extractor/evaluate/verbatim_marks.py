"""Marks string leaves of a JSON Schema as verbatim, from a list of leaf paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def mark_verbatim(schema: Any, marks: Mapping[str, bool], path: str = "") -> Any:
    """Return the schema with `"x-verbatim": true` on every free string whose leaf path is marked.

    Args:
        schema: A JSON Schema written with `properties`, `items` and `anyOf`.
        marks: Leaf path (`items[].name`) -> whether its strings stand in the text letter for letter.
        path: Where `schema` stands.
    """
    if not isinstance(schema, dict):
        return schema
    marked = dict(schema)
    if marked.get("type") == "string" and marks.get(path) and "enum" not in marked and "const" not in marked:
        marked["x-verbatim"] = True
    if "properties" in marked:
        marked["properties"] = {
            name: mark_verbatim(inner, marks, f"{path}.{name}" if path else name)
            for name, inner in marked["properties"].items()
        }
    if "items" in marked:
        marked["items"] = mark_verbatim(marked["items"], marks, f"{path}[]")
    for keyword in ("anyOf", "oneOf", "allOf"):
        if keyword in marked:
            marked[keyword] = [mark_verbatim(option, marks, path) for option in marked[keyword]]
    return marked
