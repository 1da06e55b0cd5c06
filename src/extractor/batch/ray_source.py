"""A stream of tables as a Ray Data source that is read once, in order, on the driver's node."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ray.data import Datasource
from ray.data.block import BlockMetadata
from ray.data.datasource import ReadTask

if TYPE_CHECKING:
    import pyarrow as pa


class ChunkSource(Datasource):  # type: ignore[misc]  # Ray is not installed where only extraction is checked
    """Tables that one function gives."""

    def __init__(self, read: Callable[[], Iterator[pa.Table]]) -> None:
        """Make one; `read` travels to another process."""
        super().__init__()
        self._read = read

    def get_read_tasks(
        self, parallelism: int, per_task_row_limit: int | None = None, data_context: Any = None
    ) -> list[ReadTask]:
        """One task: what is to stay in order is read in one go."""
        del parallelism, data_context
        metadata = BlockMetadata(num_rows=None, size_bytes=None, input_files=None, exec_stats=None)
        return [ReadTask(self._read, metadata, per_task_row_limit=per_task_row_limit)]

    def estimate_inmemory_data_size(self) -> int | None:
        """Nobody knows."""
        return None

    @property
    def supports_distributed_reads(self) -> bool:
        """Local files are on the driver's node."""
        return False
