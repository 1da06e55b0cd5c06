"""What the decoder asks of an engine: evaluate tokens, score legal tokens, share a prefix.

An engine owns one context with a fixed number of sequences. It knows nothing of schemas or grammars: it is handed
tokens and masks, and hands back the scores of legal tokens only, so that it need not compute the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from extractor.grammar.constraint import Mask
from extractor.grammar.vocabulary import Vocabulary

PIECE_TOKENS = 60  # what an engine computes in one go; from 64 on, llama.cpp's attention rounds by company
PREFIX_SEQUENCES = 4  # of an engine's sequences, the first ones: kept for prefixes that texts share


@dataclass(frozen=True, slots=True)
class Work:
    """One sequence's share of a step.

    Attributes:
        sequence: Which sequence, 0 <= sequence < engine.sequences.
        position: Position of the first token.
        tokens: Tokens to evaluate, in order; not empty.
        scored: Whether the token after the last one is to be scored.
    """

    sequence: int
    position: int
    tokens: Sequence[int]
    scored: bool


@dataclass(frozen=True, slots=True)
class Scores:
    """Logits of legal tokens.

    Attributes:
        ids: Token ids `(k,)`, ascending.
        logits: Their logits `(k,)`, float32.
    """

    ids: NDArray[np.int64]
    logits: NDArray[np.float32]


class Keeper(Protocol):
    """Keeps bytes between processes. Never fails: what cannot be kept is not there."""

    def read(self, key: str) -> bytes | None:
        """What was kept under a key, whole; or None."""
        ...

    def keep(self, key: str, data: bytes) -> None:
        """Keep bytes under a key."""
        ...


class Engine(Protocol):
    """A loaded model with a context. Not safe to share between threads: one scheduler owns it."""

    vocabulary: Vocabulary
    context_tokens: int  # positions one sequence may hold, prefix and record included
    sequences: int  # texts that can be in flight at once, and PREFIX_SEQUENCES
    batch_tokens: int  # most tokens one call of `evaluate` may carry, all sequences together
    cells: int  # tokens that all sequences together may hold; a shared prefix counts once
    template: str  # name of the prompt template the model was made for
    digest: str  # names the model in caches and manifests
    layout: str  # what saved cells depend on beside the model and their tokens; "" if cells cannot be saved

    def evaluate(self, works: Sequence[Work], masks: Callable[[], Sequence[Mask]]) -> list[Scores]:
        """Evaluate a batch.

        Args:
            works: At most one per sequence; `batch_tokens` tokens in all.
            masks: Called once, while the model runs where that is possible: the legal tokens of every scored work,
                in the order of `works`.

        Returns:
            Scores of every scored work, in order.

        Raises:
            EngineError: llama.cpp failed, or more was asked than it can hold.
        """
        ...

    def share(self, source: int, target: int, length: int) -> None:
        """Let `target` begin with the first `length` positions of `source` (replacing what it held)."""
        ...

    def forget(self, sequence: int, start: int = 0) -> None:
        """Drop the positions of a sequence from `start` on."""
        ...

    def save(self, sequence: int) -> bytes:
        """What a sequence holds, for `restore`."""
        ...

    def restore(self, sequence: int, length: int, saved: bytes) -> None:
        """Let an empty sequence hold `length` positions that were saved, as if their tokens had been evaluated.

        Raises:
            EngineError: llama.cpp does not take them, or has no room.
        """
        ...

    def close(self) -> None:
        """Free the context and the model."""
        ...
