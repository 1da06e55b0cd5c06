"""Text as tokens of text: never a control token, and always the very bytes of the text.

A tokeniser told to leave special tokens alone gives them all the same: llama.cpp looks USER_DEFINED ones up in the
text, its merges may lead to any piece of the vocabulary, and it takes U+2581 for the space it stands for inside a
SentencePiece vocabulary. What comes out is therefore checked, and spelled in smaller pieces where it is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

from extractor.errors import EngineError

_SPACE_MARK = "\u2581"
_LEAD = b"\n"  # stands before a text whose tokeniser would otherwise put a space there


class Speller:
    """Tokenises for one vocabulary. Safe to share between threads as far as `tokenise` is."""

    def __init__(self, tokenise: Callable[[bytes], list[int]], tokens: Sequence[bytes], controls: Set[int]) -> None:
        """Learn the vocabulary's bytes.

        Args:
            tokenise: UTF-8 -> token ids, as the engine's own tokeniser does it.
            tokens: Bytes of every token, `(n_vocab,)`.
            controls: Ids that must not come from text.
        """
        self._raw = tokenise
        self._tokens = tokens
        self._controls = controls
        self._bytes: dict[int, int] = {}
        for token, piece in enumerate(tokens):
            if len(piece) == 1 and token not in controls:
                self._bytes.setdefault(piece[0], token)
        self._leading = self._join(tokenise(_LEAD))
        self._adds_space = self._leading == b" " + _LEAD

    def encode(self, text: str) -> list[int]:
        """Tokenise.

        Raises:
            EngineError: The vocabulary has no tokens for a character, not even single bytes.
        """
        ids: list[int] = []
        for index, part in enumerate(text.split(_SPACE_MARK)):
            if index:
                ids += self._byte_by_byte(_SPACE_MARK)
            if part:
                ids += self._part(part)
        return ids

    def _part(self, text: str) -> list[int]:
        data = text.encode()
        ids = self._tokenise(data)
        if not self._controls.isdisjoint(ids):
            ids = [inner for token in ids for inner in (self._spelled(token) if token in self._controls else (token,))]
        if self._join(ids) == data:
            return ids
        if len(text) == 1:
            return self._byte_by_byte(text)
        middle = len(text) // 2
        return self._part(text[:middle]) + self._part(text[middle:])

    def _tokenise(self, data: bytes) -> list[int]:
        if not self._adds_space:
            return self._raw(data)
        ids = self._raw(_LEAD + data)
        size = 0
        for count, token in enumerate(ids, 1):
            size += len(self._tokens[token])
            if size >= len(self._leading):
                return ids[count:] if size == len(self._leading) else []
        return []

    def _spelled(self, control: int) -> list[int]:
        """A control token's name as text, in two pieces at least."""
        name = self._tokens[control].decode(errors="replace")
        return self._part(name[:1]) + self._part(name[1:]) if len(name) > 1 else []

    def _byte_by_byte(self, text: str) -> list[int]:
        try:
            return [self._bytes[byte] for byte in text.encode()]
        except KeyError as error:
            raise EngineError(f"the model's vocabulary cannot write {text!r}; leave it out of the text") from error

    def _join(self, ids: Sequence[int]) -> bytes:
        return b"".join([self._tokens[token] for token in ids])
