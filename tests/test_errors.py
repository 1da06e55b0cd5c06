"""Errors keep their facts wherever they are carried."""

from __future__ import annotations

import copy
import pickle

import pytest

from extractor.errors import (
    BudgetError,
    ContextOverflowError,
    ExtractorError,
    InputError,
    ModelCorruptError,
    ModelNotFoundError,
    OutputError,
    RecordError,
    SchemaError,
)

ERRORS = [
    SchemaError("no such keyword", field_path="items[].price", construct="not"),
    InputError("empty", path="text"),
    OutputError("full", path="out.jsonl"),
    ModelNotFoundError("none", name="m"),
    ModelCorruptError("cut", path="m.gguf", expected="a", actual="b"),
    ContextOverflowError("too long", prompt_tokens=9, limit=5),
    BudgetError("too small", minimum=9, max_tokens=5),
    RecordError("refused", raw="{}", field_errors={"a": "is missing"}),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_survives_pickling_and_copying(error: ExtractorError) -> None:
    for other in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(other) is type(error)
        assert str(other) == str(error)
        assert vars(other) == vars(error)
