"""Rows -> token ids, through extractor's own prompt and layout.

Rows of one schema share their prefix, so they are kept in groups: the schema is evaluated once for all of them, in
training as in decoding. Only tokens that the grammar leaves open carry loss.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractor.grammar.vocabulary import Vocabulary
from extractor.prompt.schema_text import Detail, render
from extractor.prompt.template import Brief, ExtractorTemplate, Template, encode
from extractor.record.layout import dumps, pieces
from extractor.schema.nodes import Declaration, JSONValue

_OWN = ExtractorTemplate()
_MOST_ROWS = 64  # of a group in a batch
DETAILS: tuple[Detail, ...] = ("full", "no_descriptions", "no_labels")


@dataclass(frozen=True, slots=True)
class Example:
    """One row: token ids `(n,)`, and which of them carry loss `(n,)`."""

    ids: NDArray[np.int32]
    open: NDArray[np.bool_]


@dataclass(slots=True)
class Group:
    """Rows that share a schema.

    Attributes:
        name: `task/schema`.
        weight: Its share of the training, relative to the others'.
        prefixes: The prompt prefix at each level of detail.
        examples: The rows, shortest first.
    """

    name: str
    weight: float
    prefixes: list[NDArray[np.int32]]
    examples: list[Example]


def record_tokens(record: JSONValue, vocabulary: Vocabulary) -> tuple[list[int], list[bool]]:
    """Tokens of a record, and which of them the grammar leaves open."""
    ids: list[int] = []
    loss: list[bool] = []
    begun_array = False
    for piece in pieces(dumps(record)):
        tokens = vocabulary.encode(piece.data.decode())
        choice = piece.kind != "structure" or piece.data in (b", ", b"]")
        flags = [choice] * len(tokens)
        if begun_array:
            flags[0] = True  # an element, or the end of the list
        begun_array = piece.data == b"["
        ids += tokens
        loss += flags
    return ids, loss


def example(text: str, record: JSONValue, vocabulary: Vocabulary, template: Template = _OWN) -> Example:
    """Tokenise one row."""
    body = encode(template.body(text), vocabulary)
    ids, loss = record_tokens(record, vocabulary)
    return Example(np.array(body + ids, np.int32), np.array([False] * len(body) + loss))


def prefix(
    declaration: Declaration, detail: Detail, vocabulary: Vocabulary, template: Template = _OWN
) -> NDArray[np.int32]:
    """Tokenise a schema's prompt prefix."""
    return np.array(encode(template.prefix(Brief(render(declaration, detail))), vocabulary), np.int32)


def prefixes(declaration: Declaration, vocabulary: Vocabulary, template: Template = _OWN) -> list[NDArray[np.int32]]:
    """A schema's prompt prefix at every level of detail, in the order of `DETAILS`: the longest first."""
    return [prefix(declaration, detail, vocabulary, template) for detail in DETAILS]


def fitting(examples: Iterable[Example], most: int) -> list[Example]:
    """The examples of at most `most` tokens, shortest first."""
    return sorted((e for e in examples if len(e.ids) <= most), key=lambda e: len(e.ids))


@dataclass(frozen=True, slots=True)
class Batch:
    """Groups for one step; of each a prefix `(p,)`, rows `(r, t)` padded with 0, and open tokens `(r, t)`."""

    prefixes: list[NDArray[np.int32]]
    rows: list[NDArray[np.int64]]
    open: list[NDArray[np.bool_]]

    def tokens(self) -> int:
        """Tokens in the batch, padding not counted."""
        return sum(len(p) for p in self.prefixes) + sum(int((r > 0).sum()) for r in self.rows)


def _pad(examples: list[Example]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    width = max(len(e.ids) for e in examples)
    ids = np.zeros((len(examples), width), np.int64)
    loss = np.zeros((len(examples), width), np.bool_)
    for i, e in enumerate(examples):
        ids[i, : len(e.ids)] = e.ids
        loss[i, : len(e.ids)] = e.open
    return ids, loss


def batches(
    groups: list[Group], tokens: int, group_tokens: int, seed: int, detail_odds: Mapping[Detail, float]
) -> Iterator[Batch]:
    """Yield batches for ever.

    Args:
        groups: What to draw from.
        tokens: Tokens of a batch, about.
        group_tokens: Tokens that the rows of one group take, about.
        seed: The same seed gives the same batches.
        detail_odds: How often each level of detail is shown.
    """
    rng = random.Random(seed)
    weights = [g.weight for g in groups]
    odds = [detail_odds.get(d, 0.0) for d in DETAILS]
    while True:
        batch = Batch([], [], [])
        room = tokens
        while room > 0:
            group = rng.choices(groups, weights)[0]
            chosen = group.prefixes[rng.choices(range(len(DETAILS)), odds)[0]]
            start = rng.randrange(len(group.examples))
            near = group.examples[max(0, start - 60) : start + 60]  # of about the same length: little padding
            longest = max(len(e.ids) for e in near)
            wanted = max(group_tokens, 2 * len(chosen))  # a long schema is worth more rows
            rows = rng.sample(near, min(len(near), max(1, wanted // longest), _MOST_ROWS))
            ids, loss = _pad(rows)
            batch.prefixes.append(chosen)
            batch.rows.append(ids)
            batch.open.append(loss)
            room -= len(chosen) + ids.size
        yield batch
