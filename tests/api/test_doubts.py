"""What the model is not sure enough of becomes null where the schema lets it, and is told either way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, model_validator

from extractor import Decoding, Extractor
from extractor.api.compiled import CompiledSchema
from extractor.api.doubts import without_doubts
from extractor.errors import InputError
from extractor.record.extraction import Extraction, Span
from extractor.record.layout import dumps


class Line(BaseModel):
    name: str
    price: float | None


class Bill(BaseModel):
    number: str | None
    total: float | None
    lines: list[Line]
    notes: list[str] | None


RECORD: dict[str, Any] = {
    "number": "A 1",
    "total": 3.5,
    "lines": [{"name": "tea", "price": 1.5}, {"name": "cake", "price": 2.0}],
    "notes": [],
}
SURE = {
    "number": 0.9,
    "total": 0.3,
    "lines[0].name": 0.2,
    "lines[0].price": 0.6,
    "lines[1].name": 0.95,
    "lines[1].price": 0.4,
    "notes": 0.1,
}


def doubted(
    least: float | Mapping[str, float], schema: Any = Bill, sure: Mapping[str, float] = SURE
) -> Extraction[Any]:
    spans = {"number": Span(0, 3), "lines[0].name": Span(5, 8)}
    extraction: Extraction[Any] = Extraction(Bill.model_validate(RECORD), dumps(RECORD), spans, sure)
    return without_doubts(CompiledSchema(schema).loaded, extraction, least)


def test_uncertain_values_are_null_where_they_may_be() -> None:
    found = doubted(0.5)
    assert json.loads(found.json) == {
        "number": "A 1",
        "total": None,
        "lines": [{"name": "tea", "price": 1.5}, {"name": "cake", "price": None}],
        "notes": [],
    }
    assert found.record == Bill.model_validate_json(found.json)
    assert found.uncertain == {"total": 3.5, "lines[0].name": "tea", "lines[1].price": 2.0, "notes": []}
    assert found.confidence == SURE and set(found.spans) == {"number", "lines[0].name"}


def test_nothing_uncertain_is_nothing_changed() -> None:
    assert doubted(0.0) == Extraction(Bill.model_validate(RECORD), dumps(RECORD), doubted(0.0).spans, SURE)


def test_what_is_null_has_no_place_in_the_text() -> None:
    assert set(doubted(1.0).spans) == {"lines[0].name"}


@pytest.mark.parametrize(
    ("least", "uncertain"),
    [
        ({"total": 0.5}, {"total"}),
        ({"lines": 0.5}, {"lines[0].name", "lines[1].price"}),
        ({"$": 0.5, "lines": 0.0, "lines[].price": 0.7}, {"total", "notes", "lines[0].price", "lines[1].price"}),
        ({}, set()),
    ],
)
def test_the_nearest_path_that_holds_a_value_counts(least: dict[str, float], uncertain: set[str]) -> None:
    assert set(doubted(least).uncertain) == uncertain


class Reachable(BaseModel):
    number: str | None
    total: float | None
    lines: list[Line]
    notes: list[str] | None

    @model_validator(mode="after")
    def one_of_them(self) -> Reachable:
        if self.number is None and self.total is None:
            raise ValueError("a number or a total")
        return self


def test_a_validator_keeps_the_surer_of_two_values() -> None:
    found = doubted(0.95, Reachable)
    assert found.record is not None
    assert (found.record.number, found.record.total) == ("A 1", None)
    assert {"number", "total"} <= set(found.uncertain)


class Free(Bill):
    free: Any
    more: Free | None


@pytest.mark.parametrize("wrong", [-0.1, 1.1, "much", True, {"total": 2}])
def test_a_bound_that_is_none_is_refused(wrong: Any) -> None:
    with pytest.raises(InputError, match="from 0 to 1"):
        Decoding(min_confidence=wrong)


def test_a_field_that_the_schema_does_not_have_is_refused(tiny_model: Path) -> None:
    with pytest.raises(InputError, match="names 'totl'"):
        Extractor(Bill, model=tiny_model, decoding=Decoding(min_confidence={"totl": 0.5}))
    bounds = {"$": 0.1, "lines[].price": 0.5, "lines": 0.2, "notes[]": 0.3, "free": 0.4, "more.free": 0.4}
    Extractor(Free, model=tiny_model, decoding=Decoding(min_confidence=bounds)).close()


def test_one_text_and_many_are_treated_alike(tiny_model: Path) -> None:
    texts = ["A 1 tea", "nothing at all"]
    with Extractor(Bill, model=tiny_model, max_tokens=120, decoding=Decoding(min_confidence=1.0)) as extractor:
        many = list(extractor.map(texts))
        assert many == [extractor.extract(text) for text in texts]
    assert all(found.uncertain and found.record and found.record.total is None for found in many)
