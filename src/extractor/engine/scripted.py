"""An engine without a model, for tests: it answers from a function.

    engine = ScriptedEngine(lambda text: {"sentiment": "positive"})
    Extractor(Review, model=engine).extract("Loved it")

It speaks the embedded model's prompt over a vocabulary of single bytes, and prefers, at every step, the byte that
continues the scripted record; where the constraint does not allow that byte, it prefers the one that closes soonest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from extractor.engine.protocol import PREFIX_SEQUENCES, Scores, Work
from extractor.errors import EngineError
from extractor.grammar.bytes_vocabulary import bytes_vocabulary
from extractor.grammar.constraint import Mask
from extractor.grammar.masks import legal_ids
from extractor.grammar.vocabulary import Vocabulary
from extractor.record.layout import dumps
from extractor.schema.nodes import JSONValue

_CONTROLS = ("<bos>", "<schema>", "<text>", "<record>")
_CLOSERS = b'"]}ntf0'  # what ends a value, or the shortest value that could begin


def byte_vocabulary() -> Vocabulary:
    """One token a byte, then the embedded model's control tokens."""
    plain = bytes_vocabulary()
    controls = {**plain.controls, **{name: len(plain) + i for i, name in enumerate(_CONTROLS)}}
    tokens = [*plain.tokens, *(name.encode() for name in _CONTROLS)]
    return replace(plain, tokens=tokens, controls=controls, bos=controls["<bos>"], digest="bytes-1")


class ScriptedEngine:
    """An engine that gives the answer it was told to give, as far as the constraint allows."""

    template = "extractor-1"
    digest = "scripted"
    layout = ""

    def __init__(self, answer: Callable[[str], JSONValue], *, context_tokens: int = 65536, parallel: int = 8) -> None:
        """Make an engine.

        Args:
            answer: Text -> the record to prefer.
            context_tokens: Positions one text may take.
            parallel: Texts in flight at once.
        """
        self.vocabulary = byte_vocabulary()
        self.context_tokens = context_tokens
        self.sequences = parallel + PREFIX_SEQUENCES
        self.batch_tokens = context_tokens
        self.cells = context_tokens * self.sequences
        self._answer = answer
        self._held: dict[int, list[int]] = {}
        self._answers: dict[int, bytes] = {}

    def evaluate(self, works: Sequence[Work], masks: Callable[[], Sequence[Mask]]) -> list[Scores]:
        """See `Engine.evaluate`."""
        for work in works:
            held = self._held.setdefault(work.sequence, [])
            if work.position != len(held):
                raise EngineError(f"sequence {work.sequence} holds {len(held)} tokens, not {work.position}")
            held += work.tokens
        scored = [work.sequence for work in works if work.scored]
        return [self._score(sequence, mask) for sequence, mask in zip(scored, masks(), strict=True)]

    def _score(self, sequence: int, mask: Mask) -> Scores:
        ids = legal_ids(mask, len(self.vocabulary))
        logits = np.zeros(len(ids), np.float32)
        logits[np.isin(ids, np.frombuffer(_CLOSERS, np.uint8))] = 4.0
        logits[ids == self._next(sequence)] = 20.0
        return Scores(ids, logits)

    def _next(self, sequence: int) -> int:
        controls, held = self.vocabulary.controls, self._held[sequence]
        end = len(held) - 1 - held[::-1].index(controls["<record>"])
        if sequence not in self._answers:
            start = end - held[end::-1].index(controls["<text>"])
            self._answers[sequence] = dumps(
                self._answer(self.vocabulary.decode(held[start + 1 : end]).decode())
            ).encode()
        wanted, written = self._answers[sequence], bytes(held[end + 1 :])
        if not wanted.startswith(written):
            return -1
        return wanted[len(written)] if len(written) < len(wanted) else self.vocabulary.eos

    def share(self, source: int, target: int, length: int) -> None:
        """See `Engine.share`."""
        self.forget(target)
        self._held[target] = self._held.get(source, [])[:length]

    def forget(self, sequence: int, start: int = 0) -> None:
        """See `Engine.forget`."""
        self._held[sequence] = self._held.get(sequence, [])[:start]
        self._answers.pop(sequence, None)

    def save(self, sequence: int) -> bytes:
        """See `Engine.save`."""
        return np.asarray(self._held.get(sequence, []), np.int32).tobytes()

    def restore(self, sequence: int, length: int, saved: bytes) -> None:
        """See `Engine.restore`.

        Raises:
            EngineError: It is not as much as was said.
        """
        tokens = np.frombuffer(saved, np.int32).tolist()
        if len(tokens) != length:
            raise EngineError(f"{len(tokens)} positions were saved, not {length}")
        self.forget(sequence)
        self._held[sequence] = tokens

    def close(self) -> None:
        """See `Engine.close`."""
        self._held.clear()
