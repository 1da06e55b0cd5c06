"""One run from groups to a checkpoint, resumable at any moment."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from extractor_training.dataset import Batch, Group, batches
from extractor_training.induction import build_in
from extractor_training.lora import adapt
from extractor_training.model import Model
from extractor_training.optimiser import Optimiser
from extractor_training.precision import product
from extractor_training.shape import Shape
from extractor_training.tokenizer import Pieces
from extractor_training.word_dropout import WordDropout


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train.

    Attributes:
        minutes: Wall time of the whole run, resumptions included.
        until: Unix time at which the run ends instead, however busy the machine and however often it was stopped.
        decay: Share of it, at its end, over which the rate falls to nearly nothing.
        quantised: Share of it, at its end, trained with fake Q4_0.
        batch_tokens: Tokens a step.
        group_tokens: Tokens that the rows of one schema take in it.
        seed: Of weights and batches.
        checkpoint_minutes: Between checkpoints.
        rate: Of the optimisers, at its height; 1 to train from scratch, less to go on from trained weights.
        rank: Of low-rank adapters, which then are all that is trained; 0 trains every weight.
        published: Whether the weights are those of a published checkpoint: its large embedding stays as it is, and
            AdamW moves the matrices too, as those who published it do.
        word_dropout: The largest share of its words that a text may lose each time it is shown, in droppable groups.
        dropout: Share of what attention and feed-forward add to a token that is dropped at a step.
    """

    minutes: float
    decay: float = 0.5
    quantised: float = 0.2
    batch_tokens: int = 4096
    group_tokens: int = 900
    seed: int = 0
    checkpoint_minutes: float = 4.0
    rate: float = 1.0
    rank: int = 0
    published: bool = False
    until: float | None = None
    word_dropout: float = 0.0
    dropout: float = 0.0

    def left(self, spent: float) -> float:
        """Minutes that are left after `spent` ones."""
        return self.minutes - spent if self.until is None else (self.until - time.time()) / 60


_BEFORE_QUANTISED = "before_quantised.pt"
# A step that took longer was stopped from outside: the time is gone, but the rate must not fall in a leap for it.
_LONGEST_STEP = 0.5  # minutes


def advanced(progress: float, step: float, left: float) -> float:
    """The share of a run that is behind it after a step of `step` minutes with `left` minutes left after it."""
    moved = min(step, _LONGEST_STEP)
    return 1.0 if left <= 0 else progress + (1 - progress) * moved / (moved + left)


def _pick(batch: Batch) -> tuple[list[Tensor], list[Tensor]]:
    return [torch.from_numpy(p).long() for p in batch.prefixes], [torch.from_numpy(r) for r in batch.rows]


def loss_of(model: Model, batch: Batch) -> Tensor:
    """Mean cross-entropy of the open tokens of a batch."""
    prefixes, rows = _pick(batch)
    hidden = model(prefixes, [r[:, :-1] for r in rows])
    states, targets = [], []
    for h, r, flags in zip(hidden, rows, batch.open, strict=True):
        chosen = torch.from_numpy(flags[:, 1:])
        states.append(h[chosen])
        targets.append(r[:, 1:][chosen])
    return F.cross_entropy(product(torch.cat(states), model.e.weight), torch.cat(targets))


@torch.no_grad()
def held_out_loss(model: Model, group: Group) -> float:
    """Mean cross-entropy of the open tokens of a group's rows."""
    total, count = 0.0, 0
    model.eval()
    for row in group.examples:
        batch = Batch([group.prefixes[0]], [row.ids[None].astype(np.int64)], [row.open[None]])
        opened = int(row.open[1:].sum())
        if opened:
            total += loss_of(model, batch).item() * opened
            count += opened
    model.train()
    return total / max(1, count)


def _rate(progress: float, step: int, decay: float) -> float:
    return min(1.0, (step + 1) / 60) * max(0.02, min(1.0, (1 - progress) / decay))


def read_checkpoint(path: Path) -> Model:
    """The model of a checkpoint that trained every weight."""
    saved = torch.load(path, weights_only=False, map_location="cpu")
    model = Model(saved["shape"])
    model.load_state_dict(saved["model"])
    return model


