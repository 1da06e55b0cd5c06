"""Pairs of a schema and an instance: jsonschema, `accepts` and the masks say the same of each."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from extractor.api.compiled import CompiledSchema
from extractor.errors import SchemaError
from extractor.grammar.backends import make_backend
from extractor.grammar.bytes_vocabulary import bytes_vocabulary
from extractor.record.layout import dumps
from extractor.schema.standard import standard
from extractor.validate.arrange import arrange
from tests.grammar.walks import takes

BACKEND = make_backend("llguidance", bytes_vocabulary())
PER_SCHEMA = 25  # instances of each schema
NAMES = ("a", "b", "long name", "ü")
PATTERNS = ("^[a-z]{1,3}$", "[0-9]", "^x", "b$")
SCALARS: list[Any] = [None, True, False, 0, 1, -1, 2, 7, 2.5, -0.5, 1e3, "", "a", "ab", "x1", "abcd", "ü", "日本"]


@st.composite
def _leaf(draw: st.DrawFn) -> dict[str, Any]:  # noqa: PLR0911
    kind = draw(st.sampled_from(("string", "pattern", "integer", "number", "boolean", "null", "enum", "const")))
    low = draw(st.integers(-3, 4))
    match kind:
        case "string":
            return {"type": "string", "minLength": max(low, 0), "maxLength": max(low, 0) + draw(st.integers(0, 4))}
        case "pattern":
            return {"type": "string", "pattern": draw(st.sampled_from(PATTERNS))}
        case "integer":
            return {
                "type": "integer",
                "minimum": low,
                "maximum": low + draw(st.integers(3, 9)),
                "multipleOf": draw(st.integers(1, 3)),
            }
        case "number":
            return {"type": "number", draw(st.sampled_from(("minimum", "exclusiveMinimum"))): low}
        case "enum":
            return {"enum": draw(st.lists(st.sampled_from(SCALARS), min_size=1, max_size=4, unique_by=json.dumps))}
        case "const":
            return {"const": draw(st.sampled_from(SCALARS))}
        case _:
            return {"type": kind}


def _wrapped(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    @st.composite
    def build(draw: st.DrawFn) -> dict[str, Any]:  # noqa: PLR0911
        kind = draw(
            st.sampled_from(("object", "object", "map", "array", "tuple", "anyOf", "allOf", "oneOf", "not", "if"))
        )
        one, other = draw(inner), draw(inner)
        match kind:
            case "object":
                names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
                found = {
                    "type": "object",
                    "properties": {name: draw(inner) for name in names},
                    "required": names[: draw(st.integers(0, 3))],
                }
                return {**found, "additionalProperties": False} if draw(st.booleans()) else found
            case "map":
                return {
                    "type": "object",
                    "additionalProperties": one,
                    "minProperties": draw(st.integers(0, 1)),
                    "maxProperties": 2,
                }
            case "array":
                return {
                    "type": "array",
                    "items": one,
                    "minItems": draw(st.integers(0, 1)),
                    "maxItems": 3,
                    "uniqueItems": draw(st.booleans()),
                }
            case "tuple":
                return {
                    "type": "array",
                    "prefixItems": [one, other],
                    "items": False,
                    "minItems": draw(st.integers(0, 2)),
                }
            case "not":
                return {"type": ["string", "integer", "null"], "not": one}
            case "if":
                return {"if": one, "then": other, "else": draw(inner)}
            case _:
                return {kind: [one, other]}

    return build()


SCHEMAS = st.recursive(_leaf(), _wrapped, max_leaves=4)


def _instance(random: Random, schema: Any, depth: int = 3) -> Any:  # noqa: C901, PLR0911
    """A value that is often, not always, one of a schema's."""
    if depth == 0 or not isinstance(schema, dict) or random.random() < 0.15:
        return random.choice([*SCALARS, [], {}, [1], {"a": 1}])
    for keyword in ("enum", "anyOf", "oneOf", "allOf"):
        if keyword in schema:
            chosen = random.choice(schema[keyword])
            return chosen if keyword == "enum" else _instance(random, chosen, depth - 1)
    if "const" in schema:
        return schema["const"]
    if "if" in schema:
        return _instance(random, schema[random.choice(("then", "else", "if"))], depth - 1)
    match schema.get("type"):
        case "object":
            named = schema.get("properties", {})
            kept = [name for name in named if name in schema.get("required", ()) or random.random() < 0.7]
            found = {name: _instance(random, named[name], depth - 1) for name in kept}
            if "additionalProperties" in schema or random.random() < 0.2:
                more = schema.get("additionalProperties") or {}
                found |= {f"k{i}": _instance(random, more, depth - 1) for i in range(random.randrange(3))}
            return found
        case "array":
            prefix = schema.get("prefixItems", ())
            held = list(prefix) or [schema.get("items")] * random.randrange(4)
            return [_instance(random, inner, depth - 1) for inner in held]
        case "integer" | "number":
            return random.choice([random.randrange(-5, 15), 2.5, 0])
        case "string":
            return random.choice(["", "a", "ab", "abc", "x1", "1", "abcd", "ü", "b"])
        case _:
            return random.choice(SCALARS)


def _agree(schema: dict[str, Any], seed: int) -> None:
    try:
        compiled = CompiledSchema(schema)
        declaration = compiled.loaded.declaration
        narrow = BACKEND.constraint(declaration, None)
        whole = BACKEND.constraint(standard(declaration), None)  # what is accepted but never decoded included
    except SchemaError:
        return
    judge = Draft202012Validator(schema)
    checked = bool(declaration.checks) or "uniqueItems" in str(schema)
    random = Random(seed)
    for _ in range(PER_SCHEMA):
        value = _instance(random, schema)
        valid = judge.is_valid(value)
        assert compiled.accepts(json.dumps(value, ensure_ascii=False)) == valid, (schema, value, valid)
        if valid:
            assert takes(whole.matcher(), dumps(arrange(standard(declaration), value))), (schema, value)
        elif not checked:
            assert not takes(narrow.matcher(), dumps(value)), (schema, value)


_quiet: dict[str, Any] = {
    "derandomize": True,
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}


@settings(max_examples=450, **_quiet)  # 10,000 pairs and more: some schemas are refused
@given(SCHEMAS, st.integers(0, 2**32))
def test_ten_thousand_pairs(schema: dict[str, Any], seed: int) -> None:
    _agree(schema, seed)


@pytest.mark.long
@settings(max_examples=4500, **_quiet)  # 100,000 pairs and more
@given(SCHEMAS, st.integers(0, 2**32))
def test_a_hundred_thousand_pairs(schema: dict[str, Any], seed: int) -> None:
    _agree(schema, seed)
