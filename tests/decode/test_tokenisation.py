"""Forced tokens are the tokens of training: whatever the schema, a decoded record is cut as `encode_record` cuts it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from extractor.decode.sequence import RecordSequence
from extractor.grammar.llguidance_backend import LLGuidanceBackend
from extractor.grammar.vocabulary import Vocabulary
from extractor.record.layout import dumps, pieces
from extractor.schema.nodes import Declaration, EnumNode, Field, JSONValue, Node, ObjectNode, StringNode, VerbatimNode
from tests.strategies import declarations, records, texts


@pytest.fixture(scope="module")
def tiny(tiny_vocabulary: Vocabulary) -> Tiny:
    return Tiny(tiny_vocabulary)


class Tiny:
    """A vocabulary and its backend; no dataclass, so that failing examples stay short."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.backend = LLGuidanceBackend(vocabulary)

    def sequence(self, declaration: Declaration, text: str | None = None) -> RecordSequence:
        return RecordSequence(self.backend.constraint(declaration, text).matcher(), self.vocabulary)


def _follow(sequence: RecordSequence, vocabulary: Vocabulary, wanted: list[int]) -> tuple[list[int], int]:
    """Let the model choose what `wanted` holds; return the tokens of the record and how many of them it chose."""
    taken, chosen = sequence.force(), 0
    mask = np.zeros((len(vocabulary) + 31) // 32, np.int32)
    while not sequence.done:
        assert taken == wanted[: len(taken)]
        token = wanted[len(taken)] if len(taken) < len(wanted) else vocabulary.eos
        sequence.fill_mask(mask)
        assert (int(mask[token // 32]) >> (token % 32)) & 1, vocabulary.tokens[token]
        taken += sequence.choose(token, 0.5)
        chosen += token != vocabulary.eos
    return taken, chosen


def _check(tiny: Tiny, declaration: Declaration, record: JSONValue, text: str | None) -> int:
    layout = dumps(record)
    sequence = tiny.sequence(declaration, text)
    wanted = tiny.vocabulary.encode_record(layout)
    taken, chosen = _follow(sequence, tiny.vocabulary, wanted)
    assert taken == wanted
    assert sequence.finished()[0] == layout
    assert sequence.token_count == len(wanted)
    assert len(sequence.choices) == chosen
    return chosen


@given(st.data())
def test_any_record_is_cut_as_in_training(tiny: Tiny, data: DataObject) -> None:
    declaration = data.draw(declarations())
    _check(tiny, declaration, data.draw(records(declaration)), None)


@given(st.data())
def test_verbatim_records_are_cut_as_in_training(tiny: Tiny, data: DataObject) -> None:
    text = "Ada " + data.draw(texts())
    declaration = data.draw(declarations(verbatim=True))
    _check(tiny, declaration, data.draw(records(declaration, text)), text)


def test_structure_is_forced_and_only_values_are_chosen(tiny: Tiny) -> None:
    colour = EnumNode(('"red"', '"green"', '"blue"'))
    node = ObjectNode(
        (Field("kind", colour), Field("the name", EnumNode(('"Ada"',))), Field("price", StringNode(1, 1)))
    )
    record: JSONValue = {"kind": "green", "the name": "Ada", "price": "x"}
    # The label, once its first piece is chosen, and the character: everything else follows.
    assert _check(tiny, Declaration(node), record, None) == 2


def test_a_single_possible_record_is_forced_whole(tiny: Tiny) -> None:
    for value in ('"red"', "10", "null", "true", "[]", "{}", '{"a": [1, 2]}', '"<eos>"', '"<table>"'):
        assert _check(tiny, Declaration(EnumNode((value,))), json.loads(value), None) == 0


def test_markup_in_forced_text_stays_text(tiny: Tiny) -> None:
    hostile = ("<table>", "<start_of_turn>", "<eos>", "<0x41>", "<|im_end|>", "</s>", "\u2581x")
    for name in hostile:
        node: Node = ObjectNode((Field(name, EnumNode((dumps(name), '"other"'))),))
        record: JSONValue = {name: name}
        _check(tiny, Declaration(node), record, None)
        controls = set(tiny.vocabulary.controls.values())
        assert controls.isdisjoint(tiny.vocabulary.encode_record(dumps(record)))


@given(st.data())
def test_other_choices_still_give_canonical_text(tiny: Tiny, data: DataObject) -> None:
    """A model may cut a value as it likes; the text is canonical all the same, and every byte is accounted for."""
    declaration = data.draw(declarations())
    sequence = tiny.sequence(declaration)
    taken = sequence.force()
    mask = np.zeros((len(tiny.vocabulary) + 31) // 32, np.int32)
    while not sequence.done and len(taken) < 60:
        sequence.fill_mask(mask)
        legal = np.flatnonzero(np.unpackbits(mask.view(np.uint8), bitorder="little")[: len(tiny.vocabulary)])
        token = int(data.draw(st.sampled_from(legal.tolist())))
        taken += sequence.choose(token, 0.5)
    assert tiny.vocabulary.decode(taken) == sequence.data
    assert sequence.token_count == len(taken)
    starts = [choice.start for choice in sequence.choices]
    assert starts == sorted(set(starts))
    if sequence.done:
        json.loads(sequence.finished()[0])
        assert "".join(piece.data.decode() for piece in pieces(sequence.finished()[0])) == sequence.finished()[0]


def test_a_character_begun_in_bytes_is_finished_by_the_model(tiny: Tiny) -> None:
    """The model may spell the first character of a forced run in bytes; nothing is forced into its middle."""
    vocabulary = tiny.vocabulary
    for declaration in (Declaration(VerbatimNode()), Declaration(ObjectNode((Field("name", VerbatimNode()),)))):
        sequence = tiny.sequence(declaration, "\ud55c\uad6d.")
        sequence.force()
        for byte in "\ud55c".encode():
            sequence.choose(vocabulary.tokens.index(bytes([byte])), 0.5)
        while not sequence.done:
            sequence.choose(_first_legal(sequence, vocabulary), 0.5)
        assert sequence.finished()[0] in {
            '"\ud55c"',
            '"\ud55c\uad6d"',
            '{"name": "\ud55c"}',
            '{"name": "\ud55c\uad6d"}',
        }


def _first_legal(sequence: RecordSequence, vocabulary: Vocabulary) -> int:
    mask = np.zeros((len(vocabulary) + 31) // 32, np.int32)
    sequence.fill_mask(mask)
    return int(np.flatnonzero(np.unpackbits(mask.view(np.uint8), bitorder="little"))[0])
