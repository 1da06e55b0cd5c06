"""The default backend: what it lets through is of the schema, and all of the schema is let through."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from extractor.errors import DecodeError, InputError, SchemaError
from extractor.grammar.bytes_vocabulary import EOS, bytes_vocabulary
from extractor.grammar.llguidance_backend import LLGuidanceBackend
from extractor.grammar.vocabulary import Vocabulary
from extractor.record.layout import dumps
from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
    Declaration,
    EnumNode,
    Field,
    IntegerNode,
    Node,
    NullNode,
    NumberNode,
    ObjectNode,
    RefNode,
    StringNode,
    UnionNode,
    VerbatimNode,
)
from tests.grammar.conforms import conforms
from tests.grammar.walks import legal, read, walk
from tests.strategies import declarations, records, texts

BACKEND = LLGuidanceBackend(bytes_vocabulary())
quick = settings(
    phases=[Phase.explicit, Phase.generate],  # shrinking is for people: it takes minutes here
    max_examples=80,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def accepts(declaration: Declaration, text: str, source: str | None = None) -> bool:
    matcher = BACKEND.constraint(declaration, source).matcher()
    return matcher.accepts(list(text.encode())) and _ends(matcher, text)


def _ends(matcher: Any, text: str) -> bool:
    matcher.consume(list(text.encode()))
    return bool(matcher.can_end())


def of(node: Node) -> Declaration:
    return Declaration(node)


@given(st.data())
@quick
def test_every_record_is_matched(data: st.DataObject) -> None:
    declaration = data.draw(declarations())
    record = data.draw(records(declaration))
    assert accepts(declaration, dumps(record))


@given(declarations(), st.integers(0, 2**32))
@quick
def test_every_walk_ends_in_a_record(declaration: Declaration, seed: int) -> None:
    matcher = BACKEND.constraint(declaration, None).matcher()
    data = bytes(walk(matcher, bytes_vocabulary(), Random(seed)))
    assert conforms(read(data), declaration), data


@given(declarations(verbatim=True), texts(), st.integers(0, 2**32))
@quick
def test_verbatim_values_are_runs_of_the_text(declaration: Declaration, text: str, seed: int) -> None:
    try:
        constraint = BACKEND.constraint(declaration, text)
    except InputError:
        assume(False)
    data = bytes(walk(constraint.matcher(), bytes_vocabulary(), Random(seed)))
    assert conforms(read(data), declaration, text), data


@given(texts(), st.integers(0, 2**32))
@quick
def test_a_verbatim_string_points_into_any_text(text: str, seed: int) -> None:
    declaration = of(VerbatimNode())
    data = bytes(walk(BACKEND.constraint(declaration, text).matcher(), bytes_vocabulary(), Random(seed), closing=0.05))
    assert conforms(read(data), declaration, text), data
