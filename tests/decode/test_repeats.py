"""A key is never written twice: another token is taken, or the later member is taken out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from extractor.decode.choice import Choice
from extractor.decode.confidence import confidence
from extractor.decode.repeats import Repeats
from extractor.decode.scheduler import Scheduler
from extractor.engine.protocol import Scores, Work
from extractor.grammar.constraint import Mask
from extractor.record.layout import Scanner, dumps, pieces
from extractor.schema.nodes import ArrayNode, Field, IntegerNode, JSONValue, Node, ObjectNode, StringNode
from tests.decode.bench_of_requests import Desk, WatchedEngine

KEYS = st.sampled_from(("a", "b", 'q"', "\\", "\u00e9", ""))
SCALARS: st.SearchStrategy[str] = st.sampled_from(("1", "null", '"x"', '", "', "[]", "{}"))


def _written(members: list[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{dumps(key)}: {value}" for key, value in members) + "}"


def _objects(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    lists = st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]")
    return st.one_of(st.lists(st.tuples(KEYS, inner), max_size=4).map(_written), lists)


def _cut(text: str, choices: list[Choice]) -> tuple[str, list[Choice]]:
    repeats = Repeats()
    repeats.watch(pieces(text))
    data, kept = repeats.cut(text.encode(), choices)
    return data.decode(), kept


def _first(pairs: list[tuple[str, JSONValue]]) -> JSONValue:
    return dict(reversed(pairs))


@given(st.recursive(SCALARS, _objects, max_leaves=10))
def test_the_first_member_of_a_name_stays(text: str) -> None:
    """Whatever was written, what is left reads as if later members of a name had not been written."""
    wanted = json.loads(text, object_pairs_hook=_first)
    left, _ = _cut(text, [])
    assert json.loads(left) == wanted
    assert "".join(piece.data.decode() for piece in pieces(left)) == left
    assert _cut(left, []) == (left, [])


def test_choices_move_with_what_is_left() -> None:
    text = '{"a": 1, "a": 22, "b": 3}'
    choices = [Choice(text.index(digit), 0.5) for digit in "123"]
    left, kept = _cut(text, choices)
    assert left == '{"a": 1, "b": 3}'
    assert kept == [Choice(left.index("1"), 0.5), Choice(left.index("3"), 0.5)]
    assert confidence(left, kept) == {"a": 0.5, "b": 0.5}


def test_a_token_that_ends_a_known_key_is_seen() -> None:
    repeats, scanner = Repeats(), Scanner()
    repeats.watch(scanner.feed(b'{"ab": 1, "a'))
    known = [token for token in (b'"', b'b"', b'b": ', b'c"', b"b", b'b", "') if _ends(repeats, scanner, token)]
    assert known == [b'b"', b'b": ', b'b", "']


def _ends(repeats: Repeats, scanner: Scanner, token: bytes) -> bool:
    return repeats.ends_known_key(scanner.container, scanner.pending, token)


class _Stubborn(WatchedEngine):
    """Prefers the bytes of one member over and over."""

    def __init__(self, member: bytes) -> None:
        super().__init__(lambda _text: None)
        self._wanted = member * 9

    def evaluate(self, works: Sequence[Work], masks: Callable[[], Sequence[Mask]]) -> list[Scores]:
        found = super().evaluate(works, masks)
        scored = [work for work in works if work.scored]
        for work, scores in zip(scored, found, strict=True):
            held = self._held[work.sequence]
            end = len(held) - held[::-1].index(self.vocabulary.controls["<record>"])
            written = len(held) - end - 1  # without the brace
            if 0 <= written < len(self._wanted):
                scores.logits[scores.ids == self._wanted[written]] += 50
        return found


def _decoded(member: bytes, node: Node) -> dict[str, int]:
    engine = _Stubborn(member)
    scheduler = Scheduler(engine)
    text = scheduler.submit(Desk(engine).request("text", node, max_tokens=200)).result(60).text
    scheduler.close()
    pairs = json.loads(text, object_pairs_hook=list)
    assert len({key for key, _ in pairs}) == len(pairs), text
    return dict(pairs)


def test_a_model_that_repeats_itself_writes_another_key() -> None:
    found = _decoded(b'"a": 7, ', ObjectNode((), IntegerNode(0, 9), None, 3, 3))
    assert len(found) == 3 and found["a"] == 7


def test_a_key_that_could_not_be_another_is_taken_out() -> None:
    assert _decoded(b'"x": 7, ', ObjectNode((), IntegerNode(0, 9), "^x$", 1, 3)) == {"x": 7}


def test_an_array_of_objects_may_use_a_key_in_each() -> None:
    engine = WatchedEngine(lambda _text: [{"k": "a"}, {"k": "b"}])
    scheduler = Scheduler(engine)
    each = ObjectNode((Field("k", StringNode()),))
    answer = scheduler.submit(Desk(engine).request("text", ArrayNode(each))).result(60)
    scheduler.close()
    assert json.loads(answer.text) == [{"k": "a"}, {"k": "b"}]
