"""Measured figures -> the table of a model card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_BEGIN, _END = "<!-- measured -->", "<!-- /measured -->"
_COLUMNS = ("micro_f1", "precision", "recall", "exact", "valid", "valid_wrong")
_HEAD = "| data | rows | micro-F1 | precision | recall | exact records | valid | valid but wrong |"


def with_figures(card: str, figures: Mapping[str, Mapping[str, Any]], measured: str) -> str:
    """Put a table of figures between the card's marks.

    Args:
        card: The card, in Markdown.
        figures: Task -> what `extractor eval --json` reports of it.
        measured: When and on what, in words.

    Raises:
        ValueError: The card has no marks.
    """
    if _BEGIN not in card or _END not in card:
        raise ValueError(f"the card has no {_BEGIN} ... {_END}")
    rows = [
        f"| {task} | {found['n']} | " + " | ".join(f"{found[column]:.3f}" for column in _COLUMNS) + " |"
        for task, found in figures.items()
    ]
    table = "\n".join([measured, "", _HEAD, "|" + "---|" * 8, *rows])
    before, rest = card.split(_BEGIN, 1)
    return f"{before}{_BEGIN}\n{table}\n{_END}{rest.split(_END, 1)[1]}"
