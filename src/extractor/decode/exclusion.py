"""Decoding again: a record whose beginning is given, and that must not go on as records did that were refused.

This is a constraint around any backend's: it hands the given beginning out as forced, and takes tokens out of the
mask that would write a forbidden beginning, or leave nothing else to write. So it needs no grammar of its own, and a
place where every value has been refused is found out before the model is asked.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from extractor.errors import DecodeError
from extractor.grammar.constraint import Constraint, Mask, Matcher
from extractor.grammar.masks import empty_mask, forbid, is_legal
from extractor.grammar.vocabulary import Vocabulary

_MOST_STATES = 2_000  # looked at to tell whether anything else can follow


class NothingElseError(DecodeError):
    """Every record that begins as it was told to is forbidden."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a record is to differ from others.

    Attributes:
        given: Bytes that it begins with; a whole number of pieces of the layout.
        forbidden: Bytes that it must not begin with.
        forbidden_records: Records that it must not be (a number that stands alone may go on).
    """

    given: bytes = b""
    forbidden: frozenset[bytes] = frozenset()
    forbidden_records: frozenset[bytes] = frozenset()

    def reduced(self) -> Plan:
        """The same plan without what is forbidden already by something shorter."""
        forbidden = sorted(self.forbidden)
        kept = [told for i, told in enumerate(forbidden) if not any(told.startswith(one) for one in forbidden[:i])]
        return replace(self, forbidden=frozenset(kept))


class TokenIndex:
    """Finds the tokens of a vocabulary by their bytes."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        special = {*vocabulary.controls.values(), vocabulary.eos}
        self.vocabulary = vocabulary
        self._ordered = sorted(
            (bytes(data), i) for i, data in enumerate(vocabulary.tokens) if data and i not in special
        )

    @cached_property
    def _longest(self) -> int:
        return max((len(data) for data, _ in self._ordered), default=0)

    def _from(self, data: bytes) -> int:
        return bisect_left(self._ordered, (data, -1))

    def of(self, data: bytes) -> Iterator[int]:
        """Tokens of exactly these bytes."""
        for index in range(self._from(data), len(self._ordered)):
            if self._ordered[index][0] != data:
                return
            yield self._ordered[index][1]

    def begun(self, data: bytes, most: int) -> Iterator[tuple[int, int]]:
        """Tokens that are the first bytes of these, at most so many of them, the longest first, with their lengths."""
        for size in range(min(self._longest, most), 0, -1):
            for token in self.of(data[:size]):
                yield token, size

    def reaching(self, data: bytes) -> Iterator[int]:
        """Tokens that begin with these bytes."""
        for index in range(self._from(data), len(self._ordered)):
            if not self._ordered[index][0].startswith(data):
                return
            yield self._ordered[index][1]


@dataclass(slots=True)
class _Known:
    """What has been found out about beginnings of forbidden bytes."""

    live: dict[bytes, bool] = field(default_factory=dict)


