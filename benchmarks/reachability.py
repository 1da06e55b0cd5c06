"""How many gold verbatim values a verbatim field can hold.

    EXTRACTOR_DATA=DATA python -m benchmarks.reachability

A value is reachable if it is a run of the text's chunks that neither begins nor ends with white space.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from extractor.evaluate.gold import read_gold
from extractor.validate.accepts import reachable_in


def strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield leaf path and value of every string of a record."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item, f"{path}[]")
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from strings(item, f"{path}.{name}" if path else name)


def count(task: Path) -> tuple[int, Counter[str]]:
    """Verbatim values of a task, and those that cannot be reached."""
    marks = json.loads((task / "verbatim_fields.json").read_text(encoding="utf-8"))
    total, missed = 0, Counter[str]()
    for file in sorted(task.glob("*.jsonl.zst")):
        for row in read_gold(file):
            reachable = reachable_in(row.text)
            for path, value in strings(row.record):
                if marks[row.schema].get(path):
                    total += 1
                    if not reachable(value):
                        missed[value] += 1
    return total, missed


def main() -> None:
    """Print a line a task, then the total."""
    data = Path(os.environ["EXTRACTOR_DATA"])
    everything, exceptions = 0, 0
    for task in sorted(p for p in data.iterdir() if (p / "verbatim_fields.json").is_file()):
        total, missed = count(task)
        everything += total
        exceptions += missed.total()
        print(f"{task.name:16} {total:8,} values, {missed.total():4} not reachable {list(missed)[:5] or ''}")
    print(f"{'all':16} {everything:8,} values, {exceptions:4} not reachable")


if __name__ == "__main__":
    main()
