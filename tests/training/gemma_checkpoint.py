"""A tiny Gemma 3 checkpoint of random weights in Hugging Face's layout, with a tokenizer of Gemma's kind."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sentencepiece as spm

SPECIAL = ("<pad>", "<eos>", "<bos>", "<unk>")
TURNS = ("<start_of_turn>", "<end_of_turn>")
LOOKED_UP = ("\n", "\n\n", "<table>")
CONFIG: dict[str, Any] = {
    "model_type": "gemma3_text",
    "hidden_size": 64,
    "num_hidden_layers": 7,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 32,
    "intermediate_size": 96,
    "sliding_window": 8,
    "query_pre_attn_scalar": 32,
    "max_position_embeddings": 512,
    "rms_norm_eps": 1e-6,
    "rope_theta": 1000000.0,
    "rope_local_base_freq": 10000.0,
    "rope_scaling": None,
    "pad_token_id": 0,
    "eos_token_id": 1,
    "bos_token_id": 2,
}


def write_checkpoint(folder: Path, texts: Sequence[str], *, sentencepiece: bool = False) -> Path:
    """Write the folder; the tokenizer is learnt from some texts, and written as tokenizer.json or tokenizer.model."""
    import torch
    from safetensors.torch import save_file

    folder.mkdir()
    size = write_tokenizer(folder, texts, sentencepiece=sentencepiece)
    config = {**CONFIG, "vocab_size": size + 5}  # published tables have rows to spare
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    torch.manual_seed(0)
    save_file({name: torch.randn(shape) * 0.1 for name, shape in shapes(config)}, folder / "model.safetensors")
    return folder


def shapes(config: dict[str, Any]) -> list[tuple[str, tuple[int, ...]]]:
    """Names and shapes of a checkpoint's tensors."""
    width, head, hidden = config["hidden_size"], config["head_dim"], config["intermediate_size"]
    queries, keys = config["num_attention_heads"] * head, config["num_key_value_heads"] * head
    matrices = {"self_attn.q_proj": (queries, width), "self_attn.k_proj": (keys, width)}
    matrices |= {"self_attn.v_proj": (keys, width), "self_attn.o_proj": (width, queries)}
    matrices |= {"mlp.gate_proj": (hidden, width), "mlp.up_proj": (hidden, width), "mlp.down_proj": (width, hidden)}
    places = ("input", "post_attention", "pre_feedforward", "post_feedforward")
    norms = {f"{place}_layernorm": (width,) for place in places}
    norms |= {"self_attn.q_norm": (head,), "self_attn.k_norm": (head,)}
    found: list[tuple[str, tuple[int, ...]]] = [("model.embed_tokens.weight", (config["vocab_size"], width))]
    for layer in range(config["num_hidden_layers"]):
        parts = {**matrices, **norms}
        found += [(f"model.layers.{layer}.{name}.weight", shape) for name, shape in parts.items()]
    return [*found, ("model.norm.weight", (width,))]


def write_tokenizer(folder: Path, texts: Sequence[str], *, sentencepiece: bool) -> int:
    """Learn a BPE that falls back to bytes; return how many tokens it has."""
    model = io.BytesIO()
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=model,
        model_type="bpe",
        vocab_size=520,
        hard_vocab_limit=False,
        byte_fallback=True,
        character_coverage=1.0,
        normalization_rule_name="identity",
        add_dummy_prefix=False,
        remove_extra_whitespaces=False,
        pad_id=0,
        eos_id=1,
        bos_id=2,
        unk_id=3,
        pad_piece="<pad>",
        eos_piece="<eos>",
        bos_piece="<bos>",
        control_symbols=list(TURNS),
        user_defined_symbols=list(LOOKED_UP),
        num_threads=1,
        minloglevel=2,
    )
    processor = spm.SentencePieceProcessor(model_proto=model.getvalue())
    pieces = [processor.id_to_piece(token) for token in range(processor.vocab_size())]
    added = {
        token: text in (*SPECIAL, *TURNS) for token, text in enumerate(pieces) if text in (*SPECIAL, *TURNS, *LOOKED_UP)
    }
    if sentencepiece:
        (folder / "tokenizer.model").write_bytes(model.getvalue())
        decoder = {token: {"content": pieces[token], "special": special} for token, special in added.items()}
        (folder / "tokenizer_config.json").write_text(json.dumps({"added_tokens_decoder": decoder}), encoding="utf-8")
    else:
        _write_json(folder / "tokenizer.json", pieces, processor, added)
    return len(pieces)


def _write_json(path: Path, pieces: list[str], processor: Any, added: dict[int, bool]) -> None:
    """The same as merges, as SentencePiece models are converted: every split of a piece, the best piece first."""
    from tokenizers import AddedToken, Tokenizer, models, normalizers

    tokens = {text: token for token, text in enumerate(pieces)}
    plain = [t for t in range(len(pieces)) if t not in added and not processor.is_byte(t) and len(pieces[t]) > 1]
    merges = [
        (pieces[token][:cut], pieces[token][cut:])
        for token in sorted(plain, key=lambda t: -processor.get_score(t))
        for cut in range(1, len(pieces[token]))
        if pieces[token][:cut] in tokens and pieces[token][cut:] in tokens
    ]
    made = Tokenizer(models.BPE(tokens, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    made.normalizer = normalizers.Replace(" ", "▁")
    made.add_special_tokens([AddedToken(pieces[t], normalized=False) for t, special in added.items() if special])
    made.add_tokens([AddedToken(pieces[t], normalized=False) for t, special in added.items() if not special])
    made.save(str(path))
