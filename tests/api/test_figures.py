"""The record that a schema is measured on is one of the schema; its sizes lie between the smallest and the largest."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from extractor import Extractor, ScriptedEngine, Verbatim, compile
from extractor.api.figures import figures, specimen
from extractor.errors import SchemaError
from extractor.grammar.vocabulary import Vocabulary
from extractor.record.layout import pieces
from extractor.validate.walk import REPEATED, findings
from tests.strategies import declarations

quick = settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


class Ticket(BaseModel):
    kind: Literal["bug", "wish"]
    notes: list[Annotated[str, Verbatim()]]
    urgent: bool | None


class Tree(BaseModel):
    name: str
    children: list[Tree]


@given(st.data())
@quick
def test_the_specimen_is_a_record_of_the_schema(data: st.DataObject) -> None:
    declaration = data.draw(declarations())
    try:
        made = specimen(declaration)
    except SchemaError:  # the grammar does not hold it, decoding would say the same
        return
    assert len(made.data) == len(made.forced)
    text = made.data.decode()
    assert "".join(piece.data.decode() for piece in pieces(text)) == text
    wrong = {finding.message for finding in findings(declaration, json.loads(text))}
    assert wrong <= {REPEATED}


@given(st.data())
@quick
def test_no_record_is_smaller_or_larger_than_said(data: st.DataObject) -> None:
    declaration = data.draw(declarations())
    try:
        found = figures(declaration)
    except SchemaError:
        return
    assert found.worst is None or found.typical < found.worst
    assert found.worst is None or found.least <= found.worst
    assert 0 <= found.forced_share <= 1


def test_a_specimen_is_filled_in() -> None:
    made = json.loads(specimen(compile(Ticket).loaded.declaration).data)
    assert made["kind"] in ("bug", "wish") and made["urgent"] is not None
    assert len(made["notes"]) == 2 and all(3 < len(note) < 20 for note in made["notes"])
    assert len(specimen(compile(Tree).loaded.declaration).data) < 2000


def test_what_is_forced_is_told_from_what_is_chosen() -> None:
    found = figures(compile(Literal["red", "rose"]).loaded.declaration)
    assert (found.unit, found.worst, found.typical) == ("bytes", 7, 5)
    assert found.forced_share == pytest.approx(4 / 5), "only the byte after `r` is a choice"
    assert figures(compile(Annotated[str, Field(max_length=5)]).loaded.declaration).worst is not None
    assert figures(compile(str).loaded.declaration).worst is None
    assert "no limit" in str(figures(compile(str).loaded.declaration))


def test_a_model_s_own_tokens_are_fewer(tiny_vocabulary: Vocabulary) -> None:
    declaration = compile(Ticket).loaded.declaration
    tokens, size = figures(declaration, tiny_vocabulary), figures(declaration)
    assert tokens.unit == "tokens" and tokens.typical < size.typical and tokens.least < size.least


def test_an_extractor_measures_in_its_model_s_tokens() -> None:
    with Extractor(Ticket, model=ScriptedEngine(lambda _text: None)) as extractor:
        measured: Any = extractor.coverage.figures
    assert measured.unit == "tokens" and measured.typical > 30
