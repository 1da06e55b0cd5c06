"""Micro-F1, validity and speed on held-out rows, a line a task.

    EXTRACTOR_DATA=DATA python -m benchmarks.quality [TASK ...] [--model M] [--limit N] [--split dev]

The last line is one JSON object: `{task: figures}`, the figures as in `extractor eval --json`.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

from extractor.evaluate.gold import read_gold
from extractor.evaluate.run import evaluate
from extractor.evaluate.schema_folder import open_schemas

NAMED = ("snips", "e2e", "banking77", "pii")


def measure(task: Path, split: str, model: str | None, limit: int | None) -> dict[str, Any]:
    """Figures of one task."""
    schemas = open_schemas(task / "schemas")
    rows = read_gold(task / f"{split}.jsonl.zst", limit=limit)
    return evaluate(rows, schemas.load, model=model).figures()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", nargs="*", default=NAMED)
    parser.add_argument("--model")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--split", default="dev")
    chosen = parser.parse_args()
    found = {}
    print("| task | rows | micro-F1 | precision | recall | exact | valid | valid but wrong | records/s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for task in chosen.tasks:
        figures = measure(Path(os.environ["EXTRACTOR_DATA"]) / task, chosen.split, chosen.model, chosen.limit)
        found[task] = figures
        shown = [f"{figures[key]:.3f}" for key in ("micro_f1", "precision", "recall", "exact", "valid", "valid_wrong")]
        print(f"| {task} | {figures['n']} | {' | '.join(shown)} | {figures['records_per_s']:.1f} |", flush=True)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
