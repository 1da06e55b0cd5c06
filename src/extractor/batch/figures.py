"""How far a batch is, and what it took."""

from __future__ import annotations

import json
import resource
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from extractor.batch.making import Made
from extractor.batch.output import Kept
from extractor.errors import OutputError
from extractor.store.durable import replace_text

End = Literal["running", "complete", "stopped", "interrupted", "failed"]


@dataclass(frozen=True, slots=True)
class BatchState:
    """How far a batch is.

    Attributes:
        rows: Rows in the output.
        errors: Error rows among them.
        kept: Rows that were there before this run.
        done_bytes: How far the input has been worked through.
        total_bytes: Size of the input; 0 where no one knows.
        cut_bytes: Bytes of a torn row that resuming cut away.
        seconds: Since the first text was handed to the model.
        tokens: Tokens of this run's records; of these, `sampled` were the model's choice.
        sampled: See `tokens`.
        error_types: How many error rows of each type.
        uncertain: Rows with a value that the model was not sure of.
        cpu_seconds: What this run's processes have used of the processor; 0 until the end.
        end: How it stands; `stopped`: by too many error rows.
    """

    rows: int
    errors: int
    kept: int
    done_bytes: int
    total_bytes: int
    cut_bytes: int
    seconds: float
    tokens: int
    sampled: int
    error_types: Mapping[str, int]
    uncertain: int
    cpu_seconds: float = 0.0
    end: End = "running"

    @property
    def new_rows(self) -> int:
        """Rows that this run wrote."""
        return self.rows - self.kept

    def figures(self) -> dict[str, Any]:
        """Everything, for a machine."""
        new = self.new_rows
        return {
            "end": self.end,
            "rows": self.rows,
            "kept_rows": self.kept,
            "error_rows": self.errors,
            "errors_by_type": dict(sorted(self.error_types.items())),
            "uncertain_rows": self.uncertain,
            "input_bytes": self.total_bytes,
            "done_bytes": self.done_bytes,
            "tokens": self.tokens,
            "sampled_tokens": self.sampled,
            "seconds": round(self.seconds, 3),
            "cpu_seconds": round(self.cpu_seconds, 3),
            "rows_per_s": _rate(new, self.seconds),
            "tokens_per_s": _rate(self.tokens, self.seconds),
            "seconds_per_1000_rows": _rate(1000 * self.seconds, new),
            "cpu_seconds_per_1000_rows": _rate(1000 * self.cpu_seconds, new),
        }


Progress = Callable[[BatchState], None]


def _rate(amount: float, over: float) -> float | None:
    return round(amount / over, 3) if amount and over else None


class Counting:
    """The running totals of a batch."""

    def __init__(self, kept: Kept, total_bytes: int) -> None:
        self.rows, self.errors, self.uncertain = kept.rows, kept.errors, kept.uncertain
        self._kept, self._total_bytes, self._begun = kept, total_bytes, time.perf_counter()
        self._cpu_before = cpu_seconds()
        self._error_types = Counter(kept.error_types)
        self._done_bytes = self._tokens = self._sampled = 0
        self._seconds = self._cpu = 0.0

    def add(self, made: Made) -> None:
        """Count a row that has been written."""
        self.rows += 1
        self._tokens += made.tokens
        self._sampled += made.sampled
        self._done_bytes = made.end_byte
        self.uncertain += bool(made.review)
        if made.error:
            self.errors += 1
            self._error_types[made.error] += 1

    def stop(self) -> None:
        """Stop the clocks: the workers have ended."""
        self._seconds = time.perf_counter() - self._begun
        self._cpu = cpu_seconds() - self._cpu_before

    def state(self, end: End = "running") -> BatchState:
        """How far it is."""
        return BatchState(
            self.rows,
            self.errors,
            self._kept.rows,
            self._done_bytes,
            self._total_bytes,
            self._kept.cut_bytes,
            self._seconds or time.perf_counter() - self._begun,
            self._tokens,
            self._sampled,
            self._error_types,
            self.uncertain,
            self._cpu,
            end,
        )


def cpu_seconds() -> float:
    """What this process and its finished children have used of the processor."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


class Course:
    """A run from its first row to whatever ends it; a context manager that writes the figures then.

    Attributes:
        end: How it ended; set to `complete` or `stopped` by whoever runs it.
    """

    def __init__(self, stats: Path | None, facts: Mapping[str, Any]) -> None:
        """Make one.

        Args:
            stats: Where the figures go; None: nowhere.
            facts: What else belongs there.
        """
        self.end: End = "running"
        self._stats, self._facts = stats, facts
        self._counting: Counting | None = None

    def begin(self, kept: Kept, total_bytes: int) -> None:
        """Begin to count: the first text is about to be handed to the model."""
        self._counting = Counting(kept, total_bytes)

    def add(self, made: Made) -> None:
        """Count a row that has been written."""
        self._begun.add(made)

    def too_many(self, most_errors: int | None) -> bool:
        """Whether there are more error rows than that."""
        return most_errors is not None and self._begun.errors > most_errors

    def tell(self, progress: Progress | None) -> None:
        """Say how far it is."""
        if progress is not None:
            progress(self._begun.state())

    def state(self) -> BatchState:
        """How far it is, or how it ended."""
        return self._begun.state(self.end)

    @property
    def _begun(self) -> Counting:
        assert self._counting is not None, "begin() comes first"
        return self._counting

    def __enter__(self) -> Course:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write the figures, if anything was begun."""
        if kind is not None:
            self.end = "interrupted" if issubclass(kind, KeyboardInterrupt) else "failed"
        if self._counting is None:
            return
        self._counting.stop()
        if self._stats is not None:
            self._write(self._stats, quietly=kind is not None)

    def _write(self, path: Path, quietly: bool) -> None:
        try:
            figures = {**self.state().figures(), **self._facts}
            replace_text(path, json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
        except OSError as error:
            if not quietly:
                raise OutputError(f"cannot write {path}: {error.strerror or error}", path=str(path)) from error
