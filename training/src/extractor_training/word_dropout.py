"""Word dropout: texts lose a few words, or have others in their place, each time they are shown.

Short texts are soon learnt by heart, and a label that hangs on one word of them is not what it seems. Words that the
record quotes stay, and so does what is no word: a record may hold a number in another notation.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np

from extractor_training.dataset import Example
from extractor_training.tokenizer import SPACE, Pieces

_REPLACED = 0.4  # of the words that go; the others leave nothing behind


class WordDropout:
    """Drops words of an example's text.

    Args:
        pieces: The vocabulary of the embedded model, whose bodies are `<text>text<record>record`.
        most: The largest share of a text's words that may go; each time a share is drawn, from 0.

    Raises:
        ValueError: The vocabulary has no `<record>`.
    """

    def __init__(self, pieces: Pieces, most: float) -> None:
        self._most = most
        self._record = pieces.texts.index("<record>")
        self._begins = [text.startswith(SPACE) for text in pieces.texts]
        self._letters = [text.lstrip(SPACE).isalpha() for text in pieces.texts]

    def __call__(self, rng: random.Random, example: Example, other: Example) -> Example:
        """The example with words dropped, or replaced by words of the other one that are not quoted there."""
        odds = rng.uniform(0, self._most)
        end, words = self._read(example)
        spare = [word for word, may_go in self._read(other)[1] if may_go]
        kept = [int(example.ids[0])]
        for word, may_go in words:
            if rng.random() >= odds or not may_go:
                kept += word
            elif spare and rng.random() < _REPLACED:
                kept += rng.choice(spare)
        if len(kept) == 1:
            return example
        opened = np.concatenate([np.zeros(len(kept), np.bool_), example.open[end:]])
        return Example(np.concatenate([np.array(kept, np.int32), example.ids[end:]]), opened)

    def _read(self, example: Example) -> tuple[int, list[tuple[list[int], bool]]]:
        """Where the text ends, and its words: the tokens of each, and whether it may go."""
        end = int(np.argmax(example.ids == self._record))
        quoted = set(example.ids[end + 1 :].tolist())
        words = self._words(example.ids[1:end].tolist())
        return end, [(word, quoted.isdisjoint(word) and all(self._letters[token] for token in word)) for word in words]

    def _words(self, tokens: list[int]) -> Iterator[list[int]]:
        """The tokens of a text, word by word; what is not letters stands alone."""
        word: list[int] = []
        for token in tokens:
            if word and (self._begins[token] or not self._letters[token] or not self._letters[word[-1]]):
                yield word
                word = []
            word.append(token)
        if word:
            yield word
