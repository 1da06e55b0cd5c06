"""Made-up schemas over made-up documents."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extractor.api.compiled import CompiledSchema
from extractor.evaluate.verbatim_marks import mark_verbatim

pytest.importorskip("extractor_training", reason="the training distribution is not installed")

from extractor_training.synth.__main__ import plain, rows, verbatim_fields
from extractor_training.synth.concepts import concepts, domains
from extractor_training.synth.forms import form_schemas, forms

SCHEMAS = form_schemas()


@pytest.fixture(scope="module")
def made() -> list[dict[str, Any]]:
    return list(rows("forms", "train", 300, seed=1))


def test_records_fit_their_schemas_as_they_are_written_to_disk(made: list[dict[str, Any]]) -> None:
    compiled: dict[str, CompiledSchema] = {}
    for row in made[:120]:
        name = row["schema"]
        if name not in compiled:
            marks = verbatim_fields(SCHEMAS[name])
            compiled[name] = CompiledSchema(mark_verbatim(plain(SCHEMAS[name]), marks))
        assert compiled[name].accepts(json.dumps(row["record"], ensure_ascii=False), row["text"]), row


def test_the_same_seed_gives_the_same_rows(made: list[dict[str, Any]]) -> None:
    assert list(rows("forms", "train", 300, seed=1)) == made
    assert next(rows("forms", "train", 1, seed=2)) != made[0]


def test_values_are_there_and_absent_and_of_every_sort(made: list[dict[str, Any]]) -> None:
    values = [value for row in made for value in row["record"].values()]
    sorts = {type(value).__name__.replace("Quote", "str") for value in values}
    assert sorts == {"NoneType", "str", "int", "float", "bool", "list", "dict"}
    nulls = sum(value is None for value in values)
    assert 0.15 < nulls / len(values) < 0.5
    assert any(value == [] for value in values)


def test_schemas_of_development_rows_come_from_domains_that_training_never_shows() -> None:
    shown, held_out = ({form.domain for form in forms(side).values()} for side in (False, True))
    assert shown | held_out == set(domains())
    assert not shown & held_out
    assert {row["schema"] for row in rows("forms", "dev", 60, seed=0)} <= set(forms(True))


def test_a_concept_goes_by_several_names_and_a_schema_uses_one_of_them() -> None:
    names = {key: set(concept.names) for key, concept in concepts().items()}
    assert all(len(found) > 1 for found in names.values())
    used = {name for schema in SCHEMAS.values() for name in schema["properties"]}
    assert len(used) > 150


def test_every_concept_of_a_domain_is_written_down() -> None:
    assert {key for keys in domains().values() for key in keys} <= set(concepts())
