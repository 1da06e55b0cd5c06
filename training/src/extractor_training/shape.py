"""The shape of a Gemma-3-architecture model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the embedded model.

    Attributes:
        vocabulary: Tokens.
        width: Of the residual stream.
        layers: Blocks; every one attends to the whole context.
        heads: Query heads; there is one key and value head.
        head_width: Of a head.
        hidden: Of the gated feed-forward.
        context: Positions it was trained to.
        rope_base: Of the rotary embedding.
    """

    vocabulary: int = 8192
    width: int = 256
    layers: int = 6
    heads: int = 4
    head_width: int = 64
    hidden: int = 768
    context: int = 4096
    rope_base: float = 10000.0
