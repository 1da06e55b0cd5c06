"""Which tasks the embedded model is trained on, how much of each, and the rows made from them."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from extractor.grammar.vocabulary import Vocabulary
from extractor.schema.nodes import JSONValue
from extractor_training.corpus import Row, declaration, task_rows
from extractor_training.dataset import Example, Group, example, fitting, prefixes
from extractor_training.synth import refill

# Shares of the groups trained on, by task; `REFILLED` and `LONG` come on top.
SHARES: Mapping[str, float] = {
    "snips": 16,
    "banking77": 6,
    "personal_data": 5,
    "pii": 4,
    "e2e": 3,
    "clinc": 3,
    "restaurant8k": 3,
    "sgd": 3,
    "nlu_eval": 3,
    "invoice": 2.5,
    "contact": 2,
    "uner_ewt": 1.5,
    "btc": 1.5,
    "wikigold": 1.5,
    "entities": 1.5,
    "event": 1.2,
    "support_ticket": 1.2,
    "fewrel_wiki": 1,
    "product_info": 1,
    "goemotions": 0.8,
    "nlupp": 0.8,
    "coffee_order": 0.6,
    "composed_lists": 0.6,
    "wnut17": 0.6,
    "person_name": 0.5,
    "reviews": 0.5,
    "multidogo": 0.1,
}
REFILLED = 30.0
LONG = 12.0
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
    made = (example(row.text, row.record, vocabulary) for row in rows)
    shown = prefixes(declaration(root, task, schema), vocabulary)
    return Group(f"{task}/{schema}", weight, shown, fitting(made, _MOST_TOKENS))


# Long rows: what makes the model read to the end of its context.
_LISTS = (
    ("wikigold", "wikigold_entities"),
    ("uner_ewt", "webtext_entities"),
    ("pii", "pii_entities"),
    ("btc", "btc_entities"),
)
_SINGLES = (
    ("e2e", "e2e_restaurant"),
    ("restaurant8k", "restaurant_booking"),
    ("contact", "contact"),
    ("event", "event"),
    ("support_ticket", "support_ticket"),
    ("invoice", "invoice"),
)
_SHORTEST_LONG = 150


def long_groups(
    roots: Sequence[Path], vocabulary: Vocabulary, rows: int, longest: int, weight: float, seed: int = 0
) -> list[Group]:
    """Rows of 150 to `longest` tokens, as many of each order of size: lists one after the other, single facts buried.

    Args:
        roots: Folders of tasks; the first has the texts that facts are buried in.
        vocabulary: To tokenise with.
        rows: Of each schema.
        longest: Tokens, prefix included.
        weight: Of all of them together.
        seed: The same seed gives the same rows.
    """
    rng = random.Random(seed)
    filler = [r.text for r in task_rows(roots[0], "fewrel_wiki", "train")]
    filler += [r.text for r in task_rows(roots[0], "goemotions", "train")][: len(filler)]
    made: list[Group] = []
    pairs = [(*pair, True) for pair in _LISTS] + [(*pair, False) for pair in _SINGLES]
    for task, schema, joined in pairs:
        root = next((r for r in roots if (r / task / "schemas" / f"{schema}.json").exists()), None)
        if root is None:
            continue
        source = [r for r in task_rows(root, task, "train") if r.schema == schema]
        shown = prefixes(declaration(root, task, schema), vocabulary)
        room = longest - max(len(p) for p in shown)
        examples = [
            _joined(rng, source, room, vocabulary) if joined else _buried(rng, source, filler, room, vocabulary)
            for _ in range(rows)
        ]
        made.append(Group(f"long/{schema}", weight / len(pairs), shown, fitting(examples, room)))
    return made


def _goal(rng: random.Random, room: int) -> int:
    return round(math.exp(rng.uniform(math.log(_SHORTEST_LONG), math.log(room - 60))))


def _joined(rng: random.Random, source: list[Row], room: int, vocabulary: Vocabulary) -> Example:
    goal = _goal(rng, room)
    texts: list[str] = []
    entities: list[JSONValue] = []
    size = 0
    while True:
        row = rng.choice(source)
        size += len(vocabulary.encode(row.text)) + 10 * len(row.record["entities"])
        if size > goal and texts:
            break
        texts.append(row.text)
        entities += row.record["entities"]
    return example("\n".join(texts), {"entities": entities}, vocabulary)


def _buried(rng: random.Random, source: list[Row], filler: list[str], room: int, vocabulary: Vocabulary) -> Example:
    row = rng.choice(source)
    goal = min(_goal(rng, room), room - 300) - len(vocabulary.encode(row.text))
    before: list[str] = []
    after: list[str] = []
    share = rng.random()  # the fact may stand anywhere
    while goal > 0:
        text = rng.choice(filler)
        goal -= len(vocabulary.encode(text)) + 1
        (before if rng.random() < share else after).append(text)
    return example("\n".join([*before, row.text, *after]), row.record, vocabulary)


def refilled_groups(root: Path, vocabulary: Vocabulary, count: int, weight: float, seed: int = 0) -> list[Group]:
    """Rows of the task `pii` written anew, a group a schema."""
    by_schema: dict[str, list[Row]] = defaultdict(list)
    for row in refill.rows(root, count, seed):
        by_schema[row.schema].append(row)
    return [
        replace(
            _group(root, refill.TASK, schema, weight * len(rows) / count, rows, vocabulary), name=f"refilled/{schema}"
        )
        for schema, rows in sorted(by_schema.items())
    ]
