"""Rows dealt to several processes, and taken back in order; a process that ends on its own costs no row.

Every worker loads the model for itself; the pages of the file are shared by the system.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any

from extractor.batch.making import Made
from extractor.batch.row import Row
from extractor.batch.rows import error_row
from extractor.batch.worker import TASKS_AT_ONCE, Answer, Opener, Task, serve
from extractor.errors import EngineError, ExtractorError

_CHUNKS_AHEAD = 4  # chunks for every worker that may be unfinished or wait for an earlier one
_MOST_DEATHS = 6  # in a row, without a task done in between
_ALONE_DEATHS = 2  # after which a row that was alone is taken to be the cause


@dataclass(slots=True, eq=False)
class _Worker:
    process: BaseProcess
    pipe: Connection[Any, Any]
    ready: bool = False
    tasks: list[Task] = field(default_factory=list)

    def takes(self, task: Task) -> bool:
        if not self.tasks:
            return True
        return len(self.tasks) < TASKS_AT_ONCE and not task.alone and not self.tasks[0].alone


@dataclass(slots=True)
class _Chunk:
    rows: list[Row]
    missing: int = 1
    parts: dict[int, list[Made]] = field(default_factory=dict)


class Pool:
    """Some workers; a context manager. Their threads together are as many as this process may use cores."""

    def __init__(self, opener: Opener, workers: int, chunk_rows: int, text_field: str) -> None:
        """Start the workers.

        Args:
            opener: Opens an extractor; it travels to another process.
            workers: How many processes.
            chunk_rows: Rows a worker gets at a time.
            text_field: What errors about a text call it.

        Raises:
            ExtractorError: Why a worker could not open one.
            EngineError: A worker ended while it loaded the model.
        """
        self._opener, self._text_field, self._chunk_rows = opener, text_field, chunk_rows
        self._cores = shares(sorted(os.sched_getaffinity(0)), workers)
        self._tasks: deque[Task] = deque()
        self._chunks: dict[int, _Chunk] = {}
        self._deaths = 0
        self._workers = [self._start(cores) for cores in self._cores]
        try:
            while not all(worker.ready for worker in self._workers):
                self._listen()
        except BaseException:
            self.close()
            raise

    def rows(self, rows: Iterator[Row]) -> Iterator[Made]:
        """Make rows, in order; the input is read a bounded number of rows ahead.

        Raises:
            EngineError: The engine failed in a worker, or workers keep ending.
        """
        begun = given = 0
        left = True
        while left or self._chunks:
            while left and begun - given < _CHUNKS_AHEAD * len(self._workers):
                chunk = list(islice(rows, self._chunk_rows))
                left = bool(chunk)
                if chunk:
                    self._chunks[begun] = _Chunk(chunk)
                    self._tasks.append(Task(begun, 0, chunk))
                    begun += 1
            self._deal()
            while given in self._chunks and not self._chunks[given].missing:
                parts = self._chunks.pop(given).parts
                given += 1
                for part in sorted(parts):
                    yield from parts[part]
            if self._chunks:
                self._listen()

    def _deal(self) -> None:
        for worker in sorted(self._workers, key=lambda one: len(one.tasks)):
            while worker.ready and self._tasks and worker.takes(self._tasks[0]):
                task = self._tasks.popleft()
                worker.tasks.append(task)
                with suppress(BrokenPipeError, ConnectionResetError):  # it has just ended: `_listen` sees that
                    worker.pipe.send(task)

    def _listen(self) -> None:
        """Wait until a worker says something or ends."""
        for pipe in wait([worker.pipe for worker in self._workers]):
            worker = next(one for one in self._workers if one.pipe is pipe)
            try:
                self._heard(worker, worker.pipe.recv())
            except (EOFError, ConnectionResetError):
                self._died(worker)

    def _heard(self, worker: _Worker, message: Answer | ExtractorError | None) -> None:
        if message is None:
            worker.ready = True
            return
        if isinstance(message, ExtractorError):
            raise message
        number, part, made = message
        if isinstance(made, ExtractorError):
            raise made
        self._deaths = 0
        worker.tasks = [task for task in worker.tasks if (task.number, task.part) != (number, part)]
        self._done(number, part, made)

    def _done(self, number: int, part: int, made: list[Made]) -> None:
        chunk = self._chunks[number]
        chunk.parts[part] = made
        chunk.missing -= 1

    def _died(self, worker: _Worker) -> None:
        """Put another in its place. The rows it had are tried again one by one, so that the one to blame is found."""
        worker.process.join()
        self._deaths += 1
        told = _how_it_ended(worker.process.exitcode)
        if not worker.ready or self._deaths >= _MOST_DEATHS:
            raise EngineError(
                f"a worker process {told}{'' if worker.ready else ' while it loaded the model'}; the rows so far are "
                "written, try fewer --workers and go on with --resume"
            )
        for task in reversed(worker.tasks):
            if not task.alone:
                self._chunks[task.number].missing = len(task.rows)
                singles = [Task(task.number, part, [row], alone=True) for part, row in enumerate(task.rows)]
                self._tasks.extendleft(reversed(singles))
            elif task.deaths + 1 < _ALONE_DEATHS:
                self._tasks.appendleft(replace(task, deaths=task.deaths + 1))
            else:
                self._done(task.number, task.part, [_given_up(task.rows[0], told)])
        at = self._workers.index(worker)
        worker.pipe.close()
        self._workers[at] = self._start(self._cores[at])

    def _start(self, cores: frozenset[int]) -> _Worker:
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        arguments = (there, self._opener, self._text_field, cores)
        process = context.Process(target=serve, args=arguments, daemon=True, name="extractor-worker")
        process.start()
        there.close()
        return _Worker(process, here)

    def close(self) -> None:
        """End the workers."""
        for worker in self._workers:
            worker.pipe.close()  # which ends it
        for worker in self._workers:
            worker.process.join()

    def __enter__(self) -> Pool:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()


def available_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))


def shares(cores: list[int], workers: int) -> list[frozenset[int]]:
    """Deal cores to workers, so that no two of them share one as long as there are enough."""
    if workers >= len(cores):
        return [frozenset([cores[at % len(cores)]]) for at in range(workers)]
    return [frozenset(cores[at::workers]) for at in range(workers)]


def _how_it_ended(code: int | None) -> str:
    return f"was ended by signal {-code}" if code is not None and code < 0 else f"ended with exit code {code}"


def _given_up(row: Row, told: str) -> Made:
    error = EngineError(f"the worker process {told} on this text, twice")
    return Made(error_row(row.label, error, carried=row.carried), "EngineError", 0, 0, row.end_byte)
