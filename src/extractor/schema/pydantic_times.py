"""Pydantic's days, times, points in time and durations, with their bounds.

Pydantic compares a bound with a value by their clocks as soon as one of the two has no zone; then the bound is a
pattern. Two zones are compared in UTC, which no pattern says: the days around the bound are in the grammar, and the
whole value is checked.
Source: behaviour of pydantic 2.14, 2026-11.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from extractor.schema import formats, ranges
from extractor.schema.marks import after, refused, text

_Core = dict[str, Any]
_BOUNDS = ("ge", "gt", "le", "lt")
_DAY = timedelta(days=1)
_ZONED = "two points in time in different zones are compared on the whole value"
_CLOCKED = "compared with the clock when a record is checked"


def date_schema(schema: _Core) -> dict[str, Any]:
    """Days of the calendar; bounds are in the grammar, but for the clock's."""
    if not _bounded(schema):
        return _by_the_clock({"type": "string", "format": "date"}, schema)
    low, high = _limits(schema, ranges.FIRST_DATE, ranges.LAST_DATE)
    found = None if low is None or high is None else ranges.dates(low, high)
    return _by_the_clock(_known(found, schema), schema)


def datetime_schema(schema: _Core) -> dict[str, Any]:
    """Points in time, with a zone, without, or either."""
    zone = schema.get("tz_constraint")
    if isinstance(zone, int):
        return after(text(formats.DATE_TIMES["aware"]), "tz_constraint", f"the zone is {zone} seconds from UTC")
    if not _bounded(schema):
        return _by_the_clock(text(formats.DATE_TIMES[zone]), schema)
    low, high = _limits({**schema, **_local(schema)}, datetime.min, datetime.max)
    zoned = zone != "naive" and any(schema[name].tzinfo is not None for name in _bounded(schema))
    if zoned:
        low, high = low and _moved(low, -_DAY), high and _moved(high, _DAY)
    found = None if low is None or high is None else ranges.date_times(low, high, zone)
    bounded = _known(found, schema)
    return _by_the_clock(after(bounded, _bounded(schema)[0], _ZONED) if zoned else bounded, schema)


def time_schema(schema: _Core) -> dict[str, Any]:
    """Times of day."""
    zone = schema.get("tz_constraint")
    if isinstance(zone, int):
        return after(text(formats.TIMES["aware"]), "tz_constraint", f"the zone is {zone} seconds from UTC")
    told = _bounded(schema)
    if not told:
        return text(formats.TIMES[zone])
    if zone != "naive" and any(schema[name].tzinfo is not None for name in told):
        return after(text(formats.TIMES[zone]), told[0], _ZONED)
    first = datetime.combine(date(2000, 1, 1), time.min)
    moments = {name: datetime.combine(first, schema[name].replace(tzinfo=None)) for name in told}
    low, high = _limits(moments, first, datetime.combine(first, time.max))
    same_day = low is not None and high is not None and low.date() == high.date() == first.date()
    found = ranges.times(low.time(), high.time(), zone) if same_day and low and high else None
    return _known(found, schema)


def timedelta_schema(schema: _Core) -> dict[str, Any]:
    """Durations as Pydantic writes them; of bounds, the sign is in the grammar."""
    told = _bounded(schema)
    if not told:
        return text(formats.TIMEDELTA)
    positive = any(name in ("ge", "gt") and schema[name] >= timedelta(0) for name in told)
    pattern = formats.TIMEDELTA.replace("-?P", "P").replace("|-P2739726Y9D", "") if positive else formats.TIMEDELTA
    return after(text(pattern), told[0], "durations are compared on the whole value")


def _bounded(schema: _Core) -> list[str]:
    return [name for name in _BOUNDS if schema.get(name) is not None]


def _local(schema: _Core) -> _Core:
    return {name: schema[name].replace(tzinfo=None) for name in _bounded(schema)}


def _limits(schema: _Core, first: Any, last: Any) -> tuple[Any, Any]:
    """Return the first and the last that the bounds allow; None where there is none."""
    lows = [
        schema[name] if name == "ge" else ranges.nearest(schema[name], 1) for name in ("ge", "gt") if schema.get(name)
    ]
    highs = [
        schema[name] if name == "le" else ranges.nearest(schema[name], -1) for name in ("le", "lt") if schema.get(name)
    ]
    low = None if None in lows else max([first, *lows])
    high = None if None in highs else min([last, *highs])
    return low, high


def _moved(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return moment


def _known(pattern: str | None, schema: _Core) -> dict[str, Any]:
    if pattern is None:
        return refused(
            _bounded(schema)[0], f"no value can meet this: nothing lies between the bounds of the {schema['type']}"
        )
    return text(f"^{pattern}$")


def _by_the_clock(found: dict[str, Any], schema: _Core) -> dict[str, Any]:
    told = schema.get("now_op")
    return after(found, f"{schema['type']} in the {told}", _CLOCKED) if told is not None else found
