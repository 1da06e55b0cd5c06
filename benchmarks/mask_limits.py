"""What hostile schemas cost over a large vocabulary: the time to compile each, and its longest mask.

    python -m benchmarks.mask_limits GGUF [NAME ...] [--steps N] [--seed N]

The schemas are those of tests/fuzz/hostile.py. Each is walked for N tokens drawn by lot from what its masks allow;
times are of the processor. What a limit ends is named: it is part of the promise.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path
from time import thread_time
from typing import Any

from tests.fuzz.hostile import SCHEMAS

from extractor.engine.llamacpp import open_vocabulary
from extractor.errors import ExtractorError
from extractor.grammar.llguidance_backend import LLGuidanceBackend
from extractor.grammar.masks import empty_mask, legal_ids
from extractor.grammar.vocabulary import Vocabulary
from extractor.schema.from_json_schema import from_json_schema
from extractor.schema.standard import standard


@dataclass(slots=True)
class Cost:
    """Seconds, and what ended the walk."""

    compile_s: float = 0.0
    longest_mask_s: float = 0.0
    masks: int = 0
    end: str = "walked to the end"


def cost(schema: Any, vocabulary: Vocabulary, steps: int, rng: random.Random) -> Cost:
    """Compile one schema and walk through its masks."""
    found = Cost()
    begun = thread_time()
    try:
        constraint = LLGuidanceBackend(vocabulary).constraint(standard(from_json_schema(schema)), None)
        found.compile_s = thread_time() - begun
        matcher = constraint.matcher()
        mask = empty_mask(len(vocabulary))
        for _ in range(steps):
            begun = thread_time()
            matcher.fill_mask(mask)
            found.longest_mask_s = max(found.longest_mask_s, thread_time() - begun)
            found.masks += 1
            token = int(rng.choice(legal_ids(mask, len(vocabulary))))
            if token == vocabulary.eos:
                found.end = "the record ended"
                break
            matcher.consume([token])
    except ExtractorError as error:
        found.compile_s = found.compile_s or thread_time() - begun
        found.end = f"{type(error).__name__}: {' '.join(str(error).split())[:90]}"
    return found


def main() -> None:
    """Print the table, the longest masks first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gguf", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    told = parser.parse_args()
    with open_vocabulary(told.gguf) as vocabulary:
        rows = [
            (name, cost(SCHEMAS[name](), vocabulary, told.steps, random.Random(told.seed)))
            for name in told.names or SCHEMAS
        ]
    print("| schema | compile ms | longest mask ms | masks | ended by |\n|---|---|---|---|---|")
    for name, found in sorted(rows, key=lambda row: -row[1].longest_mask_s):
        times = f"{found.compile_s * 1000:.1f} | {found.longest_mask_s * 1000:.1f}"
        print(f"| {name} | {times} | {found.masks} | {found.end} |")


if __name__ == "__main__":
    main()
