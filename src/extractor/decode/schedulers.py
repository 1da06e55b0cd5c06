"""Several schedulers of one model, each with an engine of its own: more engines where many texts wait.

A small model's matrices leave little to share among threads. Two engines with a core each are faster than one with
two, since one decodes while the other does what no engine does: masks, choices, records (docs/performance.md).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace

from extractor.decode.request import Completion, Request
from extractor.decode.scheduler import Scheduler
from extractor.errors import ExtractorError

_FULL = 2  # texts waiting for every one in flight: fewer are done before another engine is ready


@dataclass(frozen=True, slots=True)
class Spare:
    """How to get more engines.

    Attributes:
        open: Open one and put it to work.
        most: Engines in all.
        divide: Told whether others than the first have texts, whenever that changes: it leaves them their cores.
    """

    open: Callable[[], Scheduler]
    most: int
    divide: Callable[[bool], None]


class Schedulers:
    """Runs requests on the engine that has the fewest of them. Safe to share between threads."""

    def __init__(self, first: Scheduler, spare: Spare | None = None) -> None:
        """Prepare.

        Args:
            first: Always there.
            spare: Where more come from; None: there is only the first.
        """
        self._schedulers = [first]
        self._texts = [0]  # that each of them has
        self._spare = spare
        self._counting = threading.Lock()
        self._opening = threading.Lock()

    @property
    def parallel(self) -> int:
        """Texts that can be in flight at once, when every engine is open."""
        return self._schedulers[0].parallel * (self._spare.most if self._spare else 1)

    def submit(self, request: Request) -> Future[Completion]:
        """Queue a request; its future gives the completion or raises what went wrong.

        Raises:
            EngineError: The schedulers have been closed.
        """
        index = self._chosen()
        try:
            answer = self._schedulers[index].submit(request)
        except BaseException:
            self._done(index)
            raise
        answer.add_done_callback(lambda _: self._done(index))
        return answer

    def _chosen(self) -> int:
        """The scheduler with the fewest texts, one more from now on."""
        with self._counting:
            index = self._least()
            full = self._texts[index] >= _FULL * self._schedulers[index].parallel
        if full:
            self._open_another()
        with self._counting:
            index = self._least()
            self._count(index, 1)
        return index

    def _least(self) -> int:
        return min(range(len(self._texts)), key=self._texts.__getitem__)

    def _open_another(self) -> None:
        """Open an engine more, if there may be one and nobody is at it; where that fails, those that are there do."""
        spare = self._spare
        if spare is None or len(self._schedulers) >= spare.most or not self._opening.acquire(blocking=False):
            return
        try:
            if len(self._schedulers) < spare.most and not self.stopped:
                opened = spare.open()
                with self._counting:
                    self._schedulers.append(opened)
                    self._texts.append(0)
        except ExtractorError:
            self._spare = replace(spare, most=len(self._schedulers))
        finally:
            self._opening.release()

    def _done(self, index: int) -> None:
        with self._counting:
            self._count(index, -1)

    def _count(self, index: int, change: int) -> None:
        before = any(self._texts[1:])
        self._texts[index] += change
        now = any(self._texts[1:])
        if self._spare and now != before:
            self._spare.divide(now)

    @property
    def stopped(self) -> bool:
        """Whether one of them takes nothing in any more."""
        return any(scheduler.stopped for scheduler in self._schedulers)

    def stop(self) -> None:
        """End their threads. Requests that still wait are failed."""
        with self._opening:
            for scheduler in self._schedulers:
                scheduler.stop()

    def close(self) -> None:
        """Stop, and free the engines."""
        with self._opening:
            for scheduler in self._schedulers:
                scheduler.close()
