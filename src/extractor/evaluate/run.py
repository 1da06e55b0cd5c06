"""Runs gold texts through a model and scores what comes out."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.api.decoding import Decoding
from extractor.api.extractor import Extractor
from extractor.api.models import acquire, release
from extractor.engine.protocol import Engine
from extractor.errors import ContextOverflowError, EngineError, ExtractorError
from extractor.evaluate.gold import GoldRow
from extractor.evaluate.score import NOTHING, Match, Outcome, Score, score
from extractor.record.extraction import Extraction
from extractor.schema.nodes import Declaration


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that gave no valid record.

    Attributes:
        line: Line of the gold file.
        error: Why.
    """

    line: int
    error: ExtractorError


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured.

    Attributes:
        total: All rows.
        by_schema: Schema name -> its rows, in order of first appearance.
        seconds: Wall time of compiling the schemas and of extraction; the model was loaded before.
        refusals: The rows that gave no valid record.
    """

    total: Score
    by_schema: Mapping[str, Score]
    seconds: float
    refusals: tuple[Refusal, ...]

    def figures(self) -> dict[str, Any]:
        """Everything as JSON values; shares from 0 to 1."""
        rows = self.total.rows
        return {
            **_figures(self.total),
            "records_per_s": _rounded(rows / self.seconds if self.seconds else 0.0),
            "seconds_per_record": _rounded(self.seconds / rows if rows else 0.0),
            "by_field": {path: _of_field(match) for path, match in self.total.by_field.items()},
            "by_schema": {name: _figures(found) for name, found in self.by_schema.items()},
        }


def _figures(found: Score) -> dict[str, Any]:
    total = found.total
    return {
        "n": found.rows,
        "micro_f1": _rounded(total.f1),
        "precision": _rounded(total.precision),
        "recall": _rounded(total.recall),
        "exact": _rounded(found.exact),
        "valid": _rounded(found.valid),
        "valid_wrong": _rounded(found.valid_wrong),
    }


def _of_field(match: Match) -> dict[str, Any]:
    return {
        "precision": _rounded(match.precision),
        "recall": _rounded(match.recall),
        "f1": _rounded(match.f1),
        "n": match.gold,
    }


def _rounded(value: float) -> float:
    return round(value, 6)


def evaluate(
    rows: Sequence[GoldRow],
    schema_of: Callable[[str], Any],
    *,
    model: str | Path | Engine | None = None,
    parallel: int = 8,
    progress: Callable[[int], None] | None = None,
    keep: Callable[[GoldRow, Extraction[Any], Declaration], None] | None = None,
    decoding: Decoding | None = None,
) -> Evaluation:
    """Extract every text and compare with its record. One extractor a schema; the model is loaded once.

    Args:
        rows: Texts and records; they are worked through schema by schema.
        schema_of: A row's schema name -> the schema.
        model: A name, a path, an engine; None: the default.
        parallel: Texts in flight at once.
        progress: Called with the rows done so far.
        keep: Called with every row, what was found in it, and its schema.
        decoding: How records are decoded; None: `Decoding()`.

    Raises:
        SchemaError: A schema cannot be promised.
        ModelError: The model is not there or not whole.
        EngineError: The model failed.
    """
    by_schema: dict[str, Score] = {}
    refusals: list[Refusal] = []
    seconds = 0.0
    done = 0
    with _loaded(model, parallel):
        for name, group in _groups(rows).items():
            schema = schema_of(name)
            begun = time.perf_counter()
            with Extractor(schema, model=model, parallel=parallel, decoding=decoding) as extractor:
                outcomes = []
                for row, extraction in zip(group, extractor.map(row.text for row in group), strict=True):
                    _check(extraction.error)
                    if extraction.error is not None:
                        refusals.append(Refusal(row.line, extraction.error))
                    outcomes.append((row, extraction.json, extraction.error is None))
                    if keep is not None:
                        keep(row, extraction, extractor.compiled.loaded.declaration)
                    done += 1
                    if progress is not None:
                        progress(done)
                seconds += time.perf_counter() - begun
            by_schema[name] = score(_outcomes(outcomes))
    total = sum(by_schema.values(), NOTHING)
    return Evaluation(total, by_schema, seconds, tuple(sorted(refusals, key=lambda refusal: refusal.line)))


def _groups(rows: Iterable[GoldRow]) -> dict[str, list[GoldRow]]:
    groups: dict[str, list[GoldRow]] = {}
    for row in rows:
        groups.setdefault(row.schema, []).append(row)
    return groups


def _outcomes(done: Iterable[tuple[GoldRow, str, bool]]) -> Iterable[Outcome]:
    for row, found, valid in done:
        yield Outcome(row.record, json.loads(found) if valid else None, valid)


def _check(error: ExtractorError | None) -> None:
    """A row may be refused; a model that fails ends the run, its figures would mean nothing."""
    if isinstance(error, EngineError) and not isinstance(error, ContextOverflowError):
        raise error


def _loaded(model: str | Path | Engine | None, parallel: int) -> AbstractContextManager[Any]:
    """Holds the model, so that loading is not measured and happens once. An engine is loaded already."""
    if model is not None and not isinstance(model, str | Path):
        return nullcontext()
    held = acquire(model, parallel=parallel)
    stack = ExitStack()
    stack.callback(release, held)
    return stack
