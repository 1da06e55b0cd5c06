"""Every row of pydantic's own tables of supported types: it compiles and round-trips, or is refused for a reason."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

import pydantic.networks
import pydantic.types
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic._internal._generate_schema import GenerateSchema

from extractor.api.compiled import CompiledSchema
from extractor.errors import SchemaError
from extractor.grammar.backends import make_backend
from extractor.grammar.bytes_vocabulary import bytes_vocabulary
from extractor.record.layout import dumps
from extractor.validate.records import dump, instance
from tests.grammar.walks import takes
from tests.schema.pydantic_table import NO_TYPES, ROWS, Row
from tests.schema.pydantic_types import TAKEN_AFTER

TAKEN = [row for row in ROWS if row.instances is not None]
REFUSED = [row for row in ROWS if row.instances is None]


def _name(row: Row) -> str:
    return row.name


@cache
def _backend() -> Any:
    return make_backend("llguidance", bytes_vocabulary())


@pytest.mark.parametrize("row", TAKEN, ids=_name)
def test_instances_come_back_and_the_masks_take_them(row: Row) -> None:
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of PaymentCardNumber
        _round_trips(row)


def _round_trips(row: Row) -> None:
    compiled = CompiledSchema(row.kind)
    constraint = _backend().constraint(compiled.loaded.declaration, None)
    assert compiled.coverage is not None
    assert row.instances is not None
    if row.instances.is_empty:
        return

    @settings(max_examples=6, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(row.instances)
    def law(one: Any) -> None:
        text = dumps(dump(compiled.loaded, one))
        assert compiled.accepts(text), text
        assert instance(compiled.loaded, text) == one
        assert takes(constraint.matcher(), text), text

    law()


@pytest.mark.parametrize("row", REFUSED, ids=_name)
def test_what_is_refused_says_why_and_what_to_do(row: Row) -> None:
    with pytest.raises(SchemaError) as caught:
        CompiledSchema(row.kind)
    assert caught.value.construct
    assert ";" in str(caught.value) or "(" in str(caught.value)


@pytest.mark.parametrize(("kind", "instances"), TAKEN_AFTER, ids=str)
def test_what_is_checked_after_says_so_and_comes_back(kind: Any, instances: list[Any]) -> None:
    compiled = CompiledSchema(kind)
    assert compiled.coverage.after
    for one in instances:
        text = dumps(dump(compiled.loaded, one))
        assert compiled.accepts(text)
        assert instance(compiled.loaded, text) == one


def _listed() -> set[str]:
    return {name for row in ROWS for name in (row.names or (row.name,))} | NO_TYPES


def test_no_type_that_pydantic_lists_is_left_out() -> None:
    named = {name.split("[")[0] for name in _listed()}
    assert set(pydantic.types.__all__) - named == set()
    assert set(pydantic.networks.__all__) - named == set()


def test_no_type_of_the_standard_library_that_pydantic_reads_is_left_out() -> None:
    named = {name.split("[")[0] for name in _listed()}
    read = {getattr(kind, "__name__", str(kind)) for kind in GenerateSchema._handlers}
    own = {"Url", "MultiHostUrl", "MISSING"}  # classes of pydantic's core behind the network types, and a sentinel
    platform = {"WindowsPath"}  # cannot be made on other systems
    assert read - named - own - platform == set()


@given(st.sampled_from(TAKEN))
@settings(max_examples=5, derandomize=True, deadline=None)
def test_notes_say_where_each_type_is_kept(row: Row) -> None:
    for note in CompiledSchema(row.kind).coverage:
        assert note.enforced in {"decoding", "after"}
