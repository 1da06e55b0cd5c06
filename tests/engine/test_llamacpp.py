"""llama.cpp behind the protocol: the same scores whatever the batch, shared prefixes, failures that say why."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from extractor.engine.llamacpp import EngineOptions, LlamaCppEngine, open_vocabulary
from extractor.engine.protocol import Work
from extractor.errors import EngineError, ModelError
from extractor.grammar.constraint import Mask
from extractor.grammar.vocabulary import Vocabulary
from tests.engine.tiny_gguf import CONTROLS, USER_DEFINED, vocabulary_texts
from tests.strategies import texts

CLOSE = 2e-2  # a cache in half precision, and kernels that differ with the size of a batch


def _all(engine: LlamaCppEngine) -> Mask:
    return np.full((len(engine.vocabulary) + 31) // 32, -1, np.int32)


def _logits(engine: LlamaCppEngine, *works: Work) -> list[NDArray[np.float32]]:
    scored = sum(work.scored for work in works)
    return [scores.logits.copy() for scores in engine.evaluate(works, lambda: [_all(engine)] * scored)]


def _ids(engine: LlamaCppEngine, text: str) -> list[int]:
    return [engine.vocabulary.controls["<bos>"], *engine.vocabulary.encode(text)]


def test_scores_do_not_depend_on_how_a_text_is_fed(tiny_engine: LlamaCppEngine) -> None:
    ids = _ids(tiny_engine, "Ada paid 42 for the red thing, not 10")
    (whole,) = _logits(tiny_engine, Work(0, 0, ids, scored=True))
    tiny_engine.forget(0)
    for start in range(0, len(ids), 3):
        piece = ids[start : start + 3]
        last = start + len(piece) == len(ids)
        found = _logits(tiny_engine, Work(0, start, piece, scored=last))
    np.testing.assert_allclose(found[0], whole, atol=CLOSE)


def test_scores_do_not_depend_on_company(tiny_engine: LlamaCppEngine) -> None:
    one, other = _ids(tiny_engine, "Ada paid"), _ids(tiny_engine, "the blue place and the green thing")
    (alone,) = _logits(tiny_engine, Work(1, 0, one, scored=True))
    tiny_engine.forget(1)
    together = _logits(tiny_engine, Work(2, 0, other, scored=True), Work(1, 0, one, scored=True))
    np.testing.assert_allclose(together[1], alone, atol=CLOSE)
    assert not np.allclose(together[0], alone, atol=CLOSE)


def test_a_shared_prefix_counts_as_read(tiny_engine: LlamaCppEngine) -> None:
    prefix, body = _ids(tiny_engine, "name total price"), tiny_engine.vocabulary.encode(" Ada 42")
    (whole,) = _logits(tiny_engine, Work(0, 0, prefix + body, scored=True))
    tiny_engine.forget(0)
    assert _logits(tiny_engine, Work(1, 0, prefix, scored=False)) == []
    for target in (2, 3):
        tiny_engine.share(1, target, len(prefix))
        (found,) = _logits(tiny_engine, Work(target, len(prefix), body, scored=True))
        np.testing.assert_allclose(found, whole, atol=CLOSE)


def test_what_was_forgotten_plays_no_part(tiny_engine: LlamaCppEngine) -> None:
    ids, wrong = _ids(tiny_engine, "red green"), tiny_engine.vocabulary.encode(" blue blue blue")
    (wanted,) = _logits(tiny_engine, Work(0, 0, ids, scored=True))
    tiny_engine.forget(0)
    _logits(tiny_engine, Work(0, 0, ids[:-1], scored=False))
    _logits(tiny_engine, Work(0, len(ids) - 1, wrong, scored=True))
    tiny_engine.forget(0, len(ids) - 1)
    (found,) = _logits(tiny_engine, Work(0, len(ids) - 1, ids[-1:], scored=True))
    np.testing.assert_allclose(found, wanted, atol=CLOSE)


def test_only_legal_tokens_are_scored(tiny_engine: LlamaCppEngine) -> None:
    ids = _ids(tiny_engine, "Ada")
    mask = np.zeros_like(_all(tiny_engine))
    legal = [1, 33, 64, 95, len(tiny_engine.vocabulary) - 1]
    for token in legal:
        mask[token // 32] |= np.int32(np.uint32(1 << (token % 32)).view(np.int32))
    (scores,) = tiny_engine.evaluate([Work(0, 0, ids, scored=True)], lambda: [mask])
    assert scores.ids.tolist() == legal
    tiny_engine.forget(0)
    (everything,) = _logits(tiny_engine, Work(0, 0, ids, scored=True))
    np.testing.assert_allclose(scores.logits, everything[legal], atol=CLOSE)
    assert len(everything) == len(tiny_engine.vocabulary)


def test_a_batch_has_its_limits(tiny_engine: LlamaCppEngine) -> None:
    for size in (0, tiny_engine.batch_tokens + 1):
        with pytest.raises(EngineError, match="batch"):
            tiny_engine.evaluate([Work(0, 0, [10] * size, scored=False)], list)
    _logits(tiny_engine, Work(0, 0, [10] * tiny_engine.batch_tokens, scored=False))


def test_a_full_context_is_an_error_and_not_the_end(tiny_model: Path) -> None:
    options = EngineOptions(context_tokens=256, parallel=1, threads=1)
    engine = LlamaCppEngine(tiny_model, template="extractor-1", digest="tiny", options=options)
    assert engine.context_tokens == 256
    with pytest.raises(EngineError, match="room"):
        for sequence in range(engine.sequences):
            for start in range(0, 1024, 128):
                engine.evaluate([Work(sequence, start, [10] * 128, scored=False)], list)
    for sequence in range(engine.sequences):
        engine.forget(sequence)
    assert len(_logits(engine, Work(0, 0, _ids(engine, "Ada"), scored=True))) == 1
    engine.close()
    engine.close()


def test_what_masks_raise_comes_through_and_the_engine_goes_on(tiny_engine: LlamaCppEngine) -> None:
    def masks() -> list[Mask]:
        raise KeyError("on purpose")

    with pytest.raises(KeyError):
        tiny_engine.evaluate([Work(0, 0, _ids(tiny_engine, "Ada"), scored=True)], masks)
    tiny_engine.forget(0)
    assert len(_logits(tiny_engine, Work(0, 0, _ids(tiny_engine, "Ada"), scored=True))) == 1


def test_the_context_never_exceeds_what_the_model_was_trained_to(tiny_model: Path) -> None:
    options = EngineOptions(context_tokens=100_000, parallel=1, threads=1)
    engine = LlamaCppEngine(tiny_model, template="extractor-1", digest="tiny", options=options)
    assert engine.context_tokens == 2048
    engine.close()


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "no.gguf"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelError), open_vocabulary(path):
        pass
    with pytest.raises(ModelError):
        LlamaCppEngine(path, template="extractor-1", digest="")


def test_the_vocabulary_is_the_file_s(tiny_vocabulary: Vocabulary) -> None:
    written = vocabulary_texts()
    assert len(tiny_vocabulary) == len(written)
    assert set(CONTROLS) <= set(tiny_vocabulary.controls)
    assert (tiny_vocabulary.eos, tiny_vocabulary.bos) == (CONTROLS.index("<eos>"), CONTROLS.index("<bos>"))
    for token, text in enumerate(written):
        if text.startswith("<0x"):
            assert tiny_vocabulary.tokens[token] == bytes([int(text[3:5], 16)])
        else:
            assert tiny_vocabulary.tokens[token].decode() == text.replace("\u2581", " ")


@given(texts())
def test_tokens_of_a_text_are_its_bytes(tiny_vocabulary: Vocabulary, text: str) -> None:
    ids = tiny_vocabulary.encode(text)
    assert tiny_vocabulary.decode(ids) == text.encode()
    assert set(tiny_vocabulary.controls.values()).isdisjoint(ids)


@pytest.mark.parametrize("name", [*CONTROLS, *USER_DEFINED, "<0x41>", "</s>", "\u2581", " \u2581 "])
def test_what_looks_like_a_token_is_text(tiny_vocabulary: Vocabulary, name: str) -> None:
    for text in (name, f"a{name}b", f"{name}{name}", f"<{name}>"):
        ids = tiny_vocabulary.encode(text)
        assert tiny_vocabulary.decode(ids) == text.encode()
        assert set(tiny_vocabulary.controls.values()).isdisjoint(ids)
