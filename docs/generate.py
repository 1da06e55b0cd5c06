"""Write `docs/schemas.md` from the code: what it says of each type and keyword is what compiling one tells.

python -m docs.generate          # write the page
python -m docs.generate --check  # exit code 1 if it is not up to date
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.schema.pydantic_table import ROWS, Row

from extractor.api.compiled import CompiledSchema
from extractor.errors import SchemaError
from extractor.schema import limits
from extractor.schema.keywords import RESTRICTING
from extractor.schema.rfc_formats import RFC_FORMATS

PAGE = Path(__file__).parent / "schemas.md"
HEAD = """# Schemas

<!-- Written by `python -m docs.generate`; a test fails when it is not up to date. -->

A schema is a Pydantic model, a dataclass, a TypedDict, an Enum, a `Literal`, any other type that Pydantic reads, or a
JSON Schema of any draft from 4 on. There are also [ready-made schemas](ready-made.md) that work by name.

Every keyword of it is kept in one of three ways, and none is dropped:

- *while decoding*: the grammar holds it, so that nothing else can be written;
- *after*: the grammar comes as near as it can, the whole record is checked, and what is refused is decoded again from
  the place that is wrong, a few times; if that finds nothing, the extraction holds an error and no record;
- *refused*: compiling raises `SchemaError`, which names the field and what cannot be promised.
"""
COVERAGE = """## Coverage of one schema

`extractor schema explain SCHEMA` prints this for every field and keyword of a schema of yours; in Python it is
`extractor.compile(Schema).coverage`.
"""
DEPARTURES = """## Departures

Where one value has several texts, the grammar holds the usual one and `accepts` may know no other:

- Base64 is written with padding and as an encoder writes it; durations of a schema with a lower bound from 0 up have no
  minus sign; a `ByteSize` is a number of bytes; IP networks have a prefix length and no netmask.
- E-mail addresses and URLs hold no domains outside ASCII; at most six digits follow the point of a second.
- Host names hold no labels in Punycode (`xn--`). Labels of `idn-hostname` beyond ASCII have up to 12 letters that IDNA
  takes wherever they stand (Latin, Greek, Cyrillic, kana, Han, Hangul).
- Strings that validation strips or changes the case of are asked for as they come out.
- A `TypedDict`, model or dataclass that ignores extra keys is a closed object; `extra="allow"` and JSON Schema objects
  that don't say `additionalProperties` take undeclared members and never decode any.
- A member that may be left out and may be null is decoded as null.
"""
ORACLE = """## The second backend

