"""Records that nest without end: closed where a JSON reader would give up."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from extractor import Extractor, ScriptedEngine, compile
from extractor.schema.nodes import JSONValue


class Chain(BaseModel):
    length: int
    next: Chain | None = None


class Tree(BaseModel):
    next: list[Tree]


LINK: dict[str, Any] = {"type": "object", "properties": {"next": {"$ref": "#"}}, "additionalProperties": False}


def nested(levels: int, end: JSONValue, *, listed: bool = False, **more: JSONValue) -> JSONValue:
    found = end
    for _ in range(levels):
        found = {**more, "next": [found] if listed else found}
    return found


@pytest.mark.parametrize(
    ("schema", "answer"),
    [
        (Chain, nested(400, None, length=1)),
        (Tree, nested(400, {"next": []}, listed=True)),
        (LINK, nested(400, {})),
    ],
    ids=["chain", "tree", "link"],
)
def test_endless_nesting_is_closed_and_valid(schema: Any, answer: JSONValue) -> None:
    engine = ScriptedEngine(lambda _text: answer)
    with Extractor(schema, model=engine, max_tokens=8000) as extractor:
        found = extractor.extract("text")
    assert found.status == "truncated"
    assert compile(schema).accepts(found.json)


def test_what_a_reader_takes_is_left_whole() -> None:
    engine = ScriptedEngine(lambda _text: nested(70, None, length=1))
    with Extractor(Chain, model=engine) as extractor:
        found = extractor.extract("text")
    assert (found.status, found.json.count("next")) == ("complete", 70)
