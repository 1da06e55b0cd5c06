"""From a cold process to the first record, step by step.

    python -m benchmarks.cold_start [--model M] [--runs 7] [--check]

Medians over some processes; files are in the page cache, as on any second start. `--check` exits 1 if the first record
takes 1.5 s or longer. The last line is one JSON object: `{"first_record_s", "steps"}`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from statistics import median

LEAST_S = 1.5
AFTER = "a second record"  # comes after the first one


def start(model: str) -> dict[str, float]:
    """Run one process; step -> seconds."""
    command = [sys.executable, "-m", "benchmarks.cold_process", str(time.monotonic()), model]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1])["steps"])


def medians(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Median of every step."""
    return {step: median(run[step] for run in runs) for step in runs[0]}


def first_record_s(steps: Mapping[str, float]) -> float:
    """Seconds from the process's start to its first record."""
    return sum(seconds for step, seconds in steps.items() if step != AFTER)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table, then the object; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="", help="a name or a GGUF; the embedded model unless given")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--check", action="store_true", help=f"exit 1 if the first record takes {LEAST_S} s or longer")
    chosen = parser.parse_args(argv)
    start(chosen.model)  # fills the page cache, and whatever this project keeps on disk
    runs = [start(chosen.model) for _ in range(chosen.runs)]
    steps = medians(runs)
    total = median(first_record_s(run) for run in runs)
    print("| step | ms |\n|---|---|")
    for step, seconds in steps.items():
        print(f"| {step} | {1000 * seconds:.0f} |")
    print(f"\nfirst record after {total:.2f} s")
    print(json.dumps({"first_record_s": round(total, 3), "steps": {step: round(s, 4) for step, s in steps.items()}}))
    return 1 if chosen.check and total >= LEAST_S else 0


if __name__ == "__main__":
    sys.exit(main())
