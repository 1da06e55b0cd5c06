"""The same records, byte for byte: alone or beside others, prefix kept or evaluated anew, head lazy or full.

    EXTRACTOR_DATA=DATA python -m benchmarks.sameness [--model M] [--texts 1000] [--split dev]

Texts are taken from all tasks of the data in turn. Exit code 1 if a record differs; with the lazy head more often than
there were choices whose two best scores lay within rounding, which are counted. The last line is one JSON object:
`{"texts", "parallel", "prefix", "lazy_head", "near_ties"}`, differences each.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any, Literal

from extractor import CompiledSchema, Extraction, Extractor
from extractor.engine.llamacpp import EngineOptions, LlamaCppEngine
from extractor.evaluate.gold import read_gold
from extractor.evaluate.schema_folder import open_schemas
from extractor.store.home import resolve_model

_SCHEMAS_AT_ONCE = 4  # so that texts of different schemas ride in one batch


@dataclass(frozen=True, slots=True)
class Way:
    """One way to make the records.

    Attributes:
        name: For the table.
        parallel: Texts in flight.
        head: Of the engine.
        keep_prefix: Whether texts of one schema share the evaluated prompt; otherwise every text has it evaluated anew.
    """

    name: str
    parallel: int = 8
    head: Literal["full", "lazy"] = "full"
    keep_prefix: bool = True


REFERENCE = Way("8 in flight, prefix kept, full head")
WAYS = {
    "parallel": Way("1 in flight", parallel=1),
    "prefix": Way("prefix evaluated for every text", parallel=1, keep_prefix=False),
    "lazy_head": Way("lazy head", head="lazy"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Texts of one schema."""

    schema: CompiledSchema
    texts: tuple[str, ...]


def groups(data: Path, split: str, count: int) -> list[Group]:
    """Take `count` texts from all tasks of a folder in turn, by schema."""
    tasks = sorted(path for path in data.iterdir() if (path / "schemas").is_dir())
    schemas = {task.name: open_schemas(task / "schemas") for task in tasks}
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for task, schema, text in islice(_in_turn(tasks, split, count), count):
        found[task, schema].append(text)
    return [Group(CompiledSchema(schemas[task].load(schema)), tuple(texts)) for (task, schema), texts in found.items()]


def _in_turn(tasks: Sequence[Path], split: str, count: int) -> Iterator[tuple[str, str, str]]:
    rows = [(task.name, iter(read_gold(task / f"{split}.jsonl.zst", limit=count))) for task in tasks]
    while rows:
        for place in list(rows):
            name, source = place
            row = next(source, None)
            if row is None:
                rows.remove(place)
            else:
                yield name, row.schema, row.text


@dataclass(frozen=True, slots=True)
class Records:
    """What a way has made: every record as text, and choices that were within rounding."""

    texts: list[str]
    near_ties: int


def make(way: Way, asked: Sequence[Group], model: str | None) -> Records:
    """Make the records of all texts in one way."""
    found = resolve_model(model)
    options = EngineOptions(parallel=way.parallel, head=way.head)
    with closing(LlamaCppEngine(found.path, template=found.template or "", digest="", options=options)) as engine:
        if way.head == "lazy" and engine.head is None:
            raise SystemExit("this model's head cannot be lazy; there is nothing to compare")
        return Records(_records(way, asked, engine), engine.head.near_ties if engine.head else 0)


def _records(way: Way, asked: Sequence[Group], engine: LlamaCppEngine) -> list[str]:
    if not way.keep_prefix:  # an extractor that finds an engine idle finds no prefix in it
        return [record for group in asked for text in group.texts for record in _mapped(group.schema, [text], engine)]
    threads = min(way.parallel, _SCHEMAS_AT_ONCE)
    with Extractor(asked[0].schema, model=engine), ThreadPoolExecutor(threads) as pool:
        made = pool.map(lambda group: _mapped(group.schema, group.texts, engine), asked)
        return [record for records in made for record in records]


def _mapped(schema: CompiledSchema, texts: Iterable[str], engine: LlamaCppEngine) -> list[str]:
    with Extractor(schema, model=engine) as extractor:
        return [written(extraction) for extraction in extractor.map(texts)]


def written(extraction: Extraction[Any]) -> str:
    """Everything of an extraction that must not change."""
    error = type(extraction.error).__name__ if extraction.error else ""
    return f"{extraction.status} {error} {extraction.tokens} {extraction.json}"


def different(first: Sequence[str], second: Sequence[str]) -> list[int]:
    """Indices at which two lists of records differ."""
    return [index for index, (one, other) in enumerate(zip(first, second, strict=True)) if one != other]


def compare(asked: Sequence[Group], model: str | None) -> dict[str, int]:
    """Make the records in every way; print a row each and return the differences."""
    reference = _timed(REFERENCE, asked, model)
    counts = {"texts": len(reference.texts)}
    for name, way in WAYS.items():
        made = _timed(way, asked, model)
        places = different(reference.texts, made.texts)
        counts[name] = len(places)
        if way.head == "lazy":
            counts["near_ties"] = made.near_ties
        for index in places[:3]:
            print(f"  {reference.texts[index]}\n  {made.texts[index]}")
    return counts


def _timed(way: Way, asked: Sequence[Group], model: str | None) -> Records:
    started = perf_counter()
    made = make(way, asked, model)
    seconds = perf_counter() - started
    print(f"{way.name}: {len(made.texts)} records, {len(made.texts) / seconds:.1f} a second", flush=True)
    return made


def same(counts: Mapping[str, int]) -> bool:
    """Whether nothing differs but what rounding explains."""
    return not counts["parallel"] and not counts["prefix"] and counts["lazy_head"] <= counts["near_ties"]


def main(argv: Sequence[str] | None = None) -> int:
    """Compare; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="a name or a GGUF; the embedded model unless given")
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--data", type=Path, default=os.environ.get("EXTRACTOR_DATA"))
    chosen = parser.parse_args(argv)
    if chosen.data is None:
        print("say where the data is: --data DATA, or EXTRACTOR_DATA", file=sys.stderr)
        return 2
    asked = groups(Path(chosen.data), chosen.split, chosen.texts)
    print(f"{sum(len(group.texts) for group in asked)} texts of {len(asked)} schemas", flush=True)
    counts = compare(asked, chosen.model)
    print(json.dumps(counts))
    return 0 if same(counts) else 1


if __name__ == "__main__":
    sys.exit(main())
