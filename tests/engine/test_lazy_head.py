"""The lazy head scores legal tokens as the full head does, for every way a head is stored, and fails in the open."""

from __future__ import annotations

import functools
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from gguf import GGMLQuantizationType as Q
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from extractor.engine.llamacpp import EngineOptions, LlamaCppEngine
from extractor.engine.protocol import Scores, Work
from extractor.grammar.constraint import Mask
from extractor.grammar.masks import legal_ids
from tests.engine.tiny_gguf import write_tiny_gguf

HEADS: dict[str, dict[str, object]] = {
    "tied Q8_0": {},
    "tied F16": {"embedding": Q.F16},
    "tied F32": {"embedding": Q.F32},
    "tied Q4_0": {"embedding": Q.Q4_0},
    "tied Q6_K": {"embedding": Q.Q6_K},
    "own Q8_0": {"output": Q.Q8_0},
    "own F16": {"output": Q.F16},
    "own BF16": {"output": Q.BF16},
    "own Q4_0": {"output": Q.Q4_0},
    "own Q6_K": {"output": Q.Q6_K},
    "soft cap": {"softcap": 3.0},
}


def _open(path: Path, head: str) -> LlamaCppEngine:
    options = EngineOptions(parallel=8, threads=1, context_tokens=256, head=head)  # type: ignore[arg-type]
    return LlamaCppEngine(path, template="extractor-1", digest="any", options=options)


def _mask(tokens: int, legal: NDArray[np.int64]) -> Mask:
    bits = np.zeros((tokens + 31) // 32 * 32, np.uint8)
    bits[legal] = 1
    return np.packbits(bits, bitorder="little").view(np.int32)


def _steps(tokens: int, most: int) -> list[tuple[list[Work], list[Mask]]]:
    """Batches of up to eight sequences, several pieces long, with sets of one token to all tokens."""
    chance, steps = random.Random(5), []
    numbers = np.random.default_rng(5)
    ends = [0] * 8
    for _ in range(6):
        works, masks = [], []
        for sequence in chance.sample(range(8), chance.randint(1, 8)):
            ids = [chance.randrange(20, tokens) for _ in range(chance.choice([1, 1, 3, 25]))]
            works.append(Work(sequence, ends[sequence], ids, scored=chance.random() < 0.8))
            ends[sequence] += len(ids)
            size = chance.choice([1, 2, 30 if most >= 30 else 1, most, tokens])
            masks += [_mask(tokens, numbers.permutation(tokens)[:size])] * works[-1].scored
        steps.append((works, masks))
    return steps


def _run(engine: LlamaCppEngine, steps: Sequence[tuple[list[Work], list[Mask]]]) -> list[Scores]:
    found = []
    for works, masks in steps:
        found += engine.evaluate(works, functools.partial(list, masks))
    return found


@pytest.mark.parametrize("head", HEADS)
def test_legal_tokens_score_as_with_the_full_head(head: str, tmp_path: Path) -> None:
    path = write_tiny_gguf(tmp_path / "head.gguf", width=256, scale=0.1, **HEADS[head])  # type: ignore[arg-type]
    lazy, full = _open(path, "lazy"), _open(path, "full")
    assert lazy.head is not None
    assert full.head is None
    steps = _steps(len(lazy.vocabulary), lazy.head.most)
    for ours, theirs in zip(_run(lazy, steps), _run(full, steps), strict=True):
        assert (ours.ids == theirs.ids).all()
        np.testing.assert_allclose(ours.logits, theirs.logits, atol=max(1e-4, 2 * lazy.head.rounding))
        order = np.sort(theirs.logits)
        if len(order) == 1 or order[-1] - order[-2] > 2 * lazy.head.rounding:
            assert ours.logits.argmax() == theirs.logits.argmax()
    lazy.close()
    full.close()


def test_what_goes_wrong_inside_the_callback_comes_through(tmp_path: Path) -> None:
    path = write_tiny_gguf(tmp_path / "tiny.gguf")
    engine = _open(path, "lazy")
    mask = _mask(len(engine.vocabulary), np.arange(3))

    def masks() -> list[Mask]:
        raise KeyError("on purpose")

    with pytest.raises(KeyError):
        engine.evaluate([Work(0, 0, [20, 21], scored=True)], masks)
    (found,) = engine.evaluate([Work(0, 2, [22], scored=True)], lambda: [mask])
    engine.forget(0)
    (wanted,) = engine.evaluate([Work(0, 0, [20, 21, 22], scored=True)], lambda: [mask])
    assert found.logits.tobytes() == wanted.logits.tobytes()
    engine.close()


def test_a_head_that_is_more_than_a_matrix_is_left_to_llama_cpp(tmp_path: Path) -> None:
    path = write_tiny_gguf(tmp_path / "scaled.gguf", extra={"gemma3.logit_scale": 2.0})
    engine = _open(path, "lazy")
    assert engine.head is None
    engine.close()


def test_a_small_vocabulary_keeps_the_full_head(tiny_engine: LlamaCppEngine) -> None:
    assert tiny_engine.head is None


@given(st.integers(1, 300), st.data())
def test_a_mask_as_a_list(tokens: int, data: st.DataObject) -> None:
    legal = sorted(data.draw(st.sets(st.integers(0, tokens - 1))))
    mask = _mask(tokens, np.array(legal, np.int64))
    assert legal_ids(mask, tokens).tolist() == legal
    mask.view(np.uint8)[-1] |= 0x80  # a bit beyond the vocabulary, or of its last token
    assert [token for token in legal_ids(mask, tokens) if token not in legal] in ([], [tokens - 1])
