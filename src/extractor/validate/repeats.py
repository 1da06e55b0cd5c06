"""Items that a list of distinct items holds twice: where they stand, for them to be taken out.

A grammar cannot remember which items of a list have been written.
"""

from __future__ import annotations

import json
from itertools import pairwise

from extractor.record.layout import pieces
from extractor.schema.nodes import Declaration, JSONValue
from extractor.validate.parse import key_of
from extractor.validate.walk import REPEATED, findings


def has_distinct_lists(declaration: Declaration) -> bool:
    """Whether any list of a schema may hold an item only once."""
    return any(note.keyword == "uniqueItems" for note in declaration.notes)


def repeated_items(declaration: Declaration, text: str) -> list[tuple[int, int]]:
    """Find the items that would have to go for innermost lists to hold each item once.

    Args:
        declaration: The schema.
        text: A record in the canonical layout, each key of an object once.

    Returns:
        Stretches of bytes, in order, each an item with the separator before it; none where something else is wrong
        with the record, or nothing is. A list around one of these may have to be looked at once they are gone.
    """
    found = list(findings(declaration, json.loads(text)))
    if any(finding.message != REPEATED for finding in found):
        return []
    paths = {finding.path for finding in found}
    return sorted(stretch for path in paths if not _holds_one(path, paths) for stretch in _again(path, text))


def _holds_one(path: str, paths: set[str]) -> bool:
    return any(other.startswith(f"{path}[") for other in paths)


def _again(path: str, text: str) -> list[tuple[int, int]]:
    """Stretches of the items of the list at a path that stand there already."""
    edges = [piece.start for piece in pieces(text) if piece.kind == "structure" and piece.path == path]
    data = text.encode()
    seen: set[str] = set()
    stretches = []
    for index, (start, end) in enumerate(pairwise(edges)):
        item: JSONValue = json.loads(data[start + (1 if index == 0 else 2) : end])
        if (key := key_of(item)) in seen:
            stretches.append((start, end))
        seen.add(key)
    return stretches
