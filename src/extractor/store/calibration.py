"""A model's calibration, from the facts beside its file: MODEL.json, as training writes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from extractor.errors import ModelCorruptError


def read_curves(model: Path) -> Mapping[str, tuple[float, float]]:
    """Kind of value -> slope and offset of its curve; nothing where there are none, or they are of another file.

    Raises:
        ModelCorruptError: The facts are there, and their curves are not what they should be.
    """
    path, facts = _facts(model)
    try:
        curves = {str(kind): (float(a), float(b)) for kind, (a, b) in facts.get("calibration", {}).items()}
    except (AttributeError, TypeError, ValueError) as error:
        raise _broken(path, str(error)) from error
    if any(not 0 < slope < 1e3 or not abs(offset) < 1e3 for slope, offset in curves.values()):
        raise _broken(path, "a slope is not positive, or a number is absurd")
    return curves


def read_biases(model: Path) -> Mapping[str, float]:
    """What to add to the scores of `null` and of the `end` of a list; 0 where there is nothing about it.

    Raises:
        ModelCorruptError: It is there, and no number of modest size.
    """
    path, facts = _facts(model)
    found: dict[str, float] = {}
    for name in ("null", "end"):
        bias = facts.get(f"{name}_bias", 0.0)
        if isinstance(bias, bool) or not isinstance(bias, int | float) or not abs(bias) < 1e3:
            raise _broken(path, f"{name}_bias is {bias!r}")
        found[name] = float(bias)
    return found


def _facts(model: Path) -> tuple[Path, dict[str, Any]]:
    """The facts beside a model and their file; none where there are none, or they are of another file."""
    path = model.with_suffix(".json")
    try:
        facts: Any = json.loads(path.read_bytes())
        same = isinstance(facts, dict) and facts.get("size_bytes") == model.stat().st_size
    except (OSError, ValueError):
        return path, {}
    return path, facts if same else {}


def _broken(path: Path, told: str) -> ModelCorruptError:
    return ModelCorruptError(
        f"the calibration in {path} is broken: {told}; measure it again, or take it out",
        path=str(path),
        expected="kind -> [slope, offset], and numbers as null_bias and end_bias",
        actual=told,
    )
