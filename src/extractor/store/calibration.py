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
    path = model.with_suffix(".json")
    try:
        facts: Any = json.loads(path.read_bytes())
        if not isinstance(facts, dict) or facts.get("size_bytes") != model.stat().st_size:
            return {}
    except (OSError, ValueError):
        return {}
    try:
        curves = {str(kind): (float(a), float(b)) for kind, (a, b) in facts.get("calibration", {}).items()}
    except (AttributeError, TypeError, ValueError) as error:
        raise _broken(path, str(error)) from error
    if any(not 0 < slope < 1e3 or not abs(offset) < 1e3 for slope, offset in curves.values()):
        raise _broken(path, "a slope is not positive, or a number is absurd")
    return curves


def _broken(path: Path, told: str) -> ModelCorruptError:
    return ModelCorruptError(
        f"the calibration in {path} is broken: {told}; measure it again, or take it out",
        path=str(path),
        expected="kind -> [slope, offset]",
        actual=told,
    )
