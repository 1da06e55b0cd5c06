"""Rows to extractors, by the adapter that each row names: one base model, a small file a task."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from types import TracebackType
from typing import Any, TypeAlias

from extractor.api.extractor import Extractor
from extractor.batch.row import Row
from extractor.errors import InputError, ModelError
from extractor.record.extraction import Extraction
from extractor.store.adapters import adapter_names

Opened: TypeAlias = "Extractor[Any] | InputError | ModelError"


class Direct:
    """Every row to one extractor."""

    def __init__(self, extractor: Extractor[Any]) -> None:
        self._extractor = extractor

    def map(self, rows: Iterable[Row]) -> Iterator[Extraction[Any]]:
        """See `Mapper.map`."""
        return self._extractor.map(row.text for row in rows)


class Router:
    """Each row to the extractor of its adapter; a context manager. Adapters are loaded when a row first names them.

    A name that stands for no adapter, or for one of another schema, fails the rows that name it and no others.
    """

    def __init__(self, base: Extractor[Any], opener: Callable[[str], Extractor[Any]], window: int) -> None:
        """Make one.

        Args:
            base: For rows that name no adapter.
            opener: Opens the extractor of an adapter in the store.
            window: Rows that are dealt at once.
        """
        self._opener, self._window = opener, window
        self._known: dict[str, Opened] = {"": base}
        self._opening = threading.Lock()
        self._stack = ExitStack()

    def map(self, rows: Iterable[Row]) -> Iterator[Extraction[Any]]:
        """See `Mapper.map`."""
        left = iter(rows)
        while chunk := list(islice(left, self._window)):
            yield from self._dealt(chunk)

    def _dealt(self, chunk: list[Row]) -> list[Extraction[Any]]:
        places: dict[str, list[int]] = {}
        for place, row in enumerate(chunk):
            places.setdefault(row.adapter, []).append(place)
        found: dict[int, Extraction[Any]] = {}
        for name, own in places.items():
            opened = self._of(name)
            if isinstance(opened, Extractor):
                found |= zip(own, opened.map(chunk[place].text for place in own), strict=True)
            else:
                found |= {place: Extraction(None, "", status="failed", error=opened) for place in own}
        return [found[place] for place in range(len(chunk))]

    def _of(self, name: str) -> Opened:
        with self._opening:
            if name not in self._known:
                self._known[name] = self._open(name)
            return self._known[name]

    def _open(self, name: str) -> Opened:
        if name not in (there := adapter_names()):  # a row is data: it may not name files
            return InputError(f"there is no adapter {name!r} in the store; there are: {', '.join(there) or 'none'}")
        try:
            return self._stack.enter_context(self._opener(name))
        except ModelError as error:
            return error

    def __enter__(self) -> Router:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the extractors of the adapters."""
        self._stack.close()
