"""Constraints by outlines-core: one regular expression, compiled to an automaton over the vocabulary.

It knows no recursion, no verbatim values and no intersections, and refuses schemas that need them. Compiling takes
long where strings or numbers are long; what is compiled is kept.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

import numpy as np

from extractor.errors import DecodeError, SchemaError
from extractor.grammar.constraint import Mask
from extractor.grammar.outlines_regex import declaration_regex
from extractor.grammar.possible import possible_part
from extractor.grammar.vocabulary import Vocabulary
from extractor.schema.nodes import Declaration

_KEPT = 32
_MOST_FORCED = 4096  # bytes


class OutlinesMatcher:
    """A `Matcher` over a state of the automaton."""

    __slots__ = ("_index", "_state", "_vocabulary")

    def __init__(self, index: Any, vocabulary: Vocabulary, state: int) -> None:
        self._index, self._vocabulary, self._state = index, vocabulary, state

    def _legal(self) -> list[int]:
        if self._state < 0:
            return []
        found = self._index.get_allowed_tokens(self._state)
        return [] if found is None else list(found)

    def forced(self) -> bytes:
        """Bytes that must come next: those that all legal tokens begin with, for as long as there is no choice."""
        data = b""
        twin = self.copy()
        while len(data) < _MOST_FORCED and not twin.can_end():
            legal = twin._legal()
            shared = _shared_start([self._vocabulary.tokens[token] for token in legal])
            step = next((token for token in legal if self._vocabulary.tokens[token] == shared), None)
            data += shared
            if step is None or not shared:
                break
            twin.consume([step])
        return data

    def fill_mask(self, mask: Mask) -> None:
        """Write the legal next tokens."""
        bits = np.zeros(len(mask) * 32, np.uint8)
        legal = self._legal()
        bits[legal] = 1
        if self.can_end():
            bits[self._vocabulary.eos] = 1
        mask[:] = np.packbits(bits, bitorder="little").view(np.int32)

    def consume(self, tokens: list[int]) -> None:
        """Follow tokens.

        Raises:
            DecodeError: One of them is not legal.
        """
        for token in tokens:
            following = self._next(self._state, token)
            if following is None:
                raise DecodeError(f"outlines-core refuses token {token} ({self._vocabulary.tokens[token]!r})")
            self._state = following

    def _next(self, state: int, token: int) -> int | None:
        if state >= 0 and token == self._vocabulary.eos:
            return -1 if self._index.is_final_state(state) else None
        found = self._index.get_next_state(state, token) if state >= 0 else None
        return None if found is None else int(found)

    def accepts(self, tokens: list[int]) -> bool:
        """Whether these tokens could be consumed from here."""
        state: int | None = self._state
        for token in tokens:
            state = None if state is None else self._next(state, token)
        return state is not None

    def is_complete(self) -> bool:
        """Whether the record is whole and nothing but the end may follow."""
        return self._state < 0 or (self.can_end() and not set(self._legal()) - {self._vocabulary.eos})

    def can_end(self) -> bool:
        """Whether the record is whole here."""
        return self._state < 0 or bool(self._index.is_final_state(self._state))

    def copy(self) -> OutlinesMatcher:
        """An independent matcher in the same state."""
        return OutlinesMatcher(self._index, self._vocabulary, self._state)


def _shared_start(pieces: list[bytes]) -> bytes:
    """Return what all of them begin with."""
    if not pieces:
        return b""
    first, last = min(pieces), max(pieces)
    size = 0
    while size < min(len(first), len(last)) and first[size] == last[size]:
        size += 1
    return first[:size]


class OutlinesConstraint:
    """A compiled regular expression."""

    __slots__ = ("_index", "_vocabulary", "regex")

    def __init__(self, index: Any, vocabulary: Vocabulary, regex: str) -> None:
        self._index, self._vocabulary, self.regex = index, vocabulary, regex

    def matcher(self) -> OutlinesMatcher:
        """A matcher at the beginning of a record."""
        return OutlinesMatcher(self._index, self._vocabulary, self._index.get_initial_state())


class OutlinesBackend:
    """Compiles declarations for one vocabulary with outlines-core. Safe to share between threads.

    Args:
        vocabulary: The model's tokens.

    Raises:
        SchemaError: outlines-core is not installed.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        try:
            import outlines_core
        except ImportError as error:
            raise SchemaError(
                "the outlines_core backend needs the package outlines-core; install extractor[outlines]",
                construct="backend",
            ) from error
        self._core = outlines_core
        self._vocabulary = vocabulary
        self._known = outlines_core.Vocabulary(vocabulary.eos, _by_bytes(vocabulary))
        self._constraints: OrderedDict[str, OutlinesConstraint] = OrderedDict()
        self._lock = Lock()

    def constraint(self, declaration: Declaration, source: str | None) -> OutlinesConstraint:  # noqa: ARG002
        """Compile a declaration.

        Args:
            declaration: The schema.
            source: Not used: a schema with verbatim values is refused.

        Raises:
            SchemaError: The schema cannot be written as one regular expression.
        """
        part, _ = possible_part(declaration, None)
        regex = declaration_regex(part)
        with self._lock:
            if regex in self._constraints:
                self._constraints.move_to_end(regex)
                return self._constraints[regex]
            try:
                index = self._core.Index(regex, self._known)
            except ValueError as error:
                raise SchemaError(f"outlines-core cannot compile the schema: {error}", construct="grammar") from error
            made = self._constraints[regex] = OutlinesConstraint(index, self._vocabulary, regex)
            while len(self._constraints) > _KEPT:
                self._constraints.popitem(last=False)
        return made


def _by_bytes(vocabulary: Vocabulary) -> dict[bytes, list[int]]:
    special = {*vocabulary.controls.values(), vocabulary.eos}
    found: dict[bytes, list[int]] = {}
    for token, data in enumerate(vocabulary.tokens):
        if data and token not in special:
            found.setdefault(bytes(data), []).append(token)
    return found
