"""Which tasks the embedded model is trained on, how much of each, and the rows made from them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from extractor.grammar.vocabulary import Vocabulary
from extractor.schema.nodes import JSONValue
from extractor_training.corpus import Row, declaration, task_rows
from extractor_training.dataset import DETAILS, Example, Group, example, prefix

# Shares of the training, by task. The first four are measured by name; the rest widen.
SHARES: Mapping[str, float] = {
    "snips": 20,
    "e2e": 9,
    "banking77": 13,
    "pii": 13,
    "clinc": 5,
    "nlu_eval": 4,
    "goemotions": 4,
    "restaurant8k": 3,
    "nlupp": 2,
    "uner_ewt": 2,
    "wikigold": 2,
    "btc": 2,
    "wnut17": 1,
    "fewrel_wiki": 2,
    "product_info": 2,
    "person_name": 1,
    "coffee_order": 1,
    "composed_lists": 1,
    "multidogo": 1,
    "sgd": 2,
    "invoice": 4,
    "event": 3,
    "support_ticket": 3,
    "contact": 3,
    "reviews": 2,
    "entities": 2,
    "personal_data": 4,
}
_MOST_TOKENS = 640  # of a row; longer ones belong to the long rows


def groups(roots: Iterable[Path], vocabulary: Vocabulary, shares: Mapping[str, float] = SHARES) -> list[Group]:
    """Tokenise every task that is there, a group a schema."""
    found: list[Group] = []
    for root in roots:
        for task in sorted(p.name for p in root.iterdir() if (p / "schemas").is_dir()):
            if task in shares:
                found += _task_groups(root, task, shares[task], vocabulary)
    return found


def _task_groups(root: Path, task: str, share: float, vocabulary: Vocabulary) -> list[Group]:
    by_schema: dict[str, list[Row]] = defaultdict(list)
    for row in task_rows(root, task, "train"):
        by_schema[row.schema].append(row)
    total = sum(len(rows) ** 0.7 for rows in by_schema.values())
    return [
        _group(root, task, schema, share * len(rows) ** 0.7 / total, rows, vocabulary)
        for schema, rows in sorted(by_schema.items())
    ]


def _group(root: Path, task: str, schema: str, weight: float, rows: list[Row], vocabulary: Vocabulary) -> Group:
    declared = declaration(root, task, schema)
    made = [example(row.text, row.record, vocabulary) for row in rows]
    kept = sorted((e for e in made if len(e.ids) <= _MOST_TOKENS), key=lambda e: len(e.ids))
    prefixes = [prefix(declared, detail, vocabulary) for detail in DETAILS]
    return Group(f"{task}/{schema}", weight, prefixes, kept)


# Long rows: what makes the model read to the end of its context.
_LISTS = (
    ("wikigold", "wikigold_entities"),
    ("uner_ewt", "webtext_entities"),
    ("pii", "pii_entities"),
    ("btc", "btc_entities"),
)
_SINGLES = (("pii", "pii_contact"), ("e2e", "e2e_restaurant"), ("restaurant8k", "restaurant_booking"))


def long_groups(
    root: Path, vocabulary: Vocabulary, rows: int, longest: int, weight: float, seed: int = 0
) -> list[Group]:
    """Rows of up to `longest` tokens: list tasks put one after the other, single facts among unrelated text."""
    rng = random.Random(seed)
    filler = [r.text for r in task_rows(root, "fewrel_wiki", "train")]
    made: list[Group] = []
    pairs = [(*pair, True) for pair in _LISTS] + [(*pair, False) for pair in _SINGLES]
    for task, schema, joined in pairs:
        source = [r for r in task_rows(root, task, "train") if r.schema == schema]
        declared = declaration(root, task, schema)
        prefixes = [prefix(declared, detail, vocabulary) for detail in DETAILS]
        room = longest - max(len(p) for p in prefixes)
        examples = [
            _joined(rng, source, room, vocabulary) if joined else _buried(rng, source, filler, room, vocabulary)
            for _ in range(rows)
        ]
        examples.sort(key=lambda e: len(e.ids))
        made.append(Group(f"long/{schema}", weight / len(pairs), prefixes, [e for e in examples if len(e.ids) <= room]))
    return made


def _joined(rng: random.Random, source: list[Row], room: int, vocabulary: Vocabulary) -> Example:
    goal = rng.randint(room // 5, room - 50)
    texts: list[str] = []
    entities: list[JSONValue] = []
    size = 0
    while True:
        row = rng.choice(source)
        size += len(vocabulary.encode(row.text)) + 10 * len(row.record["entities"])
        if size > goal:
            break
        texts.append(row.text)
        entities += row.record["entities"]
    return example("\n".join(texts), {"entities": entities}, vocabulary)


def _buried(rng: random.Random, source: list[Row], filler: list[str], room: int, vocabulary: Vocabulary) -> Example:
    row = rng.choice(source)
    goal = rng.randint(room // 5, room - 250) - len(vocabulary.encode(row.text))
    before: list[str] = []
    after: list[str] = []
    while goal > 0:
        text = rng.choice(filler)
        goal -= len(vocabulary.encode(text)) + 1
        (before if rng.random() < 0.5 else after).append(text)
    return example("\n".join([*before, row.text, *after]), row.record, vocabulary)
