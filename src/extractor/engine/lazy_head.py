"""The lazy LM head: stop llama.cpp at the hidden state, and score only the tokens that are legal.

Over 262,144 tokens, the head is most of the time of a step, and a grammar usually allows a few dozen. llama.cpp asks
`cb_eval` about every node of its graph before computing it; the answer "false" after `result_norm` ends the graph
there. llama_decode then reports success, but its logits are stale: they are never read. Rows of the output matrix
times the hidden state are computed by ggml's own kernels, so a legal token scores what the full head would give it.
Source: ggml-backend.cpp (ggml_backend_sched_compute_splits), llama-context.cpp (llama_context::decode), 2026.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from extractor.engine.ggml import Ggml

_NODE = b"result_norm"
_MOST_ROUNDING = 1e-3  # in standard deviations of the logits
_SLACK = 64  # nodes by which graphs of other batches may be shorter than the shortest one seen

Ids = NDArray[np.int64]
Scorer = Callable[[Ids, NDArray[np.float32]], NDArray[np.float32]]
EvalCallback = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_bool, ctypes.c_void_p)


class LazyHead:
    """Decides, piece of a batch by piece, whether llama.cpp computes its head, and keeps hidden states.

    A token set of at most `most` is always scored from the hidden state, whether or not another text's large set made
    llama.cpp compute its head: what a text gets does not depend on its company.

    Attributes:
        most: Tokens up to which a set is small.
        rounding: Largest difference to the full head that was seen; 0 where ggml multiplies rows all the same way.
        near_ties: Choices whose two best logits were no further apart than that.
    """

    def __init__(self, ggml: Ggml, scorer: Scorer, *, width: int, most: int) -> None:
        """Prepare.

        Args:
            ggml: To read tensors.
            scorer: (token ids `(k,)`, hidden state `(width,)`) -> logits `(k,)`.
            width: Of a hidden state.
            most: Tokens up to which a set is small.
        """
        self._ggml, self._scorer, self._width = ggml, scorer, width
        self.most = most
        self.rounding = 0.0
        self.near_ties = 0
        self.callback = EvalCallback(self._asked)  # llama.cpp calls it: the reference must live as long as the context
        self._error: BaseException | None = None
        self._legal: Callable[[], Sequence[Ids]] | None = None
        self._pieces: deque[Sequence[int]] = deque()
        self._hidden: dict[int, NDArray[np.float32]] = {}
        self._nodes = 0
        self._fewest = 0  # nodes before the one of interest, in the graph that had fewest

    def expect(self, pieces: Sequence[Sequence[int]], legal: Callable[[], Sequence[Ids]]) -> None:
        """Get ready for a batch.

        Args:
            pieces: For every piece of the batch that has outputs, in order: for every output, which scored row it is;
                -1 for one that only fills up.
            legal: Gives the legal tokens of every scored row; may wait.
        """
        self._pieces, self._legal = deque(pieces), legal
        self._hidden, self._error, self._nodes = {}, None, 0

    def finished(self) -> None:
        """Raise what went wrong inside the callback, where exceptions vanish."""
        self._legal = None
        if self._error is not None:
            raise self._error

    def scores(self, row: int, ids: Ids) -> NDArray[np.float32] | None:
        """Logits of a row's legal tokens; None if llama.cpp has to be asked for them."""
        if row not in self._hidden or not 0 < len(ids) <= self.most:
            return None
        logits = self._scorer(ids, self._hidden[row])
        if self.rounding > 0 and len(logits) > 1:
            second, first = np.partition(logits, -2)[-2:]
            self.near_ties += int(first - second <= self.rounding)
        return logits

    def agrees(self, row: int, ids: Ids, logits: NDArray[np.float32]) -> bool:
        """Whether a row's scores are those of the full head, but for rounding; keep by how much they are not."""
        if row not in self._hidden:
            return False
        self.rounding = max(self.rounding, float(np.abs(self._scorer(ids, self._hidden[row]) - logits).max()))
        return self.rounding <= _MOST_ROUNDING * float(logits.std())

    def _asked(self, tensor: int, ask: bool, _data: int | None) -> bool:
        """Called by llama.cpp before (`ask`) and after it computes a node."""
        if ask:
            self._nodes += 1
            return bool(self._pieces) and self._nodes > self._fewest - _SLACK and self._ggml.name(tensor) == _NODE
        try:
            return self._go_on(tensor)
        except BaseException as error:  # noqa: BLE001 - ctypes would print it and go on
            self._error = error
            return False

    def _go_on(self, tensor: int) -> bool:
        """Keep the hidden states of one piece; whether its head is to be computed."""
        self._fewest = min(self._fewest or self._nodes, self._nodes)
        self._nodes = 0
        hidden = self._ggml.floats(tensor).reshape(-1, self._width)
        if len(hidden) == 0:
            return False
        piece = self._pieces.popleft()
        legal = self._legal() if self._legal else ()
        if len(hidden) != len(piece):  # not the outputs that were asked for: llama.cpp knows best
            self._pieces.clear()
            return True
        scored = [(row, index) for index, row in enumerate(piece) if row >= 0]
        self._hidden.update({row: hidden[index] for row, index in scored})
        return any(len(legal[row]) > self.most for row, _ in scored)
