"""Personal data written anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor_training.corpus import Row
from extractor_training.synth.refill import rows

SCHEMAS = {"pii_entities", "pii_by_type", "pii_contact", "pii_compliance"}


@pytest.fixture(scope="module")
def made(data_folder: Path) -> list[Row]:
    return rows(data_folder, 400, seed=3)


def test_every_schema_of_the_task_is_made(made: list[Row]) -> None:
    assert {row.schema for row in made} == SCHEMAS


def test_mentions_stand_in_the_text_in_order(made: list[Row]) -> None:
    for row in made:
        if row.schema == "pii_entities":
            at = 0
            for entity in row.record["entities"]:
                at = row.text.index(entity["text"], at) + len(entity["text"])


def test_the_same_seed_gives_the_same_rows(made: list[Row], data_folder: Path) -> None:
    assert rows(data_folder, 400, seed=3) == made
    assert rows(data_folder, 400, seed=4) != made


def test_texts_are_not_the_ones_they_were_made_of(made: list[Row], data_folder: Path) -> None:
    from extractor_training.corpus import task_rows

    old = {row.text for row in task_rows(data_folder, "pii", "train")}
    assert sum(row.text in old for row in made) < len(made) / 4
    assert len({row.text for row in made}) > 0.9 * len(made)
