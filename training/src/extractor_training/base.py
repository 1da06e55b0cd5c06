"""A model in torch, where fine-tuning starts: a GGUF of Gemma's architecture, or a published checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import torch
from torch import Tensor

from extractor_training.export import GEMMA, GEMMA_TERMS, MATRICES, NORMS, OWN, Origin
from extractor_training.gguf_writer import read_pieces
from extractor_training.shape import Shape
from extractor_training.tokenizer import Pieces


@dataclass(frozen=True, slots=True)
class Base:
    """A model to start from.

    Attributes:
        shape: Its shape.
        pieces: Its vocabulary.
        weights: What `Model.load_state_dict` takes, in float32.
        origin: Where they come from.
        licences: Of what they were trained on.
        original: How the checkpoint's own library tokenises plain text; None: llama.cpp's way is the only one.
    """

    shape: Shape
    pieces: Pieces
    weights: Mapping[str, Tensor]
    origin: Origin
    licences: tuple[str, ...]
    original: Callable[[str], list[int]] | None = None


def read_base(path: Path) -> Base:
    """Read a GGUF, or a folder in Hugging Face's layout.

    Raises:
        ValueError: It holds something that this distribution does not train.
    """
    if not path.is_dir():
        return read_gguf(path)
    from extractor_training.hugging_face import read_checkpoint

    return read_checkpoint(path)


def read_gguf(path: Path) -> Base:
    """Read a GGUF of Gemma's architecture; quantised matrices are spread out again.

    Raises:
        ValueError: The file holds another architecture, or scales its positions.
    """
    reader = gguf.GGUFReader(path)

    def field(name: str) -> Any:
        found = reader.get_field(name)
        return None if found is None else found.contents()

    if field("general.architecture") != "gemma3":
        raise ValueError(f"{path} is no model of Gemma 3's architecture, but {field('general.architecture')}")
    if field("gemma3.rope.scaling.type") not in (None, "none"):
        raise ValueError(f"{path} scales its positions; extractor-train takes Gemma 3 models that do not")
    pieces = read_pieces(reader)
    shape = Shape(
        vocabulary=len(pieces.texts),
        width=field("gemma3.embedding_length"),
        layers=field("gemma3.block_count"),
        heads=field("gemma3.attention.head_count"),
        head_width=field("gemma3.attention.key_length"),
        hidden=field("gemma3.feed_forward_length"),
        context=field("gemma3.context_length"),
        rope_base=field("gemma3.rope.freq_base"),
        kv_heads=field("gemma3.attention.head_count_kv"),
        window=field("gemma3.attention.sliding_window") or 0,
    )
    tensors = {t.name: torch.from_numpy(gguf.quants.dequantize(t.data, t.tensor_type).copy()) for t in reader.tensors}
    origin = OWN if field("extractor.template") == OWN.template else GEMMA
    licences = tuple(field("extractor.data_licences") or (GEMMA_TERMS,))
    return Base(shape, pieces, _weights(tensors, shape), origin, licences)


def _weights(tensors: Mapping[str, Tensor], shape: Shape) -> dict[str, Tensor]:
    weights = {"e.weight": tensors["token_embd.weight"], "n.w": tensors["output_norm.weight"] - 1}
    for layer in range(shape.layers):
        for ours, theirs in MATRICES.items():
            weights[f"b.{layer}.{ours}.weight"] = tensors[f"blk.{layer}.{theirs}.weight"]
        for ours, theirs in NORMS.items():
            weights[f"b.{layer}.{ours}.w"] = tensors[f"blk.{layer}.{theirs}.weight"] - 1
    return weights
