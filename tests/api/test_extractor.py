"""`Extractor` and `extract`: kinds of schemas, order, laziness, failures, sharing, closing."""

from __future__ import annotations

import enum
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict

import pytest
from pydantic import BaseModel, Field, field_validator

from extractor import Extraction, Extractor, ScriptedEngine, Verbatim, compile, extract
from extractor.api import models
from extractor.errors import (
    BudgetError,
    ContextOverflowError,
    EngineError,
    InputError,
    ModelError,
    ModelNotFoundError,
    RecordError,
    SchemaError,
)
from extractor.schema.nodes import JSONValue


class Note(BaseModel):
    """What was said."""

    said: str


class Point(TypedDict):
    x: int
    y: int | None


@dataclass
class Pair:
    left: str
    right: float


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


def echo(text: str) -> JSONValue:
    return {"said": text}


def always(value: JSONValue) -> ScriptedEngine:
    return ScriptedEngine(lambda _text: value)


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine(echo)


@pytest.mark.parametrize(
    ("schema", "answer", "expected"),
    [
        (Note, {"said": "yes"}, Note(said="yes")),
        (Pair, {"left": "a", "right": 1.5}, Pair("a", 1.5)),
        (Point, {"x": 1, "y": None}, {"x": 1, "y": None}),
        (Literal["spam", "fine"], "fine", "fine"),
        (Colour, "blue", Colour.BLUE),
        (list[int], [1, 2, 3], [1, 2, 3]),
        (list[Note], [{"said": "a"}], [Note(said="a")]),
        (Note | None, None, None),
        (Note | Literal["nothing"], "nothing", "nothing"),
        (int, 42, 42),
        (bool, True, True),
        (dict[str, int], {"a": 1}, {"a": 1}),
        (Annotated[int, Field(ge=3)], 7, 7),
        ({"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}, {"a": 5}, {"a": 5}),
        ({"type": "array", "items": {"type": "boolean"}}, [True, False], [True, False]),
        ({"enum": [1, "a", None]}, None, None),
        (True, {"anything": [1, None]}, {"anything": [1, None]}),
    ],
    ids=repr,
)
def test_kinds_of_schemas(schema: Any, answer: JSONValue, expected: object) -> None:
    assert extract("some text", schema, model=always(answer)) == expected


def test_an_extraction_says_everything(engine: ScriptedEngine) -> None:
    class Person(BaseModel):
        name: Annotated[str, Verbatim()]
        age: int | None

    engine = always({"name": "Zoë", "age": 7})
    with Extractor(Person, model=engine) as extractor:
        found = extractor.extract("I am Zoë!")
    assert found.record == Person(name="Zoë", age=7)
    assert found.json == '{"name": "Zoë", "age": 7}'
    assert found.spans == {"name": (5, 8)}
    assert found.confidence.keys() == {"name", "age"}
    assert all(0.9 < value <= 1 for value in found.confidence.values())
    assert (found.status, found.error) == ("complete", None)
    assert 0 < found.sampled < found.tokens


def test_map_keeps_order_and_goes_on_after_failures(engine: ScriptedEngine) -> None:
    texts = ["one", "", "x" * 90_000, "two", 3, "lone \ud800", "three"]
    with Extractor(Note, model=engine) as extractor:
        found = list(extractor.map(texts))  # type: ignore[arg-type]
    assert [result.record.said if result.record else None for result in found] == [
        "one",
        None,
        None,
        "two",
        None,
        None,
        "three",
    ]
    kinds = [type(result.error) for result in found]
    assert kinds == [type(None), InputError, ContextOverflowError, type(None), InputError, InputError, type(None)]
    assert [result.status for result in found if result.error] == ["failed"] * 4


def test_map_is_lazy_and_stops_where_it_is_left(engine: ScriptedEngine) -> None:
    read: list[int] = []

    def source() -> Iterator[str]:
        for number in range(10_000):
            read.append(number)
            yield f"text {number}"

    with Extractor(Note, model=engine, parallel=4) as extractor:
        results = extractor.map(source())
        assert read == []
        assert [next(results).record for _ in range(3)] == [Note(said=f"text {i}") for i in range(3)]
        assert len(read) < 50
        results.close()  # type: ignore[attr-defined]
        assert extractor.extract("after").record == Note(said="after")


def test_map_passes_on_what_its_source_raises(engine: ScriptedEngine) -> None:
    def source() -> Iterator[str]:
        yield "one"
        raise OSError("the disk is gone")

    with Extractor(Note, model=engine) as extractor, pytest.raises(OSError, match="gone"):
        list(extractor.map(source()))


def test_map_of_nothing(engine: ScriptedEngine) -> None:
    with Extractor(Note, model=engine) as extractor:
        assert list(extractor.map([])) == []


def test_a_validator_that_refuses(engine: ScriptedEngine) -> None:
    class Polite(BaseModel):
        said: str

        @field_validator("said")
        @classmethod
        def _polite(cls, value: str) -> str:
            if "please" not in value:
                raise ValueError("say please")
            return value

    with Extractor(Polite, model=engine) as extractor:
        with pytest.raises(RecordError, match="say please") as caught:
            extractor.extract("now")
        assert caught.value.raw == '{"said": "now"}'
        assert list(caught.value.field_errors) == ["said"]
        first, second = extractor.map(["now", "please"])
    assert isinstance(first.error, RecordError) and first.record is None
    assert first.json == '{"said": "now"}'
    assert second.record == Polite(said="please")


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_text_is_refused(engine: ScriptedEngine, text: str) -> None:
    with pytest.raises(InputError, match="empty"):
        extract(text, Note, model=engine)


def test_a_text_that_is_too_long_says_both_numbers() -> None:
    engine = ScriptedEngine(echo, context_tokens=200)
    with Extractor(Note, model=engine) as extractor:
        with pytest.raises(ContextOverflowError) as caught:
            extractor.extract("x" * 300)
        assert caught.value.limit == 200 < caught.value.prompt_tokens
        assert "200" in str(caught.value) and str(caught.value.prompt_tokens) in str(caught.value)


def test_the_context_is_used_to_its_last_token() -> None:
    engine = ScriptedEngine(lambda _text: {"said": "y" * 500}, context_tokens=200)
    fits = 0
    with Extractor(Note, model=engine) as extractor:
        for size in range(1, 200):
            try:
                found = extractor.extract("x" * size)
            except ContextOverflowError as error:
                assert error.prompt_tokens > error.limit
                break
            fits = size
            assert found.status in {"complete", "truncated"}
    assert fits > 100


def test_a_budget_below_the_minimum_says_both_numbers(engine: ScriptedEngine) -> None:
    with Extractor(Note, model=engine, max_tokens=5) as extractor, pytest.raises(BudgetError) as caught:
        extractor.extract("text")
    assert caught.value.max_tokens == 5 < caught.value.minimum
    assert "5" in str(caught.value) and str(caught.value.minimum) in str(caught.value)


def test_a_budget_closes_the_record(engine: ScriptedEngine) -> None:
    with Extractor(Note, model=engine, max_tokens=30) as extractor:
        found = extractor.extract("a text that is much longer than the budget allows it to be")
    assert found.status == "truncated"
    assert found.record is not None and found.tokens <= 30


def test_instructions_and_examples_reach_the_prompt() -> None:
    prompts: list[bytes] = []

    class Listening(ScriptedEngine):
        def evaluate(self, works: Any, masks: Any) -> Any:
            prompts.extend(self.vocabulary.decode(work.tokens) for work in works)
            return super().evaluate(works, masks)

    engine = Listening(echo)
    options: dict[str, Any] = {"instructions": "Be brief.", "examples": [("Hi there", Note(said="Hi"))]}
    extract("a text", Note, model=engine, **options)
    seen = b"".join(prompts).decode()
    for part in ("What was said.", "Be brief.", "<text>Hi there<record>", '{"said": "Hi"}', "<text>a text<record>"):
        assert part in seen


class Quote(BaseModel):
    name: Annotated[str, Verbatim()] | None = None


@pytest.mark.parametrize(
    ("schema", "record", "match"),
    [(Note, {"said": 3}, "example 0"), (Note, {}, "example 0"), (Quote, {"name": "Bob"}, "not in its text")],
)
def test_examples_are_checked_when_they_are_declared(schema: type[BaseModel], record: object, match: str) -> None:
    with pytest.raises(SchemaError, match=match):
        Extractor(schema, model=always(None), examples=[("Hi", record)])


@pytest.mark.parametrize("options", [{"instructions": "\ud800"}, {"examples": [("\ud800", {"said": "x"})]}])
def test_what_is_no_text_is_refused_when_it_is_declared(options: dict[str, Any]) -> None:
    with pytest.raises(SchemaError, match="surrogate"):
        Extractor(Note, model=always(None), **options)


def test_an_unknown_backend_or_model() -> None:
    with pytest.raises(SchemaError, match="backend"):
        Extractor(Note, model=always(None), backend="magic")
    with pytest.raises(ModelNotFoundError):
        Extractor(Note, model="no-such-model")
    with pytest.raises(ModelNotFoundError):
        Extractor(Note, model=Path("no-such-file.gguf"))


def test_a_compiled_schema_can_be_used_again(engine: ScriptedEngine) -> None:
    compiled = compile(Note)
    with Extractor(compiled, model=engine) as extractor:
        assert extractor.compiled is compiled
        assert extractor.extract("x").record == Note(said="x")


def test_a_closed_extractor_says_so_and_closing_twice_is_fine(engine: ScriptedEngine) -> None:
    extractor = Extractor(Note, model=engine)
    other = Extractor(Note, model=engine)
    extractor.close()
    extractor.close()
    with pytest.raises(EngineError, match="closed"):
        extractor.extract("x")
    assert other.extract("x").record == Note(said="x")
    other.close()


def test_an_engine_of_ones_own_is_shared_and_stays_open() -> None:
    closed: list[bool] = []

    class Own(ScriptedEngine):
        def close(self) -> None:
            closed.append(True)

    engine = Own(echo)
    with Extractor(Note, model=engine) as one, Extractor(list[Note], model=engine) as two:
        assert one._model is two._model
        assert one.extract("x").record == Note(said="x")
    with Extractor(Note, model=engine) as again:
        assert again.extract("y").record == Note(said="y")
    assert not closed


def test_extractors_are_safe_to_share_between_threads(engine: ScriptedEngine) -> None:
    texts = [f"text {i}" for i in range(60)]
    with Extractor(Note, model=engine) as extractor, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: extractor.extract(text).record, texts))
    assert found == [Note(said=text) for text in texts]


