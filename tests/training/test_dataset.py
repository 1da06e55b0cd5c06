"""Rows to tokens: which of them carry loss."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from extractor.grammar.backends import make_backend
from extractor.grammar.bytes_vocabulary import bytes_vocabulary
from extractor.grammar.vocabulary import Vocabulary
from extractor.record.layout import dumps
from extractor.schema.load import load
from extractor.schema.nodes import JSONValue
from tests.grammar.walks import legal
from tests.strategies import declarations, records

pytest.importorskip("extractor_training", reason="the training distribution is not installed")

from extractor_training.dataset import Tokeniser, record_tokens

VOCABULARY = bytes_vocabulary()
BACKEND = make_backend("llguidance", VOCABULARY)


class Party(BaseModel):
    n: float


class Order(BaseModel):
    """Every way in which structure can be the model's choice, or not."""

    count: int
    digit: int = Field(ge=0, le=9)
    maker: Party | None
    seller: Party
    lines: list[Party] | None
    tags: list[str]
    notes: dict[str, bool]


ORDER: JSONValue = {
    "count": 12,
    "digit": 7,
    "maker": {"n": 1.5},
    "seller": {"n": -3.0},
    "lines": [{"n": 2.0}],
    "tags": ["a"],
    "notes": {"b": True},
}
# What stands between < and > carries loss.
MARKED = (
    '{"count": <12,> "digit": <7>, "maker": <{>"n": <1.5}>, "seller": {"n": <-3.0}>, "lines": <[{>"n": <2.0}]>'
    ', "tags": [<"a"]>, "notes": {<"b">: <true}>}'
)


def test_values_carry_loss_and_so_does_structure_that_could_be_otherwise() -> None:
    constraint = BACKEND.constraint(load(Order).declaration, None)
    ids, loss = record_tokens(ORDER, constraint, VOCABULARY)
    assert ids == VOCABULARY.encode_record(dumps(ORDER))
    marked = ""
    for opened, run in groupby(zip(ids, loss, strict=True), lambda pair: pair[1]):
        text = b"".join(VOCABULARY.tokens[token] for token, _ in run).decode()
        marked += f"<{text}>" if opened else text
    assert marked == MARKED


@given(st.data())
@settings(max_examples=80, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_token_without_loss_is_the_only_legal_one(data: st.DataObject) -> None:
    declaration = data.draw(declarations())
    record = data.draw(records(declaration))
    constraint = BACKEND.constraint(declaration, None)
    matcher = constraint.matcher()
    for token, opened in zip(*record_tokens(record, constraint, VOCABULARY), strict=True):
        assert opened or legal(matcher, VOCABULARY) == [token]
        matcher.consume([token])


def test_a_record_that_no_decoding_could_write_is_left_out(tiny_vocabulary: Vocabulary) -> None:
    rows: list[tuple[str, JSONValue]] = [("one", {"n": 1.0}), ("other", {"m": 1.0})]
    made = Tokeniser(tiny_vocabulary).examples(load(Party).declaration, rows)
    assert [b"one" in tiny_vocabulary.decode(row.ids.tolist()) for row in made] == [True]
