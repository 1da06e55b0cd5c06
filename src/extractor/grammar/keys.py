"""Names of undeclared members: any that the pattern lets through and that are not declared."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from extractor.grammar.emptiness import lets_something_through
from extractor.grammar.members import key_piece
from extractor.grammar.strings import bounded_string, least_bytes, possible, term, terms
from extractor.schema.nodes import ObjectNode, StringNode
from extractor.schema.regex_tree import escaped, literal

_FREE_KEY = 2  # bytes that leave thousands of names to choose from


def key_frame() -> int:
    """Bytes around an undeclared member's name, what parts it from the member before included."""
    return len(key_piece("", first=False).encode())


def key_content(node: ObjectNode, names: StringNode, before: str = "", after: str = "") -> str:
    """Write the names of undeclared members of one kind as a Lark terminal, with what stands before and behind each."""
    taken = [*(member.name for member in node.fields), *node.forbidden]
    if not taken:
        return terms(names, before, after)
    declared = "|".join(escaped(literal(name)) for name in taken)
    return f"{terms(names, before, after)} & ~{term(declared, before, after)}"


def possible_key(node: ObjectNode, names: StringNode) -> bool:
    """Whether there is any name for an undeclared member of one kind."""
    return names == StringNode() or _some(node, names)


@lru_cache(maxsize=1024)
def _some(node: ObjectNode, names: StringNode) -> bool:
    return possible(names) and lets_something_through(key_content(node, names))


@lru_cache(maxsize=1024)
def least_key(node: ObjectNode) -> int | None:
    """Bytes that names of undeclared members can be bounded to; None if there are none."""
    names = key_names(node)
    if names == StringNode():
        return _FREE_KEY
    start = least_bytes(names)
    if start is None:
        return None
    return next((room for room in range(start, start + 64) if bounded_key(node, room) is not None), None)


@lru_cache(maxsize=4096)
def bounded_key(node: ObjectNode, room: int) -> StringNode | None:
    """Return names of at most `room` bytes; None if there are none."""
    names = key_names(node)
    free = names == StringNode()
    if free and room < _FREE_KEY:
        return None
    shortest = 1 if free and "" in (*(member.name for member in node.fields), *node.forbidden) else names.min_length
    tight = bounded_string(replace(names, min_length=shortest), room)
    return tight if tight is not None and _some(node, tight) else None


def key_names(node: ObjectNode) -> StringNode:
    """Names of the kind of undeclared members that is left when a record has to be short: the first."""
    return node.kinds[0].names if node.kinds else StringNode(pattern=node.extra_pattern)
