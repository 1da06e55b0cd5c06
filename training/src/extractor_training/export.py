"""A checkpoint -> the GGUF that ships, and the facts about it beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from gguf import GGMLQuantizationType as Quantization
from torch import Tensor

from extractor.prompt.template import ExtractorTemplate, GemmaTemplate
from extractor.record import layout
from extractor_training.gguf_writer import add_tensor, finish, open_writer
from extractor_training.shape import Shape
from extractor_training.tokenizer import Pieces

MATRICES = {
    "q": "attn_q",
    "k": "attn_k",
    "v": "attn_v",
    "o": "attn_output",
    "g": "ffn_gate",
    "u": "ffn_up",
    "d": "ffn_down",
}
NORMS = {
    "n1": "attn_norm",
    "n2": "post_attention_norm",
    "n3": "ffn_norm",
    "n4": "post_ffw_norm",
    "qn": "attn_q_norm",
    "kn": "attn_k_norm",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where weights come from.

    Attributes:
        name: Of the model.
        template: The prompt template that it reads.
        licence: Of the weights, as Hugging Face abbreviates it.
    """

    name: str
    template: str
    licence: str


OWN = Origin("extractor-embedded", ExtractorTemplate.name, "cc-by-sa-4.0")
GEMMA = Origin("gemma-3-extractor", GemmaTemplate.name, "gemma")
GEMMA_TERMS = "Gemma Terms of Use"


def metadata(licences: Sequence[str], schemas: Sequence[str], origin: Origin = OWN) -> dict[str, str | int | list[str]]:
    """What the runtime reads: prompt template and layout the weights were trained with, licences, schemas' digests."""
    found: dict[str, str | int | list[str]] = {
        "general.name": origin.name,
        "extractor.template": origin.template,
        "extractor.layout": layout.VERSION,
        "extractor.data_licences": list(licences),
        "general.license": origin.licence,
    }
    if schemas:
        found["extractor.schemas"] = ",".join(schemas)
    return found


def export(
    checkpoint: Path,
    pieces: Pieces,
    out: Path,
    licences: list[str],
    *,
    quantised: bool = True,
    schemas: Sequence[str] = (),
    origin: Origin = OWN,
) -> int:
    """Write a checkpoint as GGUF: matrices in Q4_0, the embedding in Q8_0, norms in F32 (or everything in F32).

    Args:
        checkpoint: What `pretrain` saved.
        pieces: The vocabulary it was trained with.
        out: Where to write.
        licences: Of the training data.
        quantised: False writes F32, to compare with.
        schemas: Digests of the schemas that an expert was trained for; none: it reads any schema.
        origin: Where the weights come from.

    Returns:
        The number of parameters.
    """
    saved = torch.load(checkpoint, weights_only=False, map_location="cpu")
    about = metadata(licences, schemas, origin)
    return write_model(out, saved["shape"], pieces, saved["model"], about, quantised=quantised)


def write_model(
    out: Path,
    shape: Shape,
    pieces: Pieces,
    tensors: Mapping[str, Tensor],
    about: dict[str, str | int | list[str]],
    *,
    quantised: bool = True,
) -> int:
    """Write weights as GGUF; see `export`. `tensors` is what `Model.state_dict` gives, `about` the metadata."""
    weights = {name: tensor.float().numpy() for name, tensor in tensors.items()}
    matrix, table = (Quantization.Q4_0, Quantization.Q8_0) if quantised else (Quantization.F32, Quantization.F32)
    writer = open_writer(out, shape, pieces, about)
    writer.add_file_type(2 if quantised else 0)
    add_tensor(writer, "token_embd.weight", weights["e.weight"], table)
    add_tensor(writer, "output_norm.weight", 1 + weights["n.w"], Quantization.F32)
    for layer in range(shape.layers):
        for ours, theirs in MATRICES.items():
            add_tensor(writer, f"blk.{layer}.{theirs}.weight", weights[f"b.{layer}.{ours}.weight"], matrix)
        for ours, theirs in NORMS.items():
            add_tensor(writer, f"blk.{layer}.{theirs}.weight", 1 + weights[f"b.{layer}.{ours}.w"], Quantization.F32)
    finish(writer)
    return sum(int(np.prod(w.shape)) for w in weights.values())


def describe(gguf: Path, parameters: int, out: Path, **facts: str | int | float) -> None:
    """Write the facts about a GGUF as JSON: sha256, size in bytes, parameters, and whatever is added."""
    data = gguf.read_bytes()
    record = {"sha256": hashlib.sha256(data).hexdigest(), "size_bytes": len(data), "parameters": parameters, **facts}
    out.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
