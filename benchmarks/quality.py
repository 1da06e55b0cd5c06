"""Micro-F1, validity and kinds of errors on held-out rows, a line a task.

    EXTRACTOR_DATA=DATA python -m benchmarks.quality [TASK ...] [--all] [--model M] [--way WAY] [--limit N] [--out FILE]

Ways: `constrained` (as shipped); `free_strings`: the grammar without verbatim marks, any string where a quote is
asked for; `free`: no grammar at all. The last line is one JSON object, `{task: figures}`, which `--out` keeps:
`python -m benchmarks.quality_page` makes docs/quality.md of it, `extractor-train card` the model card's table.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.free_records import FreeDecoder
from extractor.evaluate.comparison import Grounded, compare
from extractor.evaluate.gold import GoldRow, read_gold
from extractor.evaluate.run import evaluate
from extractor.evaluate.schema_folder import SchemaFolder, open_schemas
from extractor.evaluate.score import Match, Outcome, score

NAMED = ("snips", "e2e", "banking77", "pii")
WAYS = ("constrained", "free_strings", "free")
_SHOWN = ("micro_f1", "precision", "recall", "exact", "valid", "valid_wrong", "invented", "missed")
_RESAMPLES = 1000
_Answer: TypeAlias = Callable[[GoldRow, str, bool], None]  # row, JSON that was found, whether it is valid


@dataclass(frozen=True, slots=True)
class Answered:
    """One row's outcome.

    Attributes:
        match: Values right, found and in the gold record.
        exact: All of them are right, none is missing.
        valid: There is a record that the schema accepts.
        invented: Values where the gold record has none.
        missed: Values of the gold record where none was found.
    """

    match: Match
    exact: bool
    valid: bool
    invented: int
    missed: int


def answered(row: GoldRow, found: str, valid: bool) -> Answered:
    """Compare one row with its gold record."""
    record = json.loads(found) if valid else None
    total = score([Outcome(row.record, record, valid)])
    verdicts = Counter(v.verdict for v in compare(Grounded(record, {}, {}), Grounded(row.record, {}, {})))
    return Answered(total.total, total.exact == 1, valid, verdicts["invented"], verdicts["missing"])


def figures(rows: Sequence[Answered], seconds: float) -> dict[str, Any]:
    """Shares from 0 to 1; `low` and `high`: 95 % of resampled micro-F1."""
    total = sum((row.match for row in rows), Match())
    low, high = _interval([row.match for row in rows])
    n = len(rows)
    exact, valid = sum(row.exact for row in rows), sum(row.valid for row in rows)
    found = {
        "micro_f1": total.f1,
        "low": low,
        "high": high,
        "precision": total.precision,
        "recall": total.recall,
        "exact": exact / n,
        "valid": valid / n,
        "valid_wrong": (valid - exact) / n,
        "invented": sum(row.invented for row in rows) / max(1, total.found),
        "missed": sum(row.missed for row in rows) / max(1, total.gold),
        "records_per_s": n / seconds if seconds else 0.0,
    }
    return {"n": n, **{name: round(value, 4) for name, value in found.items()}}


def _interval(matches: Sequence[Match]) -> tuple[float, float]:
    rng = random.Random(0)
    drawn = sorted(sum(rng.choices(matches, k=len(matches)), Match()).f1 for _ in range(_RESAMPLES))
    return drawn[_RESAMPLES * 25 // 1000], drawn[_RESAMPLES * 975 // 1000]


def parts(task: Path, rows: Sequence[GoldRow]) -> dict[str, list[GoldRow]]:
    """The rows a line of the table is made of: a task, or the parts of one that mean different things."""
    if task.name == "sgd":
        known = {row.schema for row in read_gold(task / "train.jsonl.zst")}
        return {
            "sgd, services seen": [row for row in rows if row.schema in known],
            "sgd, services unseen": [row for row in rows if row.schema not in known],
        }
    if task.name == "clinc":
        full = [row for row in rows if row.schema == "clinc_full"]
        return {"clinc_full": full, "clinc, other schemas": [row for row in rows if row.schema != "clinc_full"]}
    return {task.name: list(rows)}


def spread(rows: Sequence[GoldRow], limit: int | None) -> list[GoldRow]:
    """At most so many rows, evenly from the whole."""
    step = 1.0 if limit is None else max(1.0, len(rows) / limit)
    return [rows[int(i * step)] for i in range(min(len(rows), limit or len(rows)))]


def measure(rows: Sequence[GoldRow], schemas: SchemaFolder, way: str, model: str | None) -> dict[str, Any]:
    """Figures of some rows of one task."""
    found: list[Answered] = []

    def keep(row: GoldRow, text: str, valid: bool) -> None:
        found.append(answered(row, text, valid))

    if way == "free":
        begun = time.perf_counter()
        _freely(rows, schemas, model, keep)
        return figures(found, time.perf_counter() - begun)
    marked = schemas if way == "constrained" else SchemaFolder(schemas.folder, {})
    run = evaluate(rows, marked.load, model=model, keep=lambda row, got, _: keep(row, got.json, got.error is None))
    return figures(found, run.seconds)


def _freely(rows: Sequence[GoldRow], schemas: SchemaFolder, model: str | None, keep: _Answer) -> None:
    with ExitStack() as stack:
        decoder = stack.enter_context(FreeDecoder(model))
        for row in rows:
            keep(row, *decoder.record(schemas.load(row.schema), row.text))


def _tasks(chosen: argparse.Namespace, data: Path) -> Iterator[tuple[str, list[GoldRow], SchemaFolder]]:
    names = chosen.tasks or NAMED
    if chosen.all:
        names = sorted(path.parent.name for path in data.glob(f"*/{chosen.split}.jsonl.zst"))
    for name in names:
        rows = read_gold(data / name / f"{chosen.split}.jsonl.zst")
        for part, own in parts(data / name, rows).items():
            yield part, spread(own, chosen.limit), open_schemas(data / name / "schemas")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", nargs="*")
    parser.add_argument("--all", action="store_true", help="every task that has the split")
    parser.add_argument("--model")
    parser.add_argument("--way", choices=WAYS, default="constrained")
    parser.add_argument("--limit", type=int, help="rows of a line at most, evenly from the whole split")
    parser.add_argument("--split", default="dev")
    parser.add_argument("--out", type=Path, help="keep the last line in this file")
    chosen = parser.parse_args()
    found: dict[str, Any] = {}
    heads = ("task", "rows", *(name.replace("_", " ") for name in _SHOWN), "records/s")
    print(f"| {' | '.join(heads)} |\n{'|---' * len(heads)}|")
    for name, rows, schemas in _tasks(chosen, Path(os.environ["EXTRACTOR_DATA"])):
        figure = found[name] = measure(rows, schemas, chosen.way, chosen.model)
        shown = " | ".join(f"{figure[key]:.3f}" for key in _SHOWN)
        print(f"| {name} | {figure['n']} | {shown} | {figure['records_per_s']:.1f} |", flush=True)
        if chosen.out:  # after every line: a whole run takes long
            chosen.out.write_text(json.dumps(found) + "\n", encoding="utf-8")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
