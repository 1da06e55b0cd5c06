"""Marks in a JSON Schema made from Pydantic types: what is refused, what is only checked on the whole value."""

from __future__ import annotations

from typing import Any


def refused(construct: str, message: str) -> dict[str, Any]:
    """Return a mark in the place of something that cannot be promised."""
    return {"x-refused": {"construct": construct, "message": message}}


def after(schema: dict[str, Any], construct: str, message: str) -> dict[str, Any]:
    """Return a schema that Pydantic has the last word on: it allows at least what Pydantic takes.

    Args:
        schema: What the grammar can say.
        construct: The keyword or type that it can't.
        message: What is checked, for people.
    """
    told = [*schema.get("x-after", ()), {"construct": construct, "message": message}]
    return {**schema, "x-after": told}


def text(pattern: str) -> dict[str, Any]:
    """Return the schema of strings that a pattern of this package's own describes; those need no rewriting."""
    return {"type": "string", "pattern": pattern, "x-dialect": "exact"}
