"""Numbers, days and times read from quotes, from end to end: whatever a model says, the text says it there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from pydantic import AfterValidator, BaseModel, EmailStr, Field

from extractor import Extractor, ScriptedEngine, Verbatim, compile
from extractor.batch.verify import verify_rows
from extractor.engine.llamacpp import EngineOptions, LlamaCppEngine
from extractor.errors import InputError, RecordError, SchemaError
from extractor.grammar.quotes import could_say
from extractor.report.values import found_values
from tests.strategies import texts

TEXT = "Invoice of 3 March 2024: three chairs, $1,234.50, due 03/04/2024 at 14:30. Paid 1.5 million on March 3, 2024."


class Line(BaseModel):
    count: Annotated[int, Verbatim()]


class Bill(BaseModel):
    day: Annotated[date, Verbatim()]
    due: Annotated[date, Verbatim(day_first=True)] | None
    total: Annotated[Decimal, Verbatim(), Field(max_digits=9, decimal_places=2)]
    rate: Annotated[float | None, Verbatim(), Field(ge=1e6)]
    clock: Annotated[time, Verbatim()] | None
    moment: Annotated[datetime, Verbatim()] | None
    lines: list[Line]


WANTED = {
    "day": "2024-03-03",
    "due": "2024-04-03",
    "total": 1234.5,
    "rate": 1500000,
    "clock": "14:30:00",
    "moment": "2024-03-04T14:30:00",
    "lines": [{"count": 3}],
}
QUOTES = {
    "day": "3 March 2024",
    "due": "03/04/2024",
    "total": "$1,234.50",
    "rate": "1.5 million",
    "clock": "14:30",
    "moment": "03/04/2024 at 14:30",
    "lines[0].count": "three",
}


def _scripted(schema: Any, wanted: Any, text: str = TEXT) -> Any:
    with Extractor(schema, model=ScriptedEngine(lambda _text: wanted)) as extractor:
        return extractor.extract(text)


def test_values_are_read_and_spans_are_of_the_quotes() -> None:
    found = _scripted(Bill, WANTED)
    assert json.loads(found.json) == WANTED
    assert found.record.total == Decimal("1234.50") and found.record.day == date(2024, 3, 3)
    assert {path: TEXT[span.start : span.end] for path, span in found.spans.items()} == QUOTES


@pytest.mark.parametrize(
    ("field", "invented"),
    [("day", "2024-03-05"), ("total", 1234), ("clock", "14:31:00"), ("due", "2024-03-04"), ("rate", 1234.5)],
)
def test_what_the_text_does_not_say_cannot_be_decoded(field: str, invented: Any) -> None:
    """Nor what it says in a reading that was not asked for, or out of bounds; nor is it accepted."""
    wrong = WANTED | {field: invented}
    found = _scripted(Bill, wrong)
    assert json.loads(found.json)[field] != invented
    assert not compile(Bill).accepts(json.dumps(wrong), TEXT)
    assert compile(Bill).accepts(json.dumps(WANTED), TEXT)
    assert compile(Bill).accepts(found.json, TEXT)


def test_a_value_that_is_said_twice_has_places_of_its_own() -> None:
    text = "2 and two and 3"
    found = _scripted(list[Annotated[int, Verbatim()]], [2, 2, 3], text)
    assert [text[span.start : span.end] for span in found.spans.values()] == ["2", "two", "3"]


def test_a_text_that_says_none_is_refused_unless_the_field_may_be_null() -> None:
    with pytest.raises(InputError, match="no number, day or time"):
        _scripted(Line, {"count": 3}, "none at all")
    assert _scripted(Annotated[int, Verbatim()] | None, 3, "none at all").record is None


def test_a_validator_that_refuses_gets_another_value_of_the_text() -> None:
    def below(value: int) -> int:
        if value > 5:
            raise ValueError("too many")
        return value

    few = Annotated[int, Verbatim(), AfterValidator(below)]
    found = _scripted(few, 7, "7 or 8 or 4")
    assert (found.record, found.repairs > 0) == (4, True)
    assert found.spans == {"$": (10, 11)}
    with pytest.raises(RecordError):
        _scripted(few, 7, "7 or 8")


def test_json_schema_says_the_same() -> None:
    schema = {
        "type": "object",
        "properties": {
            "n": {"type": "number", "x-verbatim": True, "x-decimal-comma": True, "maximum": 5000},
            "day": {"type": ["string", "null"], "format": "date", "x-verbatim": True, "x-day-first": True},
        },
        "required": ["n", "day"],
    }
    text = "1.234,50 am 03.04.2024, 9.999,00"
    found = _scripted(schema, {"n": 1234.5, "day": "2024-04-03"}, text)
    assert found.record == {"n": 1234.5, "day": "2024-04-03"}
    assert [text[span.start : span.end] for span in found.spans.values()] == ["1.234,50", "03.04.2024"]
    assert json.loads(_scripted(schema, {"n": 9999, "day": None}, text).json)["n"] == 1234.5


class Order(BaseModel):
    email: Annotated[EmailStr, Verbatim()] | None
    numbers: list[Annotated[str, Field(pattern=r"^[A-Z]{2}-\d{3,6}$"), Verbatim()]]


def test_a_copy_of_a_form_is_a_run_of_the_text_that_has_it() -> None:
    text = "Orders AB-123, CD-4 and EF-99999: write to (Dana.Lee@orbis.COM)."
    wanted = {"email": "lee@orbis.com", "numbers": ["EF-99999", "CD-4", "AB-123", "XY-777"]}
    found = _scripted(Order, wanted, text)
    held = json.loads(found.json)
    assert held["email"] in ("Dana.Lee@orbis.COM", None)
    assert set(held["numbers"]) <= {"AB-123", "EF-99999"}
    assert all(text[span.start : span.end] in (held["email"], *held["numbers"]) for span in found.spans.values())
    assert compile(Order).accepts('{"email": "Dana.Lee@orbis.COM", "numbers": ["AB-123"]}', text)
    for wrong in ('{"email": "Lee@orbis.COM", "numbers": []}', '{"email": null, "numbers": ["AB-12"]}'):
        assert not compile(Order).accepts(wrong, text)
    assert json.loads(_scripted(Order, wanted, "nothing of the kind").json) == {"email": None, "numbers": []}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "number", "x-decimal-comma": True},
        {"type": "string", "pattern": "x", "x-verbatim": True},
        {"enum": [1, 2], "x-verbatim": True},
        Annotated[bool, Verbatim()],
        Annotated[list[int], Verbatim()],
        Annotated[str | int, Verbatim()],
    ],
)
def test_what_has_no_quotes_is_refused(schema: Any) -> None:
    with pytest.raises(SchemaError):
        compile(schema)


def test_rows_are_verified_and_shown(tmp_path: Path) -> None:
    found = _scripted(Bill, WANTED)
    sure = dict(found.confidence)
    row = {"line": 1, "record": WANTED, "spans": found.spans, "confidence": sure, "status": "complete"}
    moved = row | {"spans": {**found.spans, "day": (0, 7)}}
    invented = row | {"record": WANTED | {"day": "2024-03-05"}}
    output = tmp_path / "rows.jsonl"
    output.write_text("".join(json.dumps({**one, "text": TEXT}) + "\n" for one in (row, moved, invented)))
    fine, elsewhere, wrong = verify_rows(output, compile(Bill), None)
    assert not fine
    assert any("day" in told.message for told in elsewhere) and any("day" in told.message for told in wrong)
    values, misplaced = found_values(WANTED, found.spans, found.confidence, TEXT)  # type: ignore[arg-type]
    assert misplaced == 0 and {value.path: value.span for value in values if value.span} == dict(found.spans)


@pytest.fixture(scope="module")
def extractor(tiny_model: Path) -> Iterator[Extractor[Bill]]:
    engine = LlamaCppEngine(tiny_model, template="extractor-1", digest="tiny", options=EngineOptions(threads=1))
    with Extractor(Bill, model=engine, max_tokens=220) as made:
        yield made
    engine.close()


@settings(max_examples=25)
@given(texts())
def test_any_text(extractor: Extractor[Bill], text: str) -> None:
    text = f"On 2024-01-02: {text}; 7."
    found = extractor.extract(text)
    assert found.record is not None
    assert extractor.compiled.accepts(found.json, text)
    values = json.loads(found.json)
    said = {path: value for path, value in values.items() if path != "lines" and value is not None}
    said |= {f"lines[{index}].count": line["count"] for index, line in enumerate(values["lines"])}
    assert found.spans.keys() == said.keys()
    for path, span in found.spans.items():
        assert could_say(text[span.start : span.end], json.dumps(said[path]))
