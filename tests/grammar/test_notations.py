"""Numbers, days and times as texts write them: what is written is read as what was meant, and nothing else is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.grammar.number_notations import numbers
from extractor.grammar.quotes import could_say, places_of, quotes
from extractor.grammar.time_notations import date_times, dates, times
from extractor.schema.nodes import IntegerNode, NumberNode, QuotedNode, StringNode
from tests.strategies import texts

AROUND = ("{}", "on {}.", "({})", "x: {}, y", '"{}"', "it was {}!\n", "a {} b", "京都 {} で")
DAYS = st.dates(date(1970, 1, 1), date(2068, 12, 31))
CLOCKS = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
MONTHS = [f"{date(2000, month, 1):%B}" for month in range(1, 13)]


def _ordinal(day: int) -> str:
    return f"{day}{'th' if 10 < day < 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


DAY_NOTATIONS: dict[str, Callable[[date], str]] = {
    "iso": lambda d: d.isoformat(),
    "slashes": lambda d: f"{d.year}/{d.month}/{d.day}",
    "american": lambda d: f"{d.month}/{d.day}/{d.year}",
    "padded": lambda d: f"{d.month:02}-{d.day:02}-{d.year}",
    "points": lambda d: f"{d.month}.{d.day}.{d.year}",
    "two digits": lambda d: f"{d.month:02}/{d.day:02}/{d.year % 100:02}",
    "british": lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year}",
    "ordinal": lambda d: f"{_ordinal(d.day)} of {MONTHS[d.month - 1]}, {d.year}",
    "month first": lambda d: f"{MONTHS[d.month - 1]} {d.day}, {d.year}",
    "short": lambda d: f"{MONTHS[d.month - 1][:3]}. {_ordinal(d.day)} {d.year}",
    "dashes": lambda d: f"{d.day}-{MONTHS[d.month - 1][:3].upper()}-{d.year % 100:02}",
    "han": lambda d: f"{d.year}年{d.month}月{d.day}日",
}
CLOCK_NOTATIONS: dict[str, Callable[[time], str]] = {
    "iso": lambda t: t.isoformat("minutes"),
    "seconds": lambda t: t.isoformat(),
    "twelve": lambda t: f"{(t.hour - 1) % 12 + 1}:{t.minute:02} {'pm' if t.hour >= 12 else 'am'}",
    "points": lambda t: f"{(t.hour - 1) % 12 + 1}.{t.minute:02}{'PM' if t.hour >= 12 else 'AM'}",
    "dotted": lambda t: f"{(t.hour - 1) % 12 + 1}:{t.minute:02} {'p.m.' if t.hour >= 12 else 'a.m.'}",
    "french": lambda t: f"{t.hour}h{t.minute:02}",
}
NUMBER_NOTATIONS: dict[str, Callable[[Decimal], str]] = {
    "plain": lambda n: f"{n}",
    "groups": lambda n: f"{n:,}",
    "apostrophes": lambda n: f"{n:,}".replace(",", "'"),
    "spaces": lambda n: f"{n:,}".replace(",", "\u202f"),
    "dollars": lambda n: f"{'-' if n < 0 else ''}${abs(n):,}",
    "euros": lambda n: f"{n:,} €",
    "minus": lambda n: f"{n:,}".replace("-", "\u2212"),
}


@pytest.mark.parametrize("notation", DAY_NOTATIONS)
@given(day=DAYS, around=st.sampled_from(AROUND))
def test_days_come_back(notation: str, day: date, around: str) -> None:
    written = DAY_NOTATIONS[notation](day)
    text = around.format(written)
    start = text.index(written)
    assert ((start, start + len(written)), day) in list(dates(text))
    assert {found for _, found in dates(text)} == {day}


@pytest.mark.parametrize("notation", CLOCK_NOTATIONS)
@given(clock=CLOCKS, around=st.sampled_from(AROUND))
def test_times_come_back(notation: str, clock: time, around: str) -> None:
    written = CLOCK_NOTATIONS[notation](clock)
    text = around.format(written)
    start = text.index(written)
    assert list(times(text)) == [((start, start + len(written)), clock)]


@given(day=DAYS, clock=CLOCKS, how=st.sampled_from(("{d}T{t}", "{d} {t}", "{d} at {t}", "{t} on {d}", "{d}, {t}")))
def test_points_in_time_come_back(day: date, clock: time, how: str) -> None:
    for written_day in (DAY_NOTATIONS["iso"](day), DAY_NOTATIONS["british"](day)):
        if "T" in how and " " in written_day:
            continue
        text = how.format(d=written_day, t=clock.isoformat("minutes"))
        assert list(date_times(text)) == [((0, len(text)), datetime.combine(day, clock))]


@pytest.mark.parametrize("notation", NUMBER_NOTATIONS)
@given(number=st.decimals(-(10**9), 10**9, places=2), around=st.sampled_from(AROUND))
def test_numbers_come_back(notation: str, number: Decimal, around: str) -> None:
    written = NUMBER_NOTATIONS[notation](number)
    text = around.format(written)
    start = text.index(written)
    assert list(numbers(text)) == [((start, start + len(written)), number)]


@given(number=st.decimals(-(10**9), 10**9, places=2))
def test_a_comma_before_the_decimals_is_a_setting(number: Decimal) -> None:
    written = f"{number:,}".translate(str.maketrans(",.", ".,"))
    assert [found for _, found in numbers(written, decimal_comma=True)] == [number]
    if abs(number) >= 1000:
        assert not list(numbers(written)) and not list(numbers(f"{number:,}", decimal_comma=True))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("four", 4),
        ("Twenty-five", 25),
        ("two hundred and six", 206),
        ("three thousand four hundred", 3400),
        ("one million two hundred thousand", 1_200_000),
        ("1.5 million", 1_500_000),
        ("5k", 5000),
        ("$3bn", 3_000_000_000),
        ("3rd", 3),
        ("12kg", 12),
        ("2.5e3", 2500),
        ("50%", 50),
    ],
)
def test_other_ways_to_write_a_number(text: str, value: int) -> None:
    assert [found for _, found in numbers(text)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "1.234,50",
        "3.5.1",
        "10:30",
        "1/2",
        "A4",
        "v2",
        "5m",
        "1,5",
        "12,34",
        "10²",
        "½",
        ".5",
        "COVID-19",
        "two-three",
        "1,234,5",
        "x",
    ],
)
def test_what_is_no_number_as_a_whole_is_not_read(text: str) -> None:
    assert not list(numbers(text))


@pytest.mark.parametrize(
    "text",
    ["30 February 2024", "2024-13-01", "3 March", "March 2024", "1.2.2024.5", "13/13/2024", "2024-03-033", "99/99/99"],
)
def test_what_is_no_day_is_not_read(text: str) -> None:
    assert not list(dates(text))


@pytest.mark.parametrize("text", ["25:00", "13 pm", "0 am", "12:60", "1:2", "1:2:3:4", "10:30:99"])
def test_what_is_no_time_is_not_read(text: str) -> None:
    assert not list(times(text))


def test_what_could_be_two_days_goes_by_the_setting() -> None:
    assert [day for _, day in dates("03/04/2024")] == [date(2024, 3, 4)]
    assert [day for _, day in dates("03/04/2024", day_first=True)] == [date(2024, 4, 3)]
    for day_first in (False, True):  # only one of the two is a day
        assert [day for _, day in dates("13/04/2024 04/13/2024", day_first=day_first)] == [date(2024, 4, 13)] * 2


def test_zones() -> None:
    east = timezone(timedelta(hours=2))
    assert [found for _, found in times("14:30Z 14:30+02:00")] == [time(14, 30, tzinfo=UTC), time(14, 30, tzinfo=east)]
    assert [found for _, found in times("9:00-10:30")] == [time(9), time(10, 30)]  # a stretch of time, no zone
    west = timezone(timedelta(hours=-5))
    assert [found for _, found in date_times("2024-03-03T14:30-05:00")] == [datetime(2024, 3, 3, 14, 30, tzinfo=west)]


def test_a_number_within_a_day_or_time_is_no_quote() -> None:
    node = QuotedNode(IntegerNode(), "number")
    assert [quote.json for quote in quotes(node, "On 3 March 2024 at 2 pm, three men and 4 dogs")] == ["3", "4"]


def test_only_values_of_the_node_are_quotes() -> None:
    text = "7, 12, 4.5, 30 and -3"
    assert [quote.json for quote in quotes(QuotedNode(IntegerNode(5, 20), "number"), text)] == ["7", "12"]
    assert [quote.json for quote in quotes(QuotedNode(NumberNode(multiple_of=Decimal("1.5")), "number"), text)] == [
        "12",
        "4.5",
        "30",
        "-3",
    ]
    zoned = QuotedNode(StringNode(format="time", pattern="Z$"), "time")
    assert [quote.json for quote in quotes(zoned, "14:30 or 15:30Z")] == ['"15:30:00Z"']


@pytest.mark.parametrize(
    "text", ["3 \u017feptember 2024", "\u017fix, 5\u212a", "14:30+99:99", "9" * 5000, "1e999", "0" * 60]
)
def test_odd_letters_and_sizes_do_no_harm(text: str) -> None:
    numeric = (QuotedNode(NumberNode(), "number"), QuotedNode(IntegerNode(), "number"))
    for node in (*numeric, QuotedNode(StringNode(), "date"), QuotedNode(StringNode(), "date-time")):
        for quote in quotes(node, text):
            json.loads(quote.json)


def test_integers_have_as_many_digits_as_can_be_decoded() -> None:
    node = QuotedNode(IntegerNode(), "number")
    assert [quote.json for quote in quotes(node, f"{'9' * 18} {'9' * 19} 20bn")] == ["9" * 18, "20000000000"]


def test_a_long_text_takes_little_time() -> None:
    text = "2024-03-03 14:30, 1,234.50 one two 5 " * 2000
    begun = process_time()
    for notation in ("number", "date-time"):
        value = NumberNode() if notation == "number" else StringNode()
        assert len(quotes(QuotedNode(value, notation), text)) >= 2000
    assert process_time() - begun < 8


@given(texts())
def test_quotes_are_places_of_the_text(text: str) -> None:
    for node in (
        QuotedNode(NumberNode(), "number"),
        QuotedNode(StringNode(), "date"),
        QuotedNode(StringNode(), "time"),
    ):
        found = quotes(node, text)
        assert all(a.span.start < b.span.start and a.span.end < b.span.end for a, b in pairwise(found))
        for quote in found:
            said = text[quote.span.start : quote.span.end]
            assert said.strip() == said and said
            assert could_say(said, quote.json)
            assert quote.span in places_of(node, quote.json.strip('"'), text)


@given(texts(), texts())
def test_padding_moves_quotes_and_nothing_else(text: str, padding: str) -> None:
    node = QuotedNode(NumberNode(), "number")
    alone = quotes(node, text)
    before = f"{padding} ; "
    moved = [quote for quote in quotes(node, before + "; " + text) if quote.span.start >= len(before)]
    shift = len(before) + 2
    assert [(q.span.start + shift, q.span.end + shift, q.json) for q in alone] == [(*q.span, q.json) for q in moved]
