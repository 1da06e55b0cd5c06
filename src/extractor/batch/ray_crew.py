"""A batch's rows made on a Ray cluster: Ray Data deals chunks of them to actors, and gives them back in order.

The inputs are read where the command runs, in one stream, as on one machine: what is a row, what names it and what is
wrong with it does not depend on who makes it. An actor holds a process with an extractor of its own (a `Pool` of one),
so that a text that ends that process costs the actor nothing; an actor or a node that is lost is Ray's to replace, and
what it had is made anew.
"""

from __future__ import annotations

import logging
import os
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from extractor.batch.crew import CHUNK_TEXTS, Crew, CrewPlan
from extractor.batch.making import Made
from extractor.batch.pool import Pool
from extractor.batch.reading import Reading
from extractor.batch.row import Row
from extractor.errors import EngineError, ExtractorError, InputError, SetupError

if TYPE_CHECKING:
    import pyarrow as pa  # comes with Ray

_TASKS_OF_A_POOL = 4  # in one chunk
_CHUNK_CHARS = 1 << 20  # a chunk of long texts ends earlier


@contextmanager
def open_ray_crew(plan: CrewPlan) -> Iterator[Crew]:
    """Join the cluster that Ray's environment names, or start one on this machine; give what makes rows with it.

    Raises:
        SetupError: Ray is not installed.
        EngineError: There is no cluster to be had.
        InputError: It has fewer cores than workers were asked for.
    """
    ray = import_ray()
    joined = ray.is_initialized()
    if not joined:
        _join(ray)
    try:
        nodes = [int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"]]
        yield partial(_made_rows, ray, plan, cores_each(nodes, plan.workers))
    finally:
        if not joined:
            ray.shutdown()


def import_ray() -> Any:
    """`ray`, with `ray.data`.

    Raises:
        SetupError: It is not installed.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # what goes wrong is told by errors
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise SetupError("--engine ray needs Ray; install it: pip install 'extractor[ray]'") from error
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    return ray


def _join(ray: Any) -> None:
    try:
        ray.init(log_to_driver=False, logging_level="error")
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise EngineError(f"no Ray cluster can be had: {error}; look at RAY_ADDRESS and `ray status`") from error


def cores_each(nodes: Sequence[int], wanted: int | None) -> tuple[int, int]:
    """Workers, and cores for each: as many as still let all of them find room on the nodes.

    Args:
        nodes: Cores of every node.
        wanted: Workers; None: one for every core.

    Raises:
        InputError: They are too many.
    """
    workers = wanted or sum(nodes)
    for cores in range(max(nodes, default=0), 0, -1):
        if sum(have // cores for have in nodes) >= workers > 0:
            return workers, cores
    raise InputError(f"{workers} workers are more than the {sum(nodes)} cores of the cluster")


def _made_rows(ray: Any, plan: CrewPlan, share: tuple[int, int], reading: Reading) -> Iterator[Made]:
    reading.rows().close()  # type: ignore[attr-defined]  # says at once that the output is not of these inputs
    return _answers(ray, _dataset(ray, plan, share, reading))


def _dataset(ray: Any, plan: CrewPlan, share: tuple[int, int], reading: Reading) -> Any:
    from extractor.batch.ray_source import ChunkSource

    workers, cores = share
    chunks = ray.data.read_datasource(
        ChunkSource(partial(read_chunks, reading, plan.parallel * CHUNK_TEXTS * _TASKS_OF_A_POOL)),
        num_cpus=0,
        override_num_blocks=1,
    )
    chunks.context.target_max_block_size = 1  # a chunk is a block: none waits for another
    chunks.context.execution_options.preserve_order = True
    chunks.context.enable_progress_bars = False
    return chunks.map_batches(
        RowWorker,
        fn_constructor_args=(plan,),
        batch_size=1,
        batch_format="pyarrow",
        num_cpus=cores,
        compute=ray.data.ActorPoolStrategy(size=workers),
    )


def read_chunks(reading: Reading, most_rows: int) -> Iterator[pa.Table]:
    """The rows that are to be made, a chunk a table; the last one is the error that reading ended with, if any."""
    import pyarrow as pa

    for chunk in _chunks(reading, most_rows):
        yield pa.table({"rows": [pickle.dumps(chunk)]})


def _chunks(reading: Reading, most_rows: int) -> Iterator[list[Row] | ExtractorError]:
    chunk: list[Row] = []
    failed: list[ExtractorError] = []
    chars = 0
    try:
        for row in reading.rows():
            chunk.append(row)
            chars += len(row.text)
            if len(chunk) == most_rows or chars > _CHUNK_CHARS:
                yield chunk
                chunk, chars = [], 0
    except ExtractorError as error:
        failed.append(error)
    if chunk:
        yield chunk
    yield from failed


class RowWorker:
    """An actor of Ray Data: chunks of rows in, what was made of them out. Opens its extractor once."""

    def __init__(self, plan: CrewPlan) -> None:
        """Make one. The extractor is opened with the first chunk: an error of it is then told in its place."""
        self._plan = plan
        self._pool: Pool | None = None

    def __call__(self, batch: pa.Table) -> pa.Table:
        """Make the rows of some chunks."""
        import pyarrow as pa

        answers = [self._answer(pickle.loads(chunk)) for chunk in batch["rows"].to_pylist()]
        return pa.table({"made": [pickle.dumps(answer) for answer in answers]})

    def _answer(self, rows: list[Row] | ExtractorError) -> list[Made] | ExtractorError:
        if isinstance(rows, ExtractorError):
            return rows
        plan = self._plan
        try:
            if self._pool is None:
                self._pool = Pool(plan.opener, 1, plan.parallel * CHUNK_TEXTS, plan.text_field)
            return list(self._pool.rows(iter(rows)))
        except ExtractorError as error:
            self.close()
            return error

    def close(self) -> None:
        """End its process; the next chunk starts another."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None


def _answers(ray: Any, dataset: Any) -> Iterator[Made]:
    try:
        for batch in dataset.iter_batches(batch_size=None, batch_format="pyarrow"):
            for data in batch["made"].to_pylist():
                made = pickle.loads(data)
                if isinstance(made, ExtractorError):
                    raise made
                yield from made
    except ray.exceptions.RayError as error:
        raise EngineError(f"the cluster failed: {error}; the rows before are written, --resume goes on") from error