def test_extract_is_safe_to_call_from_threads_with_more_schemas_than_are_kept(engine: ScriptedEngine) -> None:
    def one(number: int) -> object:
        schema = {
            "type": "object",
            "properties": {"said": {"type": "string", "maxLength": number}},
            "required": ["said"],
        }
        return extract(f"text {number}", schema, model=engine)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(one, [10 + i % 40 for i in range(80)]))
    assert found == [{"said": f"text {10 + i % 40}"} for i in range(80)]


def test_extract_sees_a_schema_dict_that_was_changed(engine: ScriptedEngine) -> None:
    schema: dict[str, Any] = {"enum": ["a", "b"]}
    answers = always("b")
    assert extract("x", schema, model=answers) == "b"
    schema["enum"] = ["c"]
    assert extract("x", schema, model=answers) == "c"


def test_extract_of_generic_types_is_compiled_once(engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    original = Extractor.__init__

    def counted(self: Extractor[Any], schema: Any, **options: Any) -> None:
        made.append(schema)
        original(self, schema, **options)

    monkeypatch.setattr(Extractor, "__init__", counted)
    answers = always([1])
    for _ in range(5):
        assert extract("x", list[int], model=answers) == [1]
    assert len(made) == 1


def _schedulers() -> int:
    return sum(thread.name == "extractor-scheduler" for thread in threading.enumerate())


def test_nothing_is_left_running(engine: ScriptedEngine) -> None:
    before = (len(models._loaded), _schedulers())
    with Extractor(Note, model=engine) as extractor:
        extractor.extract("x")
        assert (len(models._loaded), _schedulers()) == (before[0] + 1, before[1] + 1)
    assert (len(models._loaded), _schedulers()) == before


def test_result_types_are_known_to_the_type_checker(engine: ScriptedEngine) -> None:
    found: Note = extract("x", Note, model=engine)
    with Extractor(Note, model=engine) as extractor:
        result: Extraction[Note] = extractor.extract("x")
    assert result.record == found


@pytest.mark.parametrize("example", ["ab", ("text",), (3, {"said": "a"}), ("a", {"said": "a"}, 1), None], ids=repr)
def test_an_example_that_is_no_pair_of_a_text_and_a_record(engine: ScriptedEngine, example: Any) -> None:
    with pytest.raises(SchemaError, match=r"example 1 .* pair") as caught:
        extract("a", Note, model=engine, examples=[("a", {"said": "a"}), example])
    assert caught.value.construct == "examples"


def test_examples_may_come_from_an_iterator(engine: ScriptedEngine) -> None:
    examples: Any = iter([("a", {"said": 3})])
    with pytest.raises(SchemaError, match="example 0"):
        extract("a", Note, model=engine, examples=examples)


@pytest.mark.parametrize(
    "setting", [{"max_tokens": "9"}, {"max_tokens": 9.0}, {"max_tokens": True}, {"instructions": 3}]
)
def test_settings_of_another_kind_are_refused_and_harm_nobody(engine: ScriptedEngine, setting: Any) -> None:
    with Extractor(Note, model=engine) as extractor:
        with pytest.raises(InputError, match="must be") as caught:
            Extractor(Note, model=engine, **setting)
        assert [caught.value.path] == list(setting)
        assert extractor.extract("hello").record == Note(said="hello")


def test_something_that_is_no_model() -> None:
    model: Any = 5
    with pytest.raises(ModelError, match="not int"):
        Extractor(Note, model=model)
