"""The runs of whole words of a text that have the form of a string: an e-mail address, an order number.

A run is as long as its form allows, but for what belongs to the sentence around it, where it has the form without: a
quote or bracket before it; a full stop, a comma, a quote or a closing bracket at its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from extractor.grammar.chunks import chunks
from extractor.grammar.formats import FORMATS
from extractor.grammar.leaf import Prefix, fits
from extractor.record.extraction import Span
from extractor.schema.nodes import StringNode
from extractor.schema.regular import is_anchored

_SENTENCE = frozenset(".,;:!?'\"\u2019\u201d\u00bb")
_BEFORE = frozenset("'\"\u2018\u201c\u00ab([{<*`")
_LONGEST = 2048
_BRACKETS = {")": "(", "]": "[", "}": "{", ">": "<"}
_URL = "[A-Za-z0-9._~!$&'()*+,;=:@/?#%-]"
_WRITTEN = FORMATS | {
    "email": "^[A-Za-z0-9](?:[A-Za-z0-9._%+'-]*[A-Za-z0-9_%+-])?@(?:[A-Za-z0-9-]+[.])+[A-Za-z]{2,63}$",
    "uri": f"^https?://{_URL}+$",
}


def copies(node: StringNode, text: str) -> Iterator[tuple[Span, str]]:
    """Find the runs that a string can be, from left to right, none of them overlapping.

    Args:
        node: A string with a format, or with a pattern that says where it begins and ends.
        text: Any text.

    Returns:
        The longest run from each beginning; none begins or ends with white space or is longer than 2,048 code points.
    """
    form = _form(node)
    longest = _LONGEST if node.max_length is None else min(node.max_length, _LONGEST)
    parts = chunks(text)
    starts = list(accumulate(map(len, parts), initial=0))
    first = 0
    while first < len(parts):
        ends = [] if parts[first][0].isspace() else list(_ends(form, parts, first, longest))
        found = _longest(node, ((end, text[starts[first] : starts[end]]) for end in reversed(ends)))
        if found is None or (parts[first] in _BEFORE and fits(node, found[1][1:])):
            first += 1
            continue
        end, run = found
        yield Span(starts[first], starts[end]), run
        first = end


def _ends(form: str, parts: Sequence[str], first: int, longest: int) -> Iterator[int]:
    """Where the runs from a part on end that match a pattern: the index behind their last part, shortest first."""
    prefix = Prefix(form)
    size = 0
    for index in range(first, len(parts)):
        size += len(parts[index])
        if size > longest or not prefix.takes(parts[index]):
            return
        if prefix.whole and not parts[index][-1].isspace():
            yield index + 1


def _longest(node: StringNode, runs: Iterable[tuple[int, str]]) -> tuple[int, str] | None:
    """The first run that fits and ends within itself; if none does, the first that fits."""
    found = None
    for end, run in runs:
        if fits(node, run):
            found = found or (end, run)
            if not _ends_outside(run):
                return end, run
    return found


def _ends_outside(run: str) -> bool:
    """Whether the last character belongs to the sentence or the bracket that a run stands in."""
    last = run[-1]
    return last in _SENTENCE or (last in _BRACKETS and run.count(last) > run.count(_BRACKETS[last]))


def _form(node: StringNode) -> str:
    """A pattern that every run has to match, and that tells soon where there is none."""
    if node.format is not None:
        return _WRITTEN[node.format]
    return next(pattern for pattern in node.wanted if is_anchored(pattern))
