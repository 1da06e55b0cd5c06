"""Records a second and peak memory over the number of texts, their length, and the texts in flight.

    python -m benchmarks.scaling [--model M] [--long-model GGUF] [--only texts|tokens|sequences ...]
        [--quick] [--check] [--plot FILE.svg]

Every point is measured in a process of its own. `--long-model` is used for the lengths, where the context of the
embedded model ends before 8,000 tokens. The last line is one JSON object: `{"texts", "tokens", "sequences"}`, a list of
points each. `--check` exits 1 unless speed and memory at the largest number of texts are those of a tenth of it: to
within 10 % and 5 %.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.plot import Line, write_lines
from benchmarks.scaling_point import Asked, Point

TEXTS, QUICK_TEXTS = (10, 100, 1_000, 10_000), (10, 100)
TOKENS, QUICK_TOKENS = (100, 500, 1_000, 2_000, 4_000, 8_000), (100, 500)
SEQUENCES, QUICK_SEQUENCES = (1, 2, 4, 8, 16, 32), (1, 8)
_SEQUENCE_TEXTS, _QUICK_SEQUENCE_TEXTS = 400, 32
_LENGTH_TOKENS = 6_000  # of all texts of a length together, about
_SPEED_WITHIN, _MEMORY_WITHIN = 0.10, 0.05


def asked_points(model: str | None, long_model: str | None, *, quick: bool) -> dict[str, list[tuple[int, Asked]]]:
    """What to measure: for each of the three questions, x and how to measure it."""
    texts, tokens, sequences = (QUICK_TEXTS, QUICK_TOKENS, QUICK_SEQUENCES) if quick else (TEXTS, TOKENS, SEQUENCES)
    held = _QUICK_SEQUENCE_TEXTS if quick else _SEQUENCE_TEXTS
    return {
        "texts": [(count, Asked(model, count)) for count in texts],
        "tokens": [(size, Asked(long_model or model, max(_LENGTH_TOKENS // size, 2), tokens=size)) for size in tokens],
        "sequences": [(count, Asked(model, held, parallel=count)) for count in sequences],
    }


def run(asked: Asked) -> Point | str:
    """Measure a point in a process of its own; why not, if that fails."""
    command = [sys.executable, "-m", "benchmarks.scaling_point", json.dumps(dataclasses.asdict(asked))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
    return Point(**json.loads(done.stdout.splitlines()[-1]))


def row(x: int, point: Point | str) -> str:
    """A line of the table."""
    if isinstance(point, str):
        return f"| {x:,} | {point} | | | | |"
    if point.failed:
        return f"| {x:,} | {point.failed} of {point.texts} failed: the context is too small | | | | |"
    speed = point.records_per_s
    drift = "" if point.drift is None else f"{point.drift:.2f}"
    tokens = f"{point.text_tokens * speed:,.0f}"
    return f"| {x:,} | {point.texts:,} | {speed:.3g} | {tokens} | {point.peak_mb:,.0f} | {drift} |"


def missed(points: Sequence[tuple[int, Point | str]]) -> list[str]:
    """What is not flat between the last two numbers of texts."""
    if len(points) < 2:
        return ["texts: not asked for"]
    (few, first), (many, last) = points[-2:]
    if isinstance(first, str) or isinstance(last, str):
        return ["texts: not measured"]
    speed, memory = last.records_per_s / first.records_per_s - 1, last.peak_mb / first.peak_mb - 1
    found = []
    if abs(speed) > _SPEED_WITHIN:
        found.append(f"records/s change by {100 * speed:.1f} % from {few} to {many} texts")
    if memory > _MEMORY_WITHIN:
        found.append(f"memory grows by {100 * memory:.1f} % from {few} to {many} texts")
    return found


def figures(points: Sequence[tuple[int, Point | str]]) -> list[dict[str, Any]]:
    """Points for the closing JSON object."""
    return [
        {"x": x, "error": point}
        if isinstance(point, str)
        else {"x": x, "records_per_s": round(point.records_per_s, 3), "peak_mb": round(point.peak_mb, 1)}
        for x, point in points
    ]


def _plot(file: Path, measured: dict[str, list[tuple[int, Point | str]]]) -> None:
    lines = []
    for name, unit in (("texts", "texts"), ("tokens", "tokens a text"), ("sequences", "texts in flight")):
        whole = [(x, point) for x, point in measured.get(name, []) if isinstance(point, Point) and not point.failed]
        if whole:
            lines.append(Line("records/s", [(float(x), point.records_per_s) for x, point in whole], unit))
    write_lines(file, "Records a second", lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the tables, then the object; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="a name or a GGUF; the embedded model unless given")
    parser.add_argument("--long-model", metavar="GGUF", help="for long texts, instead")
    parser.add_argument("--only", nargs="+", choices=["texts", "tokens", "sequences"], help="of the three questions")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--check", action="store_true", help="exit 1 if the figures are not flat")
    parser.add_argument("--plot", metavar="FILE.svg")
    chosen = parser.parse_args(argv)
    measured: dict[str, list[tuple[int, Point | str]]] = {}
    for name, wanted in asked_points(chosen.model, chosen.long_model, quick=chosen.quick).items():
        if chosen.only and name not in chosen.only:
            continue
        print(f"\n| {name} | texts | records/s | text tokens/s | peak MiB | last fifth / second fifth |")
        print("|---|---|---|---|---|---|", flush=True)
        measured[name] = []
        for x, asked in wanted:
            measured[name].append((x, run(asked)))
            print(row(*measured[name][-1]), flush=True)
    if chosen.plot:
        _plot(Path(chosen.plot), measured)
    found = missed(measured.get("texts", []))
    print("\n".join(["", *found] if chosen.check else [""]))
    print(json.dumps({name: figures(points) for name, points in measured.items()}))
    return 1 if chosen.check and found else 0


if __name__ == "__main__":
    sys.exit(main())
