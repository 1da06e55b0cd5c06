"""The scheduler: everybody is answered, a failure belongs to one, and the engine is used as it may be."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, wait
from dataclasses import replace
from typing import cast

import pytest

from extractor.decode.request import Completion, Request
from extractor.decode.scheduler import Scheduler
from extractor.engine.scripted import ScriptedEngine
from extractor.errors import ContextOverflowError, DecodeError, EngineError, SchemaError
from extractor.grammar.constraint import Constraint, Mask, Matcher
from extractor.schema.nodes import EnumNode, Field, ObjectNode, StringNode
from tests.decode.bench_of_requests import NOTE, SHORT_NOTE, Desk, WatchedEngine

PREFIX_SEQUENCES = 4
TIMEOUT_S = 60


@pytest.fixture
def engine() -> WatchedEngine:
    return WatchedEngine()


@pytest.fixture
def desk(engine: WatchedEngine) -> Desk:
    return Desk(engine)


@pytest.fixture
def scheduler(engine: WatchedEngine) -> Iterator[Scheduler]:
    scheduler = Scheduler(engine)
    yield scheduler
    engine.gate.set()
    scheduler.close()


def _said(answer: Future[Completion]) -> str:
    said = json.loads(answer.result(TIMEOUT_S).text)["said"]
    assert isinstance(said, str)
    return said


def test_everybody_gets_the_own_answer(scheduler: Scheduler, desk: Desk) -> None:
    texts = [f"text number {i} " + "x" * (7 * i % 40) for i in range(25)]
    answers = [scheduler.submit(desk.request(text)) for text in texts]
    assert [_said(answer) for answer in answers] == texts
    assert {answer.result().status for answer in answers} == {"complete"}


def test_texts_in_flight_share_batches(scheduler: Scheduler, engine: WatchedEngine, desk: Desk) -> None:
    engine.gate.clear()
    answers = [scheduler.submit(desk.request(text)) for text in ("one", "two", "six")]
    engine.gate.set()
    wait(answers, TIMEOUT_S)
    assert max(len(batch) for batch in engine.batches) == 2  # as many as the engine has sequences for


def test_a_prefix_is_evaluated_once(scheduler: Scheduler, engine: WatchedEngine, desk: Desk) -> None:
    requests = [desk.request(f"text {i}") for i in range(6)]
    wait([scheduler.submit(request) for request in requests], TIMEOUT_S)
    prefix = [work for batch in engine.batches for work in batch if work.sequence < PREFIX_SEQUENCES]
    assert [token for work in prefix for token in work.tokens] == list(requests[0].prefix)
    assert [length for _, _, length in engine.shared] == [len(requests[0].prefix)] * 6


def test_more_prefixes_than_are_kept(scheduler: Scheduler, engine: WatchedEngine, desk: Desk) -> None:
    texts = [(f"text {i}", f"Schema {i % 7}") for i in range(21)]
    answers = [scheduler.submit(desk.request(text, schema=schema)) for text, schema in texts]
    assert [_said(answer) for answer in answers] == [text for text, _ in texts]


def test_a_long_text_is_fed_in_chunks_and_stalls_nobody(
    desk: Desk, engine: WatchedEngine, scheduler: Scheduler
) -> None:
    engine.gate.clear()
    long = scheduler.submit(desk.request("long " * 500, SHORT_NOTE))
    short = scheduler.submit(desk.request("short"))
    done: list[str] = []
    long.add_done_callback(lambda _: done.append("long"))
    short.add_done_callback(lambda _: done.append("short"))
    engine.gate.set()
    wait([long, short], TIMEOUT_S)
    own = [work for batch in engine.batches for work in batch if work.sequence >= PREFIX_SEQUENCES]
    assert max(len(work.tokens) for work in own) <= 256
    assert done == ["short", "long"]


def test_a_batch_never_holds_more_than_the_engine_takes() -> None:
    engine = WatchedEngine(parallel=5, batch_tokens=64)  # the engine itself checks every batch
    desk, scheduler = Desk(engine), Scheduler(engine)
    texts = [f"{i} " * 60 for i in range(9)]
    answers = [scheduler.submit(desk.request(text, schema="Long schema " * 30)) for text in texts]
    assert [_said(answer) for answer in answers] == texts
    scheduler.close()


def test_an_engine_failure_ends_those_in_flight_and_nobody_else(
    scheduler: Scheduler, engine: WatchedEngine, desk: Desk
) -> None:
    engine.fail_at = 4
    answers = [scheduler.submit(desk.request(f"text {i}")) for i in range(6)]
    wait(answers, TIMEOUT_S)
    failed = [answer for answer in answers if answer.exception()]
    assert 0 < len(failed) <= scheduler.parallel
    assert all(isinstance(answer.exception(), EngineError) for answer in failed)
    assert _said(scheduler.submit(desk.request("afterwards"))) == "afterwards"


def test_an_engine_failure_in_a_prefix_can_be_tried_again(
    scheduler: Scheduler, engine: WatchedEngine, desk: Desk
) -> None:
    engine.batch_tokens, engine.fail_at = 16, 2  # the second piece of the prefix
    first = scheduler.submit(desk.request("first", schema="A schema of some length"))
    assert isinstance(first.exception(TIMEOUT_S), EngineError)
    assert _said(scheduler.submit(desk.request("again", schema="A schema of some length"))) == "again"


def _broken(error: Exception) -> object:
    def attempt(_budget: int) -> Constraint:
        raise error

    return attempt


@pytest.mark.parametrize("error", [SchemaError("no record"), DecodeError("the backend failed")])
def test_a_constraint_that_cannot_be_made_fails_its_own_text(
    scheduler: Scheduler, desk: Desk, error: Exception
) -> None:
    before = scheduler.submit(desk.request("before"))
    broken = scheduler.submit(replace(desk.request("broken"), attempts=[_broken(error)]))  # type: ignore[list-item]
    after = scheduler.submit(desk.request("after"))
    assert broken.exception(TIMEOUT_S) is error
    assert (_said(before), _said(after)) == ("before", "after")


class _Failing:
    """A constraint whose matchers work until they are asked for a mask."""

    def __init__(self, inner: Constraint) -> None:
        self._inner = inner

    def matcher(self) -> Matcher:
        matcher = self._inner.matcher()

        class Failing:
            def fill_mask(self, mask: Mask) -> None:
                raise DecodeError("the matcher failed on the way")

            def __getattr__(self, name: str) -> object:
                return getattr(matcher, name)

        return cast(Matcher, Failing())


def test_a_matcher_that_fails_on_the_way_fails_its_own_text(
    scheduler: Scheduler, desk: Desk, engine: WatchedEngine
) -> None:
    engine.gate.clear()
    inner = desk.constraint(NOTE)
    broken = replace(desk.request("broken"), attempts=[lambda budget: _Failing(inner(budget))])
    answers = [scheduler.submit(broken), scheduler.submit(desk.request("beside it"))]
    engine.gate.set()
    assert isinstance(answers[0].exception(TIMEOUT_S), DecodeError)
    assert _said(answers[1]) == "beside it"


def test_a_bug_in_a_constraint_fails_its_own_text(scheduler: Scheduler, desk: Desk) -> None:
    broken = scheduler.submit(replace(desk.request("bug"), attempts=[_broken(KeyError("x"))]))  # type: ignore[list-item]
    after = scheduler.submit(desk.request("after"))
    with pytest.raises(DecodeError, match="report"):
        broken.result(TIMEOUT_S)
    assert _said(after) == "after"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("method", ["evaluate", "share"])
def test_a_bug_in_the_engine_leaves_nobody_waiting(
    scheduler: Scheduler, desk: Desk, engine: WatchedEngine, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.gate.clear()
    answers = [scheduler.submit(desk.request(f"text {i}")) for i in range(4)]
    assert engine.entered.wait(TIMEOUT_S)
    monkeypatch.delattr(ScriptedEngine, method)
    engine.gate.set()
    assert not wait(answers, TIMEOUT_S).not_done
    assert all(isinstance(answer.exception(), EngineError) for answer in answers)
    with pytest.raises(EngineError):
        scheduler.submit(desk.request("too late"))
    scheduler.close()
    assert engine.closed


def test_a_waiting_text_can_be_cancelled(scheduler: Scheduler, desk: Desk, engine: WatchedEngine) -> None:
    engine.gate.clear()
    running = [scheduler.submit(desk.request(f"running {i}")) for i in range(2)]
    assert engine.entered.wait(TIMEOUT_S)
    waiting = [scheduler.submit(desk.request(f"waiting {i}")) for i in range(3)]
    assert waiting[1].cancel()
    engine.gate.set()
    assert [_said(answer) for answer in (*running, waiting[0], waiting[2])] == [
        "running 0",
        "running 1",
        "waiting 0",
        "waiting 2",
    ]
    with pytest.raises(CancelledError):
        waiting[1].result(TIMEOUT_S)


def test_closing_answers_everybody_and_frees_the_engine(
    scheduler: Scheduler, desk: Desk, engine: WatchedEngine
) -> None:
    engine.gate.clear()
    answers = [scheduler.submit(desk.request(f"text {i}")) for i in range(6)]
    assert engine.entered.wait(TIMEOUT_S)
    closer = threading.Thread(target=scheduler.close)
    closer.start()
    engine.gate.set()
    closer.join(TIMEOUT_S)
    assert engine.closed
    assert not wait(answers, TIMEOUT_S).not_done
    assert any(isinstance(answer.exception(), EngineError) for answer in answers)
    with pytest.raises(EngineError, match="closed"):
        scheduler.submit(desk.request("too late"))
    scheduler.close()  # again, which changes nothing


def test_closing_what_never_ran() -> None:
    engine = WatchedEngine()
    Scheduler(engine).close()
    assert engine.closed


def test_a_text_that_does_not_fit_says_both_sizes(scheduler: Scheduler, desk: Desk, engine: WatchedEngine) -> None:
    answers = [scheduler.submit(desk.request("x" * 5000)), scheduler.submit(desk.request("fits"))]
    error = answers[0].exception(TIMEOUT_S)
    assert isinstance(error, ContextOverflowError)
    assert error.limit == engine.context_tokens < error.prompt_tokens
    assert str(error.prompt_tokens) in str(error) and str(error.limit) in str(error)
    assert _said(answers[1]) == "fits"


def test_a_budget_closes_the_record_by_a_second_attempt(scheduler: Scheduler, desk: Desk) -> None:
    answer = scheduler.submit(desk.request("a long answer " * 5, NOTE, SHORT_NOTE, max_tokens=30)).result(TIMEOUT_S)
    assert answer.status == "truncated"
    assert answer.tokens <= 30
    assert json.loads(answer.text) == {"said": "a l"}


def test_forced_text_counts_against_the_budget(scheduler: Scheduler, desk: Desk) -> None:
    """The model's last choice fits; what is then forced does not."""
    tail = ObjectNode((Field("said", StringNode()), Field("tail", EnumNode((json.dumps("t" * 30),)))))
    answer = scheduler.submit(desk.request("0123456789", tail, NOTE, max_tokens=40)).result(TIMEOUT_S)
    assert (answer.status, answer.tokens <= 40) == ("truncated", True)


