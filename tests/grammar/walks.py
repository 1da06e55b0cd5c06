"""Random walks through masks: what a model that knows nothing would write."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import numpy as np

from extractor.grammar.constraint import Matcher
from extractor.grammar.vocabulary import Vocabulary
from extractor.record.layout import pieces


def legal(matcher: Matcher, vocabulary: Vocabulary) -> list[int]:
    """Legal next tokens, ascending."""
    mask = np.zeros((len(vocabulary) + 31) // 32, np.int32)
    matcher.fill_mask(mask)
    bits = np.unpackbits(mask.view(np.uint8), bitorder="little")[: len(vocabulary)]
    return [int(token) for token in np.flatnonzero(bits)]


def takes(matcher: Matcher, text: str) -> bool:
    """Whether a matcher over single bytes lets a whole record through; it has read the text then."""
    tokens = list(text.encode())
    if not matcher.accepts(tokens):
        return False
    matcher.consume(tokens)
    return matcher.can_end()


_CLOSING = frozenset(b'"}],')
_ENDING = frozenset(b"]}")
_OPENING = frozenset(b"[{")


def _preferred(options: list[int], vocabulary: Vocabulary, close: bool, hurry: bool) -> list[int]:
    def among(first: frozenset[int]) -> list[int]:
        return [token for token in options if vocabulary.tokens[token][0] in first]

    if hurry:
        if ord("x") in options or ord(" ") in options:  # inside a string, where brackets close nothing
            return among(frozenset(b'"')) or options
        calm = [token for token in options if vocabulary.tokens[token][0] not in _OPENING]
        return among(_ENDING) or among(_CLOSING) or calm or options
    return (among(_CLOSING) if close else options) or options


def walk(matcher: Matcher, vocabulary: Vocabulary, random: Random, most: int = 400, closing: float = 0.3) -> list[int]:
    """Follow random legal tokens to the end.

    Args:
        matcher: At the beginning of a record.
        vocabulary: Its vocabulary.
        random: Where chance comes from.
        most: After so many tokens whatever closes is preferred.
        closing: How often a closing byte is preferred before that.
    """
    taken: list[int] = []
    while len(taken) < 20 * most:
        options = legal(matcher, vocabulary)
        assert options, "no token is legal, not even the end"
        if matcher.is_complete():
            assert options == [vocabulary.eos]
        if vocabulary.eos in options:
            assert matcher.can_end()
            if len(options) == 1 or random.random() < 0.5 or len(taken) > most:
                return taken
            options.remove(vocabulary.eos)
        token = random.choice(_preferred(options, vocabulary, random.random() < closing, len(taken) > most))
        matcher.consume([token])
        taken.append(token)
    raise AssertionError(f"no end after {most} tokens: {vocabulary.decode(taken)[-200:]!r}")


class DuplicateKeyError(Exception):
    """A map names a member twice, which no grammar of ours can exclude; it is checked on the whole record."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise DuplicateKeyError
    return found


def read(data: bytes) -> Any:
    """Parse a record after checking that it is in the canonical layout.

    Raises:
        DuplicateKeyError: A member is named twice.
    """
    text = data.decode()
    assert b"".join(piece.data for piece in pieces(text)) == data

    def refuse(name: str) -> Any:
        raise AssertionError(f"{name} is no JSON")

    return json.loads(text, parse_constant=refuse, object_pairs_hook=_members)
