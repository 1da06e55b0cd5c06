"""Pydantic's strings and bytes: what validation would change is asked for as it comes out."""

from __future__ import annotations

import re
from typing import Any

from extractor.schema import pydantic_formats
from extractor.schema.marks import after, refused, text

_Core = dict[str, Any]
_CASES = {"to_lower": r"\p{CWL}", "to_upper": r"\p{CWU}"}
_FLAGS = {re.IGNORECASE: "i", re.DOTALL: "s"}
_BYTES_PER_POINT = 4


def str_schema(found: dict[str, Any], schema: _Core, config: Any) -> dict[str, Any]:
    """Write a string: its lengths, its pattern, and the shape that stripping or a change of case leaves.

    Args:
        found: What Pydantic's JSON Schema says.
        schema: The core schema.
        config: The configuration that holds around it.
    """

    def setting(name: str) -> Any:
        value = schema.get(name)
        return getattr(config, f"str_{name}", None) if value is None else value

    cases = [name for name in _CASES if setting(name)]
    stripped, ascii_only = bool(setting("strip_whitespace")), bool(schema.get("ascii_only"))
    shape = _shape(cases, stripped, ascii_only)
    pattern = schema.get("pattern")
    if pattern is None:
        return found if shape is None else {**found, **text(shape)}
    patterned = _patterned(found, pattern, schema.get("regex_engine") or getattr(config, "regex_engine", None))
    if shape is None or "x-refused" in patterned:
        return patterned
    told = " and ".join([*cases, *(["strip_whitespace"] if stripped else []), *(["ascii_only"] if ascii_only else [])])
    return after(patterned, told, "beside a pattern, checked on the whole value")


def _shape(cases: list[str], stripped: bool, ascii_only: bool) -> str | None:
    """The pattern of strings that validation leaves as they are; None where any is."""
    without = "".join(_CASES[name] for name in cases) + (r"\x{80}-\x{10ffff}" if ascii_only else "")
    inside = f"[^{without}]" if without else r"(?s:.)"
    if stripped:
        end = rf"[^\s{without}]"
        return f"^(?:{end}(?:{inside}*{end})?)?$"
    return f"^{inside}*$" if without else None


def _patterned(found: dict[str, Any], pattern: Any, engine: str | None) -> dict[str, Any]:
    if not isinstance(pattern, re.Pattern):
        return {**found, "x-dialect": "python" if engine == "python-re" else "rust"}
    flags = pattern.flags & ~re.UNICODE
    letters = "".join(letter for flag, letter in _FLAGS.items() if flags & flag)
    if flags & ~(re.IGNORECASE | re.DOTALL) or not isinstance(pattern.pattern, str):
        return refused("pattern", "these flags of a compiled pattern cannot be promised; write them into the pattern")
    written = re.sub(r"^\(\?[a-z]+\)", "", pattern.pattern) if letters else pattern.pattern
    return {**found, "pattern": f"(?{letters}){written}" if letters else written, "x-dialect": "python"}


def bytes_schema(schema: _Core, encoding: str) -> dict[str, Any]:
    """Write bytes as a string.

    Args:
        schema: The core schema.
        encoding: `utf8`, `base64` or `hex`; lengths in UTF-8 are no number of characters.
    """
    low, high = schema.get("min_length") or 0, schema.get("max_length")
    if encoding == "base64":
        return text(pydantic_formats.base64("base64url", low, high))
    if encoding == "hex":
        return text(pydantic_formats.hexadecimal(low, high))
    found: dict[str, Any] = {"type": "string"}
    if low:
        found["minLength"] = -(-low // _BYTES_PER_POINT)
    if high is not None:
        found["maxLength"] = high
    return found if len(found) == 1 else after(found, "bytes", "the number of bytes is checked on the whole value")
