"""Records and confidences are the same to the last bit, however many texts run beside each other, and which."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import zstandard

import extractor
from extractor import Extractor
from extractor.api import ready_made
from extractor.engine.llamacpp import EngineOptions, LlamaCppEngine

EMBEDDED = Path(extractor.__file__).parent / "models" / "embedded.gguf"

Task = tuple[str, str]  # name of a schema, text
Answer = tuple[str, dict[str, float], str]


def _engine(parallel: int) -> LlamaCppEngine:
    options = EngineOptions(parallel=parallel, threads=1)
    return LlamaCppEngine(EMBEDDED, template="extractor-1", digest="embedded", options=options)


def _answers(schemas: dict[str, Any], tasks: Sequence[Task], parallel: int, order: Iterable[int]) -> list[Answer]:
    """Extract tasks in some order, several at a time, over one engine."""
    with ExitStack() as stack:
        engine = _engine(parallel)
        stack.callback(engine.close)
        used = {name: stack.enter_context(Extractor(schema, model=engine)) for name, schema in schemas.items()}
        pool = stack.enter_context(ThreadPoolExecutor(parallel + 2))
        running = {i: pool.submit(used[tasks[i][0]].extract, tasks[i][1]) for i in order}
        found = {i: future.result() for i, future in running.items()}
    return [(found[i].json, dict(found[i].confidence), found[i].status) for i in range(len(tasks))]


def _lines(text: str) -> list[str]:
    return [line for line in (*text.splitlines(), *text.split(". "), text) if line.strip()]


def test_ready_made_schemas_in_one_batch() -> None:
    names = ["entities", "event", "sentiment", "support_ticket", "query_routing", "contact"]  # more than are kept
    schemas = {name: ready_made.load(name) for name in names}
    tasks = [(name, line) for name in names for line in _lines(ready_made.example(name)[0])[:5]]
    tasks += [(other, text) for (_, text), other in zip(tasks[::4], names * 5, strict=False)]
    one_by_one = _answers(schemas, tasks, 1, range(len(tasks)))
    shuffled = random.Random(3).sample(range(len(tasks)), len(tasks))
    assert _answers(schemas, tasks, 8, shuffled) == one_by_one
    assert _answers(schemas, tasks, 3, reversed(range(len(tasks)))) == one_by_one


def _rows(folder: Path, task: str) -> Iterator[Task]:
    with zstandard.open(folder / task / "dev.jsonl.zst", "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield f"{task}/schemas/{row['schema']}.json", row["text"]


@pytest.mark.long
def test_a_thousand_texts(data_folder: Path) -> None:
    each = {"snips": 300, "e2e": 200, "pii": 150, "wikigold": 77, "restaurant8k": 173, "banking77": 100}
    tasks = [row for task, count in each.items() for row in islice(_rows(data_folder, task), count)]
    schemas = {name: json.loads((data_folder / name).read_text(encoding="utf-8")) for name, _ in tasks}
    assert len(tasks) == 1000
    one_by_one = _answers(schemas, tasks, 1, range(len(tasks)))
    for parallel in (3, 8, 16):
        shuffled = random.Random(parallel).sample(range(len(tasks)), len(tasks))
        assert _answers(schemas, tasks, parallel, shuffled) == one_by_one
