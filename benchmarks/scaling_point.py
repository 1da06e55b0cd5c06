"""One point of `benchmarks.scaling`, in a process of its own: `python -m benchmarks.scaling_point JSON`."""

from __future__ import annotations

import dataclasses
import json
import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from time import perf_counter
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from benchmarks.measured import peak_mb
from benchmarks.workloads import PERSONS, PLACES, VENDORS
from extractor import Extractor, Verbatim
from extractor.engine.llamacpp import EngineOptions, LlamaCppEngine, open_vocabulary
from extractor.store.home import resolve_model

_BESIDE_TEXT = 512  # tokens of context for schema and record
_PARTS = 5
_WINDOW = 64  # answers come in order, in bursts: over fewer than this no speed can be told


class Visit(BaseModel):
    kind: Literal["visit", "call", "letter"]
    who: Annotated[str, Verbatim(), Field(min_length=12, max_length=12)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What to measure.

    Attributes:
        model: A name or a GGUF; None for the embedded model.
        texts: How many.
        tokens: Of a text, about; 0: one sentence.
        parallel: Texts in flight.
    """

    model: str | None
    texts: int
    tokens: int = 0
    parallel: int = 8


@dataclass(frozen=True, slots=True)
class Point:
    """What was measured.

    Attributes:
        texts: Texts that were extracted.
        seconds: That took.
        text_tokens: Mean tokens of a text.
        peak_mb: Most resident memory, MiB.
        drift: See `drift`.
        failed: Texts without a record.
    """

    texts: int
    seconds: float
    text_tokens: float
    peak_mb: float
    drift: float | None
    failed: int

    @property
    def records_per_s(self) -> float:
        return self.texts / self.seconds


def sentence(number: int) -> str:
    """A sentence of a number."""
    pick = random.Random(number)
    return f"{pick.choice(PERSONS)} of {pick.choice(VENDORS)} came to {pick.choice(PLACES)} on day {number}."


def text(number: int, sentences: int) -> str:
    """A text of so many sentences."""
    return " ".join(sentence(1000 * number + index) for index in range(sentences))


def drift(times: Sequence[float]) -> float | None:
    """Speed over the last fifth of some points in time over that of the second fifth; None where they are few.

    The first fifth starts with nothing in flight; the very last texts end with nothing that follows.
    """
    times = times[:-_WINDOW]
    size = len(times) // _PARTS
    if size < 2 * _WINDOW:
        return None
    return (times[2 * size] - times[size]) / (times[-1] - times[-1 - size])


def measure(asked: Asked) -> Point:
    """Measure a point."""
    found = resolve_model(asked.model)
    with open_vocabulary(found.path) as vocabulary:
        per_sentence = sum(len(vocabulary.encode(sentence(number) + " ")) for number in range(20)) / 20
        sentences = max(round(asked.tokens / per_sentence), 1)
        sample = [len(vocabulary.encode(text(number, sentences))) for number in range(min(asked.texts, 4))]
    with ExitStack() as stack:
        engine = None
        if asked.tokens + _BESIDE_TEXT > 4096:  # more than an engine's context unless asked for
            options = EngineOptions(context_tokens=round(asked.tokens * 1.1) + _BESIDE_TEXT, parallel=asked.parallel)
            engine = LlamaCppEngine(found.path, template=found.template or "", digest="", options=options)
            stack.callback(engine.close)
        extractor = stack.enter_context(Extractor(Visit, model=engine or asked.model, parallel=asked.parallel))
        list(extractor.map([sentence(1)]))
        failed, times = 0, [perf_counter()]
        for extraction in extractor.map(_texts(asked.texts, sentences)):
            failed += extraction.error is not None
            times.append(perf_counter())
    seconds = times[-1] - times[0]
    return Point(asked.texts, seconds, sum(sample) / len(sample), peak_mb(), drift(times), failed)


def _texts(count: int, sentences: int) -> Iterator[str]:
    return (text(number, sentences) for number in range(count))


if __name__ == "__main__":
    print(json.dumps(dataclasses.asdict(measure(Asked(**json.loads(sys.argv[1]))))))
