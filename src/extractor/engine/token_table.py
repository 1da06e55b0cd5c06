"""A model's tokens as one run of bytes, to be kept on disk: asking llama.cpp for 262,144 of them takes a while."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class TokenTable:
    """What is read of a vocabulary token by token.

    Attributes:
        tokens: Bytes of every token.
        controls: Ids of those that never come from text, ascending.
        digest: Of all tokens, SHA-256.
    """

    tokens: Sequence[bytes]
    controls: Sequence[int]
    digest: bytes

    def packed(self) -> bytes:
        """As bytes, for `unpacked`."""
        sizes = np.fromiter(map(len, self.tokens), np.int32, len(self.tokens))
        head = np.asarray([len(self.tokens), len(self.controls), *self.controls], np.int32)
        return b"".join([self.digest, head.tobytes(), sizes.tobytes(), *self.tokens])


def table_of(tokens: Iterable[tuple[bytes, bool]]) -> TokenTable:
    """Collect tokens, each with whether it is a control."""
    found: list[bytes] = []
    controls: list[int] = []
    digest = hashlib.sha256()
    for token, (piece, control) in enumerate(tokens):
        found.append(piece)
        if control:
            controls.append(token)
        digest.update(len(piece).to_bytes(4, "little") + piece)
    return TokenTable(found, controls, digest.digest())


def unpacked(data: bytes) -> TokenTable:
    """A table from what `packed` gave."""
    words = np.frombuffer(data, np.int32, offset=_DIGEST_BYTES, count=(len(data) - _DIGEST_BYTES) // 4)
    count, controls = int(words[0]), int(words[1])
    sizes = words[2 + controls :][:count]
    start = _DIGEST_BYTES + 4 * (2 + controls + count)
    ends = (start + np.cumsum(sizes)).tolist()
    tokens = [data[begin:end] for begin, end in zip([start, *ends], ends, strict=False)]
    return TokenTable(tokens, words[2 : 2 + controls].tolist(), data[:_DIGEST_BYTES])
