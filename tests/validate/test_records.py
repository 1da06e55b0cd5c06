from __future__ import annotations

import json
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, Field, RootModel, field_validator

from extractor.errors import RecordError
from extractor.record.layout import dumps
from extractor.schema.load import load
from extractor.schema.nodes import JSONValue
from extractor.validate.arrange import arrange
from extractor.validate.parse import all_different, key_of, same
from extractor.validate.records import dump, instance
from tests.schema.pydantic_types import TAKEN, Aliased, Line
from tests.schema.writing import written
from tests.strategies import declarations, json_values, records

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


def _refuse(value: Any) -> Any:
    raise ValueError(f"no such thing as {value!r}")


@pytest.mark.parametrize(("kind", "instances"), TAKEN, ids=lambda value: str(value)[:60])
def test_instances_come_back_as_they_were(kind: Any, instances: list[Any]) -> None:
    loaded = load(kind)
    for one in instances:
        value = dump(loaded, one)
        assert instance(loaded, dumps(value)) == one
        assert dump(loaded, value) == value


@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_arranging_keeps_the_value_and_restores_the_order(data: st.DataObject) -> None:
    declaration = data.draw(declarations())
    record = data.draw(records(declaration))
    shuffled = json.loads(json.dumps(record, sort_keys=True))
    loaded = load(written(declaration))
    arranged = arrange(loaded.declaration, shuffled)
    assert same(arranged, record)
    assert instance(loaded, dumps(arranged)) == arranged
    if isinstance(record, dict) and loaded.declaration.root == declaration.root:
        declared = [member.name for member in getattr(declaration.root, "fields", ())]
        assert list(arranged)[: len(declared)] == declared  # type: ignore[arg-type]


class Person(BaseModel):
    name: str
    age: int | None = None
    nick: str | None = "x"
    tags: list[str] = []
    wrong: int = None  # type: ignore[assignment]

    @field_validator("name")
    @classmethod
    def upper(cls, value: str) -> str:
        if not value[:1].isupper():
            raise ValueError("must begin with a capital")
        return value


def test_dumping_makes_every_field_explicit_in_declaration_order() -> None:
    loaded = load(Person)
    found = dump(loaded, Person(name="Ada"))
    assert dumps(found) == '{"name": "Ada", "age": null, "nick": "x", "tags": []}'
    assert (
        dumps(dump(loaded, {"tags": ["t"], "name": "Ada"}))
        == '{"name": "Ada", "age": null, "nick": null, "tags": ["t"]}'
    )


def test_dumping_uses_the_keys_that_validation_reads() -> None:
    found = dump(load(Aliased), Aliased.model_validate({"A-a": 1, "bb": "x"}))
    assert dumps(found) == '{"A-a": 1, "bb": "x", "c": null}'
    assert dumps(dump(load(Line), Line(1))) == '{"a": 1, "rest": null, "tags": []}'


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"name": "ada"}', "name"),
        ('{"name": 1}', "name"),
        ('{"name": "Ada", "tags": ["x", 2]}', "tags[1]"),
        ('{"age": 1}', "name"),
        ('{"name": "Ada", "odd key": 1}', '$["odd key"]'),
        ('{"name": "Ada", "age": 1.5}', "age"),
        ("{", "$"),
        ('{"name": "A", "name": "B"}', "$"),
    ],
)
def test_refusals_name_the_field_and_keep_the_text(text: str, path: str) -> None:
    with pytest.raises(RecordError) as caught:
        instance(load(Person), text)
    assert list(caught.value.field_errors) == [path]
    assert caught.value.raw == text
    assert path in str(caught.value)


@pytest.mark.parametrize(
    ("schema", "text", "path"),
    [
        (list[Annotated[int, AfterValidator(_refuse)] | str], "[1]", "$[0]"),
        (dict[str, Annotated[int, AfterValidator(_refuse)]], '{"k": 1}', "k"),
        (RootModel[list[Annotated[int, AfterValidator(_refuse)]]], "[1]", "$[0]"),
        (dict[str, list[Annotated[bool, AfterValidator(_refuse)] | None]], '{"a": [null, true]}', "a[1]"),
    ],
    ids=repr,
)
def test_refusals_of_options_name_the_value(schema: Any, text: str, path: str) -> None:
    with pytest.raises(RecordError, match="no such thing") as caught:
        instance(load(schema), text)
    assert list(caught.value.field_errors) == [path]


def test_validators_that_break_are_refusals_too() -> None:
    class Broken(BaseModel):
        a: int

        @field_validator("a")
        @classmethod
        def bug(cls, value: int) -> int:
            raise KeyError("bug")

    with pytest.raises(RecordError, match="KeyError"):
        instance(load(Broken), '{"a": 1}')


def test_json_schemas_give_the_value_itself() -> None:
    loaded = load({"type": "object", "properties": {"d": {"type": "string", "format": "date"}}})
    assert instance(loaded, '{"d": "2024-02-29"}') == {"d": "2024-02-29"}
    with pytest.raises(RecordError):
        instance(loaded, '{"d": "2023-02-29"}')


@pytest.mark.parametrize("value", [object(), {"name": object()}, {"name": float("nan")}, {1, 2}, "x"])
def test_what_is_no_instance_cannot_be_dumped(value: Any) -> None:
    with pytest.raises(RecordError):
        dump(load(Person), value)


def test_sets_with_duplicates_are_refused() -> None:
    with pytest.raises(RecordError):
        instance(load(set[int]), "[1, 1]")


def test_long_patterns_stay_out_of_messages() -> None:
    class Long(BaseModel):
        a: str = Field(pattern="^" + "(abc|def)" * 40 + "$")

    with pytest.raises(RecordError) as caught:
        instance(load(Long), '{"a": "x"}')
    assert len(str(caught.value)) < 200


@settings(max_examples=100, derandomize=True, deadline=None)
@given(json_values(), json_values())
def test_keys_are_shared_by_equal_values_alone(a: JSONValue, b: JSONValue) -> None:
    assert (key_of(a) == key_of(b)) == same(a, b)
    assert all_different([a, b]) != same(a, b)
    assert same(a, json.loads(json.dumps(a, sort_keys=True)))
