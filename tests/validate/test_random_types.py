"""Types made at random, with instances of them: all are accepted, and come back as they were."""

from __future__ import annotations

import datetime as dt
import enum
import ipaddress
import math
import uuid
from decimal import Decimal
from types import GenericAlias
from typing import Annotated, Any, Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field, create_model

from extractor.record.layout import dumps
from extractor.schema.load import load
from extractor.validate.accepts import accepts
from extractor.validate.records import dump, instance
from tests.strategies import ALPHABET

Made = tuple[Any, st.SearchStrategy[Any]]
UTC = dt.timezone.utc  # noqa: UP017


class Size(enum.Enum):
    SMALL = "small"
    NUMBER = 7


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
KEYS = st.text(ALPHABET, max_size=4)
DECIMALS = st.decimals(-(10**9), 10**9, places=4)
LEAVES: list[Made] = [
    (int, st.integers(-(10**17), 10**17)),
    (str, st.text(ALPHABET)),
    (float, FLOATS),
    (bool, st.booleans()),
    (type(None), st.none()),
    (Decimal, DECIMALS),
    (dt.date, st.dates()),
    (dt.datetime, st.datetimes() | st.datetimes(timezones=st.just(UTC))),
    (dt.time, st.times() | st.times(timezones=st.just(UTC))),
    (dt.timedelta, st.timedeltas()),
    (uuid.UUID, st.uuids()),
    (ipaddress.IPv4Address, st.ip_addresses(v=4)),
    (ipaddress.IPv6Address, st.ip_addresses(v=6)),
    (Size, st.sampled_from(Size)),
    (Literal["a", 3, None], st.sampled_from(["a", 3, None])),
    (Annotated[str, Field(min_length=1, max_length=3)], st.text(ALPHABET, min_size=1, max_size=3)),
    (Annotated[str, Field(pattern=r"^\d{2}x?$")], st.from_regex(r"^\d{2}x?\Z", alphabet=ALPHABET)),
    (Annotated[int, Field(gt=-5, le=40, multiple_of=5)], st.integers(0, 8).map(lambda n: n * 5)),
    (Annotated[float, Field(ge=-0.5, lt=1e6)], st.floats(-0.5, 1e6, exclude_max=True)),
    (Annotated[Decimal, Field(max_digits=6, decimal_places=2)], st.decimals(-9999, 9999, places=2)),
]


def containers(inner: st.SearchStrategy[Made]) -> st.SearchStrategy[Made]:
    return st.one_of(
        inner.map(lambda made: (GenericAlias(list, (made[0],)), st.lists(made[1], max_size=3))),
        inner.map(lambda made: (made[0] | None, st.none() | made[1])),
        inner.map(lambda made: (GenericAlias(dict, (str, made[0])), st.dictionaries(KEYS, made[1], max_size=2))),
        st.tuples(inner, inner).map(pair),
        st.lists(inner, min_size=1, max_size=3).map(model),
    )


def pair(two: tuple[Made, Made]) -> Made:
    (first, some), (second, others) = two
    return GenericAlias(tuple, (first, second)), st.tuples(some, others)


def model(members: list[Made]) -> Made:
    """A model with these members; every other one is optional."""
    names = [f"field_{index}" for index in range(len(members))]
    fields: dict[str, Any] = {
        name: (kind, ...) if index % 2 == 0 else (kind | None, None)
        for index, (name, (kind, _)) in enumerate(zip(names, members, strict=True))
    }
    made = create_model("Made", **fields)
    values = {name: strategy for name, (_, strategy) in zip(names, members, strict=True)}
    return made, st.fixed_dictionaries(values).map(lambda found: made(**found))


@settings(max_examples=100, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_instances_are_accepted_and_come_back(data: st.DataObject) -> None:
    kind, instances = data.draw(st.recursive(st.sampled_from(LEAVES), containers, max_leaves=5))
    loaded = load(kind)
    one = data.draw(instances)
    text = dumps(dump(loaded, one))
    assert accepts(loaded, text)
    assert instance(loaded, text) == one
    assert loaded.adapter is not None
    assert accepts(loaded, loaded.adapter.dump_json(one).decode())


@settings(max_examples=50, derandomize=True, deadline=None)
@given(FLOATS)
def test_numbers_keep_their_digits(number: float) -> None:
    loaded = load(float)
    assert math.isclose(instance(loaded, dumps(dump(loaded, number))), number, rel_tol=0, abs_tol=0)
