"""Several engines of one model: opened as texts pile up, used evenly, closed together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from extractor import Extractor
from extractor.api import models
from extractor.decode.request import Completion
from extractor.decode.scheduler import Scheduler
from extractor.decode.schedulers import Schedulers, Spare
from extractor.errors import EngineError
from tests.decode.bench_of_requests import NOTE, Desk, WatchedEngine

MOST = 3


@dataclass
class Stable:
    """Engines that are held until they are let go."""

    fails: bool = False
    engines: list[WatchedEngine] = field(default_factory=list)
    divided: list[bool] = field(default_factory=list)

    def open(self) -> Scheduler:
        if self.fails and self.engines:
            raise EngineError("no memory for another")
        engine = WatchedEngine(parallel=2)
        engine.gate.clear()
        self.engines.append(engine)
        return Scheduler(engine)

    def go(self) -> None:
        for engine in self.engines:
            engine.gate.set()


@contextmanager
def _schedulers(stable: Stable) -> Iterator[tuple[Schedulers, Callable[[Sequence[str]], list[Future[Completion]]]]]:
    schedulers = Schedulers(stable.open(), Spare(stable.open, MOST, stable.divided.append))
    desk = Desk(stable.engines[0])
    yield schedulers, lambda texts: [schedulers.submit(desk.request(text, NOTE)) for text in texts]
    stable.go()
    schedulers.close()
    assert all(engine.closed for engine in stable.engines)


@pytest.mark.parametrize(("count", "engines"), [(1, 1), (4, 1), (5, 2), (8, 2), (9, 3), (40, 3)])
def test_engines_are_opened_as_texts_pile_up(count: int, engines: int) -> None:
    stable = Stable()
    texts = [f"text {i}" for i in range(count)]
    with _schedulers(stable) as (schedulers, submit):
        assert schedulers.parallel == 2 * MOST
        answers = submit(texts)
        assert len(stable.engines) == engines
        stable.go()
        assert [answer.result(30).text for answer in answers] == [f'{{"said": "{text}"}}' for text in texts]


def test_a_text_goes_where_the_fewest_are() -> None:
    stable = Stable()
    with _schedulers(stable) as (_, submit):
        answers = submit([f"text {i}" for i in range(30)])
        stable.go()
        assert all(answer.result(30) for answer in answers)
    assert [len(engine.shared) for engine in stable.engines] == [10, 10, 10]


def test_the_first_is_told_when_it_has_its_cores_to_itself() -> None:
    stable = Stable()
    with _schedulers(stable) as (_, submit):
        answers = submit(["text"] * 4)
        assert stable.divided == []
        answers += submit(["text"] * 4)
        assert stable.divided == [True]
        stable.go()
        assert all(answer.result(30) for answer in answers)
    assert stable.divided == [True, False]


def test_where_no_engine_can_be_added_those_that_are_there_do() -> None:
    stable = Stable(fails=True)
    with _schedulers(stable) as (schedulers, submit):
        answers = submit(["text"] * 20)
        stable.go()
        assert all(answer.result(30) for answer in answers)
        assert len(stable.engines) == 1 and schedulers.parallel == 2


def test_closed_schedulers_take_nothing_in() -> None:
    stable = Stable()
    with _schedulers(stable) as (schedulers, submit):
        stable.go()
        schedulers.close()
        assert schedulers.stopped
        with pytest.raises(EngineError, match="closed"):
            submit(["text"])


def test_records_are_the_same_on_one_engine_and_on_several(monkeypatch: pytest.MonkeyPatch, tiny_model: Path) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string", "maxLength": 9}, "b": {"type": "boolean"}}}
    texts = [f"{name} paid {number}" for name in ("Ada", "Bob", "Cyd") for number in range(20)]
    found = []
    for cores in (1, 3):
        monkeypatch.setenv("OMP_NUM_THREADS", str(cores))
        monkeypatch.setattr("extractor.engine.llamacpp.physical_cores", lambda cores=cores: cores)
        with Extractor(schema, model=tiny_model, parallel=2) as extractor:
            found.append([extraction.json for extraction in extractor.map(texts)])
            (loaded,) = (m for m in models._loaded.values() if m.engine is extractor._model.engine)
            assert len(loaded.scheduler._schedulers) == cores
    assert found[0] == found[1]
