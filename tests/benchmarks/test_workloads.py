"""Workloads: one length of strings for all, texts that hold what is asked for, outputs judged by the schema."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from benchmarks.measured import Job
from benchmarks.peers import FREE, THIS_PROJECT, this_project
from benchmarks.peers.outlines_regex import with_digits
from benchmarks.prompts import prompt
from benchmarks.workloads import GOODS, PERSONS, PLACES, VENDORS, VERBATIM_CHARACTERS, WORKLOADS, Workload

from extractor import compile as compile_schema

ALL = pytest.mark.parametrize("workload", WORKLOADS.values(), ids=lambda workload: workload.name)


def test_what_texts_are_made_of_has_the_length_of_a_verbatim_field() -> None:
    assert {len(run) for runs in (VENDORS, PERSONS, PLACES, GOODS) for run in runs} == {VERBATIM_CHARACTERS}


@ALL
def test_texts_are_a_function_of_their_number(workload: Workload) -> None:
    assert list(workload.texts(20)) == list(workload.texts(20))
    assert list(workload.texts(3, start=5)) == list(workload.texts(8))[5:]
    assert len(set(workload.texts(50))) == 50


@ALL
def test_strings_of_a_schema_have_one_length(workload: Workload) -> None:
    text = json.dumps(workload.plain_schema())
    assert "x-verbatim" not in text
    least, most = re.findall(r'"minLength": (\d+)', text), re.findall(r'"maxLength": (\d+)', text)
    assert least and sorted(least) == sorted(most)


def test_outputs_are_judged_by_the_schema() -> None:
    memo = {"title": "t" * 24, "summary": "s" * 48, "mood": "good"}
    free = WORKLOADS["free"]
    assert free.valid(json.dumps(memo))
    assert not free.valid(json.dumps(memo | {"mood": "so so"}))
    assert not free.valid(json.dumps(memo | {"more": 1}))
    assert not free.valid(json.dumps(memo)[:-1])
    assert not free.valid('{"title": "line\nfeed"}')


@ALL
def test_this_project_makes_valid_records_that_peers_could_be_held_to(workload: Workload, tiny_model: Path) -> None:
    job = Job(THIS_PROJECT, workload.name, str(tiny_model), seconds=0.01, parallel=2, most=2)
    measured = this_project.run(job)
    assert measured.records == measured.valid == 2
    assert measured.lengths is not None and measured.lengths.record == round(measured.tokens_a_record)
    assert compile_schema(workload.schema).accepts(measured.first)


def test_prompts_name_control_tokens_and_end_where_the_record_begins(tiny_model: Path) -> None:
    workload = WORKLOADS["flat"]
    made = prompt(workload, workload.text(1), str(tiny_model))
    assert made.startswith("<schema>") and made.endswith(workload.text(1) + "<record>")


def test_free_decoding_asks_for_lengths(tiny_model: Path) -> None:
    from benchmarks.peers import free

    with pytest.raises(ValueError, match="lengths"):
        free.run(Job(FREE, "flat", str(tiny_model), seconds=0.01))


def test_bounded_integers_get_their_digits() -> None:
    schema = {"properties": {"n": {"type": "integer", "minimum": 10, "maximum": 999}, "m": {"type": "integer"}}}
    found = with_digits(schema)["properties"]
    assert (found["n"]["minDigits"], found["n"]["maxDigits"]) == (2, 3)
    assert found["m"] == {"type": "integer"}
