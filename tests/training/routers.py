"""Schemas of routers and of what they choose among."""

from __future__ import annotations

from typing import Any


def choice(**fields: list[str]) -> Any:
    """An object of required fields, each one of its labels."""
    properties = {name: {"type": "string", "enum": labels} for name, labels in fields.items()}
    return {"type": "object", "properties": properties, "required": [*fields], "additionalProperties": False}
