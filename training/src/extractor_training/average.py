"""The mean of several runs' weights: better than each of them where they are ends of one road, and free."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor


def average(shares: Mapping[Path, float], out: Path) -> None:
    """Write a run's folder, ready for export, whose checkpoint is the weighted mean of other runs' checkpoints.

    Args:
        shares: Folder of a run -> how much it counts; any positive numbers.
        out: Folder to write: `checkpoint.pt`, `pieces.json`. It can't be trained further in place.

    Raises:
        ValueError: The runs differ in shape or vocabulary, one of them trained adapters only, or `out` is one of them.
    """
    first, *others = shares
    if out.resolve() in {run.resolve() for run in shares}:
        raise ValueError(f"{out} is one of the runs, whose checkpoint the mean would replace: give another folder")
    pieces = (first / "pieces.json").read_bytes()
    for other in others:
        if (other / "pieces.json").read_bytes() != pieces:
            raise ValueError(f"{other} and {first} have different vocabularies: their weights have no mean")
    total = sum(shares.values())
    saved = {run: torch.load(run / "checkpoint.pt", weights_only=False, map_location="cpu") for run in shares}
    mean = _mean({run: share / total for run, share in shares.items()}, saved)
    out.mkdir(parents=True, exist_ok=True)
    tokens = max(state["tokens"] for state in saved.values())
    torch.save({"model": mean, "shape": saved[first]["shape"], "tokens": tokens}, out / "checkpoint.pt")
    (out / "pieces.json").write_bytes(pieces)


def _mean(shares: Mapping[Path, float], saved: Mapping[Path, Any]) -> dict[str, Tensor]:
    first = next(iter(shares))
    for run in shares:
        if saved[run]["shape"] != saved[first]["shape"] or saved[run]["model"].keys() != saved[first]["model"].keys():
            raise ValueError(f"{run} and {first} are models of different shapes: their weights have no mean")
    return {
        name: torch.stack([saved[run]["model"][name] * share for run, share in shares.items()]).sum(0)
        for name in saved[first]["model"]
    }