@contextmanager
def _asked_to_stop() -> Iterator[list[int]]:
    """Signals to terminate that came meanwhile, instead of being followed."""
    asked: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: asked.append(number))
    try:
        yield asked
    finally:
        signal.signal(signal.SIGTERM, before)


class Run:
    """A run in a folder: `checkpoint.pt`, `log.jsonl`."""

    def __init__(
        self, folder: Path, shape: Shape, pieces: Pieces, plan: Plan, start: Mapping[str, Tensor] | None = None
    ) -> None:
        """Begin a run, or go on with the one in the folder.

        Args:
            folder: Of the run.
            shape: The model's.
            pieces: Its vocabulary.
            plan: How to train.
            start: Weights to start from; None builds induction heads into random ones.
        """
        torch.manual_seed(plan.seed)
        self.folder, self.plan = folder, plan
        self._worn = WordDropout(pieces, plan.word_dropout) if plan.word_dropout else None
        folder.mkdir(parents=True, exist_ok=True)
        self.model = Model(shape)
        if start is None:
            build_in(self.model, pieces)
        else:
            self.model.load_state_dict(start)
        self.model.drop_out(plan.dropout)
        if plan.rank:
            adapt(self.model, plan.rank)
        self.model.e.weight.requires_grad_(not plan.rank and not plan.published)
        self.optimiser = Optimiser(self.model, muon=not plan.rank and not plan.published)
        self.step, self.spent, self.tokens, self.progress = 0, 0.0, 0, 0.0
        self._quantised = False
        if (folder / "checkpoint.pt").exists():
            self._restore()

    def _restore(self) -> None:
        saved = torch.load(self.folder / "checkpoint.pt", weights_only=False)
        self.model.load_state_dict(saved["model"])
        self.optimiser.restore(saved["optimiser"])
        self.step, self.spent, self.tokens = saved["step"], saved["spent"], saved["tokens"]
        self.progress = saved["progress"] if self.plan.until is not None else min(1.0, self.spent / self.plan.minutes)

    def save(self, name: str = "checkpoint.pt") -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state(),
            "step": self.step,
            "spent": self.spent,
            "tokens": self.tokens,
            "progress": self.progress,
            "shape": self.model.shape,
        }
        partial = self.folder / f"{name}.partial"
        torch.save(state, partial)
        partial.replace(self.folder / name)

    def train(self, groups: list[Group], detail_odds: dict[str, float]) -> None:
        """Train until the plan's time is spent, or SIGTERM asks to stop; either way the checkpoint is saved."""
        plan = self.plan
        seed = plan.seed + self.step
        source = batches(groups, plan.batch_tokens, plan.group_tokens, seed, detail_odds, self._worn)  # type: ignore[arg-type]
        saved = self.spent
        average: float | None = None
        with _asked_to_stop() as asked:
            while self.progress < 1 and plan.left(self.spent) > 0 and not asked:
                begun = time.monotonic()
                self._quantise_in_time()
                loss = self._learn(next(source))
                average = loss if average is None else 0.98 * average + 0.02 * loss
                minutes = (time.monotonic() - begun) / 60
                self.spent += minutes
                self.progress = advanced(self.progress, minutes, plan.left(self.spent))
                if self.step % 50 == 0:
                    self._log(average)
                if self.spent - saved > plan.checkpoint_minutes:
                    self.save()
                    saved = self.spent
        self.save()

    def _quantise_in_time(self) -> None:
        if self.progress >= 1 - self.plan.quantised and not self._quantised:
            if not (self.folder / _BEFORE_QUANTISED).exists():
                self.save(_BEFORE_QUANTISED)
            self.model.pretend_quantised(True)
            self._quantised = True

    def _learn(self, batch: Batch) -> float:
        loss = loss_of(self.model, batch)
        loss.backward()
        self.optimiser.step(self.plan.rate * _rate(self.progress, self.step, self.plan.decay))
        self.step += 1
        self.tokens += batch.tokens()
        return float(loss.item())

    def _log(self, average: float) -> None:
        line = {
            "step": self.step,
            "minutes": round(self.spent, 2),
            "tokens": self.tokens,
            "loss": round(average, 4),
            "progress": round(self.progress, 3),
            "quantised": self.progress >= 1 - self.plan.quantised,
            "time": time.strftime("%Y-%m-%d %H:%M:%S"),
        }
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
