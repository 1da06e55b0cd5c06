"""Days and times as texts write them: where they stand, and which each is.

A day needs its year: `3 March 2024`, `3rd of March, 2024`, `March 3, 2024`, `3-Mar-24`, `2024-03-03`, `03/03/2024`,
`3.3.2024`, `2024年3月3日`; months in English. A time is `14:30`, `14:30:15.5`, `2:30 pm`, `2 p.m.`, `14h30`, `noon`,
`midnight`, with a zone if one is given as an offset. A point in time is a day and a time beside each other:
`2024-03-03T14:30Z`, `3 March 2024 at 2 pm`, `2 pm on March 3, 2024`. What is no day of the calendar (30 February) or
no time (25:00) is not read; nor is a part of something longer (`1.2.2024.5`). Two digits of a year mean 1969 to 2068,
as POSIX has it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone

import regex

from extractor.record.extraction import Span

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH_NUMBERS = {name[:3].lower(): number for number, name in enumerate(_MONTHS, 1)}
_MONTH = "(?:" + "|".join(rf"{name}|{name[:3]}\.?" for name in _MONTHS) + r"|Sept\.?)"
_FREE = r"(?<![\p{L}\p{N}]|\d[.,:/-])"  # nothing before that it could be a part of
_END = r"(?!(?!T\d)[\p{L}\p{N}]|[.:/-]\d)"  # nor after it, but for the time that ISO joins with a T
_FREE_TIME = r"(?:(?<=\dT)|(?<![\p{L}\p{N}]|\d[.,:/]))"
_END_TIME = r"(?![\p{L}\p{N}]|[:.]\d)"
_NEAR = 40  # characters: what lies further apart is not one point in time
_CENTURY = 69  # from here on two digits of a year are of the last century
_ORDINAL = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4}|\d{2})"

_DAYS = (
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
    r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)" + _YEAR,
    rf"{_ORDINAL}(?:\s+of)?\s+(?P<name>{_MONTH}),?\s+(?P<year>\d{{4}})",
    rf"{_ORDINAL}(?P<mark>[-/.])(?P<name>{_MONTH})(?P=mark){_YEAR}",
    rf"(?P<name>{_MONTH})\s+(?:the\s+)?{_ORDINAL}(?:,\s*|\s+)(?:of\s+)?(?P<year>\d{{4}})",
    r"(?P<year>\d{4})年\s?(?P<month>\d{1,2})月\s?(?P<day>\d{1,2})日",
)
_AWAY = r"\d{2}:?\d{2}"  # with a minus only where it can't be the end of a stretch of time: `9:00-10:30`
_ZONE = rf"(?:\s?(?P<zone>Z|UTC|GMT|\+{_AWAY}|(?<=:\d\d:\d\d(?:\.\d{{1,6}})?|T\d\d:\d\d)-{_AWAY}))?"
_HALF = r"(?:\s?(?P<half>[ap])(?:m\b|\.\s?m\.))"
_TIMES = (
    rf"(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::(?P<second>\d{{2}})(?:\.(?P<fraction>\d{{1,6}}))?)?{_HALF}?{_ZONE}",
    rf"(?P<hour>\d{{1,2}})(?:\.(?P<minute>\d{{2}}))?{_HALF}{_ZONE}",
    r"(?P<hour>\d{1,2})h(?P<minute>\d{2})",
    r"(?P<word>noon|midday|midnight)",
)
_BETWEEN = {
    "day first": regex.compile(r"T|,?\s+(?:at\s+)?|\s+@\s*", regex.IGNORECASE),
    "time first": regex.compile(r",?\s+(?:on\s+)?(?:the\s+)?", regex.IGNORECASE),
}
_DAY_PATTERNS = tuple(regex.compile(_FREE + body + _END, regex.IGNORECASE) for body in _DAYS)
_TIME_PATTERNS = tuple(regex.compile(_FREE_TIME + body + _END_TIME, regex.IGNORECASE) for body in _TIMES)


def dates(text: str, *, day_first: bool = False) -> Iterator[tuple[Span, date]]:
    """Yield every day of a text.

    Args:
        text: Any text.
        day_first: Whether `03/04/2024` is the third of April; else it is the fourth of March. Where only one of the two
            is a day of the calendar, that one is meant.
    """
    for pattern in _DAY_PATTERNS:
        for match in pattern.finditer(text):
            found = _date(match.groupdict(), day_first)
            if found is not None:
                yield Span(match.start(), match.end()), found


def times(text: str) -> Iterator[tuple[Span, time]]:
    """Yield every time of day of a text."""
    for pattern in _TIME_PATTERNS:
        for match in pattern.finditer(text):
            found = _time(match.groupdict())
            if found is not None:
                yield Span(match.start(), match.end()), found


def date_times(text: str, *, day_first: bool = False) -> Iterator[tuple[Span, datetime]]:
    """Yield every point in time of a text: a day and a time that stand beside each other. See `dates`."""
    clocks = sorted(times(text), key=lambda read: read[0])
    starts = [span.start for span, _ in clocks]
    for day_span, day in dates(text, day_first=day_first):
        low, high = bisect_left(starts, day_span.start - _NEAR), bisect_left(starts, day_span.end + _NEAR)
        for time_span, clock in clocks[low:high]:
            first, last, order = day_span, time_span, "day first"
            if time_span < day_span:
                first, last, order = time_span, day_span, "time first"
            if _BETWEEN[order].fullmatch(text, first.end, last.start):
                yield Span(first.start, last.end), datetime.combine(day, clock)


def _date(parts: Mapping[str, str | None], day_first: bool) -> date | None:
    year = int(parts["year"] or 0)
    if len(parts["year"] or "") == 2:
        year += 1900 if year >= _CENTURY else 2000
    if parts.get("first"):
        first, second = int(parts["first"] or 0), int(parts["second"] or 0)
        orders = [(second, first), (first, second)] if day_first else [(first, second), (second, first)]
        return next((found for month, day in orders if (found := _calendar(year, month, day)) is not None), None)
    name = parts.get("name")
    month = _MONTH_NUMBERS[name[:3].casefold()] if name else int(parts["month"] or 0)
    return _calendar(year, month, int(parts["day"] or 0))


def _calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(parts: Mapping[str, str | None]) -> time | None:
    if word := parts.get("word"):
        return time(0 if word.lower() == "midnight" else 12)
    hour = int(parts["hour"] or 0)
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    micro = int((parts.get("fraction") or "0").ljust(6, "0"))
    try:
        return time(hour, int(parts.get("minute") or 0), int(parts.get("second") or 0), micro, _zone(parts.get("zone")))
    except ValueError:
        return None


def _zone(written: str | None) -> timezone | None:
    if not written:
        return None
    if written.isalpha():
        return UTC
    away = timedelta(hours=int(written[1:3]), minutes=int(written[-2:]))
    return timezone(-away if written[0] == "-" else away)
