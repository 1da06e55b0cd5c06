"""This project and its peers in turn: same GGUF, same texts, same schemas, same token limits.

    python -m benchmarks.throughput --model GGUF [--peers all|none|NAME ...] [--llama-server PATH]
        [--workloads flat nested free] [--quick] [--check] [--plot FILE.svg]

Every system runs in a process of its own. A table a workload; the last line is one JSON object:
`{"workloads": {name: {system: {"records_per_s", "tokens_per_s", "valid", "peak_mb", "ratio"}}}}`. `ratio` is how many
times as fast this project is. `--check` exits 1 if a target of the flat workload is missed, or could not be measured
though its system was asked for.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.comparison import Comparison, closing, misses
from benchmarks.isolated import Skipped, measure
from benchmarks.measured import Job
from benchmarks.peers import FLOOR, MODULES, PEERS, SERVER, SERVER_FREE, THIS_PROJECT
from benchmarks.plot import Bars, write_bars
from benchmarks.workloads import WORKLOADS

_SECONDS, _QUICK_SECONDS = 12.0, 1.0
_OWN = 2  # this project, and what it is held to, get so many times as long as the peers


def compare(first: Job, systems: Sequence[str]) -> Comparison:
    """Measure systems on one workload.

    Args:
        first: The job of the first system; the others' are like it.
        systems: This project, and what it is compared with.

    Raises:
        Skipped: This project itself could not be measured.
    """
    own = measure(replace(first, system=THIS_PROJECT, seconds=first.seconds * _OWN))
    found, skipped = {THIS_PROJECT: own}, {}
    for system in systems:
        if system == THIS_PROJECT:
            continue
        print(f"... {first.workload}: {system}", file=sys.stderr, flush=True)
        try:
            found[system] = measure(replace(first, system=system, lengths=own.lengths))
        except Skipped as reason:
            skipped[system] = str(reason)
    return Comparison(first.workload, found, skipped)


def chosen_systems(peers: Sequence[str], server: str) -> list[str]:
    """Systems to run, in order; without a server's path its two rows only if asked for by name."""
    if "none" in peers:
        return [THIS_PROJECT, FLOOR]
    everybody = "all" in peers
    wanted = set(PEERS) if everybody else set(peers)
    if everybody and not server:
        wanted -= {SERVER, SERVER_FREE}
    return [system for system in MODULES if system in {THIS_PROJECT, FLOOR} | wanted]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the tables, then the object; the exit code."""
    chosen = _parser().parse_args(argv)
    if not Path(chosen.model).is_file():
        print(f"there is no model {chosen.model}", file=sys.stderr)
        return 2
    systems = chosen_systems(chosen.peers, chosen.llama_server)
    seconds = _QUICK_SECONDS if chosen.quick else _SECONDS
    workloads = chosen.workloads or (["flat"] if chosen.quick else list(WORKLOADS))
    comparisons = []
    for name in workloads:
        job = Job(
            THIS_PROJECT,
            name,
            chosen.model,
            chosen.seconds or seconds,
            at_least=1 if chosen.quick else 2,
            parallel=chosen.parallel,
            server=chosen.llama_server,
        )
        try:
            comparison = compare(job, systems)
        except Skipped as reason:
            print(f"{THIS_PROJECT} could not be measured: {reason}", file=sys.stderr)
            return 3
        comparisons.append(comparison)
        print(f"\n## {name}\n\n{comparison.table()}\n", flush=True)
    if chosen.plot:
        _plot(Path(chosen.plot), comparisons)
    missed = [miss for c in comparisons if c.workload == "flat" for miss in misses(c, frozenset(systems))]
    for miss in missed:
        print(f"target missed: {miss}")
    print(json.dumps(closing(comparisons)))
    return 1 if chosen.check and missed else 0


def _plot(file: Path, comparisons: Sequence[Comparison]) -> None:
    groups = [
        Bars(comparison.workload, {name: m.tokens_per_s for name, m in comparison.systems.items()})
        for comparison in comparisons
    ]
    write_bars(file, "Record tokens a second (prefill included)", groups)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, metavar="GGUF")
    parser.add_argument("--peers", nargs="+", default=["all"], choices=["all", "none", *PEERS], metavar="NAME")
    parser.add_argument("--llama-server", default="", metavar="PATH")
    parser.add_argument("--workloads", nargs="+", choices=list(WORKLOADS))
    parser.add_argument("--parallel", type=int, default=8, help="texts in flight, here and in llama-server")
    parser.add_argument("--seconds", type=float, help="time a system and workload, loading left out")
    parser.add_argument("--quick", action="store_true", help="the flat workload, a second a system")
    parser.add_argument("--check", action="store_true", help="exit 1 if a target is missed")
    parser.add_argument("--plot", metavar="FILE.svg")
    return parser


if __name__ == "__main__":
    sys.exit(main())
