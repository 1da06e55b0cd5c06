"""The second backend as an oracle: where both can express a schema, their masks are equal at every token of a record.

Known differences, each by design: outlines-core refuses recursion, verbatim values, any-values, steps of numbers and a
pattern beside other limits (`outlines_regex`), and takes the first alternative that fits, so that a number or union at
the root may hide longer values (inside a list or object it can't). The rest has to be alike.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor.errors import SchemaError
from extractor.grammar.backends import make_backend
from extractor.grammar.bytes_vocabulary import bytes_vocabulary
from extractor.grammar.vocabulary import Vocabulary
from extractor.schema.nodes import (
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
    StringNode,
)
from tests.grammar.walks import legal
from tests.strategies import array_nodes, enum_nodes, integer_nodes, object_nodes

MOST = 60  # tokens of a walk
WORDS = ('{"', '": "', '", "', '": ', "ab", "red", "null", "true", "12", "0.", '"}', "]}", "é", "日", "\\u00", '\\"')


def _words_vocabulary() -> Vocabulary:
    """Single bytes, and words that cross the seams of the layout."""
    plain = bytes_vocabulary()
    tokens = [*plain.tokens, *(word.encode() for word in WORDS)]
    return Vocabulary(tokens, plain.controls, plain.eos, None, plain.encoder, "bytes and words")


VOCABULARIES = {"bytes": bytes_vocabulary(), "words": _words_vocabulary()}
BACKENDS = {name: (make_backend("llguidance", v), make_backend("outlines_core", v)) for name, v in VOCABULARIES.items()}
SMALL: st.SearchStrategy[Node] = st.one_of(  # outlines-core builds the whole automaton: containers hold only these
    st.builds(lambda low, more: StringNode(low, low + more), st.integers(0, 1), st.integers(1, 2)),
    st.sampled_from(("^[a-z]{1,3}$", "^(red|green)$", "^[^ ]{0,2}$")).map(lambda pattern: StringNode(pattern=pattern)),
    integer_nodes().filter(lambda node: node.multiple_of in (None, 1)),
    enum_nodes(),
    st.just(NullNode()),
    st.just(BooleanNode()),
)
LARGE: st.SearchStrategy[Node] = st.one_of(
    st.sampled_from(("date", "ipv4", "uuid")).map(lambda form: StringNode(format=form)),
    st.just(ArrayNode(NumberNode(Decimal(0), Decimal(100)), max_items=2)),
    st.just(ArrayNode(NumberNode(Decimal(-2), Decimal(3), exclusive_maximum=True), max_items=1)),
)


def _agree(declaration: Declaration, name: str, random: Random) -> None:
    vocabulary = VOCABULARIES[name]
    try:
        first, second = (backend.constraint(declaration, None).matcher() for backend in BACKENDS[name])
    except SchemaError:
        return  # one of the two cannot express it
    taken: list[int] = []
    for _ in range(MOST):
        mine, other = legal(first, vocabulary), legal(second, vocabulary)
        differing = [vocabulary.tokens[token] for token in sorted(set(mine) ^ set(other))]
        assert mine == other, (declaration.root, vocabulary.decode(taken), differing)
        if mine == [vocabulary.eos]:
            return
        token = random.choice([token for token in mine if token != vocabulary.eos])
        first.consume([token])
        second.consume([token])
        taken.append(token)


@settings(max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    SMALL | LARGE | array_nodes(SMALL) | object_nodes(SMALL), st.sampled_from(sorted(VOCABULARIES)), st.integers(0, 999)
)
def test_masks_are_equal_along_random_records(node: Node, name: str, seed: int) -> None:
    _agree(Declaration(node), name, Random(seed))


@pytest.mark.parametrize("name", sorted(VOCABULARIES))
@pytest.mark.parametrize(
    "node",
    [
        IntegerNode(-12, 345),
        EnumNode(('"red"', '"reddish"', "null", "1.5")),
        ObjectNode((Field("ab", StringNode(0, 2)), Field("n", IntegerNode(0, 99), False), Field("b", BooleanNode()))),
    ],
    ids=lambda node: type(node).__name__,
)
def test_masks_are_equal_where_both_surely_express_it(node: Any, name: str) -> None:
    for backend in BACKENDS[name]:
        backend.constraint(Declaration(node), None)
    for seed in range(5):
        _agree(Declaration(node), name, Random(seed))
