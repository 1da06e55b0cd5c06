"""Tiny GGUF files of Gemma 3's architecture, random weights, for tests of the store."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Q

WIDTH = 32
BYTE_TOKENS = [f"<0x{i:02X}>" for i in range(256)]


def write_tiny(
    path: Path,
    *,
    architecture: str = "gemma3",
    layers: int = 2,
    tokens: int = 300,
    extra: Mapping[str, str | int] | None = None,
    seed: int = 0,
) -> Path:
    """Write a model that the header scan accepts, and that llama.cpp loads (with 300 tokens or more)."""
    writer = gguf.GGUFWriter(str(path), architecture)
    writer.add_name("tiny")
    for add, number in (
        (writer.add_context_length, 128),
        (writer.add_embedding_length, WIDTH),
        (writer.add_block_count, layers),
        (writer.add_feed_forward_length, 64),
        (writer.add_head_count, 1),
        (writer.add_head_count_kv, 1),
        (writer.add_key_length, WIDTH),
        (writer.add_value_length, WIDTH),
        (writer.add_sliding_window, 64),
    ):
        add(number)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e4)
    for key, value in (extra or {}).items():
        if isinstance(value, int):
            writer.add_uint32(key, value)
        else:
            writer.add_string(key, value)
    _add_vocabulary(writer, tokens)
    _add_weights(writer, layers, tokens, np.random.default_rng(seed))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_vocabulary(writer: gguf.GGUFWriter, count: int) -> None:
    pieces = ["<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"]
    types = [3, 3, 3, 2, 3, 3]
    more = [*BYTE_TOKENS, *(f"w{i}" for i in range(count))][: count - len(pieces)]
    writer.add_tokenizer_model("llama")
    writer.add_token_list(pieces + more)
    writer.add_token_scores([-float(i) for i in range(count)])
    writer.add_token_types(types + [6 if piece.startswith("<0x") else 1 for piece in more])
    writer.add_bos_token_id(2)
    writer.add_eos_token_id(1)
    writer.add_unk_token_id(3)


def _add_weights(writer: gguf.GGUFWriter, layers: int, tokens: int, rng: np.random.Generator) -> None:
    def matrix(name: str, rows: int, columns: int, kind: Q) -> None:
        values = rng.standard_normal((rows, columns), dtype=np.float32) * 0.1
        writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)

    def ones(name: str) -> None:
        writer.add_tensor(name, np.ones(WIDTH, np.float32))

    matrix("token_embd.weight", tokens, WIDTH, Q.Q8_0)
    ones("output_norm.weight")
    for layer in range(layers):
        block = f"blk.{layer}."
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            matrix(f"{block}{name}.weight", WIDTH, WIDTH, Q.Q4_0)
        matrix(f"{block}ffn_gate.weight", 64, WIDTH, Q.Q4_0)
        matrix(f"{block}ffn_up.weight", 64, WIDTH, Q.Q4_0)
        matrix(f"{block}ffn_down.weight", WIDTH, 64, Q.Q4_0)
        norms = ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm", "attn_q_norm", "attn_k_norm")
        for name in norms:
            ones(f"{block}{name}.weight")
