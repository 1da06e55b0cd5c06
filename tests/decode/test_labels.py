"""Labels chosen as a whole, and null against a value: what is chosen is what the model's scores say."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor import Decoding, Extraction, Extractor
from extractor.decode.label_places import label_places
from extractor.engine.llamacpp import EngineOptions, LlamaCppEngine
from extractor.engine.protocol import Scores
from extractor.engine.scripted import ScriptedEngine
from extractor.errors import InputError
from extractor.grammar.constraint import Mask
from extractor.grammar.masks import legal_ids
from extractor.schema.from_json_schema import from_json_schema

WORDS = ("card", "card_fee", "cash", "cat", "a", "ab", "abc", "b", "pin", "pin_blocked", "top_up", "")


def _logit(written: bytes, token: int) -> float:
    return int.from_bytes(blake2b(written + bytes([token]), digest_size=2).digest()) / 2**14  # 0 to 4


class HashedEngine(ScriptedEngine):
    """An engine over bytes whose scores are a hash of what has been written."""

    def __init__(self, parallel: int = 8) -> None:
        super().__init__(lambda _text: None, parallel=parallel)
        self.rewound = 0

    def _score(self, sequence: int, mask: Mask) -> Scores:
        held = self._held[sequence]
        written = bytes(held[len(held) - held[::-1].index(self.vocabulary.controls["<record>"]) :])
        ids = legal_ids(mask, len(self.vocabulary))
        return Scores(ids, np.array([_logit(written, int(token) % 256) for token in ids], np.float32))

    def forget(self, sequence: int, start: int = 0) -> None:
        self.rewound += start > 0
        super().forget(sequence, start)


def _shares(labels: Sequence[str], begun: str, written: bytes) -> dict[str, float]:
    """What may follow the beginning of a label, and how likely each is; what ends it is a quote."""
    follows = sorted({f'{label}"'[len(begun)] for label in labels if label.startswith(begun)})
    weights = {char: math.exp(_logit(written + begun.encode(), ord(char))) for char in follows}
    return {char: weight / sum(weights.values()) for char, weight in weights.items()}


def _likelihood(labels: Sequence[str], label: str, written: bytes) -> float:
    return math.prod(_shares(labels, label[:i], written)[char] for i, char in enumerate(f'{label}"'))


def _greedy(labels: Sequence[str], written: bytes) -> str:
    begun = ""
    while not begun.endswith('"'):
        shares = _shares(labels, begun, written)
        begun += max(shares, key=lambda char: shares[char])
    return begun[:-1]


def _extracted(schema: Any, **settings: Any) -> Extraction[Any]:
    with Extractor(schema, model=HashedEngine(), decoding=Decoding(**settings)) as extractor:
        return extractor.extract("x")


def _record(schema: Any, **settings: Any) -> Any:
    return _extracted(schema, **settings).record


@given(st.lists(st.sampled_from(WORDS), min_size=2, unique=True), st.sampled_from(("kind", "topic", "k", "z")))
def test_the_most_likely_label_is_chosen(labels: list[str], key: str) -> None:
    schema = {"type": "object", "properties": {key: {"enum": labels}}, "required": [key]}
    written = f'{{"{key}": "'.encode()
    whole, first = _extracted(schema), _extracted(schema, labels="first")
    likelihood = {label: _likelihood(labels, label, written) for label in labels}
    assert json.loads(whole.json)[key] == max(labels, key=lambda label: likelihood[label])
    assert json.loads(first.json)[key] == _greedy(labels, written)
    for found in (whole, first):
        assert found.confidence[key] == pytest.approx(likelihood[json.loads(found.json)[key]], rel=1e-4)


def test_what_follows_is_decided_after_the_label_that_was_chosen() -> None:
    """A way that was given up leaves nothing behind, neither in the record nor in the engine."""
    labels = [word for word in WORDS if word]
    properties = {name: {"enum": labels} for name in "abcdefgh"} | {"free": {"type": "string", "maxLength": 5}}
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    engine = HashedEngine()
    with Extractor(schema, model=engine) as extractor:
        found = extractor.extract("x")
    assert engine.rewound > 0
    record, written = json.loads(found.json), b"{"
    for name in "abcdefgh":
        written += f'"{name}": "'.encode()
        assert record[name] == max(labels, key=lambda label: _likelihood(labels, label, written))
        written += f'{record[name]}", '.encode()
    assert found.json.encode().startswith(written + b'"free": "')
    assert found.tokens == len(found.json)


def test_in_any_company() -> None:
    labels = [word for word in WORDS if word]
    schema = {"type": "array", "items": {"enum": labels}, "minItems": 3, "maxItems": 6}
    texts = [f"text {i}" for i in range(12)]
    runs = []
    for parallel in (1, 3, 8):
        with Extractor(schema, model=HashedEngine(parallel)) as extractor:
            runs.append([(found.json, found.confidence) for found in extractor.map(texts)])
    assert runs[0] == runs[1] == runs[2]


def test_in_any_company_of_llama_cpp(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random weights leave a label for another again and again; what is evaluated anew has the same bits."""
    labels = [word for word in WORDS if word]
    schema = {"type": "array", "items": {"enum": labels}, "minItems": 4, "maxItems": 4}
    texts = [f"text {i} about a card" for i in range(6)]
    rewound: list[int] = []
    forget = LlamaCppEngine.forget

    def watched(engine: LlamaCppEngine, sequence: int, start: int = 0) -> None:
        rewound.append(start)
        forget(engine, sequence, start)

    monkeypatch.setattr(LlamaCppEngine, "forget", watched)
    runs = []
    for parallel in (1, 4):
        options = EngineOptions(parallel=parallel, threads=1)
        engine = LlamaCppEngine(tiny_model, template="extractor-1", digest="tiny", options=options)
        with Extractor(schema, model=engine) as extractor:
            runs.append([(found.json, dict(found.confidence)) for found in extractor.map(texts)])
        engine.close()
    assert runs[0] == runs[1]
    assert any(start > 0 for start in rewound)


