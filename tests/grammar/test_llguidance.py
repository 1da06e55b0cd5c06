"""The default backend: what it lets through is of the schema, and all of the schema is let through."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from extractor.errors import DecodeError, InputError, SchemaError
from extractor.grammar.bytes_vocabulary import EOS, bytes_vocabulary
from extractor.grammar.chunks import chunks
from extractor.grammar.constraint import Matcher
from extractor.grammar.llguidance_backend import LLGuidanceBackend
from extractor.grammar.roomy import roomy
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
from tests.grammar.walks import DuplicateKeyError, legal, read, takes, walk
from tests.strategies import declarations, records, texts

BACKEND = LLGuidanceBackend(bytes_vocabulary())
quick = settings(
    max_examples=80,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def accepts(declaration: Declaration, text: str, source: str | None = None) -> bool:
    return takes(BACKEND.constraint(declaration, source).matcher(), text)


def of(node: Node) -> Declaration:
    return Declaration(node)


@given(st.data())
@quick
def test_every_record_is_matched(data: st.DataObject) -> None:
    declaration = data.draw(declarations())
    record = data.draw(records(declaration))
    assert accepts(declaration, dumps(record))


def walked(matcher: Matcher, seed: int, closing: float = 0.3) -> tuple[bytes, Any]:
    """A random record and its value; duplicate keys are the one thing that no grammar excludes."""
    data = bytes(walk(matcher, bytes_vocabulary(), Random(seed), closing=closing))
    try:
        return data, read(data)
    except DuplicateKeyError:
        reject()


@given(declarations(), st.integers(0, 2**32))
@quick
def test_every_walk_ends_in_a_record(declaration: Declaration, seed: int) -> None:
    data, value = walked(BACKEND.constraint(declaration, None).matcher(), seed)
    assert conforms(value, declaration), data


@given(declarations(), st.integers(0, 2**32), st.integers(1, 2000), st.integers(0, 5000))
@quick
def test_roomy_declarations_hold_records_of_the_declaration(
    declaration: Declaration, seed: int, max_tokens: int, length: int
) -> None:
    matcher = BACKEND.constraint(roomy(declaration, max_tokens, length), None).matcher()
    data, value = walked(matcher, seed)
    assert conforms(value, declaration), data


@given(declarations(verbatim=True), texts(), st.integers(0, 2**32))
@quick
def test_verbatim_values_are_runs_of_the_text(declaration: Declaration, text: str, seed: int) -> None:
    try:
        constraint = BACKEND.constraint(declaration, text)
    except InputError:
        reject()
    data, value = walked(constraint.matcher(), seed)
    assert conforms(value, declaration, text), data


@given(texts(), st.integers(0, 2**32))
@quick
def test_a_verbatim_string_points_into_any_text(text: str, seed: int) -> None:
    data, value = walked(BACKEND.constraint(of(VerbatimNode()), text).matcher(), seed, closing=0.05)
    assert conforms(value, of(VerbatimNode()), text), data


@given(texts(), st.data())
@quick
def test_every_run_of_chunks_is_a_verbatim_value(text: str, data: st.DataObject) -> None:
    found = chunks(text)
    start = data.draw(st.integers(0, len(found) - 1))
    value = "".join(found[start : data.draw(st.integers(start + 1, len(found)))])
    blank = value[0].isspace() or value[-1].isspace()
    assert accepts(of(VerbatimNode()), dumps(value), text) is not blank


@pytest.mark.parametrize(
    ("node", "yes", "no"),
    [
        (StringNode(), ['"a\\nb"', '"\\u0000"', '"\x7f"', '"\\\\"', '"/"', '"\u2028"', '"\U0010ffff"'],
         ['"\\/"', '"\\u0041"', '"\\u000a"', '"\\u001F"', '"\n"', '"\\ud800"', "'a'", '"a', '"a""']),
        (StringNode(2, 3), ['"ab"', '"\\n\U0001f600"', '"日本語"'], ['"a"', '"abcd"']),
        (IntegerNode(), ["0", "-1", "9" * 18], ["-0", "01", "1.0", "1e3", "9" * 19, "+1"]),
        (IntegerNode(5, 120, 5), ["5", "120", "100"], ["0", "125", "7"]),
        (NumberNode(), ["1", "1.0", "-0.0", "0.1", "1e-05", "1.5e+16"], ["1.50", ".5", "1.", "1E5", "NaN"]),
        (NumberNode(Decimal(0), Decimal(1), True), ["1", "1.0", "0.5", "5e-324"], ["0", "0.0", "-0.0", "1.1", "-1"]),
        (NumberNode(multiple_of=Decimal("0.05")), ["0.05", "7", "7.0", "-1.15"], ["0.01", "0.050"]),
        (StringNode(format="date"), ['"2024-02-29"', '"1999-12-31"'], ['"2023-02-29"', '"2024-02-30"', '"0000-01-01"']),
        (EnumNode(('"<eos>"', "1", "true", "[1, {}]")), ['"<eos>"', "1", "true", "[1, {}]"], ["1.0", "[1,{}]", "null"]),
        (ArrayNode(BooleanNode(), (NullNode(),), 1, 3), ["[null]", "[null, true, true]"], ["[]", "[true]"]),
        (ArrayNode(None, (NullNode(), BooleanNode())), ["[]", "[null]", "[null, true]"], ["[null, true, true]"]),
        (AnyNode(), ['{"a": [1, {"b": null}]}', "{}", "[]", '""'], ['{"a":1}', "[1,2]", "{a: 1}"]),
        (UnionNode((ObjectNode((), IntegerNode()), ObjectNode((Field("a", NullNode()),)))),
         ['{"a": 1, "b": 2}', '{"a": null}', "{}"], ['{"a": null, "b": 2}']),
    ],
)  # fmt: skip
def test_spellings(node: Node, yes: list[str], no: list[str]) -> None:
    assert [text for text in yes if not accepts(of(node), text)] == []
    assert [text for text in no if accepts(of(node), text)] == []


def test_unique_labels_come_once() -> None:
    labels = EnumNode(('"a"', '"b"', '"<c>"'))
    free = of(
        ObjectNode((Field("tags", ArrayNode(labels, unique=True)), Field("more", ArrayNode(labels, unique=True))))
    )
    assert accepts(free, '{"tags": ["b", "a", "<c>"], "more": []}')
    assert not accepts(free, '{"tags": ["b", "b"], "more": []}')
    counted = Declaration(ArrayNode(RefNode("label"), (), 1, 2, unique=True), {"label": labels})
    assert [text for text in ('["a"]', '["<c>", "a"]') if not accepts(counted, text)] == []
    assert [text for text in ("[]", '["a", "a"]', '["a", "b", "<c>"]') if accepts(counted, text)] == []


def test_members_come_in_order_and_nullable_ones_always() -> None:
    node = ObjectNode(
        (
            Field("a", IntegerNode(), required=False),
            Field("b", UnionNode((IntegerNode(), NullNode())), required=False),
            Field("c", IntegerNode(), required=False),
        )
    )
    yes = ['{"b": null}', '{"a": 1, "b": 2, "c": 3}', '{"b": 1, "c": 2}', '{"a": 1, "b": null}']
    no = ["{}", '{"a": 1}', '{"b": 1, "a": 2}', '{"a": 1, "c": 2}', '{, "b": 1}', '{"b": 1, "d": 1}']
    assert [text for text in yes if not accepts(of(node), text)] == []
    assert [text for text in no if accepts(of(node), text)] == []


def test_maps_count_their_members_and_leave_declared_names_alone() -> None:
    node = ObjectNode((Field("a", NullNode()),), BooleanNode(), "^[a-c]$", 2, 3)
    yes = ['{"a": null, "b": true}', '{"a": null, "b": true, "c": true}']
    no = [
        '{"a": null}',
        '{"a": null, "a": true}',
        '{"a": null, "d": true}',
        '{"a": null, "b": true, "c": true, "b": true}',
    ]
    assert [text for text in yes if not accepts(of(node), text)] == []
    assert [text for text in no if accepts(of(node), text)] == []


def special_vocabulary() -> Vocabulary:
    """Single bytes, control tokens, and user-defined tokens that look like them."""
    plain = bytes_vocabulary()
    more = [b"<start_of_turn>", b"<table>", b'", "', b"<text>"]
    controls = {"<eos>": EOS, "<start_of_turn>": EOS + 1}
    return Vocabulary([*plain.tokens, *more], controls, EOS, None, plain.encoder, "special")


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (StringNode(), None),
        (VerbatimNode(), "see <table> or <text><start_of_turn>"),
        (EnumNode(('"<table><start_of_turn>"', '"<text>"')), None),
        (ObjectNode((Field("<table>", NullNode()), Field("<start_of_turn>", NullNode()))), None),
    ],
)
def test_text_that_looks_like_control_tokens_is_bytes(node: Node, text: str | None) -> None:
    vocabulary = special_vocabulary()
    constraint = LLGuidanceBackend(vocabulary).constraint(of(node), text)
    for seed in range(20):
        matcher = constraint.matcher()
        tokens = walk(matcher, vocabulary, Random(seed), closing=0.1)
        assert EOS + 1 not in tokens
        assert conforms(read(vocabulary.decode(tokens)), of(node), text)
        assert constraint.matcher().accepts(list(vocabulary.decode(tokens)))


def test_a_control_token_is_never_legal_but_its_name_is() -> None:
    vocabulary = special_vocabulary()
    matcher = LLGuidanceBackend(vocabulary).constraint(of(StringNode()), None).matcher()
    matcher.consume([ord('"')])
    assert EOS + 1 not in legal(matcher, vocabulary)
    assert {EOS + 2, EOS + 4, ord("<")} <= set(legal(matcher, vocabulary))
    assert matcher.accepts(list(b'<start_of_turn>"'))


def test_what_is_forced_can_be_consumed_in_any_split() -> None:
    node = ObjectNode((Field("kind", EnumNode(('"abc"', '"abd"'))), Field("n", IntegerNode(0, 9))))
    matcher = BACKEND.constraint(of(node), None).matcher()
    assert matcher.forced() == b'{"kind": "ab'
    matcher.consume(list(b'{"ki'))
    assert matcher.forced() == b'nd": "ab'
    assert legal(matcher, bytes_vocabulary()) == [ord("n")]
    matcher.consume(list(b'nd": "abd", "n": 7'))
    assert matcher.forced() == b"}"
    twin = matcher.copy()
    twin.consume([ord("}")])
    assert (twin.is_complete(), twin.can_end(), twin.forced()) == (True, True, b"")
    assert legal(twin, bytes_vocabulary()) == [EOS]
    assert (matcher.is_complete(), matcher.can_end()) == (False, False)
    twin.consume([EOS])
    assert twin.is_complete()


def test_a_number_alone_can_end_before_it_is_complete() -> None:
    matcher = BACKEND.constraint(of(IntegerNode(0, 99)), None).matcher()
    matcher.consume([ord("7")])
    assert (matcher.can_end(), matcher.is_complete()) == (True, False)
    assert EOS in legal(matcher, bytes_vocabulary())
    matcher.consume([ord("7")])
    assert (matcher.can_end(), matcher.is_complete()) == (True, True)


def test_a_failed_matcher_raises_from_then_on() -> None:
    matcher = BACKEND.constraint(of(BooleanNode()), None).matcher()
    with pytest.raises(DecodeError):
        matcher.consume([ord("x")])
    for call in (matcher.forced, matcher.is_complete, matcher.can_end, matcher.copy):
        with pytest.raises(DecodeError):
            call()


def test_a_text_without_a_value_for_a_required_verbatim_is_refused() -> None:
    needed = ObjectNode((Field("name", VerbatimNode(min_length=9)),))
    with pytest.raises(InputError, match="verbatim"):
        BACKEND.constraint(of(needed), "short")
    optional = ObjectNode((Field("name", UnionNode((VerbatimNode(min_length=9), NullNode()))),))
    assert accepts(of(optional), '{"name": null}', "short")
    with pytest.raises(InputError, match="surrogate"):
        BACKEND.constraint(of(VerbatimNode()), "a \ud800 b")


@pytest.mark.parametrize(
    "declaration",
    [
        Declaration(RefNode("a"), {"a": ArrayNode(RefNode("a"), min_items=1)}),
        of(StringNode(max_length=1, pattern="^ab+$")),
        of(StringNode(format="date", pattern="^x")),
        of(IntegerNode(5, 4)),
        of(ObjectNode((), None, min_properties=1)),
        of(StringNode(format="colour")),
        of(StringNode(pattern=r"(a)\1")),
    ],
)
def test_what_has_no_record_is_refused(declaration: Declaration) -> None:
    with pytest.raises(SchemaError):
        BACKEND.constraint(declaration, None)


def test_options_that_are_multiples_begin_with_no_white_space() -> None:
    either = UnionNode((IntegerNode(0, 9, 3), IntegerNode(0, 9, 2)))
    for node in (either, ArrayNode(either, min_items=1, max_items=1), ObjectNode((Field("a", either),))):
        matcher = BACKEND.constraint(of(node), None).matcher()
        matcher.consume(list(matcher.forced()))
        assert bytes(legal(matcher, bytes_vocabulary())) == b"0234689"


def test_constraints_without_a_text_are_compiled_once() -> None:
    node = ObjectNode((Field("a", StringNode()),))
    assert BACKEND.constraint(of(node), "one text") is BACKEND.constraint(of(node), "another")
