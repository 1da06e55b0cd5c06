"""Rows -> token ids, through extractor's own prompt and layout.

Rows of one schema share their prefix, so they are kept in groups: the schema is evaluated once for all of them, in
training as in decoding. Only tokens that the grammar leaves open carry loss.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from extractor.errors import DecodeError
from extractor.grammar.backends import make_backend
from extractor.grammar.constraint import Constraint, Matcher
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
        droppable: Whether texts may lose words that their records do not quote (`word_dropout`).
    """

    name: str
    weight: float
    prefixes: list[NDArray[np.int32]]
    examples: list[Example]
    droppable: bool = False


def record_tokens(record: JSONValue, constraint: Constraint, vocabulary: Vocabulary) -> tuple[list[int], list[bool]]:
    """Tokens of a record, and which of them carry loss.

    Those are the tokens of values, and of structure whatever the grammar does not force: an item or the end of a list,
    the end of a number, an object where null could stand, the name of an undeclared member.

    Raises:
        DecodeError: The grammar has no such record.
    """
    matcher = constraint.matcher()
    ids: list[int] = []
    loss: list[bool] = []
    for piece in pieces(dumps(record)):
        tokens = vocabulary.encode(piece.data.decode())
        if piece.kind == "structure":
            loss += _unforced(matcher, tokens, vocabulary)
        else:
            matcher.consume(tokens)
            loss += [True] * len(tokens)
        ids += tokens
    return ids, loss


def _unforced(matcher: Matcher, tokens: Sequence[int], vocabulary: Vocabulary) -> Iterator[bool]:
    """Follow tokens; of each, whether something else could stand there."""
    forced = b""
    for token in tokens:
        forced = forced or matcher.forced()
        data = vocabulary.tokens[token]
        given = forced.startswith(data)
        yield not given
        forced = forced[len(data) :] if given else b""
        matcher.consume([token])


class Tokeniser:
    """Turns rows and schemas into token ids, as `extract` would show them to a model.

    Args:
        vocabulary: The model's.
        template: The model's.
    """

    def __init__(self, vocabulary: Vocabulary, template: Template = _OWN) -> None:
        self._vocabulary, self._template = vocabulary, template
        self._backend = make_backend("llguidance", vocabulary)

    def length(self, text: str) -> int:
        """Tokens of a text."""
        return len(self._vocabulary.encode(text))

    def prefixes(self, declaration: Declaration) -> list[NDArray[np.int32]]:
        """A schema's prompt prefix at every level of detail, in the order of `DETAILS`: the longest first."""
        parts = [self._template.prefix(Brief(render(declaration, detail))) for detail in DETAILS]
        return [np.array(encode(part, self._vocabulary), np.int32) for part in parts]

    def examples(self, declaration: Declaration, rows: Iterable[tuple[str, JSONValue]]) -> Iterator[Example]:
        """Tokenise rows of a text and its record; records that no decoding could write are left out."""
        constraint = self._backend.constraint(declaration, None)
        for text, record in rows:
            body = encode(self._template.body(text), self._vocabulary)
            try:
                ids, loss = record_tokens(record, constraint, self._vocabulary)
            except DecodeError:
                continue
            yield Example(np.array(body + ids, np.int32), np.array([False] * len(body) + loss))


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


Worn: TypeAlias = Callable[[random.Random, Example, Example], Example]


def batches(
    groups: list[Group],
    tokens: int,
    group_tokens: int,
    seed: int,
    detail_odds: Mapping[Detail, float],
    worn: Worn | None = None,
) -> Iterator[Batch]:
    """Yield batches for ever.

    Args:
        groups: What to draw from.
        tokens: Tokens of a batch, about.
        group_tokens: Tokens that the rows of one group take, about.
        seed: The same seed gives the same batches.
        detail_odds: How often each level of detail is shown.
        worn: What becomes of an example of a droppable group each time it is shown, beside another of about its length.
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
            if worn is not None and group.droppable:
                rows = [worn(rng, row, rng.choice(near)) for row in rows]
            ids, loss = _pad(rows)
            batch.prefixes.append(chosen)
            batch.rows.append(ids)
            batch.open.append(loss)
            room -= len(chosen) + ids.size
        yield batch
