"""Ways to constrain a model to a JSON Schema, each asked the same: compile, then follow an instance token by token."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from time import thread_time
from typing import Any, Protocol

from extractor.errors import SchemaError
from extractor.grammar.constraint import Constraint, Mask
from extractor.grammar.llguidance_backend import LLGuidanceBackend
from extractor.grammar.llguidance_tokens import tokenizer
from extractor.grammar.masks import empty_mask, is_legal
from extractor.grammar.vocabulary import Vocabulary
from extractor.record.layout import dumps
from extractor.schema.from_json_schema import from_json_schema
from extractor.schema.nodes import Declaration
from extractor.schema.standard import standard
from extractor.validate.arrange import arrange
from extractor.validate.checks import failures


class RefusedError(Exception):
    """A schema that is not taken; the message is the keyword, or why not."""


@dataclass(slots=True)
class Times:
    """Seconds of processor time (whatever else runs here): of every compilation, and of every mask."""

    compile: list[float] = field(default_factory=list)
    mask: list[float] = field(default_factory=list)


class Compiled(Protocol):
    """One schema."""

    @property
    def checked(self) -> bool:
        """Whether anything is left to check afterwards."""
        ...

    def grammar(self, value: Any) -> bool:
        """Whether the masks let the value through."""
        ...

    def whole(self, value: Any) -> bool:
        """Whether what is checked afterwards lets it through as well."""
        ...


Follower = Callable[[Any], Compiled]


class Longest:
    """Cuts bytes into tokens, the longest first: any tokenisation will do to ask a mask."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        special = {*vocabulary.controls.values(), vocabulary.eos}
        self._ids = {token: i for i, token in enumerate(vocabulary.tokens) if i not in special and token}
        self._longest = min(max(map(len, self._ids)), 48)

    def __call__(self, data: bytes) -> list[int]:
        found, at = [], 0
        while at < len(data):
            end = next(end for end in range(min(len(data), at + self._longest), at, -1) if data[at:end] in self._ids)
            found.append(self._ids[data[at:end]])
            at = end
        return found


class Masks:
    """Asks for a mask before each token; keeps the time."""

    def __init__(self, vocabulary: Vocabulary, times: Times) -> None:
        self._mask = empty_mask(len(vocabulary))
        self._eos, self._times = vocabulary.eos, times

    def __call__(self, fill: Callable[[Mask], None], consume: Callable[[int], object], tokens: list[int]) -> bool:
        for token in [*tokens, self._eos]:
            start = thread_time()
            fill(self._mask)
            self._times.mask.append(thread_time() - start)
            if not is_legal(self._mask, token):
                return False
            if token != self._eos:
                consume(token)
        return True


@dataclass(frozen=True, slots=True)
class _Ours:
    declaration: Declaration
    constraint: Constraint
    cut: Longest
    masks: Masks | None
    checked: bool

    def grammar(self, value: Any) -> bool:
        text = dumps(arrange(self.declaration, value))
        tokens = self.cut(text.encode())
        matcher = self.constraint.matcher()
        if self.masks is None:
            if not matcher.accepts(tokens):
                return False
            matcher.consume(tokens)
            return matcher.can_end()
        return self.masks(matcher.fill_mask, lambda token: matcher.consume([token]), tokens)

    def whole(self, value: Any) -> bool:
        return not failures(self.declaration, value)


def extractor_follower(vocabulary: Vocabulary, times: Times, *, masks: bool) -> Follower:
    """This package: its own nodes, layout and grammar."""
    backend = LLGuidanceBackend(vocabulary)
    cut = Longest(vocabulary)
    ask = Masks(vocabulary, times) if masks else None

    def compiled(schema: Any) -> Compiled:
        start = thread_time()
        try:
            declaration = standard(from_json_schema(schema))
            constraint = backend.constraint(declaration, None)
        except SchemaError as error:
            raise RefusedError(f"{error.construct}: {error}") from error
        times.compile.append(thread_time() - start)
        return _Ours(declaration, constraint, cut, ask, bool(declaration.checks))

    return compiled


@dataclass(frozen=True, slots=True)
class _Theirs:
    first: Any
    cut: Longest
    masks: Masks | None
    checked: bool = False

    def grammar(self, value: Any) -> bool:
        tokens = self.cut(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
        matcher = self.first.deep_copy()
        if self.masks is None:
            return bool(matcher.try_consume_tokens(tokens) == len(tokens) and matcher.is_accepting())
        return self.masks(
            lambda mask: matcher.unsafe_compute_mask_ptr(mask.ctypes.data, mask.nbytes), matcher.consume_token, tokens
        )

    def whole(self, value: Any) -> bool:  # noqa: ARG002
        return True


_NO_SPACE = {"whitespace_flexible": False, "item_separator": ",", "key_separator": ":"}
_HEAD = '%llguidance {"no_forcing": true}\n'


def llguidance_follower(vocabulary: Vocabulary, times: Times, *, masks: bool) -> Follower:
    """Llguidance's JSON mode, as it comes; instances in their own order of keys, without white space."""
    from llguidance import LLMatcher

    tokens = tokenizer(vocabulary)
    cut = Longest(vocabulary)
    ask = Masks(vocabulary, times) if masks else None

    def compiled(schema: Any) -> Compiled:
        start = thread_time()
        try:
            told = {"x-guidance": _NO_SPACE, **schema} if isinstance(schema, dict) else schema
            matcher = LLMatcher(tokens, f"{_HEAD}start: %json {json.dumps(told)}\n", log_level=0)
        except ValueError as error:
            raise RefusedError(str(error)) from error
        if matcher.is_error():
            raise RefusedError(str(matcher.get_error()))
        times.compile.append(thread_time() - start)
        return _Theirs(matcher, cut, ask)

    return compiled
