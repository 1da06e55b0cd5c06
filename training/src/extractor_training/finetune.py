"""Rows of one schema -> an expert, from a model that can already read schemas: all weights, or an adapter."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from torch import Tensor

from extractor.api.compiled import CompiledSchema
from extractor.engine.llamacpp import open_vocabulary
from extractor.grammar.vocabulary import Vocabulary
from extractor.ground.spans import grounded_values, labels
from extractor.prompt.template import TEMPLATES
from extractor.record.layout import field_path
from extractor.schema.nodes import JSONValue, VerbatimNode
from extractor_training.base import Base, read_base
from extractor_training.corpus import Row, read_rows
from extractor_training.dataset import Example, Group, Tokeniser, fitting
from extractor_training.export import GEMMA, MATRICES, export
from extractor_training.gemma_tokenizer import check_tokenizer
from extractor_training.gguf_writer import write_vocabulary
from extractor_training.lora import write_adapter
from extractor_training.optimiser import OTHER_RATE
from extractor_training.pretrain import Plan, Run, held_out_loss
from extractor_training.quantise import fake_q4_0
from extractor_training.swap import swapped_rows

# Of the rates of pretraining: higher ones forget how to copy, lower ones do not move in 20 minutes.
RATE = 0.3
# AdamW at 5e-5, adapters at 2e-4: usual for models of this size, not tuned on real weights.
PUBLISHED_RATE, PUBLISHED_LORA_RATE = 5e-5 / OTHER_RATE, 2e-4 / OTHER_RATE
_SWAPPED_ROWS = 8  # for every row
_LONGEST = 4096  # tokens of a row: what the runtime gives a text


Labelled: TypeAlias = list[tuple[str, JSONValue]]  # texts and their records


def labelled(path: Path, compiled: CompiledSchema) -> Labelled:
    """Rows `{"text", "record"}`, every record checked against the schema and, where verbatim, its text.

    Raises:
        ValueError: A row does not fit; the message names its line.
    """
    found: Labelled = []
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


def with_other_values(rows: Labelled, compiled: CompiledSchema) -> Labelled:
    """Rows that say the same of other verbatim values (`swap`); none where too few values are known to swap."""
    declaration = compiled.loaded.declaration
    marks: dict[str, bool] = {}
    for _, record in rows:
        for one in grounded_values(declaration, record):
            marks[field_path(one.path)] = isinstance(one.node, VerbatimNode)
        marks |= {field_path(path): False for path in labels(declaration, record)}
    made = swapped_rows([Row("", "", *row) for row in rows], {"": marks}, seed=0)
    several = islice(made, _SWAPPED_ROWS * len(rows))
    return [(row.text, row.record) for row in several if compiled.accepts(json.dumps(row.record), row.text)]


def groups_of(name: str, rows: Labelled, compiled: CompiledSchema, vocabulary: Vocabulary, known: Base) -> Group:
    """Rows as one group, under the schema as `extract` shows it."""
    tokeniser = Tokeniser(vocabulary, TEMPLATES[known.origin.template])
    declaration = compiled.loaded.declaration
    made, shown = tokeniser.examples(declaration, rows), tokeniser.prefixes(declaration)
    return Group(name, 1.0, shown, fitting(made, min(_LONGEST, known.shape.context) - len(shown[0])))


@dataclass(frozen=True, slots=True)
class Course:
    """What an expert is made of.

    Attributes:
        rows: JSON Lines of `{"text", "record"}`; a tenth (at most 200 rows) is held out to watch.
        base: The GGUF to start from, or the folder of a checkpoint in Hugging Face's layout.
        run: Folder of checkpoints and the log; a run that was stopped goes on.
        out: The GGUF to write.
        minutes: Wall time.
        licences: Of the rows, for the GGUF's metadata.
        rank: Of a low-rank adapter, to be loaded beside the base; 0 trains every weight.
        rate: How much faster than usual to learn.
        swapped: Share of what is trained on that is rows with other values in their wording, where there are any.
    """

    rows: Path
    base: Path
    run: Path
    out: Path
    minutes: float
    licences: list[str]
    rank: int = 0
    rate: float = 1.0
    swapped: float = 0.5


def finetune(schema: Any, course: Course) -> Run:
    """Train an expert for a schema (what `extractor.compile` takes) and write it."""
    compiled = CompiledSchema(schema)
    known = read_base(course.base)
    table = labelled(course.rows, compiled)
    random.Random(0).shuffle(table)
    kept = min(200, max(1, len(table) // 10))
    course.run.mkdir(parents=True, exist_ok=True)
    write_vocabulary(known.pieces, course.run / "vocabulary.gguf", known.shape)
    with open_vocabulary(course.run / "vocabulary.gguf") as vocabulary:
        if known.original is not None:
            check_tokenizer(vocabulary, known.original, (text for text, _ in table))
        watched = groups_of("watched", table[:kept], compiled, vocabulary, known)
        taught = groups_of("rows", table[kept:], compiled, vocabulary, known)
        others = with_other_values(table[kept:], compiled) if course.swapped else []
        swapped = groups_of("swapped", others, compiled, vocabulary, known)
    plan = _plan(course, known, _a_batch(taught.examples))
    trained = Run(course.run, known.shape, known.pieces, plan, start=_start(course, known))
    before = held_out_loss(trained.model, watched)
    trained.train(_mixed(taught, swapped, course.swapped), {"full": 1.0})
    print(f"loss on {kept} held-out rows: {before:.3f} before, {held_out_loss(trained.model, watched):.3f} after")
    licences, schemas = [*known.licences, *course.licences], [compiled.digest]
    if course.rank:
        write_adapter(trained.model, course.out, licences, schemas)
    else:
        saved = course.run / "checkpoint.pt"
        export(saved, known.pieces, course.out, licences, schemas=schemas, origin=known.origin)
    return trained


def _mixed(taught: Group, swapped: Group, share: float) -> list[Group]:
    if not swapped.examples:
        return [taught]
    return [replace(taught, weight=1 - share), replace(swapped, weight=share)]


def _plan(course: Course, known: Base, batch_tokens: int) -> Plan:
    published = known.origin == GEMMA
    usual = RATE if not published else PUBLISHED_LORA_RATE if course.rank else PUBLISHED_RATE
    return Plan(
        course.minutes,
        decay=0.7,
        quantised=0.5,
        rate=usual * course.rate,
        rank=course.rank,
        batch_tokens=batch_tokens,
        published=published,
    )


def _start(course: Course, known: Base) -> Mapping[str, Tensor]:
    """Weights to start from: beside an adapter stand those of the base as it is exported, in Q4_0."""
    if not course.rank or not course.base.is_dir():
        return known.weights
    matrices = {f"b.{layer}.{name}.weight" for layer in range(known.shape.layers) for name in MATRICES}
    return {name: fake_q4_0(weight) if name in matrices else weight for name, weight in known.weights.items()}


def _a_batch(examples: list[Example]) -> int:
    """Tokens of a step: about a twentieth of the rows, so that few rows still make enough steps."""
    return max(1000, min(4000, sum(len(e.ids) for e in examples) // 20))
