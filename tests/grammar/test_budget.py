"""Budgets: whatever the model chooses, the record ends in time, and is still a record of the declaration."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from extractor.decode.sequence import RecordSequence
from extractor.errors import BudgetError, InputError
from extractor.grammar.budget import bounded, minimum_tokens
from extractor.grammar.bytes_vocabulary import bytes_vocabulary
from extractor.grammar.chunks import chunks
from extractor.grammar.constraint import Matcher
from extractor.grammar.llguidance_backend import LLGuidanceBackend
from extractor.grammar.shares import Part, share
from extractor.grammar.vocabulary import Vocabulary
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
from tests.grammar.walks import DuplicateKeyError, read, walk
from tests.strategies import declarations, texts

MERGES = ("ab", '": ', '", "', "name", "the", ", ", '{"', '"}', "tal", '"total": ', "al", '"x', "]}", "}}", "label")


def merging_vocabulary() -> Vocabulary:
    """Single bytes and some longer tokens, matched greedily: tokens cross the seams of the layout."""
    plain = bytes_vocabulary()
    tokens = [*plain.tokens, *(merge.encode() for merge in MERGES)]
    longest_first = sorted(range(257, len(tokens)), key=lambda token: -len(tokens[token]))

    def encode(text: str) -> list[int]:
        data, found = text.encode(), []
        while data:
            token = next((token for token in longest_first if data.startswith(tokens[token])), data[0])
            found.append(token)
            data = data[len(tokens[token]) :]
        return found

    return Vocabulary(tokens, plain.controls, plain.eos, None, encode, "merging")


BYTES, MERGING = bytes_vocabulary(), merging_vocabulary()
BYTES_BACKEND, MERGING_BACKEND = LLGuidanceBackend(BYTES), LLGuidanceBackend(MERGING)
quick = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def spend(matcher: Matcher, vocabulary: Vocabulary, random: Random) -> tuple[bytes, int]:
    """Decode as the scheduler does, choosing short tokens and putting the end off; return the record and its tokens."""
    sequence = RecordSequence(matcher, vocabulary)
    sequence.force()
    mask = np.zeros((len(vocabulary) + 31) // 32, np.int32)
    while not sequence.done:
        sequence.fill_mask(mask)
        options = [int(t) for t in np.flatnonzero(np.unpackbits(mask.view(np.uint8), bitorder="little"))]
        lasting = [t for t in options if t != vocabulary.eos and vocabulary.tokens[t] not in (b'"', b"]", b"}")]
        pool = options if random.random() < 0.15 else lasting or [t for t in options if t != vocabulary.eos] or options
        sequence.choose(random.choice(pool), 1.0)
    return sequence.data, sequence.token_count


@given(declarations(verbatim=True), texts(), st.integers(0, 2**32), st.integers(0, 250))
@quick
def test_every_record_fits_its_budget(declaration: Declaration, text: str, seed: int, more: int) -> None:
    for vocabulary, backend in ((BYTES, BYTES_BACKEND), (MERGING, MERGING_BACKEND)):
        try:
            budget = minimum_tokens(declaration, vocabulary, chunks(text)) + more
        except InputError:
            reject()
        constraint = backend.constraint(bounded(declaration, budget, vocabulary, chunks(text)), text)
        data, tokens = spend(constraint.matcher(), vocabulary, Random(seed))
        assert tokens + 1 <= budget
        wandered = walk(constraint.matcher(), vocabulary, Random(seed), closing=0.02)
        for record in (data, vocabulary.decode(wandered)):
            try:
                assert conforms(read(record), declaration, text), record
            except DuplicateKeyError:
                reject()


@given(declarations(), st.integers(1, 40))
@quick
def test_less_than_the_minimum_is_refused(declaration: Declaration, less: int) -> None:
    minimum = minimum_tokens(declaration, BYTES, None)
    with pytest.raises(BudgetError) as caught:
        bounded(declaration, minimum - less, BYTES, None)
    assert (caught.value.minimum, caught.value.max_tokens) == (minimum, minimum - less)


@pytest.mark.parametrize(
    ("node", "minimum"),
    [
        (NullNode(), 5),
        (BooleanNode(), 6),
        (StringNode(), 3),
        (StringNode(min_length=4), 7),
        (StringNode(pattern="^ab?c*$"), 4),
        (StringNode(format="date"), 13),
        (IntegerNode(), 2),
        (IntegerNode(100, 2000), 4),
        (NumberNode(), 4),
        (EnumNode(('"long label"', '"no"')), 5),
        (ArrayNode(NullNode()), 3),
        (ArrayNode(NullNode(), min_items=2), 13),
        (ObjectNode((Field("a", NullNode()), Field("b", IntegerNode(0, 9)))), 20),
        (UnionNode((NullNode(), IntegerNode())), 2),
        (AnyNode(), 2 + 1),
    ],
)
def test_minimum_over_single_bytes(node: Node, minimum: int) -> None:
    declaration = Declaration(node)
    assert minimum_tokens(declaration, BYTES, None) == minimum
    bounded(declaration, minimum, BYTES, None)


def test_forced_keys_cost_the_tokens_they_become() -> None:
    declaration = Declaration(ObjectNode((Field("total", NullNode()),)))
    assert minimum_tokens(declaration, MERGING, None) < minimum_tokens(declaration, BYTES, None)


def test_later_fields_are_not_starved() -> None:
    fields = tuple(Field(name, ArrayNode(StringNode()) if name == "a" else StringNode()) for name in "abc")
    root = bounded(Declaration(ObjectNode(fields)), 300, BYTES, None).root
    assert isinstance(root, ObjectNode)
    lengths = [member.node.max_length for member in root.fields if isinstance(member.node, StringNode)]
    assert len(lengths) == 2
    assert all(length is not None and length >= 30 for length in lengths)


def test_recursion_is_unrolled_as_deep_as_fits() -> None:
    tree = ObjectNode((Field("children", ArrayNode(RefNode("tree"))),))
    declaration = Declaration(RefNode("tree"), {"tree": tree})
    for budget in (20, 100, 2000):
        part = bounded(declaration, budget, BYTES, None)
        assert len(part.definitions) < 120
        data, tokens = spend(BYTES_BACKEND.constraint(part, None).matcher(), BYTES, Random(1))
        assert tokens < budget
        assert conforms(read(data), declaration)


def test_verbatim_values_are_as_long_as_the_text_lets_them() -> None:
    declaration = Declaration(VerbatimNode())
    text = "Ada Lovelace wrote the first program"
    whole = bounded(declaration, 100, BYTES, chunks(text)).root
    assert whole == VerbatimNode()
    tight = bounded(declaration, 15, BYTES, chunks(text)).root
    assert tight == VerbatimNode(max_length=12)
    with pytest.raises(BudgetError):
        bounded(Declaration(VerbatimNode(min_length=13)), 15, BYTES, chunks(text))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30), st.integers(1, 5)), max_size=6), st.integers(0, 99))
@quick
def test_shares_keep_to_the_budget(parts: list[tuple[int, int, int]], more: int) -> None:
    wanted = [Part(least, least + extra, weight) for least, extra, weight in parts]
    budget = sum(part.least for part in wanted) + more
    given_out = share(wanted, budget)
    assert sum(given_out) == min(budget, sum(part.most for part in wanted))
    assert all(part.least <= got <= part.most for part, got in zip(wanted, given_out, strict=True))


@pytest.mark.parametrize("budget", [9_000, 20_000, 130_000])
def test_a_large_budget_makes_no_pattern_that_is_too_large(budget: int) -> None:
    limited = bounded(Declaration(StringNode()), budget, BYTES, None)
    assert BYTES_BACKEND.constraint(limited, None).matcher().forced() == b'"'
