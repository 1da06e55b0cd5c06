"""Continuous batching: one thread owns the engine, everybody else queues.

Requests wait in a queue; as many as the engine has sequences for are in flight. Every step evaluates what each of
them needs next in one batch: a newcomer's text rides along with the others' records, a piece at a time so that a long
one does not stall the rest. A request that ends is replaced at once. Prefixes are evaluated once and shared.
"""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress

import numpy as np

from extractor.decode.prefixes import Prefixes
from extractor.decode.request import Completion, Request
from extractor.decode.slot import Job, Slot, room_for_record
from extractor.engine.protocol import PIECE_TOKENS, PREFIX_SEQUENCES, Engine, Keeper, Work
from extractor.errors import EngineError, ExtractorError
from extractor.grammar.constraint import Mask
from extractor.grammar.masks import mask_words

_SHARE = PIECE_TOKENS // 2  # tokens that every text is sure to get of a step


class Scheduler:
    """Runs requests on an engine. Safe to share between threads."""

    def __init__(self, engine: Engine, keeper: Keeper | None = None) -> None:
        """Prepare; the thread starts with the first request.

        Args:
            engine: What runs the model; nobody else may use it.
            keeper: Keeps evaluated prefixes between processes.
        """
        self._engine = engine
        self._queue: deque[Job] = deque()
        self._wake = threading.Condition()
        self._closing = False  # nothing more is taken in
        self._closed = False  # the engine is freed
        self._free = list(range(PREFIX_SEQUENCES, engine.sequences))
        self._slots: list[Slot] = []
        self._cells: dict[int, int] = {}  # sequence -> cells that its text and record may take
        self._prefixes = Prefixes(engine, keeper)
        self._mask = np.zeros((engine.sequences, mask_words(len(engine.vocabulary))), np.int32)
        self._thread: threading.Thread | None = None

    @property
    def parallel(self) -> int:
        """Texts that can be in flight at once."""
        return self._engine.sequences - PREFIX_SEQUENCES

    def submit(self, request: Request) -> Future[Completion]:
        """Queue a request; its future gives the completion or raises what went wrong.

        Raises:
            EngineError: The scheduler has been closed.
        """
        job = Job(request)
        with self._wake:
            if self._closing:
                raise EngineError("this model has been closed; make a new Extractor")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="extractor-scheduler", daemon=True)
                self._thread.start()
            self._queue.append(job)
            self._wake.notify()
        return job.answer

    @property
    def stopped(self) -> bool:
        """Whether it takes nothing in any more."""
        return self._closing

    def stop(self) -> None:
        """End the thread. Requests that still wait are failed; the engine holds nothing of them afterwards."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join()

    def close(self) -> None:
        """Stop, and free the engine."""
        self.stop()
        with self._wake:
            if self._closed:
                return
            self._closed = True
        self._engine.close()

    def _run(self) -> None:
        try:
            self._serve()
        except BaseException as error:
            self._fail_all(EngineError(f"the scheduler stopped on a bug, please report it: {error!r}"))
            raise
        self._fail_all(EngineError("the model was closed while texts were waiting"))

    def _serve(self) -> None:
        while True:
            with self._wake:
                while not (self._queue or self._slots or self._closing):
                    self._wake.wait()
                if self._closing:
                    return
            self._admit()
            if self._slots:
                self._step()

    def _admit(self) -> None:
        """Start waiting requests, oldest first, as long as there are sequences and cells for them."""
        while self._free and self._queue:
            job = self._queue[0]
            try:
                if not self._make_room(job.request):
                    return
                self._queue.popleft()
                if job.answer.set_running_or_notify_cancel():
                    self._start(job)
            except ExtractorError as error:
                if self._queue and self._queue[0] is job:
                    self._queue.popleft()
                _refuse(job, error)
            except BaseException as error:  # a bug: the thread ends, but nobody may be left waiting
                _refuse(job, EngineError(f"the scheduler stopped on a bug, please report it: {error!r}"))
                raise

    def _make_room(self, request: Request) -> bool:
        """Whether a request fits beside those in flight; idle prefixes give way, the oldest first."""
        need = len(request.body) + room_for_record(request, self._engine)
        while True:
            own = 0 if request.prefix in self._prefixes else len(request.prefix)
            used = sum(self._cells.values()) + self._prefixes.cells
            if used + own + need <= self._engine.cells and not (own and self._prefixes.full):
                return True
            busy = {slot.job.request.prefix for slot in self._slots} | {request.prefix}
            if not self._prefixes.forget_idle(busy):
                return False

    def _start(self, job: Job) -> None:
        prefix = job.request.prefix
        source = self._prefixes.sequence(prefix)
        sequence = self._free.pop(0)
        try:
            slot = Slot(job, sequence, self._engine)
        except ExtractorError:
            self._free.append(sequence)
            raise
        self._engine.share(source, sequence, len(prefix))
        self._cells[sequence] = len(job.request.body) + room_for_record(job.request, self._engine)
        self._slots.append(slot)

    def _works(self) -> tuple[list[Work], list[Slot]]:
        """What every request needs next, decoding ones first so that none of them waits for a long text."""
        works: list[Work] = []
        slots: list[Slot] = []
        wanted = sum(min(slot.waiting(), _SHARE) for slot in self._slots)
        pieces = max(1, -(-wanted // PIECE_TOKENS))  # as few as will do
        room = min(self._engine.batch_tokens, pieces * PIECE_TOKENS)
        for slot in sorted(self._slots, key=Slot.waiting):
            work = slot.work(room)
            if work is not None:
                works.append(work)
                slots.append(slot)
                room -= len(work.tokens)
        return works, slots

    def _masks(self, slots: list[Slot]) -> list[Mask]:
        for slot, mask in zip(slots, self._mask, strict=False):
            slot.fill_mask(mask)
        return list(self._mask[: len(slots)])

    def _step(self) -> None:
        works, slots = self._works()
        scored = [slot for slot, work in zip(slots, works, strict=True) if work.scored]
        try:
            scores = self._engine.evaluate(works, lambda: self._masks(scored))
        except ExtractorError as error:
            self._fail_slots(error)
            return
        for slot, work in zip(slots, works, strict=True):
            slot.evaluated(work)
        for slot, score in zip(scored, scores, strict=True):
            try:
                slot.choose(score)
                if slot.done:
                    slot.job.answer.set_result(slot.completion())
                    self._release(slot)
            except ExtractorError as error:
                slot.job.answer.set_exception(error)
                self._release(slot)

    def _release(self, slot: Slot) -> None:
        self._slots.remove(slot)
        self._engine.forget(slot.sequence)
        del self._cells[slot.sequence]
        self._free.append(slot.sequence)

    def _fail_slots(self, error: ExtractorError) -> None:
        """The engine failed: nobody in flight can go on, and no prefix can be trusted."""
        for slot in list(self._slots):
            slot.job.answer.set_exception(error)
            self._release(slot)
        self._prefixes.clear()

    def _fail_all(self, error: ExtractorError) -> None:
        with self._wake:
            self._closing = True
        self._fail_slots(error)
        while self._queue:
            _refuse(self._queue.popleft(), error)


def _refuse(job: Job, error: ExtractorError) -> None:
    """Fail a job that has no answer yet; who cancelled it, at this very moment perhaps, waits for none."""
    with suppress(InvalidStateError):
        job.answer.set_exception(error)