class ExcludingMatcher:
    """A `Matcher` that follows a plan."""

    __slots__ = ("_data", "_index", "_inner", "_known", "_plan")

    def __init__(self, inner: Matcher, index: TokenIndex, plan: Plan, known: _Known, data: bytes = b"") -> None:
        self._inner, self._index, self._plan, self._known, self._data = inner, index, plan, known, data

    def forced(self) -> bytes:
        """What is left of the given beginning, then what the constraint itself forces."""
        return self._plan.given[len(self._data) :] or self._inner.forced()

    def fill_mask(self, mask: Mask) -> None:
        """Write the legal next tokens.

        Raises:
            DecodeError: The constraint has failed.
        """
        self._inner.fill_mask(mask)
        for token, reached in self._ways_on(self._data, mask):
            if not self._lives(token, reached):
                forbid(mask, token)

    def _ways_on(self, data: bytes, mask: Mask) -> list[tuple[int, bytes]]:
        """Take forbidden tokens out of a mask; return those left that stay on a forbidden beginning or record.

        Returns:
            Tokens, and what has been written after each.
        """
        plan, index = self._plan, self._index
        if data in plan.forbidden_records:
            forbid(mask, index.vocabulary.eos)
        rests = [told[len(data) :] for told in plan.forbidden if told.startswith(data)]
        for rest in rests:
            for token in index.reaching(rest):
                forbid(mask, token)
        ways = {token: size for rest in rests for token, size in index.begun(rest, len(rest) - 1)}
        whole = [told[len(data) :] for told in plan.forbidden_records if told.startswith(data)]
        ways |= {token: size for rest in whole for token, size in index.begun(rest, len(rest))}
        tokens = index.vocabulary.tokens
        return [(token, data + tokens[token]) for token in ways if is_legal(mask, token)]

    def _lives(self, token: int, data: bytes) -> bool:
        """Whether a record can still come of it that is not forbidden, after a token that leads to `data`."""
        if data not in self._known.live:
            after = self._inner.copy()
            after.consume([token])
            self._known.live[data] = self._search(after, data)
        return self._known.live[data]

    def _search(self, matcher: Matcher, data: bytes) -> bool:
        """Whether there is a way off every forbidden beginning, from one of them."""
        vocabulary = self._index.vocabulary
        mask = empty_mask(len(vocabulary))
        waiting, seen = [(data, matcher)], {data}
        while waiting:
            data, matcher = waiting.pop()
            if self._known.live.get(data) is False:
                continue
            ways = self._ways(matcher, data, mask)
            if ways is None or len(seen) > _MOST_STATES:
                return True
            for token, reached in ways:
                if reached not in seen:
                    seen.add(reached)
                    after = matcher.copy()
                    after.consume([token])
                    waiting.append((reached, after))
        self._known.live.update(dict.fromkeys(seen, False))
        return False

    def _ways(self, matcher: Matcher, data: bytes, mask: Mask) -> list[tuple[int, bytes]] | None:
        """Legal tokens that stay on forbidden beginnings, and where they lead, the longest last; None: one does not."""
        if matcher.is_complete():
            return [] if data in self._plan.forbidden_records else None
        matcher.fill_mask(mask)
        ways = self._ways_on(data, mask)
        for token, _ in ways:
            forbid(mask, token)
        return None if mask.any() else sorted(ways, key=lambda way: len(way[1]))

    def consume(self, tokens: list[int]) -> None:
        """Follow tokens.

        Raises:
            NothingElseError: They end the given beginning, and all that may follow is forbidden.
            DecodeError: One of them is not legal.
        """
        self._inner.consume(tokens)
        before, vocabulary = len(self._data), self._index.vocabulary
        self._data += b"".join(vocabulary.tokens[token] for token in tokens if token != vocabulary.eos)
        if before < len(self._plan.given) <= len(self._data):
            self.check()

    def check(self) -> None:
        """Look ahead.

        Raises:
            NothingElseError: All that may follow is forbidden.
        """
        told = self._plan.forbidden | self._plan.forbidden_records
        if any(one.startswith(self._data) for one in told) and not self._search(self._inner.copy(), self._data):
            raise NothingElseError("no other value can stand here")

    def accepts(self, tokens: list[int]) -> bool:
        """Whether these tokens could be consumed from here."""
        twin = self.copy()
        mask = empty_mask(len(self._index.vocabulary))
        for token in tokens:
            twin.fill_mask(mask)
            if not is_legal(mask, token):
                return False
            twin._inner.consume([token])
            twin._data += self._index.vocabulary.tokens[token] if token != self._index.vocabulary.eos else b""
        return True

    def is_complete(self) -> bool:
        """Whether the record is whole and nothing but the end may follow."""
        return self._inner.is_complete()

    def can_end(self) -> bool:
        """Whether the record is whole here."""
        return self._inner.can_end() and self._data not in self._plan.forbidden_records

    def copy(self) -> ExcludingMatcher:
        """An independent matcher in the same state."""
        return ExcludingMatcher(self._inner.copy(), self._index, self._plan, self._known, self._data)


@dataclass(frozen=True, slots=True)
class Excluding:
    """A `Constraint` that follows a plan.

    Attributes:
        inner: The schema's own constraint.
        index: Tokens of the vocabulary it was compiled for.
        plan: How records are to differ from others.
    """

    inner: Constraint
    index: TokenIndex
    plan: Plan

    def matcher(self) -> ExcludingMatcher:
        """A matcher at the beginning of a record.

        Raises:
            NothingElseError: Every record is forbidden.
        """
        made = ExcludingMatcher(self.inner.matcher(), self.index, self.plan.reduced(), _Known())
        if not self.plan.given:
            made.check()
        return made
