"""Schemas and texts made to break things: deep, huge, circular, explosive. Run as a program, it times each one.

    python -m tests.fuzz.hostile [NAME ...]

prints a line `NAME SECONDS OUTCOME` for each; the outcome is `done` or the name of an error of this package.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from extractor.api.compiled import compile
from extractor.api.extractor import Extractor
from extractor.engine.scripted import ScriptedEngine
from extractor.errors import ExtractorError

TEXT = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! (not) a record"
ANSWERS = ('"' + "a" * 60 + '!"', "{}", "[" * 50 + "]" * 50, '{"a": 1}', "1" * 400, '{"' + "a" * 60 + '!": 1}')


def _nested(levels: int, wrap: Callable[[Any], Any], inner: Any) -> Any:
    for _ in range(levels):
        inner = wrap(inner)
    return inner


def _pattern(pattern: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern, **more}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _doubling(depth: int) -> dict[str, Any]:
    """Definitions each of which holds the next one twice."""
    found = {f"d{i}": _object(a={"$ref": f"#/$defs/d{i + 1}"}, b={"$ref": f"#/$defs/d{i + 1}"}) for i in range(depth)}
    return {"$ref": "#/$defs/d0", "$defs": {**found, f"d{depth}": {"type": "integer"}}}


def _both_ways(depth: int) -> dict[str, Any]:
    """Every schema is all of two choices, each of which is all of two choices."""
    inner: Any = {"type": "integer"}
    for _ in range(depth):
        inner = {"allOf": [{"anyOf": [inner, {"type": "null"}]}, {"anyOf": [inner, {"type": "string"}]}]}
    return {"properties": {"a": inner}}


SCHEMAS: dict[str, Callable[[], Any]] = {
    # patterns
    "repeated repetition": lambda: _pattern("^((a{1,1000}){1,1000}){1,1000}$"),
    "repeated stars": lambda: _pattern("^" + "(" * 12 + "a" + "*)" * 12 + "$"),
    "nested stars": lambda: _pattern("^(a+)+$"),
    "ambiguous choice": lambda: _pattern("^(a|a|aa)*b$"),
    "states without end": lambda: _pattern("[ab]*a[ab]{24}c"),
    "states without end, unanchored": lambda: _pattern("(a.{40}b|b.{40}a)"),
    "many optional": lambda: _pattern("^" + "a?" * 300 + "a" * 300 + "$"),
    "many words": lambda: _pattern("|".join(f"word{i}[a-z]*" for i in range(3000))),
    "long literal": lambda: _pattern("^" + "a" * 50_000 + "$"),
    "deep groups": lambda: _pattern("(" * 3000 + "a" + ")" * 3000),
    "counted pairs": lambda: _pattern("^(x{1,1000}y{1,1000}){1,1000}$"),
    "counted any": lambda: _pattern("^(.{0,500}x){0,500}$"),
    "anchored choices": lambda: _pattern("(^a|b$)" * 40),
    "large classes": lambda: _pattern(r"^(\p{L}{1,100}\p{N}{1,100}){1,50}$"),
    "ignoring case": lambda: _pattern("(?i)^([a-z]{1,200}-){1,200}$"),
    "two patterns": lambda: {"allOf": [_pattern("^(a{1,200}b){1,200}$"), _pattern("[ab]{5}c?$")]},
    "pattern and lengths": lambda: _pattern("^([ab]{3}|[bc]{5})*$", minLength=9999, maxLength=10_001),
    # sizes
    "long strings": lambda: {"type": "string", "minLength": 10**9},
    "longest strings": lambda: {"type": "string", "maxLength": 10**18},
    "many items": lambda: {"type": "array", "items": {"type": "integer"}, "minItems": 10**9},
    "many items of many items": lambda: _nested(
        6, lambda inner: {"type": "array", "items": inner, "minItems": 100, "maxItems": 1000}, {"type": "string"}
    ),
    "many members": lambda: {"type": "object", "additionalProperties": True, "minProperties": 10**6},
    "many distinct": lambda: {"type": "array", "items": {"enum": [f"l{i}" for i in range(64)]}, "uniqueItems": True},
    "many labels": lambda: {"enum": [f"label {i} {'x' * 40}" for i in range(50_000)]},
    "many properties": lambda: {"type": "object", "properties": {f"p{i}": {"type": "string"} for i in range(5000)}},
    "many optional, counted": lambda: {
        "type": "object",
        "properties": {f"p{i}": {"type": "string"} for i in range(300)},
        "minProperties": 100,
        "maxProperties": 200,
        "additionalProperties": False,
    },
    "many required": lambda: {"type": "object", "required": [f"p{i}" for i in range(50_000)]},
    "many options": lambda: {"anyOf": [_object(**{f"p{i}": {"type": "integer"}}) for i in range(3000)]},
    "many exclusive options": lambda: {"oneOf": [_object(kind={"const": i}, a={"type": "string"}) for i in range(600)]},
    "many exclusive overlaps": lambda: {"oneOf": [{"type": "integer", "minimum": i} for i in range(300)]},
    "many patterns": lambda: {
        "type": "object",
        "patternProperties": {f"^{i}[a-z]{{1,50}}": {"type": "integer"} for i in range(200)},
    },
    "long prefix": lambda: {"type": "array", "prefixItems": [{"type": "integer"}] * 5000, "minItems": 5000},
    "large document": lambda: {"type": "string", "description": "x" * 5_000_000},
    "large constant": lambda: {"const": "x" * 2_000_000},
    "deep constant": lambda: {"const": _nested(2000, lambda inner: [inner], 1)},
    # numbers
    "tiny step": lambda: {"type": "number", "multipleOf": 1e-300},
    "odd step": lambda: {"type": "number", "multipleOf": 0.1234567, "minimum": -1e12, "maximum": 1e12},
    "huge bounds": lambda: {"type": "integer", "minimum": -(10**4000), "maximum": 10**4000},
    "huge step": lambda: {"type": "integer", "multipleOf": 10**4000 + 1},
    "prime steps": lambda: {
        "allOf": [{"type": "integer", "multipleOf": step} for step in (999_983, 999_979, 999_961, 999_959)]
    },
    "near bounds": lambda: {"type": "number", "minimum": 1e-300, "maximum": 1.0000000001e-300},
    # nesting and circles
    "deep objects": lambda: _nested(5000, lambda inner: {"type": "object", "properties": {"a": inner}}, {}),
    "deep maps": lambda: _nested(
        60,
        lambda inner: {"type": "object", "properties": {"a": inner}, "additionalProperties": {"type": "integer"}},
        {"type": "integer"},
    ),
    "deep lists": lambda: _nested(63, lambda inner: {"type": "array", "items": inner, "minItems": 2}, {}),
    "deep choices": lambda: _nested(2000, lambda inner: {"anyOf": [inner, {"type": "null"}]}, {}),
    "deep allOf": lambda: _nested(2000, lambda inner: {"allOf": [inner]}, {"type": "string"}),
    "deep not": lambda: _nested(60, lambda inner: {"not": inner}, {"type": "string"}),
    "circle": lambda: {"$ref": "#"},
    "circle of two": lambda: {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
    "circle that grows": lambda: {
        "$ref": "#/$defs/a",
        "$defs": {"a": {"type": "object", "properties": {"x": {"$ref": "#/$defs/a", "minProperties": 1}}}},
    },
    "circle of allOf": lambda: {
        "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}, {"minLength": 1}]}},
        "$ref": "#/$defs/a",
    },
    "needs itself": lambda: _object(a={"$ref": "#"}),
    "doubling references": lambda: _doubling(40),
    "doubling choices": lambda: _both_ways(8),
    "choices times choices": lambda: {"allOf": [{"anyOf": [{"minLength": i}, {"maxLength": i}]} for i in range(14)]},
    "remote reference": lambda: {"$ref": "https://example.com/schema.json"},
    "file reference": lambda: {"$ref": "file:///etc/passwd"},
    "conditions": lambda: _nested(
        12,
        lambda inner: {"if": {"required": ["a"]}, "then": inner, "else": inner},
        {"properties": {"a": {"type": "integer"}}},
    ),
    # names
    "names like patterns": lambda: {
        "type": "object",
        "propertyNames": {"pattern": "^(a+)+$"},
        "properties": {"a" * 40 + "!": {"type": "integer"}},
    },
    "patterns over names": lambda: {
        "type": "object",
        "patternProperties": {"^(a|aa)+$": {"type": "integer"}},
        "properties": {"a" * 40 + "!": {"type": "integer"}},
        "additionalProperties": {"type": "string"},
    },
    "pattern beside a check": lambda: {
        "type": "object",
        "properties": {"a": _pattern("^(a+)+$")},
        "dependentSchemas": {"a": {"not": {"required": ["b"]}}},
        "unevaluatedProperties": False,
    },
    "checked pattern": lambda: {"type": "string", "not": {"pattern": "^(a+)+$"}},
    "checked contains": lambda: {
        "type": "array",
        "contains": _pattern("^(a|a)*$"),
        "minContains": 3,
        "uniqueItems": True,
    },
    "odd marks": lambda: {"type": "string", "x-refused": 5, "x-after": [7], "x-dialect": [], "x-verbatim": "yes"},
}


def _run(schema: Any) -> str:
    try:
        compiled = compile(schema)
        _ = compiled.grammar
        for answer in ANSWERS:
            compiled.accepts(answer)
        with Extractor(compiled, model=ScriptedEngine(lambda text: "a" * 60, context_tokens=2048)) as extractor:
            extractor.extract(TEXT)
    except ExtractorError as error:
        told = " ".join(str(error).split())
        return f"{type(error).__name__}: {told[:150]}"
    return "done"


def main(names: list[str]) -> None:
    """Run the schemas of these names, or all."""
    for name in names or SCHEMAS:
        schema = SCHEMAS[name]()
        started = time.process_time()
        outcome = _run(schema)
        print(f"{time.process_time() - started:8.2f} {name}: {outcome}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