def test_a_budget_too_small_for_every_attempt_is_an_error(scheduler: Scheduler, desk: Desk) -> None:
    request = desk.request("a long answer", NOTE, max_tokens=12)
    assert isinstance(scheduler.submit(request).exception(TIMEOUT_S), DecodeError)
    assert _said(scheduler.submit(desk.request("next"))) == "next"


def test_a_record_that_is_forced_whole(desk: Desk, scheduler: Scheduler) -> None:
    only = ObjectNode((Field("kind", EnumNode(('"only"',))),))
    answer = scheduler.submit(desk.request("text", only)).result(TIMEOUT_S)
    assert (answer.text, answer.choices, answer.status) == ('{"kind": "only"}', (), "complete")


def test_cells_are_never_overbooked() -> None:
    engine = WatchedEngine(parallel=6, context_tokens=600)
    engine.cells = 700  # room for one text of full length, or several that ask for little
    desk, scheduler = Desk(engine), Scheduler(engine)
    texts = [f"text {i}" for i in range(8)]
    requests = [desk.request(text, schema=f"S{i % 3}", max_tokens=(60, None)[i % 2]) for i, text in enumerate(texts)]
    answers: list[Future[Completion]] = [scheduler.submit(request) for request in requests]
    assert [_said(answer) for answer in answers] == texts
    assert _most_held(engine, requests) <= engine.cells
    scheduler.close()


def _most_held(engine: WatchedEngine, requests: list[Request]) -> int:
    """Most tokens that all works of one batch stood on, shared prefixes counted once."""
    prefix = len(requests[0].prefix)
    return max(
        sum(work.position + len(work.tokens) - prefix for work in batch if work.sequence >= PREFIX_SEQUENCES)
        for batch in engine.batches
    )


def test_strings_of_any_length_end_with_the_model(scheduler: Scheduler, desk: Desk) -> None:
    root = scheduler.submit(desk.request("plain", StringNode()))
    assert isinstance(json.loads(root.result(TIMEOUT_S).text), str)
