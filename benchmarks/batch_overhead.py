"""What the batch command itself takes: memory whatever the file's size, and wall time outside the extractor's calls.

    python -m benchmarks.batch_overhead [--rows 1000000] [--few 1000] [--parallel 64]

Two runs in processes of their own, of few and of many short rows, with the scripted engine (it has no weights: every
record goes through grammar, scheduler, validation and spans as with any engine). `outside` is the wall time of the run
without what the extractor's `map` took to give its next extraction: reading, parsing, labels, rows, writing, counting.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias
from unittest.mock import patch

from extractor.api.extractor import Extractor
from extractor.batch.run import BatchOptions, run_batch
from extractor.engine.scripted import ScriptedEngine
from extractor.record.extraction import Extraction

Map: TypeAlias = Callable[[Extractor[Any], Iterable[str]], Iterator[Extraction[Any]]]

SCHEMA = {
    "title": "Ticket",
    "type": "object",
    "properties": {"urgent": {"type": "boolean"}},
    "required": ["urgent"],
    "additionalProperties": False,
}


class Clock:
    """The wall time that extractors' `map` takes to give its extractions."""

    def __init__(self) -> None:
        self.inside_s = 0.0

    def around(self, mapped: Map) -> Map:
        """`Extractor.map`, measured."""

        def timed(extractor: Extractor[Any], texts: Iterable[str]) -> Iterator[Extraction[Any]]:
            extractions = mapped(extractor, self._read(texts))
            while True:
                begun = time.perf_counter()
                extraction = next(extractions, None)
                self.inside_s += time.perf_counter() - begun
                if extraction is None:
                    return
                yield extraction

        return timed

    def _read(self, texts: Iterable[str]) -> Iterator[str]:
        """Reading goes on while the extractor waits for its next text: it is no part of it."""
        given = iter(texts)
        while True:
            begun = time.perf_counter()
            text = next(given, None)
            self.inside_s -= time.perf_counter() - begun
            if text is None:
                return
            yield text


def write_rows(path: Path, rows: int) -> None:
    """Write short rows."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            file.write(f'{{"id": "t{number}", "text": "Ticket {number}: my order has not arrived"}}\n')


def measure(folder: Path, rows: int, parallel: int) -> dict[str, float]:
    """Run one batch in this process; figures of it."""
    source, output = folder / f"{rows}.jsonl", folder / f"{rows}.out.jsonl"
    write_rows(source, rows)
    engine = ScriptedEngine(lambda _: {"urgent": True}, parallel=parallel)
    clock = Clock()
    begun = time.perf_counter()
    with patch.object(Extractor, "map", clock.around(Extractor.map)):
        end = run_batch(source, output, SCHEMA, BatchOptions(parallel=parallel), model=engine)
    seconds = time.perf_counter() - begun
    assert (end.rows, end.errors) == (rows, 0)
    return {
        "rows": rows,
        "seconds": round(seconds, 3),
        "wall_us_a_row": round(seconds / rows * 1e6, 2),
        "outside_us_a_row": round((end.seconds - clock.inside_s) / rows * 1e6, 2),
        "cpu_us_a_row": round(end.cpu_seconds / rows * 1e6, 2),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--parallel", type=int, default=64)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if chosen.one:
            print(json.dumps(measure(Path(folder), chosen.one, chosen.parallel)))
            return
    found = []
    for rows in (chosen.few, chosen.rows):
        words = [
            sys.executable,
            "-m",
            "benchmarks.batch_overhead",
            "--one",
            str(rows),
            "--parallel",
            str(chosen.parallel),
        ]
        found.append(json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout))
        print(" | ".join(f"{name} {figure:,}" for name, figure in found[-1].items()), flush=True)
    few, many = found
    more = round(many["peak_mib"] - few["peak_mib"], 1)
    print(json.dumps({"few": few, "many": many, "peak_mib_more": more}))


if __name__ == "__main__":
    main()
