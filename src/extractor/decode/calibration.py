"""Confidence that means something: the share of values so sure that are right, as measured on labelled rows."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from extractor.record.layout import leaves
from extractor.schema.nodes import JSONValue

Kind: TypeAlias = Literal["verbatim", "label", "string", "number", "boolean", "null", "list"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_LARGEST = 500.0  # log odds: what a float can be raised to
_EDGE = 1e-6  # what a probability is kept away from 0 and 1, so that its logit is finite


@dataclass(frozen=True, slots=True)
class Calibration:
    """A curve for every kind of value: `sigmoid(slope * logit(p) + offset)`.

    Source: Platt 1999, Probabilistic outputs for support vector machines.

    Attributes:
        curves: Kind -> slope, offset; a kind without one keeps its probability. Slopes are positive, so that what was
            surer stays surer.
    """

    curves: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def of(self, kind: Kind, probability: float) -> float:
        """How often a value of that kind and probability is right; 1, where the grammar left no choice, stays 1."""
        if kind not in self.curves or probability >= 1.0:
            return probability
        slope, offset = self.curves[kind]
        odds = math.exp(min(slope * logit(probability) + offset, _LARGEST))
        return odds / (1 + odds)


def logit(probability: float) -> float:
    """Log odds of a probability, finite for 0 and 1 too."""
    inside = min(max(probability, _EDGE), 1 - _EDGE)
    return math.log(inside / (1 - inside))


def kind_of(value: JSONValue, path: str, spans: Container[str], labels: Container[str]) -> Kind:
    """The kind of a string, number, true, false, null or empty list; for the other arguments see `calibrated`."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "verbatim" if path in spans else "label" if path in labels else "string"
        case _:
            return "list"


def calibrated(
    calibration: Calibration, text: str, spans: Container[str], labels: Container[str], confidence: Mapping[str, float]
) -> dict[str, float]:
    """Confidences put right.

    Args:
        calibration: How.
        text: The record in the canonical layout.
        spans: Paths of the values that have a place in the text.
        labels: Paths of the strings that are one of a few.
        confidence: Record path -> probability.
    """
    values = dict(leaves(text))
    return {
        path: calibration.of(kind_of(values.get(path, []), path, spans, labels), probability)
        for path, probability in confidence.items()
    }
