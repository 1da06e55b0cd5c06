"""A GGUF that `export` wrote, back in torch: where fine-tuning starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import torch
from torch import Tensor

from extractor_training.export import MATRICES, NORMS
from extractor_training.shape import Shape
from extractor_training.tokenizer import Pieces


@dataclass(frozen=True, slots=True)
class Base:
    """A model to start from.

    Attributes:
        shape: Its shape.
        pieces: Its vocabulary.
        weights: What `Model.load_state_dict` takes, in float32.
    """

    shape: Shape
    pieces: Pieces
    weights: Mapping[str, Tensor]


def read_gguf(path: Path) -> Base:
    """Read a model that this distribution exported; quantised matrices are spread out again.

    Raises:
        ValueError: The file holds another architecture, or a shape that this distribution does not train.
    """
    reader = gguf.GGUFReader(path)

    def field(name: str) -> Any:
        found = reader.get_field(name)
        return None if found is None else found.contents()

    if field("general.architecture") != "gemma3" or field("gemma3.attention.head_count_kv") != 1:
        raise ValueError(f"{path} is no model that extractor-train exported; see docs/finetune.md for other models")
    pieces = Pieces(tuple(field("tokenizer.ggml.tokens")), tuple(map(float, field("tokenizer.ggml.scores"))))
    shape = Shape(
        vocabulary=len(pieces.texts),
        width=field("gemma3.embedding_length"),
        layers=field("gemma3.block_count"),
        heads=field("gemma3.attention.head_count"),
        head_width=field("gemma3.attention.key_length"),
        hidden=field("gemma3.feed_forward_length"),
        context=field("gemma3.context_length"),
        rope_base=field("gemma3.rope.freq_base"),
    )
    tensors = {t.name: torch.from_numpy(gguf.quants.dequantize(t.data, t.tensor_type).copy()) for t in reader.tensors}
    return Base(shape, pieces, _weights(tensors, shape))


def _weights(tensors: Mapping[str, Tensor], shape: Shape) -> dict[str, Tensor]:
    weights = {"e.weight": tensors["token_embd.weight"], "n.w": tensors["output_norm.weight"] - 1}
    for layer in range(shape.layers):
        for ours, theirs in MATRICES.items():
            weights[f"b.{layer}.{ours}.weight"] = tensors[f"blk.{layer}.{theirs}.weight"]
        for ours, theirs in NORMS.items():
            weights[f"b.{layer}.{ours}.w"] = tensors[f"blk.{layer}.{theirs}.weight"] - 1
    return weights
