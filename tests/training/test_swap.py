"""Rows with their values swapped."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from extractor.ground.spans import grounded_values
from extractor.schema.from_json_schema import from_json_schema
from extractor_training.corpus import Row, marked_schema, task_rows, verbatim_marks
from extractor_training.swap import swapped_rows

_MARKS = {"trip": {"from": True, "to": True, "stops[]": True, "class": False}}
_CITIES = [f"{a}{b}" for a in ("North", "South", "East", "West") for b in ("ham", "ton", "field", "bury")]


def _trips() -> list[Row]:
    pairs = zip(_CITIES, _CITIES[1:] + _CITIES[:1], strict=True)
    return [_trip(f"from {a} to {b} in first class", a, b) for a, b in pairs]


def _trip(text: str, start: str | None, end: str | None, stops: tuple[str, ...] = ()) -> Row:
    return Row("travel", "trip", text, {"from": start, "to": end, "stops": [*stops], "class": "first"})


def _new(rows: list[Row], count: int = 60) -> Iterator[Row]:
    return islice(swapped_rows(rows, _MARKS, seed=1), count)


def test_the_wording_stays_and_the_values_change() -> None:
    made = list(_new(_trips()))
    assert all(r.text == f"from {r.record['from']} to {r.record['to']} in first class" for r in made)
    assert {r.record["class"] for r in made} == {"first"}
    assert len({r.text for r in made} - {r.text for r in _trips()}) > 40


def test_a_list_keeps_its_order() -> None:
    trip = _trip(
        "from Northham via Southton and Eastbury to Westbury", "Northham", "Westbury", ("Southton", "Eastbury")
    )
    pool = [_trip(f"via {city}", None, None, (city,)) for city in _CITIES]
    several = [r for r in _new([*_trips(), *pool, trip], 200) if len(r.record["stops"]) == 2]
    assert several
    for row in several:
        first, second = row.record["stops"]
        assert f"via {first} and {second} to" in row.text


def test_a_long_value_is_replaced_wherever_it_stands_and_a_short_one_is_left_alone() -> None:
    twice = _trip("to Southton, I said Southton", None, "Southton")
    assert all(
        row.text == f"to {row.record['to']}, I said {row.record['to']}"
        for row in _new([*_trips(), twice])
        if "said" in row.text
    )
    short = _trip("a trip to Ba, yes Ba", None, "Ba")
    assert not any("yes" in row.text for row in _new([*_trips(), short]))


def test_values_that_overlap_are_left_alone() -> None:
    overlapping = _trip("by Northham Southton bus", "Northham Southton", "Southton")
    assert not any("bus" in row.text for row in _new([*_trips(), overlapping], 200))


def test_items_with_a_label_are_swapped_within_it() -> None:
    pairs = zip(_CITIES, [f"{a}{b}" for a in "ABCD" for b in ("ims", "obs", "utts", "olls")], strict=True)
    rows = [
        Row("met", "met", f"{name} in {city}", {"all": [_entity(name, "actor"), _entity(city, "site")]})
        for city, name in pairs
    ]
    known = {
        label: {e["text"] for r in rows for e in r.record["all"] if e["type"] == label} for label in ("actor", "site")
    }
    made = list(islice(swapped_rows(rows, {"met": {"all[].text": True, "all[].type": False}}, seed=1), 60))
    for row in made:
        first, second = row.record["all"]
        assert row.text == f"{first['text']} in {second['text']}"
        assert (first["type"], second["type"]) == ("actor", "site")
        assert first["text"] in known["actor"] and second["text"] in known["site"]
    assert len({row.text for row in made} - {row.text for row in rows}) > 30


def _entity(text: str, label: str) -> dict[str, str]:
    return {"text": text, "type": label}


def test_rows_without_anything_to_swap_give_none() -> None:
    assert list(_new([_trip("good morning", None, None), Row("travel", "trip", "hm", ["a list"])])) == []
    assert list(_new(_trips()[:3])) == [], "three values are a closed set"


def test_the_same_seed_gives_the_same_rows() -> None:
    assert list(_new(_trips())) == list(_new(_trips()))


@pytest.mark.parametrize("task", ["snips", "nlu_eval", "restaurant8k", "sgd", "person_name", "btc"])
def test_swapped_rows_are_as_valid_and_as_verbatim_as_the_rows_they_come_from(task: str, data_folder: Path) -> None:
    rows = task_rows(data_folder, task, "train")[:2000]
    marks = verbatim_marks(data_folder, task)
    for row in islice(swapped_rows(rows, marks, seed=2), 300):
        schema = marked_schema(data_folder, task, row.schema)
        assert Draft202012Validator(schema).is_valid(row.record)
        declared = from_json_schema(schema)
        assert all(str(one.value) in row.text for one in grounded_values(declared, row.record))
