"""Lists of distinct items: what a model wrote twice is taken out of the record again."""

from __future__ import annotations

import json
from dataclasses import replace

from extractor.decode.repeats import cut_out
from extractor.decode.request import Completion
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
    if len(data) == len(completion.text.encode()) or any(findings(declaration, json.loads(data))):
        return completion
    return replace(completion, text=data.decode(), choices=tuple(choices))
