"""Record paths of a schema: `items[].price`, `$` for the root, `prices.*` for the members of a map."""

from __future__ import annotations

import json
import re

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


def member(parent: str, name: str) -> str:
    """Path of a named member."""
    if not _PLAIN.match(name):
        return f"{parent}[{json.dumps(name, ensure_ascii=False)}]"
    return name if parent == "$" else f"{parent}.{name}"


def item(parent: str) -> str:
    """Path of any item of an array."""
    return f"{parent}[]"


def value(parent: str) -> str:
    """Path of any undeclared member of an object."""
    return "*" if parent == "$" else f"{parent}.*"
