"""Advice: what is hard for a small model is named with its path, and nothing else is."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from extractor import Verbatim
from extractor.api import ready_made
from extractor.schema.advice import advice
from extractor.schema.load import load

Many: Any = Literal[tuple(range(50))]


class Leaf(BaseModel):
    value: int


class Answered(BaseModel):
    verdict: Literal["yes", "no"] | None
    evidence: Annotated[str, Verbatim()]


class Evident(BaseModel):
    evidence: Annotated[str, Verbatim()]
    verdict: Literal["yes", "no"]


class Tree(BaseModel):
    children: list[Tree]


def told(schema: Any) -> list[tuple[str, str]]:
    return [(one.path, one.topic) for one in advice(load(schema).declaration)]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (list[str], [("$[]", "free string")]),
        (Annotated[str, Field(max_length=20)], [("$", "free string")]),
        (Annotated[str, Field(pattern="^a+$")], []),
        (Annotated[str, Verbatim()], []),
        (Many, [("$", "labels")]),
        (Literal["a", "b"], []),
        (dict[str, Any], [("*", "any value")]),
        (list[list[list[Leaf]]], [("$[][][]", "nesting")]),
        (list[list[Leaf]], []),
        (Answered, [("evidence", "order")]),
        (Evident, []),
        (Tree, []),
        ({"type": "object", "properties": {f"f{i}": {"type": "integer"} for i in range(30)}}, [("$", "fields")]),
    ],
    ids=str,
)
def test_what_is_hard_is_named(schema: Any, expected: list[tuple[str, str]]) -> None:
    assert told(schema) == expected


def test_advice_says_what_to_do() -> None:
    (one,) = advice(load(Answered).declaration)
    assert "`verdict`" in one.message and "put `evidence` first" in one.message


@pytest.mark.parametrize("name", ready_made.names())
def test_the_ready_made_schemas_need_none(name: str) -> None:
    assert told(ready_made.load(name)) == []
