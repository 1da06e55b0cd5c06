"""The child's side of a pool: opens an extractor, takes tasks from a pipe and sends back what it made of them."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TypeAlias

from extractor.batch.making import Made, Mapper, made_rows
from extractor.batch.row import Row
from extractor.errors import EngineError, ExtractorError

TASKS_AT_ONCE = 2  # while the last texts of one task are decoded, the next one's fill the gaps

Opener: TypeAlias = Callable[[], AbstractContextManager[Mapper]]


@dataclass(frozen=True, slots=True)
class Task:
    """Some rows for one worker.

    Attributes:
        number: Which chunk of the input they are of.
        part: Which part of that chunk.
        rows: They.
        deaths: How many workers have ended while they were alone with it.
        alone: Whether a worker gets nothing else meanwhile, since one of its rows may end the process.
    """

    number: int
    part: int
    rows: Sequence[Row]
    deaths: int = 0
    alone: bool = False


Answer: TypeAlias = tuple[int, int, "list[Made] | ExtractorError"]


Said: TypeAlias = "Answer | ExtractorError | None"


def serve(connection: Connection[Said, Task], opener: Opener, text_field: str, cores: frozenset[int]) -> None:
    """Work until the pipe is closed.

    Args:
        connection: Tasks come in; answers, one a task, go out. First of all: None, or why there is no extractor.
        opener: Opens the extractor.
        text_field: What errors about a text call it.
        cores: Processor cores to run on; llama.cpp starts as many threads.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)
    sending = threading.Lock()

    def work(task: Task) -> None:
        answer = _answer(mapper, task, text_field)
        with sending:
            connection.send((task.number, task.part, answer))

    with ExitStack() as stack:
        try:
            mapper = stack.enter_context(opener())
        except ExtractorError as error:
            connection.send(error)
            return
        with suppress(BrokenPipeError):  # the parent has gone while the model was loaded: `_next` sees that
            connection.send(None)
        threads = stack.enter_context(ThreadPoolExecutor(TASKS_AT_ONCE))
        while (task := _next(connection)) is not None:
            threads.submit(work, task)
        os._exit(0)  # nobody waits for what is still being made


def _next(connection: Connection[Said, Task]) -> Task | None:
    try:
        return connection.recv()
    except (EOFError, ConnectionResetError):  # the parent has closed its end, or is gone
        return None


def _answer(mapper: Mapper, task: Task, text_field: str) -> list[Made] | ExtractorError:
    try:
        return list(made_rows(mapper, task.rows, text_field))
    except ExtractorError as error:
        return error
    except Exception as error:  # noqa: BLE001  a bug here must reach the parent, not hang it
        return EngineError(f"a worker stopped on a bug, please report it: {error!r}")
