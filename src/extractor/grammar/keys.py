"""Names of undeclared members: any that the pattern lets through and that are not declared."""

from __future__ import annotations

from functools import lru_cache

from extractor.grammar.emptiness import lets_something_through
from extractor.grammar.members import key_piece
from extractor.grammar.regex_tree import escaped, literal
from extractor.grammar.strings import bounded_string, least_bytes, trees
from extractor.schema.nodes import ObjectNode, StringNode

_FREE_KEY = 2  # bytes that leave thousands of names to choose from


def key_frame() -> int:
    """Bytes around an undeclared member's name, what parts it from the member before included."""
    return len(key_piece("", first=False).encode())


def key_content(node: ObjectNode, pattern: str | None) -> str:
    """Write the names of undeclared members, without quotes, as a part of a Lark terminal."""
    terms = [f"/{escaped(tree)}/" for tree in trees(StringNode(pattern=pattern))]
    if node.fields:
        declared = "|".join(escaped(literal(member.name)) for member in node.fields)
        terms.append(f"~/(?:{declared})/")
    return " & ".join(terms)


def possible_key(node: ObjectNode) -> bool:
    """Whether there is any name for an undeclared member."""
    return node.extra_pattern is None or _some(node, node.extra_pattern)


@lru_cache(maxsize=1024)
def _some(node: ObjectNode, pattern: str) -> bool:
    return lets_something_through(key_content(node, pattern))


@lru_cache(maxsize=1024)
def least_key(node: ObjectNode) -> int | None:
    """Bytes that names of undeclared members can be bounded to; None if there are none."""
    if node.extra_pattern is None:
        return _FREE_KEY
    start = least_bytes(StringNode(pattern=node.extra_pattern))
    if start is None:
        return None
    return next((room for room in range(start, start + 64) if bounded_key(node, room) is not None), None)


@lru_cache(maxsize=4096)
def bounded_key(node: ObjectNode, room: int) -> str | None:
    """Return a pattern for names of at most `room` bytes; None if there are none."""
    if node.extra_pattern is None and room < _FREE_KEY:
        return None
    shortest = 1 if node.extra_pattern is None and any(member.name == "" for member in node.fields) else 0
    tight = bounded_string(StringNode(shortest, pattern=node.extra_pattern), room)
    if tight is None or tight.pattern is None:
        return None
    return tight.pattern if _some(node, tight.pattern) else None
