"""Patterns of bounded days and times match exactly what lies between the bounds."""

from __future__ import annotations

import datetime as dt
import re

from hypothesis import given
from hypothesis import strategies as st

from extractor.schema import ranges

UTC = dt.timezone.utc  # noqa: UP017
NEAR = st.timedeltas(dt.timedelta(days=-900), dt.timedelta(days=900))


def _near(moment: dt.datetime, by: dt.timedelta) -> dt.datetime:
    try:
        return moment + by
    except OverflowError:
        return moment


@given(st.dates(), st.dates(), st.dates() | st.none())
def test_days(a: dt.date, b: dt.date, c: dt.date | None) -> None:
    low, high = min(a, b), max(a, b)
    pattern = ranges.dates(low, high)
    assert pattern is not None
    for day in (low, high, c or low, low - (low - dt.date.min) / 2, high + (dt.date.max - high) / 2):
        assert (re.fullmatch(pattern, day.isoformat()) is not None) == (low <= day <= high)
    assert not re.fullmatch(pattern, f"{high.year:04}-02-30")
    assert not re.fullmatch(pattern, "2023-02-29")


def test_every_day_of_some_years() -> None:
    low, high = dt.date(1899, 11, 3), dt.date(2001, 3, 1)
    pattern = re.compile(ranges.dates(low, high) or "")
    day = dt.date(1895, 1, 1)
    while day < dt.date(2005, 1, 1):
        assert (pattern.fullmatch(day.isoformat()) is not None) == (low <= day <= high), day
        day += dt.timedelta(days=1)


@given(st.datetimes(), NEAR, NEAR, st.sampled_from(("seconds", "milliseconds", "microseconds", "minutes")))
def test_points_in_time(a: dt.datetime, by: dt.timedelta, other: dt.timedelta, precision: str) -> None:
    low, high = sorted((a, _near(a, by)))
    text = _near(a, other).isoformat(timespec=precision)
    for zone, ending in (("naive", ""), ("aware", "+02:00"), (None, ""), (None, "Z")):
        pattern = ranges.date_times(low, high, zone)
        assert pattern is not None
        assert (re.fullmatch(pattern, text + ending) is not None) == (low <= dt.datetime.fromisoformat(text) <= high)
        assert re.fullmatch(pattern, low.isoformat() + ending)
        assert re.fullmatch(pattern, high.isoformat() + ending)


@given(st.times(), st.times(), st.times(), st.sampled_from(("seconds", "milliseconds", "microseconds", "minutes")))
def test_times_of_day(a: dt.time, b: dt.time, c: dt.time, precision: str) -> None:
    low, high = min(a, b), max(a, b)
    pattern = ranges.times(low, high, None)
    assert pattern is not None
    text = c.isoformat(timespec=precision)
    assert (re.fullmatch(pattern, text) is not None) == (low <= dt.time.fromisoformat(text) <= high)
    assert re.fullmatch(pattern, high.isoformat() + "-23:59")
    assert re.fullmatch(pattern, low.isoformat())


@given(st.integers(0, 10**6 - 1), st.integers(0, 10**6 - 1), st.integers(0, 10**6 - 1), st.integers(1, 6))
def test_fractions_of_a_second(a: int, b: int, c: int, size: int) -> None:
    low, high = (dt.time(5, 6, 7, micro) for micro in sorted((a, b)))
    pattern = ranges.times(low, high, "naive")
    assert pattern is not None
    text = f"05:06:07.{c:06}"[: 9 + size]
    assert (re.fullmatch(pattern, text) is not None) == (low <= dt.time.fromisoformat(f"{text:0<15}") <= high)
    assert (re.fullmatch(pattern, "05:06:07") is not None) == (low.microsecond == 0)


def test_nothing_lies_between_bounds_that_cross() -> None:
    assert ranges.dates(dt.date(2020, 1, 2), dt.date(2020, 1, 1)) is None
    assert ranges.times(dt.time(2), dt.time(1), None) is None
    assert ranges.date_times(dt.datetime(2020, 1, 2), dt.datetime(2020, 1, 1), None) is None
    assert ranges.nearest(dt.datetime.max, 1) is None
    assert ranges.nearest(dt.date(2020, 2, 28), 1) == dt.date(2020, 2, 29)
