"""llama.cpp's own server: parallel slots, continuous batching, `json_schema`."""

from __future__ import annotations

import dataclasses
import http.client
import json
import socket
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from time import perf_counter, sleep
from typing import Any

from benchmarks.measured import Job, Measured, Tally, many, peak_mb, threads
from benchmarks.prompts import prompt
from benchmarks.workloads import WORKLOADS, Workload

_CONTEXT = 1024  # tokens a slot
_START_S = 120


def run(job: Job) -> Measured:
    """Measure with the workload's schema as grammar."""
    return measure(job, {"json_schema": WORKLOADS[job.workload].plain_schema()})


def measure(job: Job, options: dict[str, Any]) -> Measured:
    """Measure many texts, as many clients as slots.

    Args:
        job: What to measure.
        options: Of the request, beside prompt and token limit.
    """
    if not job.server:
        raise FileNotFoundError("no llama-server given (--llama-server PATH)")
    workload = WORKLOADS[job.workload]
    tally = Tally(workload.valid)
    started = perf_counter()
    with _server(job) as (port, process), ThreadPoolExecutor(job.parallel) as clients:
        setup_s = perf_counter() - started
        request = _request(workload, options)

        def answers(texts: Iterator[str], **other: Any) -> list[tuple[str, int]]:
            ask = partial(_ask, port, {**request, **other})
            return list(clients.map(ask, [prompt(workload, text, job.model) for text in texts]))

        answers(workload.texts(job.parallel), n_predict=1)  # the prefix, in every slot
        begun = perf_counter()
        answers(workload.texts(job.parallel, start=job.parallel))
        count = many(job, job.parallel / (perf_counter() - begun))
        begun = perf_counter()
        found = answers(workload.texts(count))
        seconds = perf_counter() - begun
        peak = peak_mb(process)
    for output, tokens in found:
        tally.add(output, tokens)
    return dataclasses.replace(tally.measured(seconds, setup_s), peak_mb=peak)


def _request(workload: Workload, options: dict[str, Any]) -> dict[str, Any]:
    greedy = {"temperature": 0, "samplers": ["temperature"], "n_predict": workload.max_tokens}
    return {**greedy, "cache_prompt": True, "stream": False, **options}


def _ask(port: int, request: dict[str, Any], text: str) -> tuple[str, int]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    connection.request("POST", "/completion", json.dumps({**request, "prompt": text}))
    answer = connection.getresponse()
    found = json.loads(answer.read())
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"llama-server: {found}")
    return found["content"], int(found["tokens_predicted"])


def arguments(job: Job, port: int) -> Sequence[str]:
    """The server's command line: the cores, a slot for every text in flight, nothing it need not do."""
    slots, cores = str(job.parallel), str(threads())
    return (
        *(job.server, "--model", job.model, "--host", "127.0.0.1", "--port", str(port)),
        *("--parallel", slots, "--ctx-size", str(_CONTEXT * job.parallel), "--threads", cores),
        *("--threads-batch", cores, "--cont-batching", "--swa-full", "--no-warmup", "--offline"),
    )


@contextmanager
def _server(job: Job) -> Iterator[tuple[int, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with subprocess.Popen(arguments(job, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port, process)
            yield port, process.pid
        finally:
            process.terminate()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    started = perf_counter()
    while perf_counter() - started < _START_S:
        if process.poll() is not None:
            raise RuntimeError(f"llama-server ended with exit code {process.returncode} while it started")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        sleep(0.05)
    raise TimeoutError(f"llama-server was not ready after {_START_S} s")
