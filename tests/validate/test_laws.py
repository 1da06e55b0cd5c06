"""Schema, grammar and validation together: what the constraint lets through is an instance, and the other way round."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from extractor.grammar.bytes_vocabulary import EOS, bytes_vocabulary
from extractor.grammar.llguidance_backend import LLGuidanceBackend
from extractor.record.layout import dumps
from extractor.schema.load import load
from extractor.validate.accepts import accepts
from extractor.validate.records import dump, instance
from tests.grammar.walks import DuplicateKeyError, read, takes, walk
from tests.schema.pydantic_types import TAKEN

BACKEND = LLGuidanceBackend(bytes_vocabulary())
UNIQUE_LATER = "uniqueItems"


@pytest.mark.parametrize("kind", [kind for kind, _ in TAKEN], ids=lambda kind: str(kind)[:60])
def test_whatever_is_sampled_is_an_instance(kind: Any) -> None:
    loaded = load(kind)
    constraint = BACKEND.constraint(loaded.declaration, None)
    unique = any(note.keyword == UNIQUE_LATER for note in loaded.declaration.notes)
    for seed in range(6):
        tokens = walk(constraint.matcher(), bytes_vocabulary(), Random(seed), most=150)
        data = bytes(token for token in tokens if token != EOS)
        try:
            value = read(data)
        except DuplicateKeyError:
            continue
        if unique and len({json.dumps(item) for item in value}) < len(value):
            continue
        instance(loaded, data.decode())
        assert accepts(loaded, data.decode())


@pytest.mark.parametrize(("kind", "instances"), TAKEN, ids=lambda value: str(value)[:60])
def test_every_instance_is_let_through(kind: Any, instances: list[Any]) -> None:
    loaded = load(kind)
    for one in instances:
        if getattr(one, "model_extra", None) and loaded.declaration.root.open_by_silence:  # type: ignore[union-attr]
            continue  # undeclared members are accepted but never decoded
        text = dumps(dump(loaded, one))
        assert takes(BACKEND.constraint(loaded.declaration, None).matcher(), text), text
