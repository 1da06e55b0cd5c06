"""What is added to scores before the best of them is taken: how readily the model says that there is nothing (more)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractor.decode.sequence import RecordSequence
from extractor.engine.protocol import Scores
from extractor.grammar.vocabulary import Vocabulary

_NULL = b"null"


@dataclass(frozen=True, slots=True)
class Biases:
    """In units of logits; above 0, fewer values are found and more of them are right.

    Attributes:
        null: Added to the score of null where a value begins.
        end: Added to the score of the end of a list where an item could stand.
    """

    null: float = 0.0
    end: float = 0.0

    def added(self, scores: Scores, record: RecordSequence, vocabulary: Vocabulary) -> NDArray[np.float32]:
        """The scores of what may follow a record so far, `(k,)`, with the biases."""
        logits = scores.logits
        if self.null and record.begins_value:
            logits = _raised(logits, scores, vocabulary, self.null, _NULL.startswith)
        if self.end and record.may_end_list:
            logits = _raised(logits, scores, vocabulary, self.end, lambda data: data.startswith(b"]"))
        return logits


def _raised(
    logits: NDArray[np.float32], scores: Scores, vocabulary: Vocabulary, bias: float, chosen: Callable[[bytes], bool]
) -> NDArray[np.float32]:
    spelled = (vocabulary.tokens[token] for token in scores.ids)
    those = np.array([len(data) > 0 and chosen(data) for data in spelled], np.float32)
    return logits + np.float32(bias) * those
