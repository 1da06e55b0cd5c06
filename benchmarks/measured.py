"""What a process is asked to measure, and what it answers; both travel between processes as JSON."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

_SHOWN = 400  # characters


@dataclass(frozen=True, slots=True)
class Lengths:
    """Mean tokens of a text's parts, as the first system found them: what free decoding and the floor go by.

    Attributes:
        prefix: Tokens of what all texts share.
        body: Tokens of the text and what leads over to the record.
        record: Tokens of the record.
    """

    prefix: int
    body: int
    record: int


@dataclass(frozen=True, slots=True)
class Job:
    """One measurement.

    Attributes:
        system: Name of the system.
        workload: Name of the workload.
        model: Path of a GGUF.
        seconds: About how long to measure, loading left out.
        at_least: Texts to measure all the same.
        most: Texts to stop at.
        parallel: Texts in flight at once, where a system can.
        server: Path of a llama-server, or "".
        lengths: Known once this project has run.
    """

    system: str
    workload: str
    model: str
    seconds: float
    at_least: int = 2
    most: int = 1024
    parallel: int = 8
    server: str = ""
    lengths: Lengths | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One system on one workload.

    Attributes:
        records: Records made while the clock ran.
        seconds: What they took.
        record_tokens: Tokens of all these records, forced ones included.
        valid: Records that fit the schema.
        setup_s: Loading the model and compiling the schema; not in `seconds`.
        decode_s: Of `seconds`, what was not prefill; None where that cannot be told.
        peak_mb: Most resident memory of the process, the model's file included, in MiB.
        lengths: For this project only.
        first: The first record, or its beginning.
    """

    records: int
    seconds: float
    record_tokens: int
    valid: int
    setup_s: float = 0.0
    decode_s: float | None = None
    peak_mb: float = 0.0
    lengths: Lengths | None = None
    first: str = ""

    @property
    def records_per_s(self) -> float:
        return self.records / self.seconds

    @property
    def tokens_a_record(self) -> float:
        return self.record_tokens / self.records

    @property
    def tokens_per_s(self) -> float:
        return self.record_tokens / self.seconds


@dataclass(slots=True)
class Tally:
    """Counts outputs as they come."""

    valid_output: Callable[[str], bool]
    records: int = 0
    tokens: int = 0
    valid: int = 0
    first: str = ""
    _outputs: list[str] = field(default_factory=list)

    def add(self, output: str, tokens: int) -> None:
        """Note an output; it is validated later, off the clock."""
        self._outputs.append(output)
        self.records += 1
        self.tokens += tokens

    def measured(self, seconds: float, setup_s: float, decode_s: float | None = None) -> Measured:
        """Sum up."""
        valid = sum(map(self.valid_output, self._outputs))
        first = self._outputs[0][:_SHOWN] if self._outputs else ""
        return Measured(self.records, seconds, self.tokens, valid, setup_s, decode_s, first=first)


def one_by_one(job: Job, texts: Sequence[str], step: Callable[[str], None]) -> float:
    """Call `step` text after text for the job's time; return the seconds it took."""
    started = perf_counter()
    for done, text in enumerate(texts):
        if done >= job.at_least and perf_counter() - started >= job.seconds:
            break
        step(text)
    return perf_counter() - started


def many(job: Job, rate: float) -> int:
    """How many texts fill the job's time at a rate of so many a second, in whole rounds of those in flight."""
    rounds = max(round(rate * job.seconds / job.parallel), 1)
    return max(min(rounds * job.parallel, job.most), job.at_least)


def peak_mb(process: int | str = "self") -> float:
    """Most memory that a process has had resident, in MiB (Linux)."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"/proc/{process}/status tells no peak of memory")


def threads() -> int:
    """Threads that every system gets: the cores this process may use."""
    return len(os.sched_getaffinity(0))
