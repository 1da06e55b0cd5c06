"""Gold texts through an engine: what is measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from extractor.engine.scripted import ScriptedEngine
from extractor.errors import EngineError, SchemaError
from extractor.evaluate.gold import GoldRow
from extractor.evaluate.run import evaluate
from extractor.schema.nodes import JSONValue
from tests.scripted import SCHEMA, answer, scripted

TEXTS = ("this is red", "that is green", "nothing at all", "so blue")
OTHER: dict[str, Any] = {
    "type": "object",
    "properties": {"n": {"type": "integer", "minimum": 0, "maximum": 99}},
    "required": ["n"],
    "additionalProperties": False,
}


def gold(text: str, record: JSONValue, schema: str = "") -> GoldRow:
    return GoldRow(1, text, record, schema)


def perfect() -> list[GoldRow]:
    return [gold(text, answer(text)) for text in TEXTS]


def test_an_engine_that_knows_the_answers_is_perfect() -> None:
    found = evaluate(perfect(), lambda _: SCHEMA, model=scripted())
    figures = found.figures()
    assert list(figures) == [
        "n",
        "micro_f1",
        "precision",
        "recall",
        "exact",
        "valid",
        "valid_wrong",
        "records_per_s",
        "seconds_per_record",
        "by_field",
        "by_schema",
    ]
    shares = ("micro_f1", "precision", "recall", "exact", "valid")
    assert [figures[name] for name in shares] == [1.0] * 5 and figures["valid_wrong"] == 0.0
    assert figures["by_field"]["colour"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "n": 4}
    assert figures["records_per_s"] == pytest.approx(1 / figures["seconds_per_record"], rel=1e-3)
    assert found.refusals == ()
    json.dumps(figures, allow_nan=False)


def test_wrong_values_are_valid_and_wrong() -> None:
    rows = [*perfect(), gold("a red one", {"word": "a", "colour": "blue"})]
    figures = evaluate(rows, lambda _: SCHEMA, model=scripted()).figures()
    assert (figures["n"], figures["exact"], figures["valid"], figures["valid_wrong"]) == (5, 0.8, 1.0, 0.2)
    assert figures["by_field"]["colour"] == {"precision": 0.8, "recall": 0.8, "f1": 0.8, "n": 5}
    assert figures["micro_f1"] == 0.9


def test_a_text_that_cannot_be_used_misses_its_gold_and_is_named() -> None:
    rows = [*perfect(), GoldRow(9, "", {"word": "x", "colour": "red"}, "")]
    found = evaluate(rows, lambda _: SCHEMA, model=scripted())
    assert (found.total.valid, found.total.exact, found.total.valid_wrong) == (0.8, 0.8, 0.0)
    assert found.total.total.recall == 0.8 and found.total.total.precision == 1.0
    assert [refusal.line for refusal in found.refusals] == [9]


def test_rows_of_several_schemas_are_told_apart_and_added_up() -> None:
    def both(text: str) -> JSONValue:
        return {"n": 7} if "number" in text else answer(text)

    schemas = {"colour": SCHEMA, "count": OTHER}
    rows = [gold("so blue", answer("so blue"), "colour"), gold("a number", {"n": 7}, "count")] * 3
    rows.append(gold("another number", {"n": 8}, "count"))
    done: list[int] = []
    found = evaluate(rows, schemas.__getitem__, model=ScriptedEngine(both), progress=done.append)
    assert {name: part.rows for name, part in found.by_schema.items()} == {"colour": 3, "count": 4}
    assert found.by_schema["colour"].exact == 1.0 and found.by_schema["count"].exact == 0.75
    assert found.total.rows == 7 and found.total.total.right == 9
    assert done == list(range(1, 8))


def test_a_schema_that_cannot_be_promised_is_refused() -> None:
    with pytest.raises(SchemaError):
        evaluate(perfect(), lambda _: {"type": "nonsense"}, model=scripted())


def test_an_engine_that_fails_ends_the_run() -> None:
    class Failing(ScriptedEngine):
        def evaluate(self, works: Any, masks: Any) -> Any:
            raise EngineError("llama_decode failed")

    with pytest.raises(EngineError, match="llama_decode failed"):
        evaluate(perfect(), lambda _: SCHEMA, model=Failing(answer))


@pytest.mark.parametrize("task", ["snips", "pii"])
def test_every_gold_row_of_the_data_scores_perfectly_when_answered(data_folder: Path, task: str) -> None:
    from extractor.evaluate.gold import read_gold
    from extractor.evaluate.schema_folder import open_schemas

    rows = read_gold(data_folder / task / "dev.jsonl.zst", limit=30)
    answers = {row.text: row.record for row in rows}
    found = evaluate(rows, open_schemas(data_folder / task / "schemas").load, model=ScriptedEngine(answers.__getitem__))
    assert (found.total.valid, found.total.exact, found.total.total.f1) == (1.0, 1.0, 1.0)
