"""Whether an exported file decides what torch decides: constrained greedy tokens of both, on the same texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from extractor.api.extractor import Extractor
from extractor.engine.llamacpp import EngineOptions, LlamaCppEngine
from extractor.engine.protocol import Engine, Scores, Work
from extractor.grammar.constraint import Mask
from extractor.prompt.template import ExtractorTemplate
from extractor_training.corpus import NEVER, marked_schema, task_names, task_rows
from extractor_training.model import Model
from extractor_training.pretrain import read_checkpoint

REQUIRED = 0.99


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was compared.

    Attributes:
        texts: Texts that were decoded.
        tokens: Tokens among which the grammar left a choice.
        equal: Of these, those that torch chooses too.
    """

    texts: int
    tokens: int
    equal: int

    @property
    def share(self) -> float:
        """Equal tokens of all."""
        return self.equal / self.tokens if self.tokens else 1.0


@dataclass(slots=True)
class _Told:
    """One sequence: its tokens, and the choices made in it as (tokens before, legal tokens, chosen one)."""

    tokens: list[int] = field(default_factory=list)
    choices: list[tuple[int, NDArray[np.int64], int]] = field(default_factory=list)


class Witness:
    """An engine that remembers which tokens scored best where."""

    def __init__(self, inner: Engine) -> None:
        self._inner = inner
        self._open: dict[int, _Told] = {}
        self.told: list[_Told] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def evaluate(self, works: Sequence[Work], masks: Callable[[], Sequence[Mask]]) -> list[Scores]:
        """As the engine does."""
        found = self._inner.evaluate(works, masks)
        scores = iter(found)
        for work in works:
            told = self._open.setdefault(work.sequence, _Told())
            told.tokens[work.position :] = work.tokens
            if work.scored:
                given = next(scores)
                told.choices.append((len(told.tokens), given.ids, int(given.ids[given.logits.argmax()])))
        return found

    def share(self, source: int, target: int, length: int) -> None:
        """As the engine does."""
        self._inner.share(source, target, length)
        self._close(target)
        self._open[target] = _Told(self._open[source].tokens[:length])

    def forget(self, sequence: int, start: int = 0) -> None:
        """As the engine does."""
        self._inner.forget(sequence, start)
        kept = self._open[sequence].tokens[:start] if sequence in self._open else []
        self._close(sequence)
        self._open[sequence] = _Told(kept)

    def close(self) -> None:
        """As the engine does."""
        self._inner.close()
        for sequence in list(self._open):
            self._close(sequence)

    def _close(self, sequence: int) -> None:
        told = self._open.pop(sequence, None)
        if told is not None and told.choices:
            self.told.append(told)


def texts(roots: Sequence[Path], count: int) -> list[tuple[Any, str]]:
    """Schemas and texts of development splits, in turn from every task."""
    rows = [[(root, row) for row in task_rows(root, task, "dev")] for root, task in _tasks(roots)]
    turns = (pair for turn in zip_longest(*rows) for pair in turn if pair is not None)
    return [(marked_schema(root, row.task, row.schema), row.text) for root, row in islice(turns, count)]


def _tasks(roots: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    for root in roots:
        yield from ((root, task) for task in task_names(root, NEVER))


@torch.no_grad()
def agreement(gguf: Path, checkpoint: Path, rows: Sequence[tuple[Any, str]], *, quantised: bool = True) -> Agreement:
    """Decode texts under their schemas with llama.cpp, and ask torch for every choice that was made.

    Args:
        gguf: What `export` wrote.
        checkpoint: What it was written from.
        rows: Schemas and texts.
        quantised: The file is in Q4_0: torch rounds the matrices as in the last part of a run.
    """
    options = EngineOptions(parallel=1, threads=1)
    engine = LlamaCppEngine(gguf, template=ExtractorTemplate.name, digest="agreement", options=options)
    with closing(Witness(engine)) as witness:
        for schema, text in rows:
            with Extractor(schema, model=witness) as extractor:
                extractor.extract(text)
    model = read_checkpoint(checkpoint)
    model.pretend_quantised(quantised)
    counted = [_compared(model, told) for told in witness.told]
    return Agreement(len(rows), sum(n for n, _ in counted), sum(equal for _, equal in counted))


def _compared(model: Model, told: _Told) -> tuple[int, int]:
    ids = torch.tensor(told.tokens)
    hidden = model([ids[:1]], [ids[None, 1:]])[0][0]
    open_choices = [(at, legal, chosen) for at, legal, chosen in told.choices if len(legal) > 1]
    equal = 0
    for at, legal, chosen in open_choices:
        scores = model.e.weight[torch.from_numpy(legal)] @ hidden[at - 2]
        equal += int(legal[int(scores.argmax())]) == chosen
    return len(open_choices), equal
