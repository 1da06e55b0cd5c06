"""Repair: a record that the grammar let through and a check refuses is decoded again from the place that is wrong.

What was seen there is excluded, everything before it stays, everything after it is decided anew. Where a place has no
other value, or what is wrong is a whole object or list, the search walks back over what the model decided in it. It is
bounded, and so may find nothing although a record exists; then the refusal stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import TypeVar

from extractor.decode.choice import Choice
from extractor.decode.exclusion import NothingElseError, Plan
from extractor.decode.request import Completion
from extractor.errors import DecodeError, RecordError
from extractor.record.layout import Piece, pieces

T = TypeVar("T")

_MOST_LOOKS = 64  # places tried for one record, those included that turn out to have no other value
_SCALAR_ENDS = (b",", b"]", b"}")


@dataclass(frozen=True, slots=True)
class _Place:
    """Something that was decided: a value, or that a list goes on or ends. Half-open, in bytes of the record."""

    path: str
    start: int
    end: int
    kind: str  # of its first piece


class Repair:
    """The search for a record that is not refused."""

    def __init__(self, again: Callable[[Plan], Completion], make: Callable[[Completion], T], tries: int) -> None:
        """Set a search up.

        Args:
            again: Decodes the text once more.
            make: What becomes of a record; raises RecordError for one that is refused.
            tries: Most records to decode.
        """
        self._again, self._make, self._left = again, make, tries
        self._looks = _MOST_LOOKS
        self._visits: Counter[str] = Counter()
        self._plan = Plan()  # forbids what was refused and nothing else
        self._cuts: frozenset[bytes] = frozenset()  # beginnings that are forbidden to try something else

    def run(self, refused: Completion, error: RecordError) -> tuple[Completion, object, int]:
        """Search.

        Args:
            refused: The record that was refused first.
            error: Why.

        Returns:
            The record that is not refused, what `make` made of it, and how many were decoded to find it.

        Raises:
            RecordError: None was found; it tells of the first record.
            EngineError: The engine failed.
        """
        tried, completion, wrong = 0, refused, error
        while self._left > 0 and (found := self._another(completion, wrong)) is not None:
            tried, completion = tried + 1, found
            try:
                return completion, self._make(completion), tried
            except RecordError as again:
                wrong = again
        told = f"{error}; also refused: {tried} decoded in its place" if tried else str(error)
        raise RecordError(told, raw=error.raw, field_errors=error.field_errors) from error

    def _another(self, completion: Completion, error: RecordError) -> Completion | None:
        """Decode again from the first place that has another value; None where none has, or the search is over."""
        for exact, cuts in self._plans(completion, error):
            if self._left <= 0 or self._looks <= 0:
                return None
            self._looks -= 1
            try:
                found = self._again(replace(exact, forbidden=exact.forbidden | cuts))
            except NothingElseError:
                continue
            except DecodeError:  # the bounds that the beginning was decoded under no longer hold
                self._left -= 1
                continue
            self._left -= 1
            self._plan, self._cuts = exact, cuts
            return _joined(completion, exact, found)
        return None

    def _plans(self, completion: Completion, error: RecordError) -> Iterator[tuple[Plan, frozenset[bytes]]]:
        """Ways to decode differently: a plan that forbids what was refused, and beginnings to forbid on top of it."""
        data = completion.text.encode()
        cut = pieces(completion.text)
        failed = _first_failed(cut, error)
        decided = [place for place in _places(cut) if _choices(place, completion.choices)]
        visit = self._visits[failed.path]
        self._visits[failed.path] += 1
        refused = self._without(failed, data)
        for place in _order(failed, decided, visit):
            exact = replace(refused, given=data[: place.start])
            # a beginning may stand for more than was refused; where that leaves nothing, only what was is forbidden
            yield exact, self._cuts | _least_sure(place, data, completion.choices)
            yield exact, frozenset()

    def _without(self, failed: _Place, data: bytes) -> Plan:
        """What is forbidden so far, and the value that is refused now."""
        told, value = self._plan, data[: failed.end]
        if failed.kind == "scalar" and failed.end == len(data):
            return replace(told, forbidden_records=told.forbidden_records | {value})
        return replace(told, forbidden=told.forbidden | _whole(failed, data))


def _whole(place: _Place, data: bytes) -> frozenset[bytes]:
    """What begins with just this value; after a number, that takes what stands behind it."""
    value = data[: place.end]
    return frozenset({value + end for end in _SCALAR_ENDS} if place.kind == "scalar" else {value})


def _least_sure(place: _Place, data: bytes, choices: tuple[Choice, ...]) -> frozenset[bytes]:
    """What a place begins with, up to the choice in it that was least sure."""
    made = _choices(place, choices)
    least = min(range(len(made)), key=lambda i: (made[i].probability, -i))
    return frozenset({data[: made[least + 1].start]}) if least < len(made) - 1 else _whole(place, data)


def _joined(before: Completion, plan: Plan, after: Completion) -> Completion:
    """The new completion, with the choices that made its beginning the first time."""
    kept = [choice for choice in before.choices if choice.start < len(plan.given)]
    made = [choice for choice in after.choices if choice.start >= len(plan.given)]
    return replace(after, choices=(*kept, *made))


def _first_failed(cut: Sequence[Piece], error: RecordError) -> _Place:
    """The value that is wrong: the one that ends first, so that what holds it comes after it."""
    found = [place for path in error.field_errors if (place := _value(cut, path)) is not None]
    whole = _Place("$", 0, cut[-1].start + len(cut[-1].data), cut[0].kind)
    return min(found, key=lambda place: (place.end, -place.start), default=whole)


def _value(cut: Sequence[Piece], path: str) -> _Place | None:
    held = [piece for piece in cut if piece.path == path]
    return _Place(path, held[0].start, held[-1].start + len(held[-1].data), held[0].kind) if held else None


def _places(cut: Sequence[Piece]) -> Iterator[_Place]:
    """Every value that holds no other, and every piece of structure, in order."""
    opened: Piece | None = None
    for piece in cut:
        end = piece.start + len(piece.data)
        if piece.kind == "quote" and opened is None:
            opened = piece
        elif piece.kind == "quote" and opened is not None:
            yield _Place(piece.path, opened.start, end, "quote")
            opened = None
        elif piece.kind != "string":
            yield _Place(piece.path, piece.start, end, piece.kind)


def _choices(place: _Place, choices: tuple[Choice, ...]) -> list[Choice]:
    return [choice for choice in choices if place.start <= choice.start < place.end]


def _order(failed: _Place, decided: list[_Place], visit: int) -> Iterator[_Place]:
    """Where to decide differently, the most promising first.

    Args:
        failed: The value that is wrong.
        decided: Places with a choice of the model's, in the order of the record.
        visit: How often the same path has been wrong before.
    """
    inside = [place for place in reversed(decided) if failed.start <= place.start and place.end <= failed.end]
    values = [place for place in inside if place.kind != "structure"]
    own = [place for place in inside if place.kind == "structure" and place.path == failed.path]
    if failed.kind == "structure":  # one step further back each time
        mixed = [place for pair in zip_longest(values, own) for place in pair if place is not None]
        yield from chain(mixed[visit:], mixed[:visit])
    else:
        yield from values
    yield from (place for place in reversed(decided) if place.end <= failed.start)
