"""The page of an evaluation: gold beside found, and what is wrong by kind."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from extractor.errors import ExtractorError
from extractor.evaluate.comparison import Grounded, compare
from extractor.evaluate.gold import GoldRow
from extractor.evaluate.run import Evaluation
from extractor.ground.spans import spans
from extractor.record.extraction import Extraction, Span
from extractor.report.page import Report
from extractor.report.values import Failure, Row
from extractor.schema.nodes import Declaration

_SCORES = ("precision", "recall", "f1", "n")


class ComparedRows:
    """Keeps what a page needs of every row, as `evaluate` hands it over."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, Row]] = []

    def add(self, row: GoldRow, extraction: Extraction[Any], declaration: Declaration) -> None:
        """Keep a row.

        Args:
            row: The gold row.
            extraction: What was found.
            declaration: Its schema, which says what is verbatim.
        """
        error = extraction.error
        gold = Grounded(row.record, _gold_spans(row, declaration), {})
        found = Grounded(
            None if error is not None else json.loads(extraction.json), extraction.spans, extraction.confidence
        )
        failure = None if error is None else Failure(type(error).__name__, str(error))
        shown = Row(
            f"line {row.line}", row.text, compare(found, gold), extraction.status, failure=failure, schema=row.schema
        )
        self._rows.append((row.line, shown))

    def report(self, title: str, evaluation: Evaluation) -> Report:
        """The page, in the order of the gold file."""
        rows = [row for _, row in sorted(self._rows, key=lambda pair: pair[0])]
        verdicts = Counter(value.verdict for row in rows for value in row.values)
        figures = evaluation.figures()
        facts = {
            "rows": f"{figures['n']:,}",
            "micro-F1": f"{figures['micro_f1']:.3f}",
            "exact": f"{figures['exact']:.1%}",
            "valid": f"{figures['valid']:.1%}",
            "missing": f"{verdicts['missing']:,}",
            "invented": f"{verdicts['invented']:,}",
            "wrong span": f"{verdicts['wrong_span']:,}",
            "wrong value": f"{verdicts['wrong_value']:,}",
        }
        every = {"f1": figures["micro_f1"], "n": evaluation.total.total.gold}
        scores = {"": {**figures, **every}, **figures["by_field"]}
        speed = {"records per s": round(figures["records_per_s"], 3)}
        return Report(
            title, rows, facts, speed, {name: {part: found[part] for part in _SCORES} for name, found in scores.items()}
        )


def _gold_spans(row: GoldRow, declaration: Declaration) -> dict[str, Span]:
    try:
        return dict(spans(declaration, row.record, row.text))
    except ExtractorError:  # a text that cannot be used holds no places
        return {}
