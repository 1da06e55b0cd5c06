"""A model's tokens as bytes, and the one way from text to tokens.

The engine hands out a `Vocabulary`; constraint backends and the prompt read it. Tokens are bytes, never text: a
token may end in the middle of a character.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from extractor.record.layout import pieces


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tokens of one model.

    Attributes:
        tokens: Bytes of every token, `(n_vocab,)`; a control token holds its name.
        controls: Name -> id of every control token. Never produced from text.
        eos: The token that ends a record.
        bos: The token a prompt begins with, or None.
        encoder: Text -> ids, control tokens never among them.
        digest: Names the vocabulary in caches.
    """

    tokens: Sequence[bytes]
    controls: Mapping[str, int]
    eos: int
    bos: int | None
    encoder: Callable[[str], list[int]] = field(repr=False, compare=False)
    digest: str = ""

    def __len__(self) -> int:
        """Number of tokens."""
        return len(self.tokens)

    def encode(self, text: str) -> list[int]:
        """Tokenise text as text: what looks like a control token is spelled out."""
        return self.encoder(text) if text else []

    def encode_record(self, text: str) -> list[int]:
        """Tokenise a record in the canonical layout, piece by piece, as training does and decoding forces."""
        return [token for piece in pieces(text) for token in self.encode(piece.data.decode())]

    def decode(self, ids: Sequence[int]) -> bytes:
        """Bytes of a run of tokens."""
        return b"".join(self.tokens[i] for i in ids)
