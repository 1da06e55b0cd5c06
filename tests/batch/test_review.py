"""Rows with uncertain values go to a review as well, each once, however often the batch was stopped."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extractor.api.decoding import Decoding
from extractor.batch.pool import available_cores
from extractor.batch.run import BatchOptions, run_batch
from extractor.cli.main import run
from extractor.errors import InputError, OutputExistsError
from tests.scripted import SCHEMA, rows_of

COLOURS: dict[str, Any] = {**SCHEMA, "properties": {**SCHEMA["properties"], "sure": {"type": ["boolean", "null"]}}}
ROWS = 12


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    rows = [{"id": n, "text": f"row {n} is {('red', 'blue')[n % 2]} " + "ü" * (n % 5)} for n in range(ROWS)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def half(source: Path, tmp_path: Path, tiny_model: Path) -> float:
    """A bound that some rows do not reach."""
    run_batch(source, tmp_path / "bare.jsonl", COLOURS, BatchOptions(), model=tiny_model)
    lowest: list[float] = sorted(min(row["confidence"].values()) for row in rows_of(tmp_path / "bare.jsonl"))
    assert lowest[ROWS // 2 - 1] < lowest[ROWS // 2]
    return lowest[ROWS // 2]


def options(half: float, review: Path, **more: Any) -> BatchOptions:
    return BatchOptions(decoding=Decoding(min_confidence=half), review=review, **more)


def test_rows_with_uncertain_values_are_reviewed(source: Path, half: float, tmp_path: Path, tiny_model: Path) -> None:
    out, review = tmp_path / "out.jsonl", tmp_path / "review.jsonl"
    end = run_batch(source, out, COLOURS, options(half, review), model=tiny_model)
    doubted = [row for row in rows_of(out) if "uncertain" in row]
    assert 0 < len(doubted) == end.uncertain < ROWS
    texts = {row["id"]: row["text"] for row in rows_of(source)}
    for row, again in zip(doubted, rows_of(review), strict=True):
        assert list(again) == ["id", "text", "record", "uncertain", "confidence"]
        assert again["text"] == texts[row["id"]]
        assert all(again[name] == row[name] for name in ("id", "record", "uncertain"))
        assert set(again["confidence"]) == set(row["uncertain"])


@pytest.mark.parametrize("kept", range(0, ROWS + 1, 3))
@pytest.mark.parametrize("torn", [0, 7])
def test_a_stopped_batch_reviews_every_row_once(
    kept: int, torn: int, source: Path, half: float, tmp_path: Path, tiny_model: Path
) -> None:
    out, review = tmp_path / "out.jsonl", tmp_path / "review.jsonl"
    run_batch(source, out, COLOURS, options(half, review), model=tiny_model)
    whole, reviewed = out.read_bytes(), review.read_bytes()
    rows = whole.splitlines(keepends=True)
    before = sum(b'"uncertain"' in row for row in rows[:kept])
    out.write_bytes(b"".join(rows[:kept]))
    last = b"".join(reviewed.splitlines(keepends=True)[: before + 1])  # one more may be there: it is written first
    review.write_bytes(last[: len(last) - torn] if before < reviewed.count(b"\n") else last)
    run_batch(source, out, COLOURS, options(half, review, existing="resume"), model=tiny_model)
    assert (out.read_bytes(), review.read_bytes()) == (whole, reviewed)


def test_several_processes_make_the_same_review(source: Path, half: float, tmp_path: Path, tiny_model: Path) -> None:
    if available_cores() < 2:
        pytest.skip("two workers need two cores")
    made = []
    for workers in (1, 2):
        review = tmp_path / f"review{workers}.jsonl"
        chosen = options(half, review, workers=workers)
        run_batch(source, tmp_path / f"out{workers}.jsonl.gz", COLOURS, chosen, model=tiny_model)
        made.append(review.read_bytes())
    assert made[0] == made[1] != b""


def test_a_review_that_cannot_be_is_refused(source: Path, half: float, tmp_path: Path, tiny_model: Path) -> None:
    out, review = tmp_path / "out.jsonl", tmp_path / "review.jsonl"
    wanted = options(half, review)
    for wrong, said in (
        (BatchOptions(review=review), "needs a --min-confidence"),
        (options(half, source, existing="overwrite"), "is input or output"),
        (options(half, out), "is input or output"),
    ):
        with pytest.raises(InputError, match=said):
            run_batch(source, out, COLOURS, wrong, model=tiny_model)
    run_batch(source, out, COLOURS, wanted, model=tiny_model)
    out.unlink()
    with pytest.raises(OutputExistsError):
        run_batch(source, out, COLOURS, wanted, model=tiny_model)
    run_batch(source, out, COLOURS, replace(wanted, existing="overwrite"), model=tiny_model)
    resumed = replace(wanted, existing="resume")
    review.write_bytes(b"")
    with pytest.raises(InputError, match="holds 0 rows"):
        run_batch(source, out, COLOURS, resumed, model=tiny_model)
    with pytest.raises(InputError, match="the option min_confidence was"):
        run_batch(source, out, COLOURS, replace(resumed, decoding=Decoding(min_confidence=0.9)), model=tiny_model)


def test_the_command(source: Path, half: float, tmp_path: Path, tiny_model: Path) -> None:
    schema = tmp_path / "colours.json"
    schema.write_text(json.dumps(COLOURS), encoding="utf-8")
    words = ["batch", str(source), "--schema", str(schema), "--model", str(tiny_model), "-o", str(tmp_path / "o.jsonl")]
    words += ["--min-confidence", str(half), "--review", str(tmp_path / "r.jsonl"), "--stats", str(tmp_path / "s.json")]
    assert run(words) == 0
    assert json.loads((tmp_path / "s.json").read_bytes())["uncertain_rows"] == len(rows_of(tmp_path / "r.jsonl")) > 0
    assert run(["verify", str(tmp_path / "o.jsonl"), "--schema", str(schema), "--source", str(source)]) == 0
