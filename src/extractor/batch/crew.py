"""Who makes the rows of a batch: one extractor in this process, or several processes with one each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from extractor.api.decoding import Decoding
from extractor.api.extractor import Extractor
from extractor.batch.making import Made, Mapper, made_rows
from extractor.batch.pool import Pool
from extractor.batch.routing import Direct, Router
from extractor.batch.row import Row
from extractor.batch.worker import Opener
from extractor.engine.protocol import Engine

_CHUNK_TEXTS = 4  # rows that a worker gets at a time, for every text in flight

Crew: TypeAlias = Callable[[Iterator[Row]], Iterator[Made]]


@dataclass(frozen=True, slots=True)
class CrewPlan:
    """What a crew is made of.

    Attributes:
        opener: Opens an extractor; for several workers it travels to other processes.
        text_field: What errors about a text call it.
        workers: Processes; 1: this one.
        parallel: Texts in flight at once, in every process.
    """

    opener: Opener
    text_field: str
    workers: int
    parallel: int


@contextmanager
def open_extractor(
    loader: Callable[[], Any], model: str | Path | Engine | None, parallel: int, decoding: Decoding, routed: bool
) -> Iterator[Mapper]:
    """Open an extractor, or one for every adapter that rows name, here or in another process.

    Args:
        loader: Gives the schema.
        model: As for `Extractor`.
        parallel: As for `Extractor`.
        decoding: As for `Extractor`.
        routed: Whether rows name adapters.

    Raises:
        ExtractorError: As `Extractor` does.
    """
    with Extractor(loader(), model=model, parallel=parallel, decoding=decoding) as extractor:
        if not routed:
            yield Direct(extractor)
            return

        def opened(adapter: str) -> Extractor[Any]:
            return Extractor(extractor.compiled, model=model, adapter=adapter, parallel=parallel, decoding=decoding)

        with Router(extractor, opened, parallel * _CHUNK_TEXTS) as router:
            yield router


@contextmanager
def open_crew(plan: CrewPlan) -> Iterator[Crew]:
    """Load the model, in every process; give what makes rows with it.

    Raises:
        ExtractorError: As `Extractor` does.
        EngineError: A worker ended while it loaded the model.
    """
    if plan.workers == 1:
        with plan.opener() as mapper:
            yield lambda rows: made_rows(mapper, rows, plan.text_field)
        return
    with Pool(plan.opener, plan.workers, plan.parallel * _CHUNK_TEXTS, plan.text_field) as pool:
        yield pool.rows
