"""What an engine scores for a text is the same to the last bit, whatever runs beside or before it, on any threads."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

import extractor
from extractor.engine.llamacpp import EngineOptions, LlamaCppEngine
from extractor.engine.protocol import PREFIX_SEQUENCES, Work
from tests.engine.tiny_gguf import write_tiny_gguf

EMBEDDED = Path(extractor.__file__).parent / "models" / "embedded.gguf"
PARALLEL = 6


@pytest.fixture(params=["tiny", "sliding", "embedded", "lazy"])
def engine(request: pytest.FixtureRequest, tiny_model: Path, tmp_path: Path) -> Iterator[LlamaCppEngine]:
    path = _sliding(tmp_path) if request.param == "sliding" else tiny_model if request.param == "tiny" else EMBEDDED
    head: Literal["lazy", "full"] = "lazy" if request.param == "lazy" else "full"
    options = EngineOptions(parallel=PARALLEL, threads=1, context_tokens=512, head=head)
    opened = LlamaCppEngine(path, template="extractor-1", digest="any", options=options)
    yield opened
    opened.close()


def _sliding(folder: Path) -> Path:
    """A model whose first layers see 40 positions: llama.cpp would use the cells of older ones again."""
    return write_tiny_gguf(folder / "sliding.gguf", layers=7, window=40)


@dataclass
class Text:
    """Tokens in the pieces in which they are fed; every piece is scored."""

    prefix: int
    pieces: list[list[int]]
    scores: list[bytes] = field(default_factory=list)

    def alone(self, engine: LlamaCppEngine, prefixes: list[list[int]]) -> list[bytes]:
        position = _read(engine, 0, prefixes[self.prefix])
        engine.share(0, PREFIX_SEQUENCES, position)
        found = []
        for piece in self.pieces:
            found += _scores(engine, [Work(PREFIX_SEQUENCES, position, piece, scored=True)])
            position += len(piece)
        engine.forget(PREFIX_SEQUENCES)
        engine.forget(0)
        return found


def _scores(engine: LlamaCppEngine, works: list[Work]) -> list[bytes]:
    every = np.full((len(engine.vocabulary) + 31) // 32, -1, np.int32)
    few = np.zeros_like(every)
    few[::64] = 0x10101
    masks = [few if work.tokens[0] % 2 else every for work in works]
    return [scores.logits.tobytes() for scores in engine.evaluate(works, lambda: masks)]


def _read(engine: LlamaCppEngine, sequence: int, tokens: list[int]) -> int:
    engine.forget(sequence)
    engine.evaluate([Work(sequence, 0, tokens, scored=False)], list)
    return len(tokens)


def _texts(engine: LlamaCppEngine, chance: random.Random, count: int) -> tuple[list[list[int]], list[Text]]:
    def tokens(size: int) -> list[int]:
        return [chance.randrange(10, len(engine.vocabulary)) for _ in range(size)]

    prefixes = [tokens(size) for size in (70, 3, 130)]
    sizes = [[chance.randint(1, 90), *(chance.choice([1, 1, 1, 2, 5]) for _ in range(5))] for _ in range(count)]
    return prefixes, [Text(chance.randrange(3), [tokens(size) for size in pieces]) for pieces in sizes]


def _together(engine: LlamaCppEngine, prefixes: list[list[int]], texts: list[Text], chance: random.Random) -> None:
    """Feed all texts, as many beside each other as there are sequences, starting and pausing by chance."""
    waiting, free = list(texts), list(range(PREFIX_SEQUENCES, engine.sequences))
    running: dict[int, tuple[Text, int, int]] = {}
    ends: dict[int, int] = {}
    while waiting or running:
        while waiting and free and (not running or chance.random() < 0.6):
            text, sequence = waiting.pop(), free.pop()
            if text.prefix not in ends or chance.random() < 0.1:
                if any(other.prefix == text.prefix for other, _, _ in running.values()):
                    ends.setdefault(text.prefix, len(prefixes[text.prefix]))
                else:
                    engine.forget(text.prefix)
                    ends[text.prefix] = _read(engine, text.prefix, prefixes[text.prefix])
            engine.share(text.prefix, sequence, ends[text.prefix])
            running[sequence] = (text, 0, ends[text.prefix])
        chosen = [sequence for sequence in running if chance.random() < 0.8]
        chance.shuffle(chosen)
        works = [
            Work(sequence, position, text.pieces[index], scored=True)
            for sequence in chosen
            for text, index, position in [running[sequence]]
        ]
        if not works:
            continue
        engine.threads = chance.choice((1, 2, 3))
        for work, found in zip(works, _scores(engine, works), strict=True):
            text, index, position = running[work.sequence]
            text.scores.append(found)
            running[work.sequence] = (text, index + 1, position + len(work.tokens))
            if index + 1 == len(text.pieces):
                del running[work.sequence]
                engine.forget(work.sequence)
                free.append(work.sequence)


def test_scores_are_the_same_alone_and_in_company(engine: LlamaCppEngine) -> None:
    chance = random.Random(7)
    prefixes, texts = _texts(engine, chance, 16)
    _together(engine, prefixes, texts, chance)
    engine.threads = 1
    for text in texts:
        assert text.scores == text.alone(engine, prefixes)
