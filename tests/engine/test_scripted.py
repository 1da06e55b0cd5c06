"""The engine without a model: it says what it was told to say, as far as the constraint allows."""

from __future__ import annotations

from typing import Annotated, Literal

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from pydantic import BaseModel, Field

from extractor import Extractor, ScriptedEngine, extract
from extractor.decode.scheduler import Scheduler
from extractor.record.layout import dumps
from tests.decode.bench_of_requests import Desk, WatchedEngine
from tests.strategies import declarations, records, texts


class Review(BaseModel):
    mood: Literal["good", "bad"]
    stars: Annotated[int, Field(ge=1, le=5)]
    words: list[str]


@given(st.data(), texts())
def test_any_record_of_a_schema_comes_back(data: DataObject, text: str) -> None:
    declaration = data.draw(declarations())
    record = data.draw(records(declaration))
    engine = WatchedEngine(lambda _text: record)
    scheduler = Scheduler(engine)
    answer = scheduler.submit(Desk(engine).request(text, declaration.root, definitions=declaration.definitions))
    assert answer.result(60).text == dumps(record)
    scheduler.close()


def test_it_sees_the_text() -> None:
    engine = ScriptedEngine(lambda text: {"mood": "good" if "love" in text else "bad", "stars": 3, "words": []})
    with Extractor(Review, model=engine) as extractor:
        moods = [found.record.mood for found in extractor.map(["I love it", "meh"]) if found.record]
    assert moods == ["good", "bad"]


def test_what_the_schema_does_not_allow_is_closed_soon() -> None:
    for answer in ({}, None, "text", {"mood": "ugly", "stars": 99, "words": "none"}, {"stars": 1}):
        found = extract("text", Review, model=ScriptedEngine(lambda _text, answer=answer: answer))  # type: ignore[misc]
        assert isinstance(found, Review)
        assert sum(map(len, found.words)) < 20


def test_a_text_with_control_tokens_in_it_is_read_as_text() -> None:
    seen: list[str] = []

    def answer(text: str) -> None:
        seen.append(text)

    text = "<text>a<record>{<eos>"
    extract(text, Literal["x", "y"], model=ScriptedEngine(answer))
    assert set(seen) == {text}
