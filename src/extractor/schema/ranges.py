"""Days, times of day and points in time between two bounds, as patterns over their ISO texts: exact, no look-around."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta

from extractor.schema.formats import DAYS, ZONE

ZONES = {"aware": ZONE, "naive": "", None: f"{ZONE}?"}
_HOURS = 24
_MINUTES = 60
_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_ANY_SECONDS = r"(?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_TICKS = 10**6
_MINUTE_TICKS = 60 * _TICKS
_DAY_TICKS = 24 * 60 * _MINUTE_TICKS


def dates(low: date, high: date) -> str | None:
    """Return the pattern (unanchored) of the days from `low` to `high`, both included; None where there are none."""
    if low > high:
        return None
    if low.year == high.year:
        return _choice(_days_of_year(low, high))
    parts = _days_of_year(low, date(low.year, 12, 31)) + _days_of_year(date(high.year, 1, 1), high)
    return _choice([*parts, *_whole_years(low.year + 1, high.year - 1)])


def date_times(low: datetime, high: datetime, zone: str | None) -> str | None:
    """Return the pattern (unanchored) of the points in time between two bounds, both included; None for no point.

    Args:
        low: The first, by its clock: zones play no part.
        high: The last.
        zone: `aware`, `naive`, or None for either.
    """
    if low > high:
        return None
    ending = ZONES[zone]
    first, last = low.date(), high.date()
    start, end = _ticks(low.time()), _ticks(high.time())
    if first == last:
        return f"{first.isoformat()}T{_clock(start, end)}{ending}"
    parts = [
        f"{first.isoformat()}T{_clock(start, _DAY_TICKS - 1)}{ending}",
        f"{last.isoformat()}T{_clock(0, end)}{ending}",
    ]
    between = dates(first + _DAY, last - _DAY)
    if between is not None:
        parts.append(f"{between}T{_clock(0, _DAY_TICKS - 1)}{ending}")
    return _choice(parts)


def times(low: time, high: time, zone: str | None) -> str | None:
    """Return the pattern (unanchored) of the times of day between two bounds, both included; None for none."""
    start, end = _ticks(low), _ticks(high)
    return None if start > end else _clock(start, end) + ZONES[zone]


def _choice(options: Iterable[str]) -> str:
    return f"(?:{'|'.join(options)})"


# Days


def _days_of_year(low: date, high: date) -> list[str]:
    """Days of one year."""
    year = f"{low.year:04}"
    if low.month == high.month:
        return [f"{year}-{low.month:02}-{_numbers(low.day, high.day)}"]
    parts = [
        f"{year}-{low.month:02}-{_numbers(low.day, _length(low.year, low.month))}",
        f"{year}-{high.month:02}-{_numbers(1, high.day)}",
    ]
    parts += [
        f"{year}-{month:02}-{_numbers(1, _length(low.year, month))}" for month in range(low.month + 1, high.month)
    ]
    return parts


def _length(year: int, month: int) -> int:
    return 28 if month == 2 and not _is_leap(year) else _LONGEST_MONTHS[month - 1]


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _whole_years(low: int, high: int) -> list[str]:
    """Every day of the years from `low` to `high`."""
    if low > high:
        return []
    found = [f"{_years(range(low, high + 1))}-{DAYS}"]
    leap = [year for year in range(low, high + 1) if _is_leap(year)]
    return [*found, f"{_years(leap)}-02-29"] if leap else found


def _years(years: Iterable[int]) -> str:
    """A set of years, centuries with the same years in them together."""
    centuries: dict[int, list[int]] = {}
    for year in years:
        centuries.setdefault(year // 100, []).append(year % 100)
    alike: dict[tuple[int, ...], list[int]] = {}
    for century, rest in centuries.items():
        alike.setdefault(tuple(rest), []).append(century)
    return _choice(f"{_set(heads)}{_set(rest)}" for rest, heads in alike.items())


def _numbers(low: int, high: int) -> str:
    return _set(range(low, high + 1))


def _set(numbers: Iterable[int]) -> str:
    """A set of numbers of two digits, tens with the same units in them together."""
    tens: dict[int, str] = {}
    for number in numbers:
        tens[number // 10] = tens.get(number // 10, "") + str(number % 10)
    alike: dict[str, str] = {}
    for ten, units in tens.items():
        alike[units] = alike.get(units, "") + str(ten)
    return _choice(f"[{heads}][{units}]" for units, heads in alike.items())


# Times of day, in microseconds since midnight


def _ticks(of: time) -> int:
    return ((of.hour * 60 + of.minute) * 60 + of.second) * _TICKS + of.microsecond


def _clock(start: int, end: int) -> str:
    """Times from `start` to `end`, seconds and their fraction left out or not."""
    first, last = start // _MINUTE_TICKS, end // _MINUTE_TICKS
    if first == last:
        return f"{_minute(first)}{_seconds(start % _MINUTE_TICKS, end % _MINUTE_TICKS)}"
    parts = [
        f"{_minute(first)}{_seconds(start % _MINUTE_TICKS, _MINUTE_TICKS - 1)}",
        f"{_minute(last)}{_seconds(0, end % _MINUTE_TICKS)}",
    ]
    hours: dict[str, list[int]] = {}
    for hour in range(_HOURS):
        inside = [m for m in range(_MINUTES) if first < hour * _MINUTES + m < last]
        if inside:
            hours.setdefault(_set(inside), []).append(hour)
    return _choice([*parts, *(f"{_set(some)}:{minutes}{_ANY_SECONDS}" for minutes, some in hours.items())])


def _minute(number: int) -> str:
    return f"{number // _MINUTES:02}:{number % _MINUTES:02}"


def _seconds(start: int, end: int) -> str:
    """Seconds of one minute from `start` to `end`; none at all are 0."""
    first, last = start // _TICKS, end // _TICKS
    low, high = f"{start % _TICKS:06}", f"{end % _TICKS:06}"
    if first == last:
        options = [f"{first:02}{_fraction(low, high)}"]
    else:
        options = [f"{first:02}{_fraction(low, '9' * 6)}", f"{last:02}{_fraction('0' * 6, high)}"]
        if last - first > 1:
            options.append(rf"{_numbers(first + 1, last - 1)}(?:\.[0-9]{{1,6}})?")
    found = f":{_choice(options)}"
    return f"(?:{found})?" if start == 0 else found


def _fraction(low: str, high: str) -> str:
    """A point and up to six digits, worth from `low` to `high`; nothing at all is worth 0."""
    digits = rf"\.{_digits(low, high)}"
    return f"(?:{digits})?" if not low.strip("0") else digits


def _digits(low: str, high: str) -> str:
    """From one digit to as many as the bounds have; what is left out is zeros."""
    size, options = len(low), []
    for digit in "0123456789":
        if not low[0] <= digit <= high[0]:
            continue
        if size == 1:
            options.append(digit)
            continue
        least = low[1:] if digit == low[0] else "0" * (size - 1)
        most = high[1:] if digit == high[0] else "9" * (size - 1)
        can_end = not least.strip("0")
        rest = f"[0-9]{{1,{size - 1}}}" if (can_end and not most.strip("9")) else _digits(least, most)
        options.append(f"{digit}(?:{rest})?" if can_end else f"{digit}{rest}")
    return _choice(options)


def nearest(bound: date | datetime, step: int) -> date | datetime | None:
    """Return the day or point in time one step after (or before) a bound; None where there is none."""
    tick = _TICK if isinstance(bound, datetime) else _DAY
    try:
        return bound + step * tick
    except OverflowError:
        return None


FIRST_DATE, LAST_DATE = date(MINYEAR, 1, 1), date(MAXYEAR, 12, 31)
