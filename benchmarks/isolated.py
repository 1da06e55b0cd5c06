"""Runs one measurement in a process of its own, so that memory is its own and a crash is nobody else's."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from importlib import import_module
from typing import Any

from benchmarks.measured import Job, Lengths, Measured, peak_mb
from benchmarks.peers import MODULES

_MARK = "MEASURED "


class Skipped(Exception):  # noqa: N818 - no error: a system that is not here
    """A system cannot be measured here; the message says why."""


def measure(job: Job, timeout_s: float = 600) -> Measured:
    """Measure in a fresh process.

    Raises:
        Skipped: The system is not installed, failed, or took too long.
    """
    asked = json.dumps(dataclasses.asdict(job))
    command = [sys.executable, "-m", "benchmarks.isolated", asked]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, timeout=timeout_s)
    except subprocess.TimeoutExpired as error:
        raise Skipped(f"took longer than {timeout_s:.0f} s") from error
    for line in done.stdout.splitlines():
        if line.startswith(_MARK):
            return read(line.removeprefix(_MARK))
    last = (done.stderr.strip().splitlines() or [f"exit {done.returncode}, no message"])[-1]
    raise Skipped(last.removeprefix("benchmarks.isolated.Skipped: "))


def read(line: str) -> Measured:
    """Read what a process wrote."""
    found: dict[str, Any] = json.loads(line)
    found["lengths"] = Lengths(**found["lengths"]) if found["lengths"] else None
    return Measured(**found)


def main() -> None:
    """Measure the job given as JSON in the one argument."""
    asked: dict[str, Any] = json.loads(sys.argv[1])
    asked["lengths"] = Lengths(**asked["lengths"]) if asked["lengths"] else None
    job = Job(**asked)
    measured: Measured = import_module(MODULES[job.system]).run(job)
    if not measured.peak_mb:
        measured = dataclasses.replace(measured, peak_mb=peak_mb())
    print(_MARK + json.dumps(dataclasses.asdict(measured)))


if __name__ == "__main__":
    main()
