"""Constraints by llguidance, the default backend: any schema, and verbatim values that point into a text."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

import numpy as np
from llguidance import LLMatcher, LLParserLimits

from extractor.errors import DecodeError, SchemaError
from extractor.grammar.chunks import chunks
from extractor.grammar.constraint import Mask
from extractor.grammar.lark import LarkGrammar, lark_grammar
from extractor.grammar.llguidance_tokens import tokenizer
from extractor.grammar.masks import empty_mask
from extractor.grammar.possible import possible_part
from extractor.grammar.verbatim import source_of
from extractor.grammar.vocabulary import Vocabulary
from extractor.schema.nodes import Declaration

T = TypeVar("T")

_KEPT_GRAMMARS = 256
_KEPT_CONSTRAINTS = 128


def _limits() -> LLParserLimits:
    return LLParserLimits(
        max_items_in_row=4_000,
        initial_lexer_fuel=5_000_000,
        step_lexer_fuel=2_000_000,
        step_max_items=200_000,
        max_lexer_states=500_000,
        max_grammar_size=1_000_000,
        verbose_errors=False,
    )


class LLGuidanceMatcher:
    """A `Matcher` over llguidance's."""

    __slots__ = ("_eos", "_inner")

    def __init__(self, inner: LLMatcher, eos: int) -> None:
        self._inner, self._eos = inner, eos

    def _checked(self, result: T) -> T:
        if self._inner.is_error():
            raise DecodeError(
                f"llguidance failed: {self._inner.get_error()}; report the schema if it is not just too large"
            )
        return result

    def forced(self) -> bytes:
        """Bytes that must come next.

        Raises:
            DecodeError: llguidance has failed.
        """
        self._checked(None)
        return bytes(self._checked(self._inner.compute_ff_bytes()))

    def fill_mask(self, mask: Mask) -> None:
        """Write the legal next tokens; other threads run meanwhile.

        Args:
            mask: `(ceil(n_vocab / 32),)`, contiguous.

        Raises:
            DecodeError: llguidance has failed.
        """
        self._checked(None)
        self._inner.unsafe_compute_mask_ptr(mask.ctypes.data, mask.nbytes)
        self._checked(None)

    def consume(self, tokens: list[int]) -> None:
        """Follow tokens.

        Raises:
            DecodeError: One of them is not legal, or llguidance has failed.
        """
        self._checked(None)
        for token in tokens:
            if token != self._eos or not self._inner.is_stopped():  # llguidance stops before the end token, we after it
                self._inner.consume_token(token)
                self._checked(None)

    def accepts(self, tokens: list[int]) -> bool:
        """Whether these tokens could be consumed from here.

        Raises:
            DecodeError: llguidance has failed.
        """
        self._checked(None)
        if self._inner.is_stopped():
            return tokens in ([], [self._eos])
        return bool(self._checked(self._inner.validate_tokens(tokens)) == len(tokens))

    def is_complete(self) -> bool:
        """Whether the record is whole and nothing but the end may follow.

        Raises:
            DecodeError: llguidance has failed.
        """
        self._checked(None)
        return bool(self._inner.is_stopped())

    def can_end(self) -> bool:
        """Whether the record is whole here.

        Raises:
            DecodeError: llguidance has failed.
        """
        self._checked(None)
        return bool(self._checked(self._inner.is_accepting()))

    def copy(self) -> LLGuidanceMatcher:
        """An independent matcher in the same state.

        Raises:
            DecodeError: llguidance has failed.
        """
        self._checked(None)
        return LLGuidanceMatcher(self._inner.deep_copy(), self._eos)


class LLGuidanceConstraint:
    """A compiled grammar; every matcher is a copy of the first."""

    __slots__ = ("_eos", "_first", "_lock", "grammar")

    def __init__(self, first: LLMatcher, grammar: str, eos: int) -> None:
        self._first, self._eos = first, eos
        self._lock = Lock()
        self.grammar = grammar

    def matcher(self) -> LLGuidanceMatcher:
        """A matcher at the beginning of a record."""
        with self._lock:
            return LLGuidanceMatcher(self._first.deep_copy(), self._eos)


class LLGuidanceBackend:
    """Compiles declarations for one vocabulary. Safe to share between threads.

    Args:
        vocabulary: The model's tokens; nothing of the model itself is kept.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._tokenizer = tokenizer(vocabulary)
        self._grammars: OrderedDict[object, LarkGrammar] = OrderedDict()
        self._constraints: OrderedDict[object, LLGuidanceConstraint] = OrderedDict()
        self._lock = Lock()

    def constraint(self, declaration: Declaration, source: str | None) -> LLGuidanceConstraint:
        """Compile a declaration.

        Args:
            declaration: The schema.
            source: The text that verbatim values come from; None: any string will do for them.

        Raises:
            InputError: A verbatim value is required and the text has none that fits, or the text is no Unicode.
            SchemaError: The schema cannot be written as a grammar, or holds no record at all.
        """
        text = None if source is None else source_of(chunks(source))
        key = _key(declaration)
        possible, flags = possible_part(declaration, text)
        key = (key, flags)
        grammar = self._kept(
            self._grammars, key, _KEPT_GRAMMARS, lambda: lark_grammar(possible, verbatim=text is not None)
        )
        if grammar.verbatim:
            return self._compile(grammar.complete(text))
        return self._kept(
            self._constraints, grammar.text, _KEPT_CONSTRAINTS, lambda: self._compile(grammar.complete(None))
        )

    def _kept(self, store: OrderedDict[object, T], key: object, most: int, make: Callable[[], T]) -> T:
        with self._lock:
            if key in store:
                store.move_to_end(key)
                return store[key]
        made = make()
        with self._lock:
            store[key] = made
            while len(store) > most:
                store.popitem(last=False)
        return made

    def _compile(self, grammar: str) -> LLGuidanceConstraint:
        matcher = LLMatcher(self._tokenizer, grammar, log_level=0, limits=_limits())
        if matcher.is_error():
            raise SchemaError(f"llguidance cannot compile the grammar: {matcher.get_error()}", construct="grammar")
        if not matcher.is_accepting() and self._stuck(matcher.deep_copy()):
            raise SchemaError("no record fits the schema; loosen the pattern, format or bounds", construct="grammar")
        return LLGuidanceConstraint(matcher, grammar, self._vocabulary.eos)

    def _stuck(self, matcher: LLMatcher) -> bool:
        """Whether nothing at all may follow: the terminals that come first are empty."""
        mask = empty_mask(len(self._vocabulary))
        matcher.unsafe_compute_mask_ptr(mask.ctypes.data, mask.nbytes)
        eos = self._vocabulary.eos
        mask[eos // 32] &= ~np.int32(1 << (eos % 32)) if eos % 32 < 31 else np.int32(0x7FFFFFFF)
        return bool(matcher.is_error() or not mask.any())


def _key(declaration: Declaration) -> object:
    return declaration.root, tuple(sorted(declaration.definitions.items(), key=lambda item: item[0]))
