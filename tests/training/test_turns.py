"""Made-up turns of a chat, names and orders."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from extractor.api.compiled import CompiledSchema
from extractor.evaluate.verbatim_marks import mark_verbatim

pytest.importorskip("extractor_training", reason="the training distribution is not installed")

from extractor_training.synth.__main__ import plain, rows, tasks, verbatim_fields
from extractor_training.synth.turns import turns
from extractor_training.synth.wordings import entries
from extractor_training.synth.world import ordinal

TASKS = ("turns", "names", "orders")
MADE = {task: list(rows(task, "train", 200, seed=1)) for task in TASKS}
SCHEMAS = {task: tasks()[task] for task in TASKS}


def leaves(value: Any) -> list[Any]:
    if isinstance(value, list | dict):
        return [leaf for inner in (value.values() if isinstance(value, dict) else value) for leaf in leaves(inner)]
    return [value]


@pytest.mark.parametrize("task", TASKS)
def test_records_fit_their_schemas_as_they_are_written_to_disk(task: str) -> None:
    compiled: dict[str, CompiledSchema] = {}
    for row in MADE[task][20:60]:
        schema = SCHEMAS[task][row["schema"]]
        if row["schema"] not in compiled:
            compiled[row["schema"]] = CompiledSchema(mark_verbatim(plain(schema), verbatim_fields(schema)))
        assert compiled[row["schema"]].accepts(json.dumps(row["record"], ensure_ascii=False), row["text"]), row


@pytest.mark.parametrize("task", TASKS)
def test_the_same_seed_gives_the_same_rows(task: str) -> None:
    assert list(rows(task, "train", 30, seed=1)) == MADE[task][:30]
    assert next(rows(task, "train", 1, seed=2)) != MADE[task][0]


@pytest.mark.parametrize("task", TASKS)
def test_values_are_there_and_absent(task: str) -> None:
    values = [leaf for row in MADE[task] for leaf in leaves(row["record"])]
    assert 0.1 < sum(value is None or value is False for value in values) / len(values) < 0.75


@pytest.mark.parametrize("task", TASKS)
def test_schemas_of_development_rows_are_never_trained_on(task: str) -> None:
    shown = {row["schema"] for row in MADE[task]}
    assert not shown & {row["schema"] for row in rows(task, "dev", 60, seed=0)}


def test_what_is_measured_without_training_is_no_domain_of_theirs() -> None:
    for task in ("turns", "orders"):
        told = " ".join(row["text"] for row in MADE[task]).lower()
        assert not re.search(r"restaurant|coffee|latte|espresso|cappuccino|table for", told)
    assert not {form.domain for form in turns(False).values()} & {form.domain for form in turns(True).values()}


def test_fields_go_by_many_names() -> None:
    names = {name for schema in SCHEMAS["turns"].values() for name in schema["properties"]}
    assert len(names) > 80


def test_two_things_of_one_kind_become_two_items() -> None:
    split = [row for row in MADE["orders"] if re.search(r"one with .* and (one|the other) with", row["text"])]
    assert split
    for row in split:
        (items,) = row["record"].values()
        assert len(items) == 2


@pytest.mark.parametrize(
    ("number", "written"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (13, "13th"), (22, "22nd")]
)
def test_ordinals(number: int, written: str) -> None:
    assert ordinal(number) == written


def test_entries_are_options_and_whole_lines() -> None:
    lines = ("name: a | b", "say: [x|y] z", "name: c", "say: w | v")
    assert entries(lines, whole=("say",)) == {"name": ("a", "b", "c"), "say": ("[x|y] z", "w | v")}
