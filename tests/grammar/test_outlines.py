"""The second backend, behind the same protocol: right where it can be, refused where it cannot."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from extractor.errors import DecodeError, SchemaError
from extractor.grammar.backends import make_backend
from extractor.grammar.bytes_vocabulary import EOS, bytes_vocabulary
from extractor.record.layout import dumps
from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    Declaration,
    EnumNode,
    Field,
    IntegerNode,
    Node,
    NullNode,
    ObjectNode,
    RefNode,
    StringNode,
    UnionNode,
    VerbatimNode,
)
from tests.grammar.conforms import conforms
from tests.grammar.walks import DuplicateKeyError, legal, read, walk
from tests.strategies import array_nodes, enum_nodes, integer_nodes, object_nodes, records

BACKEND = make_backend("outlines_core", bytes_vocabulary())
LEAVES = st.one_of(
    st.builds(lambda low, more: StringNode(low, low + more), st.integers(0, 2), st.integers(1, 3)),
    st.just(StringNode(format="date")),
    integer_nodes().filter(lambda node: node.multiple_of in (None, 1)),
    enum_nodes(),
    st.just(NullNode()),
)
quick = settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def nodes() -> st.SearchStrategy[Node]:
    return st.one_of(
        LEAVES,
        array_nodes(LEAVES),
        object_nodes(LEAVES),
        st.lists(LEAVES, min_size=1, max_size=2).map(lambda found: UnionNode((NullNode(), *found))),
    )


@given(st.data())
@quick
def test_records_are_matched_and_walks_are_records(data: st.DataObject) -> None:
    declaration = Declaration(data.draw(nodes()))
    try:
        constraint = BACKEND.constraint(declaration, None)
    except SchemaError:
        assume(False)
    record = dumps(data.draw(records(declaration)))
    matcher = constraint.matcher()
    assert matcher.accepts(list(record.encode()))
    matcher.consume(list(record.encode()))
    assert matcher.can_end()
    written = bytes(walk(constraint.matcher(), bytes_vocabulary(), Random(data.draw(st.integers(0, 999)))))
    try:
        assert conforms(read(written), declaration), written
    except DuplicateKeyError:
        assume(False)


def test_it_forces_what_has_no_choice_and_ends_where_it_must() -> None:
    node = ObjectNode((Field("kind", EnumNode(('"abc"', '"abd"'))), Field("n", IntegerNode(0, 9))))
    matcher = BACKEND.constraint(Declaration(node), None).matcher()
    assert matcher.forced() == b'{"kind": "ab'
    matcher.consume(list(b'{"kind": "abd", "n": 7'))
    assert matcher.forced() == b"}"
    twin = matcher.copy()
    twin.consume([ord("}")])
    assert twin.is_complete()
    assert legal(twin, bytes_vocabulary()) == [EOS]
    assert not matcher.is_complete()
    assert not matcher.accepts([ord("8")])
    with pytest.raises(DecodeError):
        matcher.consume([ord("8")])
    twin.consume([EOS])
    assert twin.is_complete()


@pytest.mark.parametrize(
    "declaration",
    [
        Declaration(VerbatimNode()),
        Declaration(AnyNode()),
        Declaration(RefNode("a"), {"a": ArrayNode(RefNode("a"))}),
        Declaration(StringNode(min_length=3, pattern="^[a-z]*$")),
        Declaration(IntegerNode(multiple_of=7)),
    ],
)
def test_what_is_not_regular_is_refused(declaration: Declaration) -> None:
    with pytest.raises(SchemaError, match="llguidance"):
        BACKEND.constraint(declaration, "text")


def test_unknown_backends_are_refused() -> None:
    with pytest.raises(SchemaError, match="outlines_core"):
        make_backend("guess", bytes_vocabulary())
