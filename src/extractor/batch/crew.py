"""Who makes the rows of a batch: one extractor in this process, several processes with one each, or a cluster."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from extractor.api.decoding import Decoding
from extractor.api.extractor import Extractor
from extractor.batch.identity import ModelIdentity, model_identity
from extractor.batch.making import Made, Mapper, made_rows
from extractor.batch.pool import Pool
from extractor.batch.reading import Reading
from extractor.batch.routing import Direct, Router
from extractor.batch.worker import Opener
from extractor.engine.protocol import Engine
from extractor.errors import ModelError

Cluster = Literal["local", "ray"]
CLUSTERS: tuple[Cluster, ...] = get_args(Cluster)
CHUNK_TEXTS = 4  # rows that a worker gets at a time, for every text in flight

Crew: TypeAlias = Callable[[Reading], Iterator[Made]]


@dataclass(frozen=True, slots=True)
class CrewPlan:
    """What a crew is made of.

    Attributes:
        opener: Opens an extractor; for several workers it travels to other processes.
        text_field: What errors about a text call it.
        workers: Processes, or actors of a cluster; None: this one, or one for every core of the cluster.
        parallel: Texts in flight at once, in every process.
        cluster: Where they are.
    """

    opener: Opener
    text_field: str
    workers: int | None
    parallel: int
    cluster: Cluster = "local"


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

        with Router(extractor, opened, parallel * CHUNK_TEXTS) as router:
            yield router


@contextmanager
def open_same_extractor(
    opener: Opener, model: str | Path | Engine | None, meant: ModelIdentity, routed: bool
) -> Iterator[Mapper]:
    """Open an extractor on another machine, where it is the one that is meant.

    Args:
        opener: Opens it.
        model: As for `Extractor`.
        meant: What the model is known by where the rows are written.
        routed: Whether rows name adapters.

    Raises:
        ModelError: It is another there.
    """
    found = model_identity(model, routed)
    if others := found.differences(meant):
        raise ModelError(
            f"the worker on {platform.node()} has another {', another '.join(others)}; install the same on every node"
        )
    with opener() as mapper:
        yield mapper


@contextmanager
def open_crew(plan: CrewPlan) -> Iterator[Crew]:
    """Load the model, in every process; give what makes rows with it.

    Raises:
        ExtractorError: As `Extractor` does.
        EngineError: A worker ended while it loaded the model; there is no cluster.
        SetupError: The cluster's library is not installed.
    """
    if plan.cluster == "ray":
        from extractor.batch.ray_crew import open_ray_crew

        with open_ray_crew(plan) as crew:
            yield crew
    elif plan.workers in (None, 1):
        with plan.opener() as mapper:
            yield lambda reading: made_rows(mapper, reading.rows(), plan.text_field)
    else:
        with Pool(plan.opener, plan.workers or 1, plan.parallel * CHUNK_TEXTS, plan.text_field) as pool:
            yield lambda reading: pool.rows(reading.rows())
