"""A model's output matrix, read from its file row by row: logits of some tokens from a hidden state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractor.engine.ggml import Ggml, RowProducts

_MATRICES = ("output.weight", "token_embd.weight")  # a model without an output matrix uses its embeddings
_NOT_HONOURED = ("output.bias", "output.scale", "cls.output.weight")


@dataclass(frozen=True, slots=True)
class OutputHead:
    """Scores tokens.

    Attributes:
        tokens: Rows of the matrix.
        width: Of a hidden state.
        softcap: Logits are `softcap * tanh(logit / softcap)`; 0: they are as they come.
    """

    tokens: int
    width: int
    softcap: float
    _products: RowProducts

    def __call__(self, ids: NDArray[np.int64], hidden: NDArray[np.float32]) -> NDArray[np.float32]:
        """Logits.

        Args:
            ids: Token ids, `(k,)`.
            hidden: The hidden state, `(width,)`.

        Returns:
            `(k,)`.
        """
        logits = self._products(ids, hidden)
        if not self.softcap:
            return logits
        cap = np.float32(self.softcap)
        capped: NDArray[np.float32] = np.tanh(logits * (np.float32(1) / cap)) * cap
        return capped


def open_output_head(
    ggml: Ggml, path: Path, adapter: Path | None, metadata: Callable[[str], str | None]
) -> OutputHead | None:
    """Find a model's output matrix.

    Args:
        ggml: To read it.
        path: The GGUF.
        adapter: A low-rank adapter that is computed with.
        metadata: Key without the architecture's name -> value as text.

    Returns:
        None where the head is more than a matrix and a soft cap, not in this file, or changed by the adapter.
    """
    tensors = ggml.matrices(path)
    matrix = next((tensors[name] for name in _MATRICES if name in tensors), None)
    if matrix is None or not tensors.keys().isdisjoint(_NOT_HONOURED) or metadata("logit_scale") is not None:
        return None
    if adapter is not None and any(name.startswith(_MATRICES) for name in ggml.matrices(adapter)):
        return None
    softcap = float(metadata("final_logit_softcapping") or 0)
    return OutputHead(matrix.height, matrix.width, softcap, RowProducts(ggml, matrix, path))
