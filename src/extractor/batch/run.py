"""A file of texts in, a file of rows out: in order, in constant memory, continued where it stopped."""

from __future__ import annotations

import json
import stat
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from extractor.api.compiled import CompiledSchema
from extractor.api.extractor import Extractor
from extractor.batch.lines import Line, read_lines
from extractor.batch.manifest import Manifest, check_same, head_digest, write_manifest
from extractor.batch.output import Existing, Kept, RowWriter, check_output, kept_rows
from extractor.batch.rows import error_row, record_row
from extractor.engine.protocol import Engine
from extractor.errors import ContextOverflowError, EngineError, InputError
from extractor.record.extraction import Extraction
from extractor.store.digest import file_sha256
from extractor.store.home import resolve_model

_PACKED = {".gz", ".zst", ".bz2", ".xz"}


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How to run a batch.

    Attributes:
        text_field: Name of the member of every line that holds the text.
        parallel: Texts in flight at once.
        existing: What to do where the output is there already.
    """

    text_field: str = "text"
    parallel: int = 8
    existing: Existing = "refuse"


@dataclass(frozen=True, slots=True)
class BatchState:
    """How far a batch is.

    Attributes:
        rows: Rows in the output.
        errors: Error rows among them.
        kept: Rows that were there before this run.
        done_bytes: How far the input has been worked through.
        total_bytes: Size of the input.
        cut_bytes: Bytes of a torn row that resuming cut away.
        seconds: Since the first text was handed to the model.
    """

    rows: int
    errors: int
    kept: int
    done_bytes: int
    total_bytes: int
    cut_bytes: int
    seconds: float


Progress = Callable[[BatchState], None]


def run_batch(
    source: Path,
    output: Path,
    schema: Any,
    options: BatchOptions | None = None,
    *,
    model: str | Path | Engine | None = None,
    progress: Progress | None = None,
) -> BatchState:
    """Extract every line of a JSON Lines file into a row of another.

    A line that cannot be used becomes an error row and the rest goes on. Every row is written whole and at once.

    Args:
        source: The input.
        output: The output; a side file OUTPUT.manifest.json says what it was made with.
        schema: As for `compile`.
        options: How; None: as `BatchOptions()`.
        model: A name, a path, an engine; None: the default.
        progress: Called when the rows are counted at the start, and after every row.

    Raises:
        OutputExistsError: The output is there, and the options refuse that.
        InputError: The input cannot be read, or the output was made with something else.
        SchemaError: The schema cannot be promised.
        ModelError: The model is not there or not whole.
        EngineError: The model failed; the rows before are whole.
        OutputError: The output cannot be written; the rows before are whole.
    """
    chosen = options or BatchOptions()
    check_output(output, chosen.existing)
    _check_source(source, output)
    compiled = CompiledSchema(schema)
    length, head = head_digest(source)
    wanted = Manifest(compiled.digest, _digest(model), {"text_field": chosen.text_field}, length, head)
    resumes = chosen.existing == "resume" and output.exists() and output.stat().st_size > 0
    if resumes:
        check_same(output, source, wanted)
    with (
        _opened(source) as file,
        Extractor(compiled, model=model, parallel=chosen.parallel) as extractor,
        RowWriter(output, chosen.existing) as writer,
    ):
        kept = kept_rows(output) if resumes else Kept()
        _check_last(source, chosen.text_field, kept)
        writer.keep(kept.end_byte)
        if not kept.rows and output.is_file():
            write_manifest(output, wanted)
        lines = read_lines(file, chosen.text_field, skip=kept.rows)
        counter = _Counter(kept, source.stat().st_size)
        return _extract(lines, extractor, writer, counter, _Doors(chosen.text_field, progress))


@dataclass(frozen=True, slots=True)
class _Doors:
    """What a batch tells the outside: where texts are, and how far it is."""

    text_field: str
    progress: Progress | None

    def tell(self, counter: _Counter) -> None:
        if self.progress is not None:
            self.progress(counter.state())


class _Counter:
    """The running totals of a batch."""

    def __init__(self, kept: Kept, total_bytes: int) -> None:
        self.rows, self.errors = kept.rows, kept.errors
        self._kept, self._total_bytes, self._begun = kept, total_bytes, time.perf_counter()
        self.done_bytes = 0

    def state(self) -> BatchState:
        seconds = time.perf_counter() - self._begun
        kept = self._kept
        return BatchState(
            self.rows, self.errors, kept.rows, self.done_bytes, self._total_bytes, kept.cut_bytes, seconds
        )


def _extract(
    lines: Iterator[Line],
    extractor: Extractor[Any],
    writer: RowWriter,
    counter: _Counter,
    doors: _Doors,
) -> BatchState:
    waiting: deque[Line] = deque()

    def texts() -> Iterator[str]:
        try:
            for line in lines:
                waiting.append(line)
                yield line.text  # a line without a text asks for "", which fails at once: rows stay in step
        except OSError as error:
            raise InputError(f"the input cannot be read any further: {error.strerror or error}") from error

    doors.tell(counter)
    with closing(cast("Generator[Extraction[Any]]", extractor.map(texts()))) as extractions:
        for extraction in extractions:
            line = waiting.popleft()
            row, failed = _row(line, extraction, doors.text_field)
            writer.write(row)
            counter.rows += 1
            counter.errors += failed
            counter.done_bytes = line.end_byte
            doors.tell(counter)
    return counter.state()


def _row(line: Line, extraction: Extraction[Any], text_field: str) -> tuple[str, bool]:
    error = line.error or extraction.error
    if error is None:
        return record_row(line.label, extraction), False
    if isinstance(error, EngineError) and not isinstance(error, ContextOverflowError):
        raise EngineError(f"{error} (at the row {{{line.label}}}; the rows before it are written, --resume goes on)")
    return error_row(line.label, error, path=text_field if line.error is None else ""), True


def _check_source(source: Path, output: Path) -> None:
    try:
        mode = source.stat().st_mode
    except OSError as error:
        raise _unreadable(source, error) from error
    if stat.S_ISDIR(mode):
        raise InputError(f"the input {source} is a folder; name a file of JSON lines", path=str(source))
    if not stat.S_ISREG(mode):
        raise InputError(f"the input {source} is a pipe or device; write it to a file first", path=str(source))
    if source.suffix in _PACKED:
        raise InputError(f"the input {source} is compressed; unpack it first", path=str(source))
    _opened(source).close()
    if output.exists() and source.samefile(output):
        raise InputError(f"input and output are the same file, {source}; name another output", path=str(source))


def _opened(source: Path) -> BinaryIO:
    try:
        return source.open("rb")
    except OSError as error:
        raise _unreadable(source, error) from error


def _unreadable(source: Path, error: OSError) -> InputError:
    return InputError(f"cannot read {source}: {error.strerror or error}", path=str(source))


def _check_last(source: Path, text_field: str, kept: Kept) -> None:
    """The last kept row must stand for the line that it would stand for now."""
    if not kept.rows:
        return
    with _opened(source) as file:
        last = next(read_lines(file, text_field, skip=kept.rows - 1), None)
    label = next(iter(json.loads(f"{{{last.label}}}").items())) if last is not None else None
    if label != kept.last_label:
        raise InputError(
            f"cannot resume: row {kept.rows} of the output does not belong to row {kept.rows} of {source}; "
            "the input has changed. Add --force to start over",
            path=str(source),
        )


def _digest(model: str | Path | Engine | None) -> str:
    if model is not None and not isinstance(model, str | Path):
        return model.digest
    found = resolve_model(model)
    return found.sha256 or file_sha256(found.path)
