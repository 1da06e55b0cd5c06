"""What a model wrote twice is taken out of the record: in lists of distinct items, and of one place in the text."""

from __future__ import annotations

import json
from dataclasses import replace

from extractor.decode.choice import Choice
from extractor.decode.repeats import cut_out
from extractor.decode.request import Completion
from extractor.ground.repeats import said_again
from extractor.schema.nodes import Declaration
from extractor.validate.repeats import has_distinct_lists, repeated_items
from extractor.validate.walk import findings


def distinct(declaration: Declaration, completion: Completion) -> Completion:
    """Leave every item of a list of distinct items standing once, the first time it was written.

    Args:
        declaration: The schema.
        completion: A record as decoded.

    Returns:
        The completion without repeated items; as it was where a list would then hold too few.
    """
    if not has_distinct_lists(declaration):
        return completion
    data, choices = completion.text.encode(), list(completion.choices)
    while cuts := repeated_items(declaration, data.decode()):
        data, choices = cut_out(cuts, data, choices)
    return _shortened(declaration, completion, data, choices)


def said_once(declaration: Declaration, completion: Completion, text: str) -> Completion:
    """Leave items that are equal and quote the same places of the text standing once.

    A text that names something once has it once; small models say it again, and again.

    Args:
        declaration: The schema.
        completion: A record as decoded.
        text: What it was decoded from.

    Returns:
        The completion without those items; as it was where a list would then hold too few.
    """
    data, choices = completion.text.encode(), list(completion.choices)
    while cuts := said_again(declaration, data.decode(), text):
        data, choices = cut_out(cuts, data, choices)
    return _shortened(declaration, completion, data, choices)


def _shortened(declaration: Declaration, completion: Completion, data: bytes, choices: list[Choice]) -> Completion:
    if len(data) == len(completion.text.encode()) or any(findings(declaration, json.loads(data))):
        return completion
    return replace(completion, text=data.decode(), choices=tuple(choices))
