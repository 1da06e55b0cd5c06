"""How much of JSON Schema is taken, and how exactly: conformance suites token by token through the masks.

    python -m benchmarks.conformance SUITE.jsonl.gz [--gguf FILE] [--limit 300] [--quick]
                                     [--with llguidance,outlines-core,llama.cpp]

Every instance of a suite is laid out as a record is (`", "`, `": "`, keys in declaration order) and followed through
the grammar of its schema, read as the standard has it (`schema.standard`). Two columns: what the grammar says alone,
and with the checks after decoding. `--quick` follows without masks: it says nothing about their time. outlines-core and
llama.cpp are asked in a process for each schema, with a limit of time: what crashes or takes longer counts as failed.
outlines-core is judged by its regular expression; its automaton is built for the times only.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.followers import Times
from benchmarks.judging import FOLLOWERS, Judge, judging
from extractor.grammar.bytes_vocabulary import bytes_vocabulary
from extractor.grammar.vocabulary import Vocabulary


@dataclass(slots=True)
class Column:
    """What one way of judging made of a suite. `accepted` and `rejected` are wrong ones, as (schema, instance)."""

    passed: int = 0
    accepted: list[tuple[str, int]] = field(default_factory=list)
    rejected: list[tuple[str, int]] = field(default_factory=list)

    def take(self, name: str, verdicts: Iterable[tuple[bool, bool]]) -> None:
        """Count one schema: (verdict, truth) of each instance."""
        wrong = [(i, verdict) for i, (verdict, truth) in enumerate(verdicts) if verdict != truth]
        self.accepted += [(name, i) for i, verdict in wrong if verdict]
        self.rejected += [(name, i) for i, verdict in wrong if not verdict]
        self.passed += not wrong


@dataclass(slots=True)
class Result:
    """What one follower made of a suite."""

    schemas: int = 0
    instances: int = 0
    alone: int = 0
    grammar: Column = field(default_factory=Column)
    checks: Column = field(default_factory=Column)
    refused: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    times: Times = field(default_factory=Times)
    masks: dict[str, list[float]] = field(default_factory=dict)  # seconds of each mask, by schema; of those taken


def rows(suite: Path, limit: int | None, only: str) -> list[dict[str, Any]]:
    """Read a suite; a limit takes rows at even distances, so that it is the same sample every time."""
    with gzip.open(suite, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    found = [row for row in found if re.search(only, name_of(row))]
    step = 1 if limit is None else max(len(found) // limit, 1)
    return found[::step][:limit]


def name_of(row: dict[str, Any]) -> str:
    """Name a row of either suite."""
    return str(row["id"]) if "id" in row else f"{row['file']}: {row['description']}"


def run(judge: Judge, suite: list[dict[str, Any]]) -> Result:
    """Follow every instance of a suite."""
    result = Result(len(suite))
    for row in suite:
        name, judged = name_of(row), judge(row)
        result.times.compile += judged.times.compile
        result.times.mask += judged.times.mask
        if judged.refused or judged.failed:
            kind, why = (result.refused, judged.refused) if judged.refused else (result.failed, judged.failed)
            kind.append((name, why))
            continue
        result.masks[name] = judged.times.mask
        truth = [test["valid"] for test in row["tests"]]
        result.instances += len(truth)
        result.alone += not judged.checked
        result.grammar.take(name, zip(judged.grammar, truth, strict=True))
        result.checks.take(name, zip(judged.whole, truth, strict=True))
    return result


def report(name: str, result: Result, details: int) -> Iterator[str]:
    """Write what came out, line by line."""
    n = result.schemas
    yield f"\n== {name}: {n} schemas, {result.instances} instances of those taken"
    refused, failed = len(result.refused), len(result.failed)
    yield f"refused {refused} ({refused / n:.1%}), failed {failed}, decided by the grammar alone {result.alone / n:.1%}"
    for column, told in (("grammar alone", result.grammar), ("with checks", result.checks)):
        rate = len(told.rejected) / max(result.instances, 1)
        yield (
            f"{column:14} passed whole {told.passed} ({told.passed / n:.1%}), "
            f"wrong acceptances {len(told.accepted)}, wrong rejections {len(told.rejected)} ({rate:.2%})"
        )
    for what, seconds in (("compile", result.times.compile), ("mask", result.times.mask)):
        if seconds:
            yield f"{what:8} {_figures(seconds)}"
    for what, count in Counter(why.split(":")[0] for _, why in result.refused).most_common():
        yield f"  refused for {what}: {count}"
    for title, entries in (
        ("refused", result.refused),
        ("failed", result.failed),
        ("wrongly accepted", result.checks.accepted),
        ("wrongly rejected", result.checks.rejected),
    ):
        for entry in entries[:details]:
            yield f"  {title}: {entry[0]} | {entry[1]}"


def beside(ours: Result, theirs: Result) -> Iterator[str]:
    """Write how masks compare on the schemas that both take."""
    same = [name for name in ours.masks if name in theirs.masks and theirs is not ours]
    mine, other = ([second for name in same for second in told.masks[name]] for told in (ours, theirs))
    if mine and other:
        ratio = (sum(mine) / len(mine)) / (sum(other) / len(other))
        yield f"masks of extractor on the same {len(same)} schemas: {_figures(mine)}"
        yield f"ratio of means: {ratio:.2f}"


def _figures(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    at = {f"p{share}": ordered[min(int(len(ordered) * share / 100), len(ordered) - 1)] for share in (50, 95, 99)}
    told = ", ".join(f"{name} {1000 * second:.3f} ms" for name, second in at.items())
    return f"mean {1000 * sum(ordered) / len(ordered):.3f} ms, {told} (n = {len(ordered)})"


@contextmanager
def _vocabulary(gguf: Path | None) -> Iterator[Vocabulary]:
    if gguf is None:
        yield bytes_vocabulary()
        return
    from extractor.engine.llamacpp import open_vocabulary

    with open_vocabulary(gguf) as vocabulary:
        yield vocabulary


def main() -> None:
    """Run the followers one after the other on the same rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite", type=Path)
    parser.add_argument("--gguf", type=Path, help="whose vocabulary; without it, single bytes")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--only", default="", help="rows whose name matches this pattern")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--details", type=int, default=0, help="how many of each kind of failure to print")
    parser.add_argument("--with", dest="followers", default="", help=f"of {', '.join(FOLLOWERS)}, beside extractor")
    told = parser.parse_args()
    suite = rows(told.suite, told.limit, told.only)
    with _vocabulary(told.gguf) as vocabulary:
        ours = Result()
        for name in dict.fromkeys(["extractor", *filter(None, told.followers.split(","))]):
            result = run(judging(name, vocabulary, told.gguf, masks=not told.quick), suite)
            ours = ours if ours.schemas else result
            print(*report(name, result, told.details), *beside(ours, result), sep="\n", flush=True)


if __name__ == "__main__":
    main()
