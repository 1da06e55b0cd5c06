"""Items that a list of distinct items holds twice: where they stand, for them to be taken out.

A grammar cannot remember which items of a list have been written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from extractor.record.layout import Item, Stretch, items
from extractor.schema.nodes import Declaration
from extractor.validate.parse import key_of
from extractor.validate.walk import REPEATED, findings


def has_distinct_lists(declaration: Declaration) -> bool:
    """Whether any list of a schema may hold an item only once."""
    return any(note.keyword == "uniqueItems" for note in declaration.notes)


def repeated_items(declaration: Declaration, text: str) -> list[Stretch]:
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
    lists = items(text)
    return sorted(stretch for path in paths if not _holds_one(path, paths) for stretch in _again(lists[path]))


def _holds_one(path: str, paths: set[str]) -> bool:
    return any(other.startswith(f"{path}[") for other in paths)


def _again(listed: list[Item]) -> Iterator[Stretch]:
    """Items of a list that stand there already."""
    seen: set[str] = set()
    for item in listed:
        if (key := key_of(json.loads(item.value))) in seen:
            yield item.start, item.end
        seen.add(key)
