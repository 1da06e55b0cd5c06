"""The laws of scoring."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.evaluate.score import NOTHING, Match, Outcome, leaves, score
from extractor.schema.nodes import JSONValue


def json_values() -> st.SearchStrategy[Any]:
    scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
        max_leaves=12,
    )


def shuffled(value: JSONValue, draw: Any) -> JSONValue:
    match value:
        case list():
            return [shuffled(inner, draw) for inner in draw(st.permutations(value))]
        case dict():
            return {name: shuffled(inner, draw) for name, inner in draw(st.permutations(list(value.items())))}
        case _:
            return value


def one(gold: JSONValue, record: JSONValue, valid: bool = True) -> Any:
    return score([Outcome(gold, record, valid)])


@given(st.lists(json_values(), max_size=5))
def test_gold_against_itself_is_perfect(records: list[Any]) -> None:
    found = score(Outcome(record, record, True) for record in records)
    assert (found.total.precision, found.total.recall, found.total.f1) == (1.0, 1.0, 1.0)
    assert found.exact_rows == found.valid_rows == found.rows == len(records)
    assert found.valid_wrong == 0
    assert all(field.f1 == 1.0 for field in found.by_field.values())


@given(json_values(), json_values(), st.data())
def test_the_order_of_lists_and_keys_does_not_matter(gold: Any, record: Any, data: Any) -> None:
    assert one(gold, record) == one(shuffled(gold, data.draw), shuffled(record, data.draw))


@given(json_values(), json_values())
def test_precision_and_recall_change_places_with_gold_and_found(gold: Any, record: Any) -> None:
    there, back = one(gold, record), one(record, gold)
    assert there.total.f1 == back.total.f1 and there.exact == back.exact
    assert (there.total.precision, there.total.recall) == (back.total.recall, back.total.precision)
    assert 0 <= there.total.f1 <= 1


@given(json_values(), json_values())
def test_an_invalid_row_misses_all_of_gold_and_finds_nothing(gold: Any, record: Any) -> None:
    found = one(gold, record, valid=False)
    assert found.total == Match(right=0, found=0, gold=sum(leaves(gold).values()))
    assert found.exact_rows == found.valid_rows == 0


@given(st.lists(st.tuples(json_values(), json_values(), st.booleans()), max_size=6), st.integers(0, 6))
def test_parts_add_up_to_the_whole(rows: list[tuple[Any, Any, bool]], cut: int) -> None:
    outcomes = [Outcome(*row) for row in rows]
    assert score(outcomes[:cut]) + score(outcomes[cut:]) + NOTHING == score(outcomes)


@given(json_values())
def test_what_is_absent_holds_no_leaf(record: Any) -> None:
    assert leaves({"a": record, "b": None, "c": [], "d": {"e": [None]}}) == leaves({"a": record})


@given(json_values())
def test_what_was_written_as_json_scores_the_same(record: Any) -> None:
    assert leaves(json.loads(json.dumps(record))) == leaves(record)


@pytest.mark.parametrize(
    ("gold", "found", "same"),
    [
        (" Ada ", "ADA", True),
        ("Straße", "STRASSE", True),
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (1, "1", False),
        ([1, 1], [1], False),
        (["a", "b"], ["b", "a"], True),
        ([[1], [2]], [[1, 2]], True),
        (2**60, 2**60 + 1, False),
        (None, [], True),
        ("", None, False),
    ],
)
def test_what_counts_as_the_same(gold: JSONValue, found: JSONValue, same: bool) -> None:
    assert (one({"x": gold}, {"x": found}).exact == 1) is same


def test_paths_are_without_indices() -> None:
    record: JSONValue = {"items": [{"name": "a", "odd key": 1}, {"name": "b"}], "tags": ["x"], "at": {"place": "y"}}
    assert {path for path, _, _ in leaves(record)} == {
        "items[].name",
        'items[]["odd key"]',
        "tags[]",
        "at.place",
    }
    assert set(leaves("positive")) == {("$", "string", "positive")}
    assert set(leaves(["b"])) == {("$[]", "string", "b")}


def test_figures_of_a_row_worked_out_by_hand() -> None:
    gold: JSONValue = {"name": "Ada", "tags": ["x", "x", "y"], "age": 3}
    found = one(gold, {"name": "ada", "tags": ["x", "y", "z", "z"], "age": None})
    assert found.by_field == {"age": Match(0, 0, 1), "name": Match(1, 1, 1), "tags[]": Match(2, 4, 3)}
    assert found.total == Match(right=3, found=5, gold=5)
    assert found.total.f1 == pytest.approx(0.6)
    assert (found.exact, found.valid, found.valid_wrong) == (0.0, 1.0, 1.0)
    assert found.by_field["age"].precision == 0.0 and found.by_field["age"].f1 == 0.0
