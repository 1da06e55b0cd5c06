"""A vocabulary of single bytes: for `accepts`, for tests, for anything that asks about text and not about a model."""

from __future__ import annotations

from functools import cache

from extractor.grammar.vocabulary import Vocabulary

EOS = 256


def _encode(text: str) -> list[int]:
    return list(text.encode())


@cache
def bytes_vocabulary() -> Vocabulary:
    """Return the vocabulary whose token i is byte i, and whose token 256 ends a record."""
    tokens = [*(bytes([byte]) for byte in range(256)), b"<eos>"]
    return Vocabulary(tokens=tokens, controls={"<eos>": EOS}, eos=EOS, bos=None, encoder=_encode, digest="bytes")
