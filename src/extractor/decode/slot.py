"""A request in flight: its place in the engine and the tokens it still has to have evaluated."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from extractor.decode.labels import LabelSearch
from extractor.decode.request import Completion, Request
from extractor.decode.sequence import RecordSequence
from extractor.engine.protocol import Engine, Scores, Work
from extractor.errors import ContextOverflowError, DecodeError, ExtractorError
from extractor.grammar.constraint import Constraint, Mask
from extractor.record.extraction import Status

_MOST_NESTED = 80  # open objects and arrays; what lies deeper can be decoded, but no JSON reader is sure to take it


@dataclass(slots=True)
class Job:
    """A request and the future its answer goes to."""

    request: Request
    answer: Future[Completion] = field(default_factory=Future)


class Slot:
    """One sequence of the engine at work on one job."""

    def __init__(self, job: Job, sequence: int, engine: Engine) -> None:
        """Start on a job whose prefix the sequence already holds.

        Raises:
            ContextOverflowError: Prefix and text leave no room for a record.
            BudgetError: The smallest record does not fit the budget.
        """
        self.job, self.sequence, self._engine = job, sequence, engine
        self._start = len(job.request.prefix)
        self._budget = room_for_record(job.request, engine)
        self._attempt = 0
        self._begin()

    def _begin(self) -> None:
        request = self.job.request
        self._failure: DecodeError | None = None
        self._constraint = self._make_constraint(request)
        self._record = self._new_record()
        self._search: LabelSearch | None = None
        self._evaluated: list[int] = []  # of body and record
        self._pending = [*request.body, *self._record.force()]

    def _new_record(self) -> RecordSequence:
        again = self.job.request.last_said_again
        return RecordSequence(self._constraint.matcher(), self._engine.vocabulary, again)

    def _make_constraint(self, request: Request) -> Constraint:
        """Compile this attempt's constraint; a bug in that is this text's failure and nobody else's."""
        try:
            return request.attempts[self._attempt](self._budget)
        except ExtractorError:
            raise
        except Exception as error:
            raise DecodeError(f"the constraint could not be made, please report the schema: {error!r}") from error

    def work(self, room: int) -> Work | None:
        """The next tokens to evaluate, at most `room` of them; None if there is no room."""
        if room <= 0:
            return None
        tokens = self._pending[:room]
        position = self._start + len(self._evaluated)
        return Work(self.sequence, position, tokens, scored=len(tokens) == len(self._pending))

    def waiting(self) -> int:
        """Tokens not evaluated yet."""
        return len(self._pending)

    def fill_mask(self, mask: Mask) -> None:
        """Write the legal next tokens; none if the matcher has failed, which `choose` then raises."""
        try:
            self._record.fill_mask(mask)
        except DecodeError as error:  # this text's failure: the others of the batch go on
            self._failure = error
            mask.fill(0)

    def evaluated(self, work: Work) -> None:
        """Note that the engine has taken a work."""
        self._evaluated += work.tokens
        self._pending = self._pending[len(work.tokens) :]

    def choose(self, scores: Scores) -> None:
        """Take the best legal token, and what it forces.

        Raises:
            DecodeError: The matcher failed, no token is legal, or the last attempt has no budget left.
        """
        if self._failure is not None:
            raise self._failure
        if len(scores.ids) == 0:
            raise DecodeError("the constraint allows no token here; please report the schema")
        logits = self.job.request.biases.added(scores, self._record, self._engine.vocabulary)
        if self._search is None and self._begins_label():
            self._search = LabelSearch(self._record)
        best = self._best(scores.ids, logits)
        if self._search is None:
            weights = np.exp(logits - logits.max())  # in single precision: a free string has 200,000 of them
            probability = float(weights[best]) / float(weights.sum(dtype=np.float64))
            self._pending = self._record.choose(int(scores.ids[best]), probability)
        else:
            way = self._search.choose(self._record, scores.ids, _log_shares(logits), best)
            self._pending = self._record.choose(way.token, way.probability)
            self._look_further(self._search)
        self._check_budget()

    def _begins_label(self) -> bool:
        return self._record.begins_scalar_or_content and self.job.request.is_label(self._record.place)

    def _look_further(self, search: LabelSearch) -> None:
        """Where a label is whole, go on with a way that may lead to a better one, or with what follows the best."""
        followed = self._record
        while search.has_ended(self._record):
            way = search.next()
            if way is None:
                if search.best is not None and search.way is not search.best:
                    self._record = search.best.replay(self._new_record())
                self._search = None
                break
            self._record = way.replay(self._new_record())
        if self._record is not followed:
            self._rewind()

    def _rewind(self) -> None:
        """Let the engine hold of the record just what it shares with what has been evaluated."""
        body = self.job.request.body
        wanted = [*body, *self._record.tokens]
        pairs = zip(self._evaluated[len(body) :], self._record.tokens, strict=False)
        shared = next((i for i, (held, token) in enumerate(pairs, len(body)) if held != token), len(self._evaluated))
        if shared < len(self._evaluated):
            self._engine.forget(self.sequence, self._start + shared)
            del self._evaluated[shared:]
        self._pending = wanted[shared:]

    def _best(self, ids: NDArray[np.int64], logits: NDArray[np.float32]) -> int:
        """Index of the best legal token that repeats no key and no item; of the best one, if all do."""
        best = int(logits.argmax())
        if not self._record.repeats(int(ids[best])):
            return best
        ranked = np.argsort(-logits, kind="stable")
        return next((int(i) for i in ranked if not self._record.repeats(int(ids[i]))), best)

    @property
    def done(self) -> bool:
        """Whether the record is whole."""
        return self._record.done

    def _check_budget(self) -> None:
        used = self._record.token_count
        last = self._attempt + 1 == len(self.job.request.attempts)
        runs_away = self._record.depth > _MOST_NESTED and not last
        if not runs_away and (used < self._budget or (self.done and used == self._budget)):
            return
        self._attempt += 1
        if self._attempt == len(self.job.request.attempts):
            raise DecodeError(f"the record did not close within {self._budget} tokens; please report the schema")
        self._engine.forget(self.sequence, self._start)
        self._begin()

    def completion(self) -> Completion:
        """The finished record."""
        status: Status = "complete" if self._attempt == 0 else "truncated"
        text, choices = self._record.finished()
        return Completion(text, status, tuple(choices), self._record.token_count)


def _log_shares(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Logarithms of the tokens' shares of their probability together."""
    shifted = logits.astype(np.float64) - float(logits.max())
    shares: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum())
    return shares


def room_for_record(request: Request, engine: Engine) -> int:
    """Tokens that the record may take: what was asked for, within what the context leaves.

    Raises:
        ContextOverflowError: The context leaves nothing.
    """
    used = len(request.prefix) + len(request.body)
    room = engine.context_tokens - used
    if room < 1:
        raise ContextOverflowError(
            f"the text does not fit: schema and text take {used} tokens, the context holds {engine.context_tokens}; "
            "shorten the text, split it (--long split) or use a model with a larger context",
            prompt_tokens=used,
            limit=engine.context_tokens,
        )
    return room if request.max_tokens is None else min(room, request.max_tokens)
