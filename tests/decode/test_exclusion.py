"""A constraint with a plan lets through every record that the plan does not forbid, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor.decode.exclusion import Excluding, NothingElseError, Plan, TokenIndex
from extractor.errors import DecodeError
from extractor.grammar.backends import make_backend
from extractor.grammar.bytes_vocabulary import bytes_vocabulary
from extractor.grammar.constraint import Constraint, Matcher
from extractor.grammar.vocabulary import Vocabulary
from extractor.schema.nodes import (
    ArrayNode,
    BooleanNode,
    Declaration,
    EnumNode,
    Field,
    IntegerNode,
    ObjectNode,
    StringNode,
)
from tests.grammar.walks import legal, walk

BACKENDS = ["llguidance", "outlines_core"]
quick = settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
FINITE = [
    Declaration(EnumNode(('"red"', '"rose"', '"rosé"', '"blue"', "null", "1"))),
    Declaration(IntegerNode(8, 12)),
    Declaration(ArrayNode(BooleanNode(), max_items=2)),
    Declaration(ObjectNode((Field("a", EnumNode(('"x"', '"xy"'))), Field("b", IntegerNode(9, 11))))),
    Declaration(ObjectNode((Field("a", BooleanNode(), required=False), Field("b", EnumNode(("[]", "[1]")))))),
]


PIECES = (
    b'"r',
    b"ro",
    b'e"',
    b'": ',
    b'", "',
    b", ",
    b"10",
    b"1]",
    b"tru",
    b"[]",
    b'x"',
    b'"x',
    b"1}",
    b"9, ",
    b'\xc3\xa9"',
)
VOCABULARY = replace(bytes_vocabulary(), tokens=[*bytes_vocabulary().tokens, *PIECES], digest="bytes and pieces")
INDEX = TokenIndex(VOCABULARY)


@cache
def constraint_of(declaration: int, backend: str) -> Constraint:
    return make_backend(backend, VOCABULARY).constraint(FINITE[declaration], None)


@cache
def records_of(declaration: int) -> list[bytes]:
    return sorted(language(constraint_of(declaration, "llguidance").matcher(), VOCABULARY))


def language(matcher: Matcher, vocabulary: Vocabulary, data: bytes = b"") -> Iterator[bytes]:
    """Every record of a finite constraint."""
    tokens = legal(matcher, vocabulary)
    assert tokens, f"nothing may follow {data!r}"
    for token in tokens:
        if token == vocabulary.eos:
            assert matcher.can_end()
            yield data
        elif token < 256:  # the other tokens lead nowhere that these do not
            after = matcher.copy()
            after.consume([token])
            yield from language(after, vocabulary, data + vocabulary.tokens[token])


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("declaration", range(len(FINITE)))
@given(data=st.data())
@quick
def test_just_the_forbidden_records_are_missing(declaration: int, backend: str, data: st.DataObject) -> None:
    everything = records_of(declaration)
    records = frozenset(data.draw(st.lists(st.sampled_from(everything), max_size=3)))
    begun = data.draw(st.lists(st.tuples(st.sampled_from(everything), st.integers(1, 30)), max_size=2))
    plan = Plan(b"", frozenset(one[:size] for one, size in begun), records)
    wanted = [one for one in everything if one not in records and not one.startswith(tuple(plan.forbidden))]
    excluding = Excluding(constraint_of(declaration, backend), INDEX, plan)
    if not wanted:
        with pytest.raises(NothingElseError):
            excluding.matcher()
        return
    matcher = excluding.matcher()
    assert sorted(language(matcher, VOCABULARY)) == wanted
    for one in everything[:3]:
        assert matcher.accepts([*one, VOCABULARY.eos]) == (one in wanted)
    for seed in range(2):
        written = VOCABULARY.decode(walk(matcher.copy(), VOCABULARY, Random(seed)))
        assert written in wanted


def test_a_given_beginning_is_forced_and_what_must_not_follow_it_does_not() -> None:
    vocabulary = bytes_vocabulary()
    declaration = Declaration(ObjectNode((Field("a", StringNode(max_length=3)), Field("b", BooleanNode()))))
    constraint = make_backend("llguidance", vocabulary).constraint(declaration, None)
    plan = Plan(b'{"a": ', frozenset({b'{"a": "x"'}))
    matcher = Excluding(constraint, TokenIndex(vocabulary), plan).matcher()
    assert matcher.forced() == b'{"a": '
    matcher.consume(list(b'{"a": '))
    matcher.consume(list(b'"x'))
    assert ord('"') not in legal(matcher, vocabulary) and ord("x") in legal(matcher, vocabulary)


def test_a_beginning_that_the_constraint_refuses_is_an_error() -> None:
    vocabulary = bytes_vocabulary()
    constraint = make_backend("llguidance", vocabulary).constraint(Declaration(BooleanNode()), None)
    matcher = Excluding(constraint, TokenIndex(vocabulary), Plan(b"null")).matcher()
    with pytest.raises(DecodeError):
        matcher.consume(list(b"null"))
