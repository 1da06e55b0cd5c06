"""What the model's confidence is worth: how often values so sure are right, and the curves that put it right.

    EXTRACTOR_DATA=DATA python -m benchmarks.calibration [TASK ...] [--model M] [--limit N] [--plot F.svg] [--write]

Half of the dev rows (even lines) fit the curves, the other half measures them. ECE: the mean distance of confidence and
share of right values over ten equal bins, weighted by values. Values that the grammar forced are left out. `--write`
puts the curves into the facts beside the model's file (MODEL.json), where the runtime finds them.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.plot import Frame, write_frames
from extractor.decode.calibration import KINDS, Calibration, Kind, kind_of, logit
from extractor.evaluate.comparison import Grounded, compare
from extractor.evaluate.gold import GoldRow, read_gold
from extractor.evaluate.run import evaluate
from extractor.evaluate.schema_folder import open_schemas
from extractor.ground.spans import labels
from extractor.record.extraction import Extraction
from extractor.report.values import leaves
from extractor.schema.nodes import Declaration, JSONValue
from extractor.store.durable import replace_text
from extractor.store.home import resolve_model

NEVER = {"sms_spam"}
_BINS = 10
_FEWEST = 50  # values of a kind that a curve may rest on


@dataclass(frozen=True, slots=True)
class Judged:
    """A value that was found: its kind, the probability of its tokens, whether it is right, and which half it is of."""

    kind: Kind
    probability: float
    right: bool
    fits: bool


def judged(row: GoldRow, extraction: Extraction[Any], declaration: Declaration) -> Iterator[Judged]:
    """Every value of a record that was the model's choice."""
    record = json.loads(extraction.json)
    few = labels(declaration, record)
    compared = compare(Grounded(record, extraction.spans, extraction.confidence), Grounded(row.record, {}, {}))
    right = {value.path for value in compared if value.verdict == "right"}
    full = [leaf.path for leaf in leaves(row.record) if leaf.kind not in ("null", "empty")]
    for leaf in leaves(record):
        probability = extraction.confidence.get(leaf.path, 1.0)
        if probability < 1.0:
            nothing = leaf.kind in ("null", "empty")
            good = not any(_holds(leaf.path, path) for path in full) if nothing else leaf.path in right
            value: JSONValue = json.loads(leaf.shown) if leaf.kind != "string" else leaf.shown
            kind = kind_of(value, leaf.path, extraction.spans, few)
            yield Judged(kind, probability, good, row.line % 2 == 0)


def _holds(path: str, inner: str) -> bool:
    return inner == path or inner.startswith((f"{path}.", f"{path}["))


def measured(tasks: Iterable[Path], model: Path, limit: int) -> list[Judged]:
    """Extract the dev rows of some tasks and judge every value."""
    found: list[Judged] = []
    for task in tasks:
        rows = read_gold(task / "dev.jsonl.zst", limit=limit)

        def keep(row: GoldRow, extraction: Extraction[Any], declaration: Declaration) -> None:
            if extraction.error is None:
                found.extend(judged(row, extraction, declaration))

        evaluate(rows, open_schemas(task / "schemas").load, model=model, keep=keep)
    return found


def fitted(values: Sequence[Judged]) -> Calibration:
    """A curve for every kind that there are enough values of."""
    curves: dict[str, tuple[float, float]] = {}
    for kind in KINDS:
        own = [value for value in values if value.kind == kind]
        if len(own) >= _FEWEST:
            slope, offset = platt(np.array([logit(v.probability) for v in own]), np.array([v.right for v in own]))
            if slope > 0:
                curves[kind] = (round(slope, 4), round(offset, 4))
    return Calibration(curves)


def platt(logits: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Slope and offset that make right values likeliest; targets as in Platt 1999, a little short of 0 and 1."""
    good, bad = right.sum(), (~right).sum()
    targets = np.where(right, (good + 1) / (good + 2), 1 / (bad + 2))
    inputs = np.stack([logits, np.ones_like(logits)], 1)

    def loss(weights: np.ndarray[Any, Any]) -> float:
        scores = inputs @ weights
        return float((np.logaddexp(0, scores) - targets * scores).sum())

    weights = np.array([1.0, 0.0])
    for _ in range(50):  # Newton's method, in steps that make it better
        guess = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (guess - targets)
        curvature = (inputs * (guess * (1 - guess))[:, None]).T @ inputs + 1e-6 * np.eye(2)
        step = np.linalg.solve(curvature, slope)
        sizes = (0.5**halving for halving in range(30))
        weights = weights - next((size for size in sizes if loss(weights - size * step) < loss(weights)), 0.0) * step
    return float(weights[0]), float(weights[1])


def bins(values: Sequence[Judged], calibration: Calibration) -> list[tuple[float, float, int]]:
    """Mean confidence, share right and count of every bin that holds any."""
    sure = np.array([calibration.of(v.kind, v.probability) for v in values])
    right = np.array([v.right for v in values], float)
    place = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    held = [place == number for number in range(_BINS)]
    return [(float(sure[h].mean()), float(right[h].mean()), int(h.sum())) for h in held if h.any()]


def ece(values: Sequence[Judged], calibration: Calibration) -> float:
    """Expected calibration error."""
    return sum(count * abs(sure - right) for sure, right, count in bins(values, calibration)) / max(1, len(values))


def report(values: Sequence[Judged], calibration: Calibration, plot: Path | None) -> None:
    """Print the table, and draw it."""
    print("| kind of value | values | right | mean confidence | ECE before | ECE after |")
    print("|---|---|---|---|---|---|")
    frames = []
    for kind in (*KINDS, "all"):
        own = [value for value in values if kind in (value.kind, "all")]
        if not own:
            continue
        before, after = ece(own, Calibration()), ece(own, calibration)
        right, sure = np.mean([v.right for v in own]), np.mean([v.probability for v in own])
        print(f"| {kind} | {len(own)} | {right:.3f} | {sure:.3f} | {before:.3f} | {after:.3f} |")
        lines = {
            "as decoded": [(x, y) for x, y, _ in bins(own, Calibration())],
            "calibrated": [(x, y) for x, y, _ in bins(own, calibration)],
        }
        frames.append(Frame(f"{kind} ({len(own)})", lines))
    if plot is not None:
        write_frames(plot, "Share of right values (up) over confidence (right), dev rows", frames)


def write(model: Path, curves: Mapping[str, tuple[float, float]]) -> None:
    """Put curves into the facts beside a model's file."""
    path = model.with_suffix(".json")
    facts = json.loads(path.read_bytes()) if path.is_file() else {"size_bytes": model.stat().st_size}
    facts["calibration"] = {kind: list(curve) for kind, curve in curves.items()}
    replace_text(path, json.dumps(facts, indent=2) + "\n")


def main() -> None:
    """Measure, print, draw, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", nargs="*")
    parser.add_argument("--model")
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    data, model = Path(os.environ["EXTRACTOR_DATA"]), resolve_model(chosen.model).path
    known = sorted(p.name for p in data.iterdir() if (p / "dev.jsonl.zst").is_file() and p.name not in NEVER)
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.gguf"  # no facts beside it: confidences as decoded
        bare.symlink_to(model.resolve())
        values = measured([data / name for name in chosen.tasks or known], bare, chosen.limit)
    calibration = fitted([value for value in values if value.fits])
    held_out = [value for value in values if not value.fits]
    report(held_out, calibration, chosen.plot)
    print(json.dumps(dict(calibration.curves)))
    if chosen.write:
        write(model, calibration.curves)


if __name__ == "__main__":
    main()
