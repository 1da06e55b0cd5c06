"""Names, addresses, organisations, phones and dates of the pii data: recognisers alone, the model alone, both."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from extractor.api import ready_made
from extractor.evaluate.gold import read_gold
from extractor.hooks.candidate import Candidate, without_overlaps
from extractor.hooks.judge import Judge, names_and_addresses
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


def _added(text: str, rules: list[Candidate], entities: list[Candidate]) -> list[Candidate]:
    """What the hook would add of the model's entities: names and addresses, where no recogniser has found one."""
    sure = names_and_addresses(entities, text)
    return [c for c in sure if not any(c.start < r.end and r.start < c.end for r in rules if r.rule == c.rule)]


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
    judge = Judge(ready_made.load("personal_data"), model or "auto", use_cache=False)
    for row in rows:
        gold = gold_mentions(row.record)
        rules = by_recognisers(row.text)
        entities = judge.entities(row.text)
        alone = [c._replace(rule=KINDS[c.rule]) for c in entities if c.rule in KINDS]
        both = rules + _added(row.text, rules, entities)
        for way, found in (("recognisers", rules), ("model", alone), ("both", both)):
            _count(tallies[way], row.text, gold, found)
    judge.close()
    print(f"{len(rows)} rows of pii {split}")
    print("| type | way | precision | recall |\n|---|---|---|---|")
    for kind in KINDS.values():
        for way, tally in tallies.items():
            right, wrong, missed = tally[kind]
            print(f"| {kind} | {way} | {right / max(1, right + wrong):.3f} | {right / max(1, right + missed):.3f} |")
