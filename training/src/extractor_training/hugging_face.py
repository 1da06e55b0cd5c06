"""A Gemma 3 checkpoint in Hugging Face's layout (config.json, *.safetensors, a tokenizer) as a model to start from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from torch import Tensor

from extractor_training.base import Base
from extractor_training.export import GEMMA, GEMMA_TERMS
from extractor_training.gemma_tokenizer import read_tokenizer
from extractor_training.shape import LOCAL_BASE, PERIOD, Shape

_MATRICES = {
    "q": "self_attn.q_proj",
    "k": "self_attn.k_proj",
    "v": "self_attn.v_proj",
    "o": "self_attn.o_proj",
    "g": "mlp.gate_proj",
    "u": "mlp.up_proj",
    "d": "mlp.down_proj",
}
_NORMS = {
    "n1": "input_layernorm",
    "n2": "post_attention_layernorm",
    "n3": "pre_feedforward_layernorm",
    "n4": "post_feedforward_layernorm",
    "qn": "self_attn.q_norm",
    "kn": "self_attn.k_norm",
}


def read_checkpoint(folder: Path) -> Base:
    """Read a checkpoint.

    Args:
        folder: With config.json, one or more .safetensors, and tokenizer.json or tokenizer.model.

    Raises:
        ValueError: It is no Gemma 3 of text alone, or one that llama.cpp would compute otherwise.
    """
    path = folder / "config.json"
    if not path.is_file():
        raise ValueError(f"{folder} has no config.json: it is no checkpoint in Hugging Face's layout")
    config = json.loads(path.read_bytes())
    shape = _shape(config, path)
    tokenizer = read_tokenizer(folder, shape.vocabulary, config)
    weights = _weights(folder, shape)
    return Base(shape, tokenizer.pieces, weights, GEMMA, (GEMMA_TERMS,), tokenizer.original)


def _shape(config: Mapping[str, Any], path: Path) -> Shape:
    base, local_base = _rope(config)
    layers, every = config["num_hidden_layers"], config.get("layer_types")
    expected = ["sliding_attention" if (layer + 1) % PERIOD else "full_attention" for layer in range(layers)]
    for wrong, told in (
        (config.get("model_type") != "gemma3_text", f"its model_type is {config.get('model_type')!r}, not gemma3_text"),
        (not config.get("tie_word_embeddings", True), "its output head is a matrix of its own"),
        (config.get("rms_norm_eps", 1e-6) != 1e-6, "its norms' epsilon is not 1e-6"),
        (config["query_pre_attn_scalar"] != config["head_dim"], "its queries are not scaled by their width"),
        (local_base != LOCAL_BASE, f"the rotary base of its sliding layers is not {LOCAL_BASE:.0f}"),
        (every is not None and every != expected, f"not every layer but each {PERIOD}th slides"),
    ):
        if wrong:
            raise ValueError(f"{path}: {told}; extractor-train takes Gemma 3 checkpoints of text alone")
    return Shape(
        vocabulary=config["vocab_size"],
        width=config["hidden_size"],
        layers=layers,
        heads=config["num_attention_heads"],
        head_width=config["head_dim"],
        hidden=config["intermediate_size"],
        context=config["max_position_embeddings"],
        rope_base=base,
        kv_heads=config["num_key_value_heads"],
        window=config["sliding_window"],
    )


def _rope(config: Mapping[str, Any]) -> tuple[float, float]:
    """Rotary bases of the layers that see everything and of the others, as older and newer files write them.

    Raises:
        ValueError: Positions are scaled.
    """
    newer = config.get("rope_parameters") or {}
    if config.get("rope_scaling") or any(one.get("rope_type", "default") != "default" for one in newer.values()):
        raise ValueError("its positions are scaled; extractor-train takes Gemma 3 checkpoints that do not scale them")
    if newer:
        return float(newer["full_attention"]["rope_theta"]), float(newer["sliding_attention"]["rope_theta"])
    return float(config["rope_theta"]), float(config["rope_local_base_freq"])


def _weights(folder: Path, shape: Shape) -> dict[str, Tensor]:
    held: dict[str, Tensor] = {}
    for path in sorted(folder.glob("*.safetensors")):
        held |= load_file(path)
    names = {"e.weight": "model.embed_tokens.weight", "n.w": "model.norm.weight"}
    for layer in range(shape.layers):
        names |= {f"b.{layer}.{ours}.weight": f"model.layers.{layer}.{to}.weight" for ours, to in _MATRICES.items()}
        names |= {f"b.{layer}.{ours}.w": f"model.layers.{layer}.{to}.weight" for ours, to in _NORMS.items()}
    if missing := [name for name in names.values() if name not in held]:
        raise ValueError(f"{folder} lacks {len(missing)} tensors, {missing[0]} among them; are all .safetensors there?")
    return {ours: held[theirs].float() for ours, theirs in names.items()}
