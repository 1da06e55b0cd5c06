"""What a router must refuse: its rows say so in every field, and no two routers are shown the same few texts."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("extractor_training", reason="the training distribution is not installed")

from extractor_training.corpus import Row
from extractor_training.lending import refusals
from extractor_training.refused import refused_rows
from extractor_training.synth.questions import questions
from tests.training.routers import choice

_FIELDS = ["bank", "home", "travel", "work", "phone"]


def _schemas(task: str) -> dict[str, Any]:
    return {
        f"{task}_full": choice(domain=[*_FIELDS, "other"], intent=["open", "close", "other"]),
        f"{task}_domain": choice(domain=[*_FIELDS, "other"]),
        f"{task}_all": choice(domain=_FIELDS),
        f"{task}_sure": choice(domain=[*_FIELDS, "other"], sure=["yes", "no"]),
        **{f"{task}_{name}": choice(intent=["open", "close"]) for name in _FIELDS},
    }


def test_routers_refuse_with_the_label_that_stands_for_no_schema() -> None:
    assert dict(refusals(_schemas("desk"))) == {
        "desk_full": {"domain": "other", "intent": "other"},
        "desk_domain": {"domain": "other"},
    }


def _write(data: Path, task: str, rows: list[dict[str, Any]]) -> None:
    (data / task).mkdir()
    (data / task / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_rows_to_refuse_are_a_share_of_a_routers_rows_from_three_sources(tmp_path: Path) -> None:
    news = [f"what is the news of day {i}" for i in range(40)]
    comments = [f"I do not like it {'so ' * i}much!" for i in range(5)]
    _write(tmp_path, "nlu_eval", [{"schema": "nlu_news", "text": text, "record": {}} for text in news])
    _write(tmp_path, "goemotions", [{"schema": "goemotions", "text": text, "record": {}} for text in comments])
    rows = [Row("clinc", "clinc_full", f"open {i}", {}) for i in range(1000)]
    made = list(refused_rows(tmp_path, "clinc", rows, _schemas("clinc")))
    assert {(row.schema, json.dumps(row.record)) for row in made} == {
        ("clinc_full", '{"domain": "other", "intent": "other"}')
    }
    texts = [row.text for row in made]
    assert len(texts) == 80
    assert len(set(texts) & set(news)) == 24
    assert len(set(texts) & {text.lower() for text in comments}) == 5
    assert texts == [r.text for r in refused_rows(tmp_path, "clinc", rows, _schemas("clinc"))]
    left_out = {r.text for r in refused_rows(tmp_path, "clinc", rows, _schemas("clinc"), {"nlu_eval", "goemotions"})}
    assert not left_out & {*news, *(text.lower() for text in comments)} and len(left_out) > 70
    assert not list(refused_rows(tmp_path, "desk", rows, _schemas("desk")))


def test_questions_are_many_and_leave_no_slot_open() -> None:
    asked = list(islice(questions(1), 2000))
    assert len(set(asked)) > 1800
    assert not [text for text in asked if set(text) & set("{}[]|") or text != " ".join(text.split()).lower()]
    assert asked == list(islice(questions(1), 2000))
