"""The embedded model's own tokenizer: a BPE in which a word is cut the same way wherever it stands.

Copying from the text is most of the model's work, and a copied value begins a string (`"Acme`) where the text had a
space before it (` Acme`). So merges are learnt on bare words; a leading space is merged last of all, onto whatever
piece the word begins with. The pieces of a word are then the same in both places, but for the mark on the first.
Digits stand alone. Structure of the record layout has pieces of its own.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import sentencepiece as spm

SPACE = "▁"
CONTROLS = ("<pad>", "<eos>", "<bos>", "<unk>", "<schema>", "<text>", "<record>")
STRUCTURE = ('{"', '":', f'":{SPACE}', f",{SPACE}", f',{SPACE}"')
_WORD = re.compile(r"[^\W\d_]+")
_SPACED_WORD = re.compile(r" ([^\W\d_]+|\S)")


@dataclass(frozen=True, slots=True)
class Specials:
    """Token ids; the defaults are those of the vocabularies that `train` makes."""

    bos: int = CONTROLS.index("<bos>")
    eos: int = CONTROLS.index("<eos>")
    unknown: int = CONTROLS.index("<unk>")
    pad: int = CONTROLS.index("<pad>")


@dataclass(frozen=True, slots=True)
class Pieces:
    """A vocabulary in SentencePiece's terms.

    Attributes:
        texts: Of every token.
        scores: Of every token; pairs of pieces are merged into the piece of the highest score first.
        types: Of every token, as GGUF numbers them; none: those of the vocabularies that `train` makes.
        specials: Ids of the tokens that begin and end a text, stand for what is unknown, and fill rows up.
    """

    texts: tuple[str, ...]
    scores: tuple[float, ...]
    types: tuple[int, ...] = ()
    specials: Specials = Specials()

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(json.dumps({"texts": self.texts, "scores": self.scores}, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Pieces:
        """Read what `save` wrote."""
        loaded = json.loads(path.read_text(encoding="utf-8"))
        return cls(tuple(loaded["texts"]), tuple(loaded["scores"]))


def _learn(words: Counter[str], size: int) -> tuple[list[str], spm.SentencePieceProcessor]:
    """Merged pieces in the order they were learnt, and a processor that cuts bare words."""
    table = "\n".join(f"{word}\t{count}" for word, count in words.items())
    model = io.BytesIO()
    path = Path("words.tsv")
    path.write_text(table, encoding="utf-8")
    spm.SentencePieceTrainer.train(
        input=str(path),
        input_format="tsv",
        model_writer=model,
        vocab_size=size,
        model_type="bpe",
        character_coverage=1.0,
        normalization_rule_name="identity",
        add_dummy_prefix=False,
        hard_vocab_limit=False,
        num_threads=2,
    )
    path.unlink()
    processor = spm.SentencePieceProcessor(model_proto=model.getvalue())
    learnt = [processor.id_to_piece(i) for i in range(processor.vocab_size()) if not processor.is_control(i)]
    return [piece for piece in learnt if len(piece) > 1 and SPACE not in piece and piece != "<unk>"], processor


def train(texts: Iterable[str], size: int, spaced: int, min_character_count: int = 4) -> Pieces:
    """Learn a vocabulary.

    Args:
        texts: What to learn from.
        size: Tokens in all.
        spaced: How many of them are a piece with a space before it.
        min_character_count: Rarer characters are spelled in bytes.
    """
    words: Counter[str] = Counter()
    starts: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for text in texts:
        characters.update(text)
        words.update(_WORD.findall(text))
        starts.update(_SPACED_WORD.findall(text))
    plain = sorted({c for c, n in characters.items() if n >= min_character_count} | set(map(chr, range(33, 127))))
    plain = [c for c in plain if c not in (" ", SPACE)] + ["\n", SPACE]
    plain = list(dict.fromkeys(plain))
    room = size - len(CONTROLS) - 256 - len(plain) - len(STRUCTURE) - spaced
    merged, processor = _learn(Counter({w: n for w, n in words.items() if n > 1}), room + 2000)
    merged = merged[:room]
    return _assemble(plain, merged, _spaced(starts, merged, spaced, processor), size)


def _spaced(starts: Counter[str], merged: list[str], count: int, processor: spm.SentencePieceProcessor) -> list[str]:
    """The pieces most often met right after a space."""
    known = set(merged)
    first: Counter[str] = Counter()
    for word, n in starts.items():
        for piece in processor.encode(word, out_type=str):
            if len(piece) == 1 or piece in known:
                first[SPACE + piece] += n
            else:
                first[SPACE + piece[0]] += n
            break
    return [piece for piece, _ in first.most_common(count)]


def _assemble(plain: list[str], merged: list[str], spaced: list[str], size: int) -> Pieces:
    ranked = [*STRUCTURE, *merged, *spaced]
    texts = [*CONTROLS, *(f"<0x{i:02X}>" for i in range(256)), *plain, *ranked]
    bottom = -float(len(ranked) + 1)
    scores = [0.0] * (len(CONTROLS) + 256) + [bottom] * len(plain) + [-float(i + 1) for i in range(len(ranked))]
    while len(texts) < size:
        texts.append(f"<unused{size - len(texts)}>")
        scores.append(bottom)
    return Pieces(tuple(texts), tuple(scores))
