"""Schemas of a conformance suite, decoded with a model: every record has to be valid, or its schema refused before.

    pip install "jsonschema[format-nongpl]"
    python -m benchmarks.conformance_decoded SUITE.jsonl.gz [--limit 500] [--model MODEL]

The text of each row is what can be read in its first instance. A record is judged by `jsonschema`, in the draft that
its schema names and with every format: nothing of this package has a say. Exit code 1 if one is not valid.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.validators import validator_for

from benchmarks.conformance import name_of, rows
from extractor.api.extractor import Extractor
from extractor.errors import BudgetError, ContextOverflowError, RecordError, SchemaError

MOST_TOKENS = 1024
NO_ROOM = (BudgetError, ContextOverflowError)
_NEEDS_AN_EXTRA = "uri"  # jsonschema takes any string for a format that it has no checker for


def words(value: Any) -> Iterator[str]:
    """Yield what can be read in a value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from (f"{name}:", *words(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from words(inner)
    else:
        yield str(value)


def is_valid(schema: Any, record: Any) -> bool:
    """Whether jsonschema finds nothing wrong."""
    kind = validator_for(schema, default=Draft202012Validator)
    return bool(kind(schema, format_checker=FormatChecker()).is_valid(record))


def outcome(row: dict[str, Any], model: str | None) -> str:
    """Decode one row and say what came of it."""
    told = [test["data"] for test in row["tests"] if test["valid"]] or [row["schema"]]
    text = " ".join(words(told[0]))[:1500].strip() or "nothing is said"
    try:
        with Extractor(row["schema"], model=model, max_tokens=MOST_TOKENS, parallel=1) as extractor:
            extraction = extractor.extract(text)
    except SchemaError as error:
        return f"refused at compile: {error.construct}"
    except NO_ROOM as error:
        return f"no room: {type(error).__name__}"
    except RecordError as error:
        return f"no valid record found in time: {'; '.join(error.field_errors.values())}"[:120]
    if extraction.status == "truncated" and is_valid(row["schema"], json.loads(extraction.json)):
        return "valid, truncated"
    return "valid" if is_valid(row["schema"], json.loads(extraction.json)) else f"INVALID {extraction.json[:200]}"


def main() -> int:
    """Decode the rows one after the other and count what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite", type=Path)
    parser.add_argument("--limit", type=int, default=500)
    parser.add_argument("--skip", type=int, default=0, help="of them, rows that were decoded before")
    parser.add_argument("--only", default="", help="rows whose name matches this pattern")
    parser.add_argument("--model")
    told = parser.parse_args()
    if _NEEDS_AN_EXTRA not in FormatChecker().checkers:
        parser.error('jsonschema cannot check every format here: pip install "jsonschema[format-nongpl]"')
    found: Counter[str] = Counter()
    for row in islice(rows(told.suite, told.limit, told.only), told.skip, None):
        what = outcome(row, told.model)
        found[what.split(":")[0].split(" {")[0]] += 1
        if not what.startswith("valid"):
            print(f"{name_of(row)} | {what}", flush=True)
    for what, count in found.most_common():
        print(f"{count:5} {what}")
    return int(any(what.startswith("INVALID") for what in found))


if __name__ == "__main__":
    raise SystemExit(main())
