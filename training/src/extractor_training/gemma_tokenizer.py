"""The tokenizer of a published Gemma checkpoint as pieces that llama.cpp reads, and the original to compare with.

Gemma's is a SentencePiece BPE that falls back to bytes; checkpoints hold it as `tokenizer.json` (the order of merges),
as `tokenizer.model` (a score a piece), or both. Pieces are merged alike either way: the earlier a merge, the higher the
score of what it makes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sentencepiece as spm

from extractor.grammar.vocabulary import Vocabulary
from extractor_training.gguf_writer import BYTE, CONTROL, NORMAL, UNKNOWN, UNUSED, USER_DEFINED
from extractor_training.tokenizer import Pieces, Specials

_UNKNOWN_TEXT = "<unk>"


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """A vocabulary, and how the checkpoint's own library tokenises plain text with it."""

    pieces: Pieces
    original: Callable[[str], list[int]]


def read_tokenizer(folder: Path, size: int, config: Mapping[str, Any]) -> Tokenizer:
    """Read a checkpoint's tokenizer.

    Args:
        folder: Of the checkpoint.
        size: Rows of the embedding; tokens beyond are left out, rows without a token are called unused.
        config: The checkpoint's, which names the tokens that begin, end and fill.

    Raises:
        ValueError: There is none, or of another kind.
    """
    if (folder / "tokenizer.json").is_file():
        texts, scores, types, original = _of_json(folder / "tokenizer.json")
    elif (folder / "tokenizer.model").is_file():
        texts, scores, types, original = _of_sentencepiece(folder / "tokenizer.model")
    else:
        raise ValueError(f"{folder} has no tokenizer.json and no tokenizer.model")
    for token, control in _added(folder).items():
        if token < len(types) and types[token] not in (UNKNOWN, BYTE):
            types[token] = CONTROL if control else USER_DEFINED
    missing = range(len(texts), size)
    texts += [f"<unused_row_{token}>" for token in missing]
    scores += [min(scores) - 1] * len(missing)
    types += [UNUSED] * len(missing)
    bos, eos, pad = (int(config.get(f"{name}_token_id") or 0) for name in ("bos", "eos", "pad"))
    specials = Specials(bos, eos, texts.index(_UNKNOWN_TEXT), pad)
    return Tokenizer(Pieces(tuple(texts[:size]), tuple(scores[:size]), tuple(types[:size]), specials), original)


_Read = tuple[list[str], list[float], list[int], Callable[[str], list[int]]]


def _of_json(path: Path) -> _Read:
    from tokenizers import Tokenizer as Fast

    held = json.loads(path.read_bytes())
    model = held["model"]
    if model["type"] != "BPE" or not model.get("byte_fallback"):
        raise ValueError(f"{path} is no BPE that falls back to bytes, as Gemma's is")
    tokens = {**model["vocab"], **{added["content"]: added["id"] for added in held["added_tokens"]}}
    ranks: dict[str, int] = {}
    for rank, pair in enumerate(model["merges"]):
        left, right = pair.split(" ") if isinstance(pair, str) else pair
        ranks.setdefault(left + right, rank)
    texts = [""] * (max(tokens.values()) + 1)
    for text, token in tokens.items():
        texts[token] = text
    scores = [-float(ranks.get(text, len(ranks))) for text in texts]
    fast = Fast.from_file(str(path))
    return texts, scores, [_type(text) for text in texts], lambda text: fast.encode(text, add_special_tokens=False).ids


def _of_sentencepiece(path: Path) -> _Read:
    processor = spm.SentencePieceProcessor(model_file=str(path))
    tokens = range(processor.vocab_size())
    texts = [processor.id_to_piece(token) for token in tokens]
    types = [
        CONTROL if processor.is_control(token) else UNUSED if processor.is_unused(token) else _type(texts[token])
        for token in tokens
    ]
    return texts, [processor.get_score(token) for token in tokens], types, processor.encode


def _type(text: str) -> int:
    if text == _UNKNOWN_TEXT:
        return UNKNOWN
    return BYTE if len(text) == 6 and text.startswith("<0x") else NORMAL


def _added(folder: Path) -> dict[int, bool]:
    """Tokens that are looked up in a text before anything is merged -> whether they are control tokens."""
    found: dict[int, bool] = {}
    if (config := folder / "tokenizer_config.json").is_file():
        decoder = json.loads(config.read_bytes()).get("added_tokens_decoder", {})
        found |= {int(token): bool(added.get("special")) for token, added in decoder.items()}
    if (path := folder / "tokenizer.json").is_file():
        added_tokens = json.loads(path.read_bytes()).get("added_tokens", [])
        found |= {added["id"]: bool(added.get("special")) for added in added_tokens}
    return found


def check_tokenizer(vocabulary: Vocabulary, original: Callable[[str], list[int]], texts: Iterable[str]) -> None:
    """Check that llama.cpp tokenises texts as the checkpoint's own library does.

    Texts with the name of a control token in them are left out: extractor spells those out, on purpose.

    Raises:
        ValueError: It does not; the message holds the text.
    """
    for text in texts:
        if not any(name in text for name in vocabulary.controls):
            ours, theirs = vocabulary.encode(text), list(original(text))
            if ours != theirs:
                raise ValueError(
                    f"llama.cpp would tokenise {text[:200]!r} as {ours[:20]}, the original as {theirs[:20]}"
                )
