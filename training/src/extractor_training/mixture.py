"""Which tasks the embedded model is trained on, how much of each, and the rows made from them."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import islice
from pathlib import Path

from extractor.schema.from_json_schema import from_json_schema
from extractor.schema.nodes import JSONValue
from extractor_training.corpus import Row, declaration, marked_schema, task_names, task_rows, verbatim_marks
from extractor_training.dataset import Group, Tokeniser, fitting
from extractor_training.lending import lent_rows
from extractor_training.refused import refused_rows
from extractor_training.swap import swapped_rows
from extractor_training.synth import refill
from extractor_training.variants import variant

# Shares of the groups trained on, by source: a task, one schema of it, or a way to make rows from several.
SHARES: Mapping[str, float] = {
    "nlu_eval": 20,
    "refilled": 19,
    "clinc/clinc_full": 18,
    "swapped": 14,
    "clinc": 10,
    "sgd": 9,
    "forms": 9,
    "clinc/clinc_domain": 8,
    "snips": 7.5,
    "varied": 6,
    "plain": 5,
    "personal_data": 5,
    "pii": 4.5,
    "turns": 3.5,
    "restaurant8k": 3,
    "banking77": 3,
    "orders": 2.5,
    "contact": 2.5,
    "invoice": 2,
    "event": 2,
    "wikigold": 1.3,
    "uner_ewt": 1.3,
    "names": 1.2,
    "btc": 1.2,
    "fewrel_wiki": 1.2,
    "goemotions": 1.2,
    "entities": 1.2,
    "e2e": 1,
    "coffee_order": 1,
    "nlupp": 1,
    "support_ticket": 1,
    "wnut17": 0.9,
    "composed_lists": 0.8,
    "multidogo": 0.8,
    "product_info": 0.6,
    "person_name": 0.6,
    "reviews": 0.6,
    "long": 0.5,
}
# Short texts, many of them spoken, whose records hold labels and quotes: they may lose a word (`word_dropout`).
_DROPPABLE = frozenset(
    {"banking77", "btc", "clinc", "goemotions", "multidogo", "nlu_eval", "nlupp"}
    | {"restaurant8k", "sgd", "snips", "wnut17"}
)
_MOST_TOKENS = 640  # of a row; longer ones belong to the long rows


# What `composed_lists` is put together from: without a task, its lists are left out too.
_PARTS = {
    "e2e": "restaurant_list",
    "product_info": "laptop_list",
    "fewrel_wiki": "fact_list",
    "person_name": "people_list",
    "coffee_order": "order_queue",
}


def groups(
    roots: Iterable[Path],
    tokeniser: Tokeniser,
    without: Set[str] = frozenset(),
    most: int | None = None,
) -> list[Group]:
    """Tokenise every task that is there, a group a schema; within a task they weigh by the square root of their rows.

    Args:
        roots: Folders of tasks.
        tokeniser: Of the model.
        without: Tasks to leave out, with whatever is made from them.
        most: Rows of a task, drawn by lot; None: all of them.
    """
    found: list[Group] = []
    for root in roots:
        for task in task_names(root, without):
            if task in SHARES:
                found += _task_groups(root, task, tokeniser, without, most)
    return found


def weighted(groups: Iterable[Group], shares: Mapping[str, float] = SHARES) -> list[Group]:
    """The groups with every source weighing its share: a group named in full, else the part of its name before `/`."""
    found = [(group, group.name if group.name in shares else group.name.split("/")[0]) for group in groups]
    total: dict[str, float] = defaultdict(float)
    for group, source in found:
        total[source] += group.weight
    return [replace(g, weight=g.weight * shares[s] / total[s]) for g, s in found if shares[s]]


def _by_schema(root: Path, task: str, without: Set[str] = frozenset(), most: int | None = None) -> dict[str, list[Row]]:
    """Train rows of a task by schema, in an order of chance; none that are made from a task that is left out."""
    hidden = {_PARTS[part] for part in without if part in _PARTS}
    rows = task_rows(root, task, "train")
    schemas = {name: marked_schema(root, task, name) for name in sorted({r.schema for r in rows})}
    rows += lent_rows(rows, schemas)
    rows += refused_rows(root, task, rows, schemas, without)
    random.Random(0).shuffle(rows)
    return _grouped(row for row in rows[:most] if row.schema not in hidden)


def _grouped(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Schema name, in order -> its rows."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.schema].append(row)
    return dict(sorted(found.items()))


def _task_groups(root: Path, task: str, tokeniser: Tokeniser, without: Set[str], most: int | None) -> list[Group]:
    by_schema = _by_schema(root, task, without, most)
    return [_group(root, task, name, math.sqrt(len(rows)), rows, tokeniser) for name, rows in by_schema.items()]


def _group(root: Path, task: str, schema: str, weight: float, rows: list[Row], tokeniser: Tokeniser) -> Group:
    declared = declaration(root, task, schema)
    made = tokeniser.examples(declared, ((row.text, row.record) for row in rows))
    shown, fit = tokeniser.prefixes(declared), fitting(made, _MOST_TOKENS)
    return Group(f"{task}/{schema}", weight, shown, fit, task in _DROPPABLE)


def plain_groups(groups: Iterable[Group], roots: Sequence[Path], tokeniser: Tokeniser) -> Iterator[Group]:
    """The same rows where the schema asks for any string instead of a quote, as a plain `str` field does.

    Args:
        groups: Of tasks, with all quotes marked; those that quote nothing are left out.
        roots: Folders of the tasks.
        tokeniser: Of the model.
    """
    for group in groups:
        task, schema = group.name.split("/")
        root = _root_of(roots, task, schema)
        assert root is not None
        if any(verbatim_marks(root, task).get(schema, {}).values()):
            asked = tokeniser.prefixes(declaration(root, task, schema, marked=False))
            yield replace(group, name=f"plain/{group.name}", prefixes=asked)


def _root_of(roots: Iterable[Path], task: str, schema: str) -> Path | None:
    """The folder of tasks that has a schema."""
    return next((r for r in roots if (r / task / "schemas" / f"{schema}.json").exists()), None)


_VARIANTS = 4  # of a schema
_ROWS_A_VARIANT = 40
_FEWEST_ROWS = 12
_MANY_SCHEMAS = 50  # a task with so many is varied enough with one variant of each


def varied_groups(
    roots: Iterable[Path], tokeniser: Tokeniser, without: Set[str] = frozenset(), seed: int = 0
) -> list[Group]:
    """Rows under a part of their schema, a group a variant; every task weighs by the logarithm of its schemas."""
    found: list[Group] = []
    for root in roots:
        for task in task_names(root, without):
            if task in SHARES:
                found += _task_variants(root, task, _by_schema(root, task, without), tokeniser, seed)
    tasks = Counter(group.name.split("/")[1] for group in found)
    for group in found:
        n = tasks[group.name.split("/")[1]]
        group.weight = (1 + math.log(n)) / n
    return found


def _task_variants(
    root: Path, task: str, by_schema: Mapping[str, list[Row]], tokeniser: Tokeniser, seed: int
) -> Iterator[Group]:
    rng = random.Random(f"{seed}:{task}")
    for name, rows in by_schema.items():
        schema = marked_schema(root, task, name)
        for i in range(_VARIANTS if len(by_schema) < _MANY_SCHEMAS else 1):
            asked = variant(rng, schema)
            chosen = list(islice(asked.rows(rng.sample(rows, len(rows))), _ROWS_A_VARIANT))
            if len(chosen) >= _FEWEST_ROWS:
                declared = from_json_schema(asked.schema)
                made = fitting(tokeniser.examples(declared, chosen), _MOST_TOKENS)
                shown = tokeniser.prefixes(declared)
                yield Group(f"varied/{task}/{name}/{i}", 1.0, shown, made, task in _DROPPABLE)


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
    roots: Sequence[Path],
    tokeniser: Tokeniser,
    rows: int,
    longest: int,
    without: Set[str] = frozenset(),
    seed: int = 0,
) -> list[Group]:
    """Rows of 150 to `longest` tokens, as many of each order of size: lists one after the other, single facts buried.

    Args:
        roots: Folders of tasks; the first has the texts that facts are buried in.
        tokeniser: Of the model.
        rows: Of each schema.
        longest: Tokens, prefix included.
        without: Tasks to leave out, but for the texts that facts are buried in.
        seed: The same seed gives the same rows.
    """
    rng = random.Random(seed)
    filler = [r.text for r in task_rows(roots[0], "fewrel_wiki", "train")]
    filler += [r.text for r in task_rows(roots[0], "goemotions", "train")][: len(filler)]
    made: list[Group] = []
    pairs = [(*pair, True) for pair in _LISTS] + [(*pair, False) for pair in _SINGLES]
    for task, schema, joined in pairs:
        if task in without:
            continue
        root = _root_of(roots, task, schema)
        if root is None:
            continue
        source = [r for r in task_rows(root, task, "train") if r.schema == schema]
        declared = declaration(root, task, schema)
        shown = tokeniser.prefixes(declared)
        room = longest - max(len(p) for p in shown)
        texts = [
            _joined(rng, source, room, tokeniser) if joined else _buried(rng, source, filler, room, tokeniser)
            for _ in range(rows)
        ]
        made.append(Group(f"long/{schema}", 1.0, shown, fitting(tokeniser.examples(declared, texts), room)))
    return made


def _goal(rng: random.Random, room: int) -> int:
    return round(math.exp(rng.uniform(math.log(_SHORTEST_LONG), math.log(room - 60))))


def _joined(rng: random.Random, source: list[Row], room: int, tokeniser: Tokeniser) -> tuple[str, JSONValue]:
    goal = _goal(rng, room)
    texts: list[str] = []
    entities: list[JSONValue] = []
    size = 0
    while True:
        row = rng.choice(source)
        size += tokeniser.length(row.text) + 10 * len(row.record["entities"])
        if size > goal and texts:
            break
        texts.append(row.text)
        entities += row.record["entities"]
    return "\n".join(texts), {"entities": entities}


def _buried(
    rng: random.Random, source: list[Row], filler: list[str], room: int, tokeniser: Tokeniser
) -> tuple[str, JSONValue]:
    row = rng.choice(source)
    goal = min(_goal(rng, room), room - 300) - tokeniser.length(row.text)
    before: list[str] = []
    after: list[str] = []
    share = rng.random()  # the fact may stand anywhere
    while goal > 0:
        text = rng.choice(filler)
        goal -= tokeniser.length(text) + 1
        (before if rng.random() < share else after).append(text)
    return "\n".join([*before, row.text, *after]), row.record


def refilled_groups(root: Path, tokeniser: Tokeniser, count: int, seed: int = 0) -> list[Group]:
    """Rows of the task `pii` written anew, a group a schema."""
    return [
        replace(_group(root, refill.TASK, schema, len(rows), rows, tokeniser), name=f"refilled/{schema}")
        for schema, rows in _grouped(refill.rows(root, count, seed)).items()
    ]


# Each task's part of the rows with other values in their wording.
_SWAPPED = {
    "snips": 34,
    "nlu_eval": 22,
    "sgd": 17,
    "restaurant8k": 9,
    "btc": 6,
    "wikigold": 5,
    "uner_ewt": 4,
    "nlupp": 3,
    "wnut17": 3,
    "person_name": 2,
}


def swapped_groups(
    root: Path, tokeniser: Tokeniser, most: int, without: Set[str] = frozenset(), seed: int = 0
) -> list[Group]:
    """Rows with other values in their wording, at most `most` a task, a group a schema."""
    found: list[Group] = []
    for task in (name for name in task_names(root, without) if name in _SWAPPED):
        made = swapped_rows(task_rows(root, task, "train"), verbatim_marks(root, task), seed)
        by_schema = _grouped(islice(made, most))
        total = sum(math.sqrt(len(rows)) for rows in by_schema.values())
        for schema, rows in by_schema.items():
            group = _group(root, task, schema, _SWAPPED[task] * math.sqrt(len(rows)) / total, rows, tokeniser)
            found.append(replace(group, name=f"swapped/{task}/{schema}"))
    return found