`backend="outlines_core"` follows the same grammar, and its masks are tested against llguidance's, token by token. It
refuses recursion, verbatim values, any-values, steps of numbers, and a pattern beside another limit. It takes the first
alternative that fits: a number with a fraction or a union that is the whole record may lose its longer values; inside
an object or a list it can't.
"""
# The smallest schema that each keyword says something in.
SAMPLES: dict[str, Any] = {
    "type": {"type": "integer"},
    "enum": {"enum": ["a", 1]},
    "const": {"const": "a"},
    "$ref": {"$ref": "#/$defs/a", "$defs": {"a": {"type": "integer"}}},
    "allOf": {"allOf": [{"type": "string"}, {"minLength": 1}]},
    "anyOf": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    "oneOf": {"oneOf": [{"type": "integer"}, {"type": "null"}]},
    "not": {"type": "string", "not": {"const": "a"}},
    "if": {"type": "string", "if": {"minLength": 3}, "then": {"pattern": "^a"}},
    "then": {"type": "string", "if": {"minLength": 3}, "then": {"pattern": "^a"}},
    "else": {"type": "string", "if": {"minLength": 3}, "else": {"pattern": "^a"}},
    "minLength": {"type": "string", "minLength": 1},
    "maxLength": {"type": "string", "maxLength": 9},
    "pattern": {"type": "string", "pattern": "^[a-z]+$"},
    "format": {"type": "string", "format": "date"},
    "x-verbatim": {"type": "string", "x-verbatim": True},
    "x-day-first": {"type": "string", "format": "date", "x-verbatim": True, "x-day-first": True},
    "x-decimal-comma": {"type": "number", "x-verbatim": True, "x-decimal-comma": True},
    "minimum": {"type": "integer", "minimum": 1},
    "maximum": {"type": "integer", "maximum": 9},
    "exclusiveMinimum": {"type": "number", "exclusiveMinimum": 0},
    "exclusiveMaximum": {"type": "number", "exclusiveMaximum": 9},
    "multipleOf": {"type": "integer", "multipleOf": 5},
    "items": {"type": "array", "items": {"type": "integer"}},
    "prefixItems": {"type": "array", "prefixItems": [{"type": "integer"}]},
    "minItems": {"type": "array", "minItems": 1},
    "maxItems": {"type": "array", "maxItems": 9},
    "uniqueItems": {"type": "array", "items": {"type": "integer"}, "uniqueItems": True},
    "contains": {"type": "array", "contains": {"type": "integer"}},
    "minContains": {"type": "array", "contains": {"type": "integer"}, "minContains": 2},
    "maxContains": {"type": "array", "contains": {"type": "integer"}, "maxContains": 2},
    "unevaluatedItems": {"type": "array", "prefixItems": [{"type": "integer"}], "unevaluatedItems": False},
    "properties": {"type": "object", "properties": {"a": {"type": "integer"}}},
    "required": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
    "additionalProperties": {"type": "object", "additionalProperties": {"type": "integer"}},
    "unevaluatedProperties": {"type": "object", "properties": {"a": {}}, "unevaluatedProperties": False},
    "patternProperties": {"type": "object", "patternProperties": {"^a": {"type": "integer"}}},
    "propertyNames": {"type": "object", "propertyNames": {"pattern": "^a"}, "additionalProperties": True},
    "minProperties": {"type": "object", "minProperties": 1, "additionalProperties": True},
    "maxProperties": {"type": "object", "maxProperties": 3, "additionalProperties": True},
    "dependentRequired": {"type": "object", "properties": {"a": {}, "b": {}}, "dependentRequired": {"a": ["b"]}},
    "dependentSchemas": {"type": "object", "properties": {"a": {}}, "dependentSchemas": {"a": {"minProperties": 2}}},
}


def _row(row: Row) -> str:
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        try:
            notes = CompiledSchema(row.kind).coverage.after
        except SchemaError as error:
            return f"| `{_cell(row.name)}` | refused | {_cell(str(error).removeprefix('$: '))} |"
    told = "; ".join(dict.fromkeys(note.detail for note in notes if note.detail))
    return f"| `{_cell(row.name)}` | {'after' if notes else 'while decoding'} | {_cell(told)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _types() -> Iterator[str]:
    yield "## Types of Pydantic\n"
    yield "Each row is a test: instances of the type come back equal, or it is refused for the reason given.\n"
    for section in dict.fromkeys(row.section for row in ROWS):
        yield f"### {section} types\n\n| type | kept | what is checked after, or why it is refused |\n|---|---|---|"
        yield "\n".join(_row(row) for row in ROWS if row.section == section) + "\n"


def _keywords() -> Iterator[str]:
    yield "## Keywords of JSON Schema\n"
    yield "As `compile` tells of the smallest schema with the keyword; beside others it may be kept less directly.\n"
    yield "| keyword | kept | |\n|---|---|---|"
    yield "\n".join(_keyword(name, sample) for name, sample in SAMPLES.items()) + "\n"
    yield f"Formats that are enforced: {', '.join(f'`{name}`' for name in sorted({*RFC_FORMATS, 'regex'}))}."
    yield "Any other is an annotation, as JSON Schema has it, and the coverage of the schema says so.\n"
    yield "Drafts 4 to 2020-12 are read as each has it: up to draft 7 what stands beside `$ref` is ignored, in draft 4"
    yield "1.0 is no integer. `dependencies`, `definitions` and lists of `items` are understood in all of them.\n"


def _keyword(name: str, sample: Any) -> str:
    try:
        notes = [note for note in CompiledSchema(sample).coverage if note.keyword == name]
    except SchemaError as error:
        return f"| `{name}` | refused | {_cell(str(error).removeprefix('$: '))} |"
    after = any(note.enforced == "after" for note in notes)
    told = "; ".join(dict.fromkeys(note.detail for note in notes if note.detail))
    return f"| `{name}` | {'after' if after else 'while decoding'} | {_cell(told)} |"


def _limits() -> Iterator[str]:
    yield "## Limits\n"
    yield "A schema is untrusted input: beyond these it is refused and the error names the limit. Nothing is fetched.\n"
    yield "| what | at most |\n|---|---|"
    yield "\n".join(f"| {what} | {most:,} |" for what, most in limits.table()) + "\n"


def page() -> str:
    """Return the whole page."""
    missing = {name for name in RESTRICTING - SAMPLES.keys() if not name.startswith("x-")}
    if missing:
        raise AssertionError(f"no sample of {sorted(missing)}")
    return "\n".join([HEAD, COVERAGE, *_types(), *_keywords(), *_limits(), DEPARTURES, ORACLE])


def main() -> int:
    """Write the page, or say whether it is up to date."""
    if "--check" in sys.argv:
        return int(PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
