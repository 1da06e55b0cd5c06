"""Items that a list says twice of one place in the text: where they stand in the record, for them to be taken out."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from extractor.ground.spans import spans
from extractor.record.extraction import Span
from extractor.record.layout import Item, Stretch, item_path, items
from extractor.schema.nodes import Declaration


def said_again(declaration: Declaration, record: str, text: str) -> list[Stretch]:
    """Find the items that equal an earlier one of their list and quote the same places.

    An item without verbatim values stands at no place, and may be said as often as a schema allows.

    Args:
        declaration: The record's schema.
        record: In the canonical layout.
        text: What it was extracted from.

    Returns:
        Stretches of bytes of the record, in order, none within another: each an item with the separator before it.
    """
    if "[" not in record:  # no list in it: nothing to look for
        return []
    equal = {path: groups for path, listed in items(record).items() if (groups := _equal_items(listed))}
    if not equal:
        return []
    found = spans(declaration, json.loads(record), text)
    return _outermost(
        s for path, groups in equal.items() for group in groups for s in _at_one_place(path, group, found)
    )


def last_said_again(declaration: Declaration, written: str, closing: str, text: str) -> bool:
    """Whether the item that ends here is one of those that `said_again` finds.

    Args:
        declaration: The record's schema.
        written: A record in the canonical layout, up to the end of an item.
        closing: What closes all that is open.
        text: What it is extracted from.
    """
    end = len(written.encode())
    return any(stretch[1] == end for stretch in said_again(declaration, written + closing, text))


def _equal_items(listed: list[Item]) -> list[list[tuple[int, Item]]]:
    """Items that are equal, each with its index; alone ones are left out."""
    groups: defaultdict[bytes, list[tuple[int, Item]]] = defaultdict(list)
    for index, item in enumerate(listed):
        groups[item.value].append((index, item))
    return [group for group in groups.values() if len(group) > 1]


def _at_one_place(path: str, group: list[tuple[int, Item]], found: Mapping[str, Span]) -> Iterator[Stretch]:
    seen: set[tuple[Span, ...]] = set()
    for index, item in group:
        places = _places(item_path(path, index), found)
        if places and places in seen:
            yield item.start, item.end
        seen.add(places)


def _places(item: str, found: Mapping[str, Span]) -> tuple[Span, ...]:
    return tuple(span for path, span in found.items() if path == item or path.startswith((f"{item}.", f"{item}[")))


def _outermost(stretches: Iterable[Stretch]) -> list[Stretch]:
    kept: list[Stretch] = []
    for stretch in sorted(stretches):
        if not kept or stretch[0] >= kept[-1][1]:
            kept.append(stretch)
    return kept
