"""Gold beside found: the verdicts add up to the score, and each kind of error is what it is called."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from extractor.cli.main import run
from extractor.engine.scripted import ScriptedEngine
from extractor.evaluate.comparison import Grounded, compare
from extractor.evaluate.score import Outcome, score
from extractor.record.extraction import Span
from extractor.report.values import Verdict
from tests.report.made_rows import write_rows
from tests.scripted import SCHEMA, answer

WORDS = st.sampled_from(("Ada", "ada ", "Bo", "", "true", "1"))
VALUES = st.none() | st.booleans() | st.sampled_from((0, 1, 1.0, 2)) | WORDS
RECORDS = st.fixed_dictionaries(
    {
        "a": VALUES,
        "list": st.lists(VALUES, max_size=4),
        "deep": st.lists(st.fixed_dictionaries({"n": VALUES}), max_size=3),
    }
)


def bare(record: Any, **spans: tuple[int, int]) -> Grounded:
    return Grounded(record, {path: Span(*span) for path, span in spans.items()}, {})


@given(RECORDS, RECORDS)
def test_verdicts_add_up_to_the_score(found: Any, gold: Any) -> None:
    values = compare(bare(found), bare(gold))
    counted = Counter((value.field, value.verdict) for value in values)
    both: tuple[Verdict, ...] = ("right", "wrong_span", "wrong_value")
    for field, match in score([Outcome(gold, found, True)]).by_field.items():
        assert counted[field, "right"] == match.right
        paired = sum(counted[field, verdict] for verdict in both)
        assert paired + counted[field, "invented"] == match.found
        assert paired + counted[field, "missing"] == match.gold
    assert {value.field for value in values} == set(score([Outcome(gold, found, True)]).by_field)


@given(RECORDS)
def test_a_record_beside_itself_is_right(record: Any) -> None:
    assert {value.verdict for value in compare(bare(record), bare(record))} <= {"right"}


def test_each_kind_of_error() -> None:
    found = bare(
        {"name": "Ada King", "age": 3, "kind": "x", "city": None, "list": ["a", "b"]}, name=(0, 8)
    )  # fmt: skip
    gold = bare({"name": "Ada", "age": 4, "kind": None, "city": "Rome", "list": ["b", "c"]}, name=(0, 3))
    told = [(value.path, value.verdict) for value in compare(found, gold)]
    assert sorted(told) == [
        ("age", "wrong_value"),
        ("city", "missing"),
        ("kind", "invented"),
        ("list[0]", "invented"),
        ("list[1]", "missing"),
        ("list[1]", "right"),
        ("name", "wrong_span"),
    ]
    apart = bare({"name": "Ada"}, name=(10, 13))
    assert [value.verdict for value in compare(bare({"name": "Bo"}, name=(0, 2)), apart)] == ["wrong_value"]


def test_eval_writes_a_page_of_gold_beside_found(tmp_path: Path) -> None:
    schema = tmp_path / "colour.json"
    schema.write_text(json.dumps(SCHEMA))
    texts = ("this is red", "that is green", "nothing at all", "")
    wanted = [
        {"word": "this", "colour": "blue"},
        {"word": "that is", "colour": "green"},
        {"word": None, "colour": "none"},
    ]
    rows = [{"text": text, "record": record} for text, record in zip(texts, [*wanted, wanted[0]], strict=True)]
    gold = write_rows(tmp_path / "gold.jsonl", rows)
    page = tmp_path / "page.html"
    arguments = ["eval", str(gold), "--schema", str(schema), "--html", str(page), "--json"]
    assert run(arguments, engine=ScriptedEngine(answer)) == 1  # one text is empty
    text = page.read_text(encoding="utf-8")
    data = json.loads(text.split('id="data">')[1].split("</script>")[0])
    told = [
        [(data["fields"][value[0]], data["verdicts"][value[5]]) for value in row["values"]] for row in data["rows"]
    ]  # fmt: skip
    assert told == [
        [("word", "right"), ("colour", "wrong_value")],
        [("word", "wrong_span"), ("colour", "right")],
        [("word", "invented"), ("colour", "right")],
        [("word", "missing"), ("colour", "missing")],
    ]
    assert data["rows"][3]["error"]["type"] == "InputError" and data["compares"]
    assert data["rows"][1]["values"][0][3] == [0, 4] and data["rows"][1]["values"][0][7] == [0, 7]
    assert run([*arguments[:-3], "--html", str(gold)], engine=ScriptedEngine(answer)) == 2
