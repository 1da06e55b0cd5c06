"""Calibration: monotone, in [0, 1], one curve a kind of value; read from the facts beside a model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor import Decoding, Extractor
from extractor.decode.calibration import KINDS, Calibration, calibrated
from extractor.engine import llamacpp
from extractor.errors import ModelCorruptError
from extractor.store.calibration import read_biases, read_curves

SHARES = st.floats(0, 1, exclude_max=True)


@given(SHARES, SHARES, st.floats(0.05, 5), st.floats(-5, 5), st.sampled_from(KINDS))
def test_what_was_surer_stays_surer(one: float, other: float, slope: float, offset: float, kind: Any) -> None:
    curve = Calibration({kind: (slope, offset)})
    low, high = sorted((one, other))
    assert 0 <= curve.of(kind, low) <= curve.of(kind, high) <= 1


@given(SHARES, st.sampled_from(KINDS))
def test_a_kind_without_a_curve_keeps_its_probability(share: float, kind: Any) -> None:
    assert Calibration().of(kind, share) == share


def test_what_the_grammar_forced_stays_certain() -> None:
    assert Calibration({"null": (1.0, -3.0)}).of("null", 1.0) == 1.0


def test_every_kind_of_value_has_its_own_curve() -> None:
    text = '{"a": "x", "b": "x", "c": "x", "d": 1.5, "e": true, "f": null, "g": []}'
    paths = dict.fromkeys("abcdefg", 0.5)
    curves: dict[str, tuple[float, float]] = {kind: (1.0, float(number)) for number, kind in enumerate(KINDS)}
    found = calibrated(Calibration(curves), text, {"a"}, {"b"}, paths)
    assert list(found) == list(paths)
    assert sorted(found.values()) == list(found.values()) and len(set(found.values())) == len(KINDS)


def _beside(model: Path, folder: Path, facts: Any) -> Path:
    copied = folder / "model.gguf"
    shutil.copyfile(model, copied)
    (folder / "model.json").write_text(json.dumps(facts), encoding="utf-8")
    return copied


def test_a_model_s_confidences_are_put_right(tiny_model: Path, tmp_path: Path) -> None:
    facts = {"size_bytes": tiny_model.stat().st_size, "calibration": {"boolean": [0.5, -9.0]}}
    copied = _beside(tiny_model, tmp_path, facts)
    with Extractor(bool, model=tiny_model) as raw, Extractor(bool, model=copied) as right:
        before, after = raw.extract("yes"), right.extract("yes")
    with Extractor(bool, model=copied, decoding=Decoding(calibrated=False)) as plain:
        assert plain.extract("yes") == before
    assert before.record == after.record
    assert after.confidence["$"] == Calibration({"boolean": (0.5, -9.0)}).of("boolean", before.confidence["$"])


@pytest.mark.parametrize("facts", [{}, {"size_bytes": 3, "calibration": {"null": [1, 0]}}, [1], "no"])
def test_facts_of_another_file_calibrate_nothing(facts: Any, tiny_model: Path, tmp_path: Path) -> None:
    assert read_curves(_beside(tiny_model, tmp_path, facts)) == {}
    assert read_curves(tiny_model) == {}


@pytest.mark.parametrize("curves", [{"null": [1]}, {"null": ["a", 0]}, {"null": [-1, 0]}, [1], {"null": [1, 1e9]}])
def test_a_broken_calibration_is_refused(curves: Any, tiny_model: Path, tmp_path: Path) -> None:
    copied = _beside(tiny_model, tmp_path, {"size_bytes": tiny_model.stat().st_size, "calibration": curves})
    with pytest.raises(ModelCorruptError, match=r"calibration in .*model\.json is broken"):
        read_curves(copied)


def test_the_bias_of_null_is_the_model_s_unless_told_otherwise(tiny_model: Path, tmp_path: Path) -> None:
    facts = {"size_bytes": tiny_model.stat().st_size, "null_bias": 100}
    copied = _beside(tiny_model, tmp_path, facts)
    schema = {"type": ["boolean", "null"]}
    with Extractor(schema, model=copied) as calibrated:
        assert calibrated.extract("yes").record is None
    with Extractor(schema, model=copied, decoding=Decoding(null_bias=-100)) as told:
        assert told.extract("yes").record is not None
    with Extractor(schema, model=tiny_model) as plain:
        expected = plain.extract("yes")
    with Extractor(schema, model=copied, decoding=Decoding(null_bias=0)) as none:
        assert none.extract("yes") == expected


def test_the_bias_of_the_end_of_a_list_is_the_model_s_unless_told_otherwise(tiny_model: Path, tmp_path: Path) -> None:
    copied = _beside(tiny_model, tmp_path, {"size_bytes": tiny_model.stat().st_size, "end_bias": 100})
    schema = {"type": "array", "items": {"type": "boolean"}, "maxItems": 3}
    with Extractor(schema, model=copied) as calibrated:
        assert calibrated.extract("yes").record == []
    with Extractor(schema, model=copied, decoding=Decoding(end_bias=-100)) as told:
        assert len(told.extract("yes").record or []) == 3


@pytest.mark.parametrize("name", ["null_bias", "end_bias"])
@pytest.mark.parametrize("bias", ["1", True, 1e9, None])
def test_a_broken_bias_is_refused(name: str, bias: Any, tiny_model: Path, tmp_path: Path) -> None:
    copied = _beside(tiny_model, tmp_path, {"size_bytes": tiny_model.stat().st_size, name: bias})
    with pytest.raises(ModelCorruptError, match=name):
        read_biases(copied)


def test_a_broken_calibration_is_told_before_the_model_is_loaded(tiny_model: Path, tmp_path: Path) -> None:
    copied = _beside(tiny_model, tmp_path, {"size_bytes": tiny_model.stat().st_size, "end_bias": "much"})
    with pytest.raises(ModelCorruptError, match="end_bias"):
        Extractor({"type": "boolean"}, model=copied)
    assert not any(str(copied.resolve()) in key for key in llamacpp._loaded)
