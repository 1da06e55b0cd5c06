"""How records are decoded, beyond what the schema says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from extractor.decode.biases import Biases
from extractor.errors import InputError


@dataclass(frozen=True, slots=True)
class Decoding:
    """Settings of decoding; the defaults are meant to be kept.

    Attributes:
        repairs: Most further records to decode for a text whose record a check or a validator refuses; 0: none.
        long: What to do with a text that does not fit in the context: `refuse` it, or `split` it and put the parts'
            records together.
        min_confidence: Values that the model is less sure of than this become null where the schema lets them, and
            are told in `Extraction.uncertain`; a number from 0 to 1 for every value, or one by path
            (`{"$": 0.5, "items[].price": 0.9}`: the nearest path that holds a value counts). None: all are kept.
        calibrated: Whether confidences are put right by the curves stored with the model; else they are the
            probabilities as decoded.
        labels: How enums and booleans are chosen: `whole`: the label that is the most likely as a whole; `first`: token
            by token, each the most likely one after those before it.
        null_bias: Added to the score of null, in units of logits, where a value begins that may be null: above 0,
            fewer values are found and more of them are right. None: what the model was calibrated to.
        end_bias: Added likewise to the score of the end of a list where another item could stand.
    """

    repairs: int = 8
    long: Literal["refuse", "split"] = "refuse"
    min_confidence: float | Mapping[str, float] | None = None
    calibrated: bool = True
    labels: Literal["whole", "first"] = "whole"
    null_bias: float | None = None
    end_bias: float | None = None

    def __post_init__(self) -> None:
        """Check the settings.

        Raises:
            InputError: One of them is not what it should be.
        """
        if isinstance(self.repairs, bool) or not isinstance(self.repairs, int) or self.repairs < 0:
            raise InputError(f"repairs must be a whole number, 0 or more, not {self.repairs!r}", path="repairs")
        if self.long not in ("refuse", "split"):
            raise InputError(f"long must be 'refuse' or 'split', not {self.long!r}", path="long")
        least = self.min_confidence
        for value in least.values() if isinstance(least, Mapping) else [0.0 if least is None else least]:
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
                raise InputError(f"min_confidence must be from 0 to 1, not {value!r}", path="min_confidence")
        if self.labels not in ("whole", "first"):
            raise InputError(f"labels must be 'whole' or 'first', not {self.labels!r}", path="labels")
        for name, bias in (("null_bias", self.null_bias), ("end_bias", self.end_bias)):
            if bias is not None and not _is_finite(bias):
                raise InputError(f"{name} must be a finite number or None, not {bias!r}", path=name)

    def biases(self, calibrated: Biases) -> Biases:
        """What is asked for; else what the model was calibrated to."""
        null, end = self.null_bias, self.end_bias
        return Biases(calibrated.null if null is None else null, calibrated.end if end is None else end)


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
