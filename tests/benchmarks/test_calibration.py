"""Curves are fitted that make confidences what they should be; what is right is judged value by value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.calibration import Judged, ece, fitted, judged, platt, report, write

from extractor.api.compiled import CompiledSchema
from extractor.decode.calibration import Calibration, logit
from extractor.evaluate.gold import GoldRow
from extractor.record.extraction import Extraction, Span
from extractor.record.layout import dumps
from extractor.store.calibration import read_curves

SLOPE, OFFSET = 0.6, -1.0


def too_sure(count: int) -> list[Judged]:
    """Values whose probabilities say more than they should, by a curve that is known."""
    random = np.random.default_rng(0)
    truth = Calibration({"verbatim": (SLOPE, OFFSET)})
    shares = random.uniform(0.05, 0.999, count)
    return [
        Judged("verbatim", p, bool(random.random() < truth.of("verbatim", p)), n % 2 == 0) for n, p in enumerate(shares)
    ]


def test_the_curve_that_made_the_values_is_found() -> None:
    values = too_sure(20_000)
    found = platt(np.array([logit(v.probability) for v in values]), np.array([v.right for v in values]))
    assert found == pytest.approx((SLOPE, OFFSET), abs=0.06)


def test_curves_bring_confidence_and_truth_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = too_sure(4000)
    held_out = [value for value in values if not value.fits]
    calibration = fitted([value for value in values if value.fits])
    assert ece(held_out, Calibration()) > 0.2 and ece(held_out, calibration) < 0.05
    report(held_out, calibration, tmp_path / "plot.svg")
    assert "| verbatim | 2000 |" in capsys.readouterr().out
    assert (tmp_path / "plot.svg").read_text(encoding="utf-8").count("<polyline") == 4
    assert fitted(values[:40]) == Calibration()  # too few to rest on


def test_the_curves_are_found_beside_the_model(tmp_path: Path) -> None:
    model = tmp_path / "m.gguf"
    model.write_bytes(b"weights")
    write(model, {"null": (0.5, 0.1)})
    assert read_curves(model) == {"null": (0.5, 0.1)}
    write(model, {"label": (0.7, 0.2)})
    assert read_curves(model) == {"label": (0.7, 0.2)}


SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"anyOf": [{"type": "string", "x-verbatim": True}, {"type": "null"}]},
        "kind": {"enum": ["a", "b"]},
        "size": {"type": ["integer", "null"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "sure": {"type": "boolean"},
    },
    "required": ["name", "kind", "size", "tags", "sure"],
    "additionalProperties": False,
}


def test_every_value_that_was_a_choice_is_judged() -> None:
    record: dict[str, Any] = {"name": "Ada", "kind": "b", "size": None, "tags": [], "sure": True}
    gold: dict[str, Any] = {"name": "ada", "kind": "a", "size": 3, "tags": [], "sure": True}
    sure = {"name": 0.9, "kind": 0.8, "size": 0.7, "tags": 0.6, "sure": 1.0}
    extraction: Extraction[Any] = Extraction(record, dumps(record), {"name": Span(0, 3)}, sure)
    declaration = CompiledSchema(SCHEMA).loaded.declaration
    found = list(judged(GoldRow(3, "Ada", gold, ""), extraction, declaration))
    assert [(one.kind, one.right) for one in found] == [
        ("verbatim", True), ("label", False), ("null", False), ("list", True)
    ]  # fmt: skip
    assert not any(one.fits for one in found)
