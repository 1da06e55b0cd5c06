"""Texts lose words; what their records quote stays, and so does the record."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("extractor_training", reason="the training distribution is not installed")

from extractor_training.dataset import Example, Group, batches
from extractor_training.tokenizer import CONTROLS, SPACE, Pieces
from extractor_training.word_dropout import WordDropout

_WORDS = ("book", f"{SPACE}a", f"{SPACE}ta", "ble", f"{SPACE}at", f"{SPACE}the", f"{SPACE}old", f"{SPACE}inn", "7", "!")
_TEXTS = (*CONTROLS, *_WORDS, '{"', "book_it", "}")
_PIECES = Pieces(_TEXTS, (0.0,) * len(_TEXTS))
_RECORD = _TEXTS.index("<record>")


def _example(words: list[str], quoted: list[str]) -> Example:
    record = ['{"', "book_it", *quoted, "}"]
    ids = [_TEXTS.index(piece) for piece in ["<text>", *words, "<record>", *record]]
    opened = [False] * (len(words) + 2) + [piece in quoted for piece in record]
    return Example(np.array(ids, np.int32), np.array(opened))


def _split(example: Example) -> tuple[list[int], list[int], list[bool]]:
    end = example.ids.tolist().index(_RECORD)
    return example.ids[1:end].tolist(), example.ids[end:].tolist(), example.open[end:].tolist()


_SENTENCES = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=12)


@given(_SENTENCES, _SENTENCES, st.data(), st.integers(0, 99))
def test_what_is_quoted_and_what_is_no_word_stays_in_order(
    words: list[str], others: list[str], data: st.DataObject, seed: int
) -> None:
    quoted = data.draw(st.lists(st.sampled_from(words), max_size=3))
    example = _example(words, quoted)
    worn = WordDropout(_PIECES, 0.9)(random.Random(seed), example, _example(others, []))
    text, record, opened = _split(worn)
    assert (record, opened) == _split(example)[1:]
    assert not worn.open[: -len(opened)].any()
    kept = [_TEXTS.index(piece) for piece in words if piece in quoted or not piece.lstrip(SPACE).isalpha()]
    left = iter(text)
    assert all(token in left for token in kept), "in the order of the text"


def test_whole_words_go() -> None:
    words = ["book", f"{SPACE}a", f"{SPACE}ta", "ble", f"{SPACE}at", f"{SPACE}the", f"{SPACE}old", f"{SPACE}inn"]
    drop, alone = WordDropout(_PIECES, 0.9), _example(["7"], [])
    head, tail = _TEXTS.index(f"{SPACE}ta"), _TEXTS.index("ble")
    lengths = set()
    for seed in range(200):
        text, _, _ = _split(drop(random.Random(seed), _example(words, [f"{SPACE}inn"]), alone))
        assert (head in text) == (tail in text)
        lengths.add(len(text))
    assert min(lengths) < 4 and max(lengths) == len(words)


def test_only_droppable_groups_lose_words() -> None:
    example = _example(["book", f"{SPACE}the", f"{SPACE}old", f"{SPACE}inn"], [])
    prefix = np.array([2, 4], np.int32)

    def shown(droppable: bool) -> set[int]:
        group = Group("rows", 1.0, [prefix] * 3, [example] * 8, droppable)
        batch = next(batches([group], 400, 100, 0, {"full": 1.0}, WordDropout(_PIECES, 0.9)))
        return {int((row > 0).sum()) for rows in batch.rows for row in rows}

    assert shown(False) == {len(example.ids)}
    assert len(shown(True)) > 1
