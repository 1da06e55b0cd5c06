"""`python -m extractor_training.synth OUT_DIR --seed 0 --rows 6000`."""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import Any

from extractor_training.synth.contact import contact
from extractor_training.synth.draft import Quote, Sample
from extractor_training.synth.event import event
from extractor_training.synth.forms import form, form_schemas
from extractor_training.synth.invoice import invoice
from extractor_training.synth.mentions import entities, personal_data
from extractor_training.synth.names import full_name, name_schemas
from extractor_training.synth.orders import order, order_schemas
from extractor_training.synth.review import review
from extractor_training.synth.schemas import TASKS, Json
from extractor_training.synth.ticket import support_ticket
from extractor_training.synth.turns import turn, turn_schemas
from extractor_training.synth.world import World

MAKERS: dict[str, Callable[[World], Sample]] = {
    "invoice": invoice,
    "event": event,
    "support_ticket": support_ticket,
    "contact": contact,
    "reviews": review,
    "entities": entities,
    "personal_data": personal_data,
    "forms": form,
    "turns": turn,
    "names": full_name,
    "orders": order,
}
DEV_ROWS = 200
SHORTEST, LONGEST = 12, 900


def _quotes(value: Any) -> Iterator[Quote]:
    if isinstance(value, Quote):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _quotes(inner)


def stands(text: str, value: str) -> bool:
    """Whether the value stands in the text as whole words without white space at its ends."""
    if not value or value != value.strip():
        return False
    left = r"(?<!\w)" if re.match(r"\w", value) else ""
    right = r"(?!\w)" if re.search(r"\w\Z", value) else ""
    return re.search(left + re.escape(value) + right, text) is not None


def rows(task: str, split: str, count: int, seed: int, avoid: Container[str] = frozenset()) -> Iterator[dict[str, Any]]:
    """Yield rows of one split; the same arguments give the same rows.

    Args:
        task: A key of `MAKERS`.
        split: `train`, or `dev`, whose words train rows never use.
        count: Rows.
        seed: Where chance starts.
        avoid: Texts that must not come up.
    """
    world = World(random.Random(f"{seed}:{task}:{split}"), held_out=split == "dev")
    seen: set[tuple[str, str]] = set()
    while len(seen) < count:
        sample = MAKERS[task](world)
        key = (sample.schema, sample.text)
        usable = SHORTEST <= len(sample.text) <= LONGEST and all(stands(sample.text, q) for q in _quotes(sample.record))
        if key in seen or not usable or sample.text in avoid:
            continue
        seen.add(key)
        yield {
            "id": f"{task}-{split}-{len(seen) - 1:05}",
            "source": "synthetic",
            "task": task,
            "schema": sample.schema,
            "text": sample.text,
            "record": sample.record,
        }


def verbatim_fields(schema: Json, path: str = "") -> dict[str, bool]:
    """Leaf path -> whether its strings are quoted from the text."""
    if "anyOf" in schema:
        return verbatim_fields(schema["anyOf"][0], path)
    if "properties" in schema:
        found: dict[str, bool] = {}
        for name, inner in schema["properties"].items():
            found |= verbatim_fields(inner, f"{path}.{name}" if path else name)
        return found
    if "items" in schema:
        return verbatim_fields(schema["items"], f"{path}[]")
    return {path: bool(schema.get("x-verbatim"))}


def plain(schema: Any) -> Any:
    """The schema without the verbatim marks, which have a file of their own."""
    if isinstance(schema, dict):
        return {name: plain(inner) for name, inner in schema.items() if name != "x-verbatim"}
    return [plain(inner) for inner in schema] if isinstance(schema, list) else schema


def tasks() -> dict[str, dict[str, Json]]:
    """Task -> schema name -> its JSON Schema."""
    made = {"forms": form_schemas(), "turns": turn_schemas(), "names": name_schemas(), "orders": order_schemas()}
    return TASKS | made


def write(out: Path, seed: int, count: int) -> None:
    """Write every task's rows and schemas under `out`."""
    for task, schemas in tasks().items():
        folder = out / task
        (folder / "schemas").mkdir(parents=True, exist_ok=True)
        marks = {name: verbatim_fields(schema) for name, schema in schemas.items()}
        (folder / "verbatim_fields.json").write_text(json.dumps(marks, indent=1), encoding="utf-8")
        for name, schema in schemas.items():
            written = {"$schema": "https://json-schema.org/draft/2020-12/schema", **plain(schema)}
            target = folder / "schemas" / f"{name}.json"
            target.write_text(json.dumps(written, indent=1, ensure_ascii=False), encoding="utf-8")
        train = list(rows(task, "train", count, seed))
        dev = rows(task, "dev", DEV_ROWS, seed, avoid={row["text"] for row in train})
        for split, made in (("train", train), ("dev", dev)):
            with (folder / f"{split}.jsonl").open("w", encoding="utf-8") as lines:
                lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in made)


def main(argv: list[str] | None = None) -> int:
    """Parse the arguments and write the rows."""
    parser = argparse.ArgumentParser(prog="python -m extractor_training.synth", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rows", type=int, default=6000, help="train rows of each task")
    chosen = parser.parse_args(argv)
    write(chosen.out, chosen.seed, chosen.rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