def test_a_label_that_is_refused_is_repaired() -> None:
    labels = [word for word in WORDS if word]
    record = _record({"enum": labels})
    left = [label for label in labels if label != record]
    assert _record({"enum": labels, "if": {"const": record}, "then": {"minLength": 99}}) in left


def test_booleans_and_numbers_are_labels_too() -> None:
    for schema in ({"type": "boolean"}, {"enum": [1, 12, 125, 2]}, {"enum": [True, None, "yes", 0]}):
        assert _extracted(schema).error is None
        assert 0 < _extracted(schema).confidence["$"] <= 1


def test_where_labels_are() -> None:
    is_label = label_places(
        from_json_schema(
            {
                "type": "object",
                "properties": {
                    "kind": {"enum": ["a", "b"]},
                    "sure": {"type": ["boolean", "null"]},
                    "odd key": {"const": "x"},
                    "name": {"type": "string"},
                    "either": {"anyOf": [{"enum": ["a"]}, {"type": "string", "minLength": 3}]},
                    "day": {"type": "string", "format": "date", "x-verbatim": True},
                    "inner": {"$ref": "#"},
                    "list": {"type": "array", "prefixItems": [{"type": "string"}], "items": {"enum": [1, 2]}},
                    "nothing": {"type": "null"},
                },
                "additionalProperties": {"type": "boolean"},
            }
        )
    )
    labels = ("kind", "sure", '["odd key"]', "day", "inner.kind", "inner.inner.day", "list[1]", "list[7]", "other")
    others = ("$", "name", "either", "inner", "inner.name", "list", "list[0]", "nothing", "name.kind")
    assert all(is_label(path) for path in labels)
    assert not any(is_label(path) for path in others)


def test_a_place_under_many_circles_is_found_at_once() -> None:
    branch = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}
    properties = {"a": {"enum": ["x"]}, "b": {"type": "integer"}, "next": {"$ref": "#"}}
    is_label = label_places(from_json_schema({**branch, "type": "object", "properties": properties}))
    assert is_label(".".join([*["next"] * 200, "a"])) and not is_label(".".join([*["next"] * 200, "b"]))


NULLABLE = {
    "type": "object",
    "properties": {
        "name": {"type": ["string", "null"], "maxLength": 4},
        "age": {"type": ["integer", "null"]},
        "fine": {"type": ["boolean", "null"]},
        "kind": {"enum": ["no", "nun", None]},
        "many": {"type": "array", "items": {"type": ["string", "null"], "maxLength": 4}, "minItems": 1, "maxItems": 2},
        "must": {"type": "string", "maxLength": 4},
    },
    "required": ["name", "age", "fine", "kind", "many", "must"],
}


@pytest.mark.parametrize("labels", ["whole", "first"])
def test_the_bias_decides_between_null_and_a_value(labels: Literal["whole", "first"]) -> None:
    values = _record(NULLABLE, null_bias=-100, labels=labels)
    nulls = _record(NULLABLE, null_bias=100, labels=labels)
    assert all(values[name] is not None for name in values) and None not in values["many"]
    assert [name for name in nulls if nulls[name] is not None] == ["many", "must"] and set(nulls["many"]) == {None}


def test_the_bias_is_in_the_confidence() -> None:
    schema = {"type": ["boolean", "null"]}
    logits = {value: _logit(b"", ord(value[0])) for value in ("true", "false", "null")}
    for bias in (-2.0, 0.0, 0.5, 3.0):
        weights = {value: math.exp(logit + bias * (value == "null")) for value, logit in logits.items()}
        best = max(weights, key=lambda value: weights[value])
        found = _extracted(schema, null_bias=bias)
        assert found.json == best
        assert found.confidence["$"] == pytest.approx(weights[best] / sum(weights.values()), rel=1e-4)


LISTS = {
    "type": "object",
    "properties": {
        "names": {"type": "array", "items": {"type": "string", "maxLength": 2}, "maxItems": 3},
        "items": {
            "type": "array",
            "items": {"type": "object", "properties": {"fine": {"type": "boolean"}}, "required": ["fine"]},
            "minItems": 1,
            "maxItems": 3,
        },
        "two": {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "maxItems": 2},
    },
    "required": ["names", "items", "two"],
}


def test_the_bias_decides_between_the_end_of_a_list_and_another_item() -> None:
    long, short = (_record(LISTS, end_bias=bias) for bias in (-100, 100))
    assert [len(long[name]) for name in LISTS["required"]] == [3, 3, 2]
    assert [len(short[name]) for name in LISTS["required"]] == [0, 1, 2]


@pytest.mark.parametrize(
    "wrong",
    [{"end_bias": math.inf}, {"labels": "last"}, {"null_bias": "much"}, {"null_bias": math.nan}, {"null_bias": True}],
)
def test_settings_are_checked(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError) as raised:
        Decoding(**wrong)
    assert raised.value.path == next(iter(wrong))
