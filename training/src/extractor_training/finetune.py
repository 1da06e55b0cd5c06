"""Rows of one schema -> an expert, from a model that can already read schemas: all weights, or an adapter."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.api.compiled import CompiledSchema
from extractor.engine.llamacpp import open_vocabulary
from extractor.grammar.vocabulary import Vocabulary
from extractor.schema.nodes import JSONValue
from extractor_training.base import read_gguf
from extractor_training.corpus import read_rows
from extractor_training.dataset import Example, Group, example, fitting, prefixes
from extractor_training.export import export
from extractor_training.lora import write_adapter
from extractor_training.pretrain import Plan, Run, held_out_loss

# A tenth of the rate of pretraining: higher ones forget how to copy, lower ones do not move in 20 minutes.
RATE = 0.3


def labelled(path: Path, compiled: CompiledSchema) -> list[tuple[str, JSONValue]]:
    """Rows `{"text", "record"}`, every record checked against the schema and, where verbatim, its text.

    Raises:
        ValueError: A row does not fit; the message names its line.
    """
    found: list[tuple[str, JSONValue]] = []
    for number, row in enumerate(read_rows(path), 1):
        text, record = row.get("text"), row.get("record")
        if not isinstance(text, str) or "record" not in row:
            raise ValueError(f"{path}:{number}: a row needs a text and a record; it has {', '.join(row) or 'nothing'}")
        if not compiled.accepts(json.dumps(record), text):
            raise ValueError(f"{path}:{number}: the record does not fit the schema, or a verbatim value its text")
        found.append((text, record))
    if len(found) < 2:
        raise ValueError(f"{path} has {len(found)} rows; training needs two at least")
    return found


def groups_of(
    rows: list[tuple[str, JSONValue]], compiled: CompiledSchema, vocabulary: Vocabulary, longest: int
) -> Group:
    """Rows as one group, under the schema as `extract` shows it."""
    made = (example(text, record, vocabulary) for text, record in rows)
    shown = prefixes(compiled.loaded.declaration, vocabulary)
    return Group("rows", 1.0, shown, fitting(made, longest - len(shown[0])))


@dataclass(frozen=True, slots=True)
class Course:
    """What an expert is made of.

    Attributes:
        rows: JSON Lines of `{"text", "record"}`; a tenth (at most 200 rows) is held out to watch.
        base: The GGUF to start from.
        run: Folder of checkpoints and the log; a run that was stopped goes on.
        out: The GGUF to write.
        minutes: Wall time.
        licences: Of the rows, for the GGUF's metadata.
        rank: Of a low-rank adapter, to be loaded beside the base; 0 trains every weight.
    """

    rows: Path
    base: Path
    run: Path
    out: Path
    minutes: float
    licences: list[str]
    rank: int = 0


def finetune(schema: Any, course: Course) -> Run:
    """Train an expert for a schema (what `extractor.compile` takes) and write it."""
    compiled = CompiledSchema(schema)
    known = read_gguf(course.base)
    table = labelled(course.rows, compiled)
    random.Random(0).shuffle(table)
    kept = min(200, max(1, len(table) // 10))
    with open_vocabulary(course.base) as vocabulary:
        watched = groups_of(table[:kept], compiled, vocabulary, known.shape.context)
        taught = groups_of(table[kept:], compiled, vocabulary, known.shape.context)
    size = _a_batch(taught.examples)
    plan = Plan(course.minutes, decay=0.7, quantised=0.5, rate=RATE, rank=course.rank, batch_tokens=size)
    trained = Run(course.run, known.shape, known.pieces, plan, start=known.weights)
    before = held_out_loss(trained.model, watched)
    trained.train([taught], {"full": 1.0})
    print(f"loss on {kept} held-out rows: {before:.3f} before, {held_out_loss(trained.model, watched):.3f} after")
    if course.rank:
        write_adapter(trained.model, course.out, course.licences, [compiled.digest])
    else:
        saved = course.run / "checkpoint.pt"
        export(saved, known.pieces, course.out, course.licences, schemas=[compiled.digest])
    return trained


def _a_batch(examples: list[Example]) -> int:
    """Tokens of a step: about a twentieth of the rows, so that few rows still make enough steps."""
    return max(1000, min(4000, sum(len(e.ids) for e in examples) // 20))
