from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from extractor_training.corpus import Row
from extractor_training.lending import lent_rows
from tests.training.routers import choice

_DEPARTMENTS = ["bank", "home", "travel", "work", "phone"]


_SCHEMAS = {
    "desk_full": choice(domain=[*_DEPARTMENTS, "other"], intent=["open", "close", "other"]),
    "desk_domain": choice(domain=[*_DEPARTMENTS, "other"]),
    **{f"desk_{name}": choice(intent=["open", "close", "lost"]) for name in _DEPARTMENTS},
}


def _row(schema: str, text: str, **record: str) -> Row:
    return Row("desk", schema, text, record)


def _lent(*rows: Row) -> list[tuple[str, str, Any]]:
    made = lent_rows(rows, _SCHEMAS)
    assert all(Draft202012Validator(_SCHEMAS[row.schema]).is_valid(row.record) for row in made)
    return [(row.schema, row.text, row.record) for row in made]


def test_a_row_is_lent_to_every_router_that_can_say_it() -> None:
    assert _lent(_row("desk_bank", "open an account", intent="open")) == [
        ("desk_full", "open an account", {"domain": "bank", "intent": "open"}),
        ("desk_domain", "open an account", {"domain": "bank"}),
    ]


def test_what_a_router_cannot_say_is_not_lent_to_it() -> None:
    assert _lent(_row("desk_bank", "I lost my card", intent="lost")) == [
        ("desk_domain", "I lost my card", {"domain": "bank"})
    ]


def test_a_text_that_the_router_has_is_not_lent_again() -> None:
    own = _row("desk_domain", "open an account", domain="home")
    lent = _lent(own, _row("desk_bank", "open an account", intent="open"))
    assert lent == [("desk_full", "open an account", {"domain": "bank", "intent": "open"})]


def test_a_label_that_stands_for_no_schema_is_repeated() -> None:
    lent = _lent(_row("desk_domain", "who won the cup", domain="other"))
    full = ("desk_full", "who won the cup", {"domain": "other", "intent": "other"})
    own = ("desk_domain", "who won the cup", {"domain": "other"})
    assert lent.count(full) == 4 and lent.count(own) == 3 and len(lent) == 7


def test_schemas_without_a_router_lend_nothing() -> None:
    rows = [_row("desk_bank", "open an account", intent="open")]
    assert lent_rows(rows, {name: _SCHEMAS[name] for name in ("desk_bank", "desk_home")}) == []
