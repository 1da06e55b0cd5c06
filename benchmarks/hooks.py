"""What the hooks' recognisers find and miss, on planted, annotated and clean text.

    python -m benchmarks.hooks planted [--sample held-out] [--show N]
    EXTRACTOR_DATA=DATA python -m benchmarks.hooks annotated [--split test] [--model M] [--limit N]
    python -m benchmarks.hooks clean [FOLDER ...]
    python -m benchmarks.hooks cookbook [--model auto]
    python -m benchmarks.hooks time

`planted`: precision and recall per type on a seeded corpus of values and look-alikes: `tuned`, which the recognisers
were made with, or `held-out`, whose templates and makers were written without a look at them. `annotated`: names,
addresses, organisations, phones and dates of the pii data by recognisers alone, the model alone, and both. `clean`:
findings per 10,000 lines of Python's own library (its tests left out) and of this repository, all of them listed.
`cookbook`: accuracy of the example's policies on texts that were written after them. `time`: seconds from process start
to exit on a commit of ten changed files.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from benchmarks.planted.corpus import KINDS as TEMPLATE_KINDS
from benchmarks.planted.corpus import SAMPLES, Document, corpus, templates
from extractor.hooks import pii, secrets
from extractor.hooks.candidate import Candidate, without_overlaps
from extractor.hooks.rules import SECRETS

LEAST_CONFIDENCE = 0.5
_SECRET_RULES = {rule.name for rule in SECRETS}
TYPES = ("email", "phone", "iban", "card", "ip-address", "national-id", "secret")


def found(text: str) -> list[Candidate]:
    """What both hooks would report in a text."""
    sure = [c for c in pii.recognise(text) if c.confidence >= LEAST_CONFIDENCE]
    keys = [c for c in secrets.recognise(text) if c.confidence >= LEAST_CONFIDENCE]
    return without_overlaps(sure) + without_overlaps(keys)


def _matches(candidate: Candidate, start: int, end: int) -> bool:
    """Whether nine tenths of either are in the other."""
    shared = min(candidate.end, end) - max(candidate.start, start)
    return shared >= 0.9 * (end - start) and shared >= 0.9 * (candidate.end - candidate.start)


class Tally:
    """Counts of one type."""

    def __init__(self) -> None:
        self.right, self.wrong, self.missed = 0, 0, 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def score(documents: Iterator[Document], show: int = 0) -> tuple[dict[str, Tally], dict[str, Tally]]:
    """Tallies by type, and of secrets by shape."""
    types: dict[str, Tally] = defaultdict(Tally)
    shapes: dict[str, Tally] = defaultdict(Tally)
    shown: Counter[str] = Counter()
    for document in documents:
        candidates = found(document.text)
        hit: set[Candidate] = set()
        for value in document.planted:
            match = next(
                (c for c in candidates if _kind(c) == value.kind and _matches(c, value.start, value.end)), None
            )
            tallies = [types[value.kind]] + ([shapes[value.shape]] if value.kind == "secret" else [])
            for tally in tallies:
                tally.right += match is not None
                tally.missed += match is None
            if match:
                hit.add(match)
            elif show and shown[f"missed {document.name}"] < show:
                shown[f"missed {document.name}"] += 1
                print(
                    f"missed {value.kind} {document.name}: {document.text[value.start : value.end]!r}",
                    f"in {document.text!r}",
                )
        for candidate in candidates:
            if candidate not in hit and _kind(candidate) in TYPES:
                types[_kind(candidate)].wrong += 1
                if show and shown[f"wrong {document.name}"] < show:
                    shown[f"wrong {document.name}"] += 1
                    print(
                        f"wrong {candidate.rule} {document.name}: {document.text[candidate.start : candidate.end]!r}",
                        f"in {document.text!r}",
                    )
    return types, shapes


def _kind(candidate: Candidate) -> str:
    return "secret" if candidate.rule in _SECRET_RULES else candidate.rule


def planted(name: str, show: int) -> None:
    """Print the planted table of a sample."""
    sample = SAMPLES[name]
    documents = list(corpus(sample))
    values = Counter(value.kind for document in documents for value in document.planted)
    count = sum(len(templates(sample, kind)) for kind in TEMPLATE_KINDS)
    print(f"{name}: {sum(values.values())} values in {count} templates, {len(documents)} texts")
    types, shapes = score(iter(documents), show)
    print("| type | values | precision | recall |\n|---|---|---|---|")
    for kind in TYPES:
        print(f"| {kind} | {values[kind]} | {types[kind].precision:.3f} | {types[kind].recall:.3f} |")
    weak = {shape: tally.recall for shape, tally in shapes.items() if tally.recall < 0.95}
    print(f"{len(shapes)} shapes of secrets; recall below 0.95: {weak or 'none'}")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    planted_parser = commands.add_parser("planted")
    planted_parser.add_argument("--sample", choices=SAMPLES, default="tuned")
    planted_parser.add_argument("--show", type=int, default=0)
    annotated_parser = commands.add_parser("annotated")
    annotated_parser.add_argument("--split", default="test")
    annotated_parser.add_argument("--model")
    annotated_parser.add_argument("--limit", type=int)
    commands.add_parser("clean").add_argument("folders", nargs="*", type=Path)
    commands.add_parser("time")
    commands.add_parser("cookbook").add_argument("--model", default="off")
    chosen = parser.parse_args()
    match chosen.command:
        case "planted":
            planted(chosen.sample, chosen.show)
        case "annotated":
            from benchmarks.hooks_annotated import annotated

            annotated(chosen.split, chosen.model, chosen.limit)
        case "clean":
            from benchmarks.hooks_clean import clean

            sys.exit(clean(chosen.folders))
        case "cookbook":
            from benchmarks.hooks_cookbook import cookbook

            cookbook(chosen.model)
        case "time":
            from benchmarks.hooks_time import measure

            measure()


if __name__ == "__main__":
    main()
