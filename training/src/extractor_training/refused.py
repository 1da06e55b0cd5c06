"""Rows that a router must refuse: the few of its own show little of all that people may ask beside its fields.

Texts come from three sources: questions about the world at large, requests of another task that no field of the router
covers, and comments.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import islice
from pathlib import Path
from typing import Any

from extractor_training.corpus import Row, task_rows
from extractor_training.lending import refusals
from extractor_training.synth.questions import questions

_SHARE = 0.08  # of a router's rows, on top of them
_STRANGERS_SHARE, _COMMENTS_SHARE = 0.3, 0.1  # of those; the others are questions
# Task -> what of nlu_eval is foreign to all of its fields: schema -> intents; none: whatever it has.
_STRANGERS: Mapping[str, Mapping[str, Set[str]]] = {
    "clinc": {
        "nlu_news": frozenset(),
        "nlu_social": frozenset(),
        "nlu_qa": frozenset({"factoid", "stock"}),
        "nlu_email": frozenset({"query", "sendemail"}),
    }
}
_COMMENT = re.compile(r"[a-z,.'?!]+(?: [a-z,.'?!]+){3,9}")


def refused_rows(
    data: Path, task: str, rows: Sequence[Row], schemas: Mapping[str, Any], without: Set[str] = frozenset()
) -> Iterator[Row]:
    """Yield rows that the task's routers refuse; none where nothing is known to be foreign to it.

    Args:
        data: Folder of the tasks.
        task: Whose routers.
        rows: Its rows.
        schemas: Its JSON Schemas, by name.
        without: Tasks whose texts are not shown.
    """
    if task not in _STRANGERS:
        return
    rng = random.Random(7)
    strangers = [] if "nlu_eval" in without else _strangers(data, _STRANGERS[task])
    comments = [] if "goemotions" in without else _comments(data)
    asked = questions(seed=5)
    have = Counter(row.schema for row in rows)
    for router, record in refusals(schemas):
        count = round(_SHARE * have[router])
        texts = _some(rng, strangers, round(_STRANGERS_SHARE * count))
        texts += _some(rng, comments, round(_COMMENTS_SHARE * count))
        texts += islice(asked, count - len(texts))
        yield from (Row(task, router, text, record) for text in texts)


def _strangers(data: Path, asked: Mapping[str, Set[str]]) -> list[str]:
    rows = [row for row in task_rows(data, "nlu_eval", "train") if row.schema in asked]
    kept = {r.text for r in rows if not asked[r.schema] or r.record["intent"] in asked[r.schema]}
    return sorted(kept)


def _comments(data: Path) -> list[str]:
    return sorted({t for r in task_rows(data, "goemotions", "train") if _COMMENT.fullmatch(t := r.text.lower())})


def _some(rng: random.Random, texts: Sequence[str], count: int) -> list[str]:
    return rng.sample(texts, min(count, len(texts)))
