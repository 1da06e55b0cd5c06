"""Verbatim fields from end to end: whatever a model says, the value stands in the text where its span says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import example, given, settings
from pydantic import BaseModel, Field

from extractor import Extraction, Extractor, ScriptedEngine, Verbatim
from extractor.engine.llamacpp import EngineOptions, LlamaCppEngine
from extractor.errors import InputError
from extractor.grammar.chunks import chunks
from tests.strategies import texts


class Item(BaseModel):
    what: Annotated[str, Verbatim()]
    who: Annotated[str, Verbatim()] | None


class Found(BaseModel):
    first: Annotated[str, Verbatim()]
    short: Annotated[str, Verbatim(), Field(max_length=12)] | None
    items: list[Item]


HOSTILE = (
    'She said "no <table> today", \\n and <eos> or </s>.',
    "京都と東京へ行きました。한국 여행! ไปเที่ยว",
    "👩‍👩‍👧 and 👍🏽, 🇩🇪🇫🇷 e\u0301te\u0301 \u200d x",
    "tab\tnew\nline\r\nend \u2028 \u00a0 \u3000 done",
    "<start_of_turn>user <bos><schema>x<record> \u2581 <0x41>",
    "back\\slash \\\\ \\u0041 \x7f \u0085 \x1b[0m",
)


def _values(found: Extraction[Found]) -> dict[str, str]:
    assert found.record is not None
    values = {"first": found.record.first, "short": found.record.short}
    for index, item in enumerate(found.record.items):
        values |= {f"items[{index}].what": item.what, f"items[{index}].who": item.who}
    return {path: value for path, value in values.items() if value is not None}


def _check(found: Extraction[Found], text: str) -> None:
    values = _values(found)
    assert found.spans.keys() == values.keys()
    edges = {0}
    for chunk in chunks(text):
        edges.add(max(edges) + len(chunk))
    for path, value in values.items():
        span = found.spans[path]
        assert text[span.start : span.end] == value
        assert value == value.strip() and value
        assert {span.start, span.end} <= edges


@pytest.fixture(scope="module")
def extractor(tiny_model: Path) -> Iterator[Extractor[Found]]:
    engine = LlamaCppEngine(tiny_model, template="extractor-1", digest="tiny", options=EngineOptions(threads=1))
    with Extractor(Found, model=engine, max_tokens=150) as made:
        yield made
    engine.close()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts(extractor: Extractor[Found], text: str) -> None:
    _check(extractor.extract(text), text)


@settings(max_examples=50)
@given(texts())
@example("x")
def test_any_text(extractor: Extractor[Found], text: str) -> None:
    if not any(chunk.strip() for chunk in chunks(text)):
        return
    _check(extractor.extract(text), text)


@pytest.mark.parametrize("text", HOSTILE)
def test_every_word_can_be_said(text: str) -> None:
    words = [chunk for chunk in chunks(text) if chunk == chunk.strip()]  # a mark may stand on a space
    for word in words:
        engine = ScriptedEngine(lambda _text, word=word: {"first": word, "short": None, "items": []})  # type: ignore[misc]
        with Extractor(Found, model=engine) as one:
            assert one.extract(text).record == Found(first=word, short=None, items=[])


def test_what_is_not_in_the_text_cannot_be_said() -> None:
    engine = ScriptedEngine(lambda _text: {"first": "Paris", "short": "ada", "items": [{"what": "Ad", "who": None}]})
    with Extractor(Found, model=engine) as one:
        found = one.extract("Ada lives in Rome")
    assert all(
        value in {"Ada", "Ada lives", "lives", "in", "Rome"} or " " in value for value in _values(found).values()
    )
    _check(found, "Ada lives in Rome")


def test_repeated_values_have_places_of_their_own() -> None:
    record = {"first": "a", "short": "a", "items": [{"what": "a", "who": "a"}, {"what": "a", "who": None}]}
    with Extractor(Found, model=ScriptedEngine(lambda _text: record)) as one:  # type: ignore[arg-type, return-value]
        found = one.extract("a b a")
    assert found.spans == {
        "first": (0, 1),
        "short": (0, 1),
        "items[0].what": (0, 1),
        "items[0].who": (0, 1),
        "items[1].what": (4, 5),
    }


def test_a_text_without_a_fitting_value_is_refused() -> None:
    class Long(BaseModel):
        name: Annotated[str, Verbatim(), Field(min_length=30)]

    with Extractor(Long, model=ScriptedEngine(lambda _text: None)) as one, pytest.raises(InputError):
        one.extract("too short")
