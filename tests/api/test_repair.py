"""Records that a validator or a check refuses: decoded again, never let through, never invented."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, RootModel, model_validator

from extractor import Decoding, Extractor, ScriptedEngine, Verbatim
from extractor.errors import InputError, RecordError
from extractor.schema.nodes import JSONValue

BACKENDS = ["llguidance", "outlines_core"]


def always(value: JSONValue) -> ScriptedEngine:
    return ScriptedEngine(lambda _text: value)


def only(*allowed: Any) -> AfterValidator:
    def check(value: Any) -> Any:
        if value not in allowed:
            raise ValueError(f"{value!r} will not do")
        return value

    return AfterValidator(check)


def run(schema: Any, answer: JSONValue, text: str = "some text", **options: Any) -> Any:
    with Extractor(schema, model=always(answer), **options) as extractor:
        (found,) = extractor.map([text])
    return found


class Paint(BaseModel):
    number: int
    colour: Annotated[Literal["red", "rose", "rosewood", "blue"], only("blue", "rosewood")]
    dry: bool


class Period(BaseModel):
    start: Annotated[int, Field(ge=0, le=9)]
    end: Annotated[int, Field(ge=0, le=9)]

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.end < self.start:
            raise ValueError("ends before it starts")
        return self


class Pair(BaseModel):
    first: Literal["x", "y"]
    second: Literal["u", "v"]

    @model_validator(mode="after")
    def _only_y(self) -> Pair:
        if self.first != "y":
            raise ValueError("must be y")
        return self


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_label_that_is_refused_gives_way_to_another(backend: str) -> None:
    found = run(Paint, {"number": 4, "colour": "red", "dry": True}, backend=backend)
    assert found.error is None
    assert found.record.number == 4, "what stands before is kept"
    assert found.record.colour in ("blue", "rosewood")
    assert found.repairs in (1, 2, 3)
    assert found.confidence.keys() == {"number", "colour", "dry"}


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_whole_model_is_walked_back_through(backend: str) -> None:
    found = run(Period, {"start": 5, "end": 0}, backend=backend)
    assert found.error is None and found.repairs == 2, "the last field first, then the one before"
    assert run(Pair, {"first": "x", "second": "u"}, backend=backend).record.first == "y"


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("schema", "answer", "fine"),
    [
        (RootModel[Annotated[Literal["a", "b", "c"], only("c")]], "a", ["c"]),
        (Annotated[Literal[12, 1, 2], only(12)], 1, [12]),
        (Annotated[bool, only(False)], True, [False]),
        (Annotated[int, Field(ge=0, le=9), only(8)], 7, [8]),
        (list[Annotated[Literal["a", "b"], only("b")]], ["b", "a", "b"], None),
        (Annotated[list[Literal["a"]], Field(max_length=3), AfterValidator(lambda v: [v[2], "a"][:2])], ["a"], None),
        (dict[Literal["k"], Annotated[bool, only(False)]], {"k": True}, [{"k": False}]),
        (Annotated[Literal["a", "b"] | None, only("b")], None, ["b"]),
        (tuple[Annotated[bool, only(True)], Annotated[bool, only(True)]], [False, False], [(True, True)]),
    ],
    ids=str,
)
def test_kinds_of_values(schema: Any, answer: JSONValue, fine: Any, backend: str) -> None:
    found = run(schema, answer, backend=backend)
    assert found.error is None, found.error
    record = found.record.root if isinstance(found.record, RootModel) else found.record
    assert fine is None or record in fine


def test_a_number_may_go_on_from_one_that_is_refused() -> None:
    found = run(Annotated[Literal[1, 10, 100], only(100)], 1)
    assert found.record == 100


def test_verbatim_values_stay_in_the_text() -> None:
    class Person(BaseModel):
        name: Annotated[str, Verbatim(), only("Ada King", "Ada", "King")]
        title: Annotated[str | None, Verbatim()]

    found = run(Person, {"name": "met", "title": None}, "We met Ada King")
    assert found.error is None and found.record.name in ("Ada King", "Ada", "King")
    assert "We met Ada King"[slice(*found.spans["name"])] == found.record.name


def test_what_cannot_be_repaired_is_an_error_with_everything_in_it() -> None:
    class Never(BaseModel):
        a: Annotated[Literal["x", "y"], only()]
        b: bool

    found = run(Never, {"a": "x", "b": True})
    assert found.record is None and found.status == "failed"
    assert isinstance(found.error, RecordError)
    assert found.error.raw == found.json == '{"a": "x", "b": true}'
    assert list(found.error.field_errors) == ["a"]
    assert "will not do" in found.error.field_errors["a"]
    assert "also refused: 1 decoded" in str(found.error), "x, then y, then nothing is left"


def counted(seen: list[Any]) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        seen.append(value)
        raise ValueError("no")

    return check


@pytest.mark.parametrize("repairs", [0, 1, 5])
def test_the_search_is_bounded_and_never_sees_a_value_twice(repairs: int) -> None:
    seen: list[Any] = []
    schema = Annotated[int, Field(ge=0, le=99), BeforeValidator(counted(seen))]
    extractor = Extractor(schema, model=always(50), decoding=Decoding(repairs=repairs))
    with extractor, pytest.raises(RecordError):
        extractor.extract("text")
    assert len(seen) == 1 + repairs
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("repairs", [-1, 1.5, True, None])
def test_repairs_are_counted_in_whole_numbers(repairs: Any) -> None:
    with pytest.raises(InputError, match="repairs"):
        Decoding(repairs=repairs)


@pytest.mark.parametrize("backend", BACKENDS)
@given(
    labels=st.lists(st.text("ab1", max_size=4), min_size=2, max_size=7, unique=True),
    data=st.data(),
)
def test_any_label_is_found_by_refusing_all_others(backend: str, labels: list[str], data: st.DataObject) -> None:
    wanted, answer = data.draw(st.sampled_from(labels)), data.draw(st.sampled_from(labels))
    schema: Any = Annotated[Literal[tuple(labels)], only(wanted)]
    found = run(schema, answer, backend=backend)
    assert found.record == wanted


def test_many_texts_are_repaired_in_their_order() -> None:
    schema = Annotated[Literal["one", "two", "three"], only("two", "three")]
    with Extractor(schema, model=ScriptedEngine(lambda text: text)) as extractor:
        found = [result.record for result in extractor.map(["two", "one", "three", "one"] * 5)]
    assert found[:4] == ["two", found[1], "three", found[1]] and found[1] in ("two", "three")
    assert found == found[:4] * 5
