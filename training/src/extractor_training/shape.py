"""The shape of a Gemma-3-architecture model."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

PERIOD = 6  # of blocks, the last of which sees the whole context
LOCAL_BASE = 10000.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the embedded model.

    Attributes:
        vocabulary: Tokens.
        width: Of the residual stream.
        layers: Blocks.
        heads: Query heads.
        head_width: Of a head.
        hidden: Of the gated feed-forward.
        context: Positions it was trained to.
        rope_base: Of the rotary embedding.
        kv_heads: Key and value heads, each shared by `heads / kv_heads` query heads.
        window: Positions that a block attends to, its own and those before it; 0: every block sees the whole context.
            Otherwise every sixth block does, as llama.cpp takes it to be, and the others' rotary base is LOCAL_BASE.
    """

    vocabulary: int = 8192
    width: int = 256
    layers: int = 6
    heads: int = 4
    head_width: int = 64
    hidden: int = 768
    context: int = 4096
    rope_base: float = 10000.0
    kv_heads: int = 1
    window: int = 0

    def __setstate__(self, state: list[Any]) -> None:
        """Take up a pickled shape; checkpoints from before a field was there have its default."""
        values = [*state, *(field.default for field in fields(self)[len(state) :])]
        for field, value in zip(fields(self), values, strict=True):
            object.__setattr__(self, field.name, value)

    def window_of(self, layer: int) -> int:
        """The window of a block, or 0."""
        return self.window if (layer + 1) % PERIOD else 0
