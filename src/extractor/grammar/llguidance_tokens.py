"""A vocabulary as llguidance reads it."""

from __future__ import annotations

from collections.abc import Sequence

from llguidance import LLTokenizer

from extractor.errors import DecodeError
from extractor.grammar.vocabulary import Vocabulary


class _Tokens:
    """What llguidance asks of a tokenizer; it never asks for a tokenisation, since nothing is forced (`no_forcing`)."""

    is_tokenizer_wrapper = True

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.tokens = [bytes(token) for token in vocabulary.tokens]
        self.special_token_ids = sorted({*vocabulary.controls.values(), vocabulary.eos})
        self.eos_token_id = vocabulary.eos
        self.bos_token_id = vocabulary.bos

    def __call__(self, _text: str | bytes) -> Sequence[int]:
        raise DecodeError("llguidance asked for a tokenisation, which only the vocabulary may give; report this")


def tokenizer(vocabulary: Vocabulary) -> LLTokenizer:
    """Hand a vocabulary to llguidance: tokens as bytes, control tokens as special ones that no text holds."""
    return LLTokenizer(_Tokens(vocabulary), slices=LLTokenizer.json_slices())
