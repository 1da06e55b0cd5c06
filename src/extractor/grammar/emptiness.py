"""Whether a terminal lets anything through: asked of llguidance, over single bytes, where lengths alone cannot tell."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from llguidance import LLMatcher, LLTokenizer

from extractor.grammar.bytes_vocabulary import EOS, bytes_vocabulary
from extractor.grammar.llguidance_tokens import tokenizer

_WORDS = EOS // 32 + 1


@cache
def _bytes_tokenizer() -> LLTokenizer:
    return tokenizer(bytes_vocabulary())


@lru_cache(maxsize=2048)
def lets_something_through(terminal: str) -> bool:
    """Whether some text matches the right side of a Lark terminal; False also where it cannot be compiled."""
    grammar = f'%llguidance {{"no_forcing": true}}\nstart: T\nT: {terminal}\n'
    matcher = LLMatcher(_bytes_tokenizer(), grammar, log_level=0)
    if matcher.is_error():
        return False
    if matcher.is_accepting():
        return True
    mask = np.zeros(_WORDS, np.int32)
    matcher.unsafe_compute_mask_ptr(mask.ctypes.data, mask.nbytes)
    mask[EOS // 32] &= ~np.int32(1 << (EOS % 32))
    return not matcher.is_error() and bool(mask.any())
