"""Whatever a schema is beyond in depth, size or repetition is refused by name, before it costs anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from extractor.errors import SchemaError
from extractor.schema import limits
from extractor.schema.from_json_schema import from_json_schema
from tests.fuzz.hostile import SCHEMAS

ROOT = Path(__file__).parents[2]
CPU_SECONDS = 10  # of one hostile schema: read, compiled, decoded from; measured 0.01 to 1.5


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("deep objects", limits.MAX_NESTING),
        ("deep constant", limits.MAX_NESTING),
        ("many items", limits.MAX_LEAST),
        ("long strings", limits.MAX_LEAST),
        ("many members", limits.MAX_LEAST),
        ("long literal", limits.MAX_PATTERN),
        ("many options", limits.MAX_OPTIONS),
        ("many properties", limits.MAX_MEMBERS),
        ("long prefix", limits.MAX_PREFIX),
        ("huge bounds", limits.MAX_DIGITS),
        ("doubling references", limits.MAX_EXPANDED),
        ("deep lists", limits.MAX_RECORD),
        ("many items of many items", limits.MAX_RECORD),
    ],
)
def test_the_limit_is_named(name: str, limit: int) -> None:
    with pytest.raises(SchemaError, match=f"more than {limit} "):
        from_json_schema(SCHEMAS[name]())


@pytest.mark.parametrize("mark", [{"x-refused": 5}, {"x-after": [7]}, {"x-dialect": []}, {"x-keys": "yes"}])
def test_marks_of_our_own_are_no_way_in(mark: dict[str, Any]) -> None:
    with pytest.raises(SchemaError, match="mark"):
        from_json_schema({"type": "string", **mark})


@pytest.mark.parametrize("name", ["remote reference", "file reference"])
def test_nothing_is_fetched(name: str) -> None:
    with pytest.raises(SchemaError, match="leads out of the schema"):
        from_json_schema(SCHEMAS[name]())


def test_data_that_looks_like_keywords_is_data() -> None:
    assert from_json_schema({"const": {"minItems": 10**6, "x-refused": 5}}).root


def test_hostile_schemas_end_in_time_with_errors_of_the_tree() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.hostile"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-1500:]
    slow = [line for line in done.stdout.splitlines() if float(line.split()[0]) > CPU_SECONDS]
    assert slow == []
    assert len(done.stdout.splitlines()) == len(SCHEMAS)
