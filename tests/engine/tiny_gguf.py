"""A tiny Gemma-3-shaped GGUF with random weights and a vocabulary like the embedded model's, for tests.

It loads in llama.cpp in milliseconds and says nothing sensible: what it is good for is everything that must hold
whatever a model says. Its vocabulary has merges that could cross the seams of a record (`": "`, `",`), pieces with a
leading space, and two USER_DEFINED tokens that look like markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Q
from numpy.typing import NDArray

from extractor.prompt.template import ExtractorTemplate

CONTROLS = ("<pad>", "<eos>", "<bos>", "<unk>", "<schema>", "<text>", "<record>")
USER_DEFINED = ("<table>", "<start_of_turn>")
_SPACE = "\u2581"
_SEAMS = ('{"', '":', f'":{_SPACE}', f",{_SPACE}", f',{_SPACE}"', '",', f'",{_SPACE}"', "[{", '"}', "}]")
_WORDS = """
total name invoice kind items label children more trees id Ada Ada's café naïve price null true false the and of for
positive negative neutral say back slash number date person place red green blue thing entities text 10 20 42
"""
_NORMAL, _UNKNOWN, _CONTROL, _USER_DEFINED, _BYTE = 1, 2, 3, 4, 6


def vocabulary_texts() -> list[str]:
    """The pieces, in order of their ids: controls, user-defined, bytes, characters, merges (best first)."""
    characters = [*map(chr, range(33, 127)), "\n", _SPACE, *"éïç北京日本語한국👍"]
    starts = [word[:size] for word in _WORDS.split() for size in range(2, len(word) + 1)]
    spaced = [_SPACE + start for word in _WORDS.split() for start in (word[0], word[:3], word)]
    merges = list(dict.fromkeys([*_SEAMS, *starts, *spaced]))
    return list(dict.fromkeys([*CONTROLS, *USER_DEFINED, *(f"<0x{i:02X}>" for i in range(256)), *characters, *merges]))


def _type(text: str) -> int:
    if text == "<unk>":
        return _UNKNOWN
    if text in CONTROLS:
        return _CONTROL
    if text in USER_DEFINED:
        return _USER_DEFINED
    return _BYTE if text.startswith("<0x") else _NORMAL


def write_tiny_gguf(
    path: Path,
    *,
    template: str = ExtractorTemplate.name,
    layers: int = 2,
    width: int = 32,
    context: int = 2048,
    window: int = 0,
    scale: float = 0.4,
    seed: int = 0,
    embedding: Q = Q.Q8_0,
    output: Q | None = None,
    softcap: float = 0.0,
    extra: Mapping[str, float] = MappingProxyType({}),
) -> Path:
    """Write the model.

    Args:
        path: Where to write.
        template: Prompt template it says it was made for.
        layers: Blocks.
        width: Of the residual stream, a multiple of 32.
        context: Positions it says it was trained to.
        window: Positions that sliding layers see; 0: no layer slides.
        scale: Standard deviation of the weights; larger ones make the model's preferences stronger.
        seed: Of the weights.
        embedding: Type of the embeddings.
        output: Type of an output matrix of its own; None: the embeddings are the output matrix.
        softcap: Of the logits; 0: none.
        extra: More numbers for the header.

    Returns:
        `path`.
    """
    texts = vocabulary_texts()
    writer = gguf.GGUFWriter(str(path), "gemma3")
    _write_shape(writer, layers, width, context)
    if window:
        writer.add_sliding_window(window)
    if softcap:
        writer.add_final_logit_softcapping(softcap)
    for key, value in extra.items():
        writer.add_float32(key, value)
    _write_vocabulary(writer, texts)
    writer.add_string("extractor.template", template)
    writer.add_uint32("extractor.layout", 1)
    rng = np.random.default_rng(seed)
    embeddings = rng.standard_normal((len(texts), width), dtype=np.float32) * scale
    _write_matrix(writer, "token_embd.weight", embeddings, embedding)
    _write_weights(writer, layers, width, rng, scale)
    if output is not None:
        own = rng.standard_normal((len(texts), width), dtype=np.float32) * scale
        _write_matrix(writer, "output.weight", own, output)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _write_shape(writer: gguf.GGUFWriter, layers: int, width: int, context: int) -> None:
    writer.add_name("tiny-random")
    writer.add_context_length(context)
    writer.add_embedding_length(width)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(2 * width)
    writer.add_head_count(2)
    writer.add_head_count_kv(1)
    writer.add_key_length(width // 2)
    writer.add_value_length(width // 2)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e4)


def _write_vocabulary(writer: gguf.GGUFWriter, texts: list[str]) -> None:
    first_merge = texts.index(_SEAMS[0])
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(texts)
    writer.add_token_scores([-float(max(0, i - first_merge + 1)) for i in range(len(texts))])
    writer.add_token_types([_type(text) for text in texts])
    writer.add_bos_token_id(CONTROLS.index("<bos>"))
    writer.add_eos_token_id(CONTROLS.index("<eos>"))
    writer.add_unk_token_id(CONTROLS.index("<unk>"))
    writer.add_pad_token_id(CONTROLS.index("<pad>"))
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)


def _write_matrix(writer: gguf.GGUFWriter, name: str, values: NDArray[np.float32], kind: Q) -> None:
    data = _six_bits(values) if kind == Q.Q6_K else gguf.quants.quantize(values, kind)
    writer.add_tensor(name, data, raw_dtype=kind)


def _six_bits(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Blocks of Q6_K, which the `gguf` package cannot write: random bits, a small scale."""
    rows, columns = values.shape
    blocks = np.random.default_rng(1).integers(0, 256, (rows, columns // 256, 210), dtype=np.uint8)
    blocks[:, :, 192:208] = 16
    blocks[:, :, 208:] = np.frombuffer(np.float16(0.001).tobytes(), np.uint8)
    return blocks.reshape(rows, -1)


def _write_weights(writer: gguf.GGUFWriter, layers: int, width: int, rng: np.random.Generator, scale: float) -> None:
    def matrix(name: str, rows: int, columns: int) -> None:
        _write_matrix(writer, name, rng.standard_normal((rows, columns), dtype=np.float32) * scale, Q.Q8_0)

    def ones(name: str, size: int) -> None:
        writer.add_tensor(name, np.ones(size, np.float32))

    half, hidden = width // 2, 2 * width
    ones("output_norm.weight", width)
    for layer in range(layers):
        block = f"blk.{layer}."
        matrix(f"{block}attn_q.weight", width, width)
        matrix(f"{block}attn_k.weight", half, width)
        matrix(f"{block}attn_v.weight", half, width)
        matrix(f"{block}attn_output.weight", width, width)
        matrix(f"{block}ffn_gate.weight", hidden, width)
        matrix(f"{block}ffn_up.weight", hidden, width)
        matrix(f"{block}ffn_down.weight", width, hidden)
        for name in ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"):
            ones(f"{block}{name}.weight", width)
        for name in ("attn_q_norm", "attn_k_norm"):
            ones(f"{block}{name}.weight", half)
