"""How labels are chosen, and how null and the ends of lists stand against values: micro-F1 and cost on held-out rows.

    EXTRACTOR_DATA=DATA python -m benchmarks.choosing labels [TASK ...]
    EXTRACTOR_DATA=DATA python -m benchmarks.choosing null|end [TASK ...] [--biases -1 -0.5 0 0.5 1]

The cost is processor time, all threads together, which a busy machine changes little. The setting whose mean micro-F1
is the best is named at the end; of `null` and `end`, it is what a model is calibrated to (`null_bias` and `end_bias`
in the JSON beside it).
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from pathlib import Path

from extractor.api.decoding import Decoding
from extractor.api.models import acquire, release
from extractor.evaluate.gold import read_gold
from extractor.evaluate.run import evaluate
from extractor.evaluate.schema_folder import open_schemas

TASKS = {
    "labels": ("banking77", "clinc", "snips", "goemotions"),
    "end": ("pii", "wikigold", "uner_ewt", "btc", "wnut17", "coffee_order", "snips", "composed_lists"),
    "null": ("snips", "pii", "restaurant8k", "nlupp", "multidogo", "e2e"),
}
BIASES = (-1.0, -0.5, 0.0, 0.5, 1.0)


def settings(kind: str, biases: Sequence[float]) -> dict[str, Decoding]:
    """What is compared, by name."""
    if kind == "labels":
        return {"first": Decoding(labels="first"), "whole": Decoding(labels="whole")}
    if kind == "null":
        return {f"{bias:+g}": Decoding(null_bias=bias) for bias in biases}
    return {f"{bias:+g}": Decoding(end_bias=bias) for bias in biases}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=sorted(TASKS))
    parser.add_argument("tasks", nargs="*")
    parser.add_argument("--biases", type=float, nargs="+", default=BIASES)
    parser.add_argument("--model")
    parser.add_argument("--limit", type=int)
    chosen = parser.parse_args()
    compared = settings(chosen.kind, chosen.biases)
    tasks = chosen.tasks or TASKS[chosen.kind]
    sums = dict.fromkeys(compared, 0.0)
    engine = acquire(chosen.model)  # held, so that loading is not measured
    print("| task | setting | rows | micro-F1 | precision | recall | exact | ms a record |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for task in tasks:
        folder = Path(os.environ["EXTRACTOR_DATA"]) / task
        rows = read_gold(folder / "dev.jsonl.zst", limit=chosen.limit)
        for name, decoding in compared.items():
            schema_of = open_schemas(folder / "schemas").load
            begun = time.process_time()
            found = evaluate(rows, schema_of, model=chosen.model, decoding=decoding).figures()
            cost_ms = (time.process_time() - begun) / len(rows) * 1000
            sums[name] += found["micro_f1"]
            shown = " | ".join(f"{found[key]:.4f}" for key in ("micro_f1", "precision", "recall", "exact"))
            print(f"| {task} | {name} | {found['n']} | {shown} | {cost_ms:.1f} |", flush=True)
    release(engine)
    means = {name: round(total / len(tasks), 4) for name, total in sums.items()}
    print(f"mean micro-F1: {means}; best: {max(means, key=lambda name: means[name])}")


if __name__ == "__main__":
    main()
