"""A request in flight: its place in the engine and the tokens it still has to have evaluated."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np

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
        constraint = self._constraint(request)
        self._record = RecordSequence(constraint.matcher(), self._engine.vocabulary, request.last_said_again)
        self._position = self._start
        self._pending = [*request.body, *self._record.force()]

    def _constraint(self, request: Request) -> Constraint:
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
        return Work(self.sequence, self._position, tokens, scored=len(tokens) == len(self._pending))

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
        self._position += len(work.tokens)
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
        best = self._best(scores)
        weights = np.exp(scores.logits - scores.logits.max())  # in single precision: a free string has 200,000 of them
        probability = float(weights[best]) / float(weights.sum(dtype=np.float64))
        self._pending = self._record.choose(int(scores.ids[best]), probability)
        self._check_budget()

    def _best(self, scores: Scores) -> int:
        """Index of the best legal token that repeats no key and no item; of the best one, if all do."""
        best = int(scores.logits.argmax())
        if not self._record.repeats(int(scores.ids[best])):
            return best
        ranked = np.argsort(-scores.logits, kind="stable")
        return next((int(i) for i in ranked if not self._record.repeats(int(scores.ids[i]))), best)

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
