"""What the evaluation counts, and the page that is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import zstandard
from benchmarks.free_records import FreeDecoder
from benchmarks.quality import Answered, answered, figures, parts, spread
from benchmarks.quality_page import beside, between_marks, main_table

from extractor.evaluate.gold import GoldRow
from extractor.evaluate.score import Match
from extractor.schema.nodes import JSONValue


def _row(record: JSONValue, schema: str = "one") -> GoldRow:
    return GoldRow(1, "text", record, schema)


def test_kinds_of_errors_are_told_apart() -> None:
    gold = _row({"a": "x", "b": None, "c": "z"})
    found = answered(gold, '{"a": "y", "b": "w", "c": null}', True)
    assert (found.invented, found.missed) == (1, 1)  # and a wrong value at `a`
    assert found.match == Match(0, 2, 2)
    assert (found.exact, found.valid) == (False, True)
    assert answered(gold, '{"a": "X", "b": null, "c": "z"}', True).exact
    refused = answered(gold, "{", False)
    assert (refused.valid, refused.match, refused.missed) == (False, Match(0, 0, 2), 2)


def test_figures_are_shares_and_the_interval_holds_the_score() -> None:
    right, wrong = Answered(Match(2, 2, 2), True, True, 0, 0), Answered(Match(0, 1, 2), False, True, 1, 2)
    found = figures([right] * 30 + [wrong] * 10, 4.0)
    assert found["n"] == 40
    assert found["exact"] == 0.75
    assert found["valid_wrong"] == 0.25
    assert found["invented"] == round(10 / 70, 4)
    assert found["missed"] == round(20 / 80, 4)
    assert found["low"] < found["micro_f1"] < found["high"]
    same = figures([right] * 5, 1.0)
    assert (same["low"], same["high"]) == (1.0, 1.0)


def test_rows_are_taken_evenly() -> None:
    rows = [_row({"n": n}) for n in range(10)]
    assert [row.record["n"] for row in spread(rows, 3)] == [0, 3, 6]  # type: ignore[call-overload, index]
    assert spread(rows, None) == spread(rows, 50) == rows


def test_services_that_training_shows_are_apart_from_those_it_does_not(tmp_path: Path) -> None:
    (tmp_path / "sgd").mkdir()
    line = '{"text": "t", "record": {}, "schema": "sgd_known"}\n'
    (tmp_path / "sgd" / "train.jsonl.zst").write_bytes(zstandard.ZstdCompressor().compress(line.encode()))
    rows = [_row({}, "sgd_known"), _row({}, "sgd_new"), _row({}, "sgd_new")]
    found = parts(tmp_path / "sgd", rows)
    assert {name: len(own) for name, own in found.items()} == {"sgd, services seen": 1, "sgd, services unseen": 2}


def test_without_a_grammar_a_model_writes_what_it_likes(tiny_model: Path) -> None:
    schema = {"title": "A", "type": "object", "properties": {"a": {"type": "boolean"}}, "required": ["a"]}
    with FreeDecoder(tiny_model) as decoder:
        found, valid = decoder.record(schema, "some text")
    assert (found, valid) != ("", True)
    assert not valid  # random weights do not write JSON


def test_tables_hold_the_figures_and_stand_between_the_marks() -> None:
    one = figures([Answered(Match(1, 1, 2), False, True, 0, 1)], 1.0)
    other = {**one, "micro_f1": 0.25, "valid": 0.5}
    assert "| snips | 1 | 0.667 |" in main_table({"snips": one})
    assert "| snips | 0.667 | 0.250 (50% valid) |" in beside({"snips": one, "e2e": one}, {"free": {"snips": other}})
    assert "e2e" not in beside({"snips": one, "e2e": one}, {"free": {"snips": other}})
    page = between_marks("# A\n<!-- quality -->\nold\n<!-- /quality -->\nend\n", "quality", "new")
    assert page == "# A\n<!-- quality -->\nnew\n<!-- /quality -->\nend\n"
    with pytest.raises(ValueError, match="ways"):
        between_marks(page, "ways", "new")
