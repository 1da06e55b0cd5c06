"""Names, addresses, organisations, phones and dates of the pii data: recognisers alone, the model alone, both."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from extractor import Extractor, ExtractorError
from extractor.api import ready_made
from extractor.evaluate.gold import read_gold
from extractor.hooks.candidate import Candidate, without_overlaps
from extractor.hooks.judge import Judge
from extractor.hooks.pii import LEAST_OF_MODEL
from extractor.hooks.recognise import contact, dates, people, places

# The data's kind -> ours.
KINDS = {
    "person": "person",
    "address": "address",
    "organization": "organization",
    "phone_number": "phone",
    "date_time": "date",
}
_LISTS = {
    "persons": "person",
    "addresses": "address",
    "organizations": "organization",
    "phone_numbers": "phone",
    "date_times": "date",
}


def gold_mentions(record: Any) -> list[tuple[str, str]]:
    """Kind and text of every mention in a record of either schema."""
    if "entities" in record:
        return [(KINDS[e["type"]], e["text"]) for e in record["entities"] if e["type"] in KINDS]
    return [(kind, value) for name, kind in _LISTS.items() for value in record.get(name, [])]


def by_recognisers(text: str) -> list[Candidate]:
    """What the recognisers find, dates and organisations included."""
    found = [
        *people.people(text),
        *places.postal_addresses(text),
        *people.organisations(text),
        *contact.phones(text),
        *dates.dates(text),
    ]
    return [c for kind in set(KINDS.values()) for c in without_overlaps(c for c in found if c.rule == kind)]


def by_model(text: str, extractor: Extractor[Any]) -> list[Candidate]:
    """Everything that the model's record names, however unsure it was."""
    try:
        made = extractor.extract(text)
    except ExtractorError:
        return []
    paths = {path.removeprefix("$."): span for path, span in made.spans.items()}
    found = []
    for index, entity in enumerate(json.loads(made.json)["entities"]):
        span = paths.get(f"entities[{index}].text")
        if span and entity["type"] in KINDS:
            found.append(Candidate(KINDS[entity["type"]], span.start, span.end, 0.5))
    return found


def _count(tally: dict[str, list[int]], text: str, gold: list[tuple[str, str]], found: Iterable[Candidate]) -> None:
    """A mention is found where a candidate of its kind shares half of the longer one's characters, or holds it."""
    left = list(found)
    for kind, value in gold:
        start = text.find(value)
        hit = next((c for c in left if c.rule == kind and _alike(text, c, start, value)), None)
        tally[kind][0 if hit else 2] += 1
        if hit:
            left.remove(hit)
    for candidate in left:
        if candidate.rule in tally or candidate.rule in KINDS.values():
            tally[candidate.rule][1] += 1


def _alike(text: str, candidate: Candidate, start: int, value: str) -> bool:
    written = text[candidate.start : candidate.end]
    shared = min(candidate.end, start + len(value)) - max(candidate.start, start)
    return written in value or value in written or shared * 2 >= max(len(written), len(value))


def annotated(split: str, model: str | None, limit: int | None) -> None:
    """Print precision and recall of the three ways."""
    rows = [
        row
        for row in read_gold(Path(os.environ["EXTRACTOR_DATA"]) / "pii" / f"{split}.jsonl.zst")
        if row.schema in {"pii_entities", "pii_by_type"}
    ][:limit]
    tallies: dict[str, dict[str, list[int]]] = {
        way: defaultdict(lambda: [0, 0, 0]) for way in ("recognisers", "model", "both")
    }
    schema = ready_made.load("personal_data")
    judge = Judge(schema, model or "auto", use_cache=False)
    with Extractor(schema, model=model, parallel=1, max_tokens=256) as extractor:
        for row in rows:
            gold = gold_mentions(row.record)
            rules = by_recognisers(row.text)
            added = [c for c in judge.personal(row.text) if c.confidence >= LEAST_OF_MODEL]
            new = [c for c in added if not any(c.start < r.end and r.start < c.end for r in rules if r.rule == c.rule)]
            for way, found in (("recognisers", rules), ("model", by_model(row.text, extractor)), ("both", rules + new)):
                _count(tallies[way], row.text, gold, found)
    judge.close()
    print(f"{len(rows)} rows of pii {split}")
    print("| type | way | precision | recall |\n|---|---|---|---|")
    for kind in KINDS.values():
        for way, tally in tallies.items():
            right, wrong, missed = tally[kind]
            print(f"| {kind} | {way} | {right / max(1, right + wrong):.3f} | {right / max(1, right + missed):.3f} |")
