"""Writes a Gemma-3-shaped GGUF that unmodified llama.cpp loads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Quantization
from numpy.typing import NDArray

from extractor_training.shape import Shape
from extractor_training.tokenizer import CONTROLS, Pieces, Specials

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = 1, 2, 3, 4, 5, 6


def open_writer(
    path: Path, shape: Shape, pieces: Pieces, metadata: dict[str, str | int | list[str]]
) -> gguf.GGUFWriter:
    """Begin a GGUF: hyper-parameters, vocabulary, `extractor.*` metadata.

    Args:
        path: Where to write.
        shape: The model's shape.
        pieces: Its vocabulary.
        metadata: Key -> value, added as they are.
    """
    writer = gguf.GGUFWriter(str(path), "gemma3")
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head_width)
    writer.add_value_length(shape.head_width)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(shape.rope_base)
    if shape.window:
        writer.add_sliding_window(shape.window)
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(list(pieces.texts))
    writer.add_token_scores(list(pieces.scores))
    writer.add_token_types(pieces.types or [_token_type(i, text) for i, text in enumerate(pieces.texts)])
    writer.add_bos_token_id(pieces.specials.bos)
    writer.add_eos_token_id(pieces.specials.eos)
    writer.add_unk_token_id(pieces.specials.unknown)
    writer.add_pad_token_id(pieces.specials.pad)
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)
    for key, value in metadata.items():
        if isinstance(value, int):
            writer.add_uint32(key, value)
        elif isinstance(value, str):
            writer.add_string(key, value)
        else:
            writer.add_array(key, value)
    return writer


def _token_type(index: int, text: str) -> int:
    if text == "<unk>":
        return UNKNOWN
    if index < len(CONTROLS):
        return CONTROL
    if text.startswith("<0x"):
        return BYTE
    return UNUSED if text.startswith("<unused") else NORMAL


def read_pieces(reader: gguf.GGUFReader) -> Pieces:
    """The vocabulary of a GGUF of Gemma's kind."""

    def field(name: str) -> Any:
        return reader.fields[f"tokenizer.ggml.{name}"].contents()

    ids = (int(field(f"{name}_token_id")) for name in ("bos", "eos", "unknown", "padding"))
    scores = map(float, field("scores"))
    return Pieces(tuple(field("tokens")), tuple(scores), tuple(map(int, field("token_type"))), Specials(*ids))


def write_vocabulary(pieces: Pieces, path: Path, shape: Shape | None = None) -> None:
    """Write a GGUF that holds a vocabulary and no model, for tokenising through llama.cpp."""
    sizes = shape or Shape(vocabulary=len(pieces.texts))
    writer = open_writer(path, sizes, pieces, {})
    add_tensor(writer, "output_norm.weight", np.ones(sizes.width, np.float32), Quantization.F32)
    finish(writer)


def add_tensor(writer: gguf.GGUFWriter, name: str, values: NDArray[np.float32], kind: Quantization) -> None:
    """Add one tensor, quantised on the way."""
    if kind == Quantization.F32:
        writer.add_tensor(name, np.ascontiguousarray(values, dtype=np.float32))
    else:
        writer.add_tensor(name, gguf.quants.quantize(np.ascontiguousarray(values), kind), raw_dtype=kind)


def finish(writer: gguf.GGUFWriter) -> None:
    """Write everything out."""
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
