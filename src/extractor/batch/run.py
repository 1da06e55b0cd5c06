"""Texts in, a file of rows out: in order, in constant memory, continued where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from extractor import __version__
from extractor.api.compiled import CompiledSchema
from extractor.api.decoding import Decoding
from extractor.batch.crew import Cluster, CrewPlan, open_crew, open_extractor, open_same_extractor
from extractor.batch.figures import BatchState, Course, Progress
from extractor.batch.identity import model_identity, prompt_digest
from extractor.batch.making import Made
from extractor.batch.manifest import (
    MANIFEST_ENDING,
    Finished,
    Manifest,
    check_same,
    manifest_path,
    read_for_resuming,
    write_manifest,
)
from extractor.batch.output import (
    HELD_SECONDS,
    Existing,
    Kept,
    RowWriter,
    StreamWriter,
    Writer,
    check_output,
    check_remote_output,
    kept_rows,
)
from extractor.batch.packing import Packing, packing_of
from extractor.batch.pool import available_cores
from extractor.batch.reading import Reading
from extractor.batch.remote import RemoteFile, is_url
from extractor.batch.row import Columns, check_columns
from extractor.batch.sources import Format, Inputs, find_sources
from extractor.batch.worker import Opener
from extractor.engine.protocol import Engine
from extractor.errors import InputError
from extractor.store.digest import file_sha256

STDOUT = Path("-")

SchemaLoader = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How to run a batch.

    Attributes:
        text_field: Name of the column that holds the text; `a.b` is the member `b` of the member `a`.
        keep: Columns that are carried to the output.
        with_text: Whether the text is carried to the output.
        file_format: How to read the input; None: as its name ends.
        parallel: Texts in flight at once, in every process.
        workers: Processes, or actors of the cluster; None: this one, or one for every core of the cluster.
        cluster: Where they are: on this machine, or on a Ray cluster.
        max_errors: Error rows after which to stop, when there are more; None: never.
        existing: What to do where the output is there already.
        stats: Where to write the figures of the run; None: nowhere.
        decoding: How records are decoded.
        adapter_field: Name of the column that holds the name of an adapter in the store; None: there is none.
        review: Where rows with a value below `decoding.min_confidence` go as well; None: nowhere.
    """

    text_field: str = "text"
    keep: tuple[str, ...] = ()
    with_text: bool = False
    file_format: Format | None = None
    parallel: int = 8
    workers: int | None = None
    cluster: Cluster = "local"
    max_errors: int | None = None
    existing: Existing = "refuse"
    stats: Path | None = None
    decoding: Decoding = field(default_factory=Decoding)
    adapter_field: str | None = None
    review: Path | None = None

    @property
    def columns(self) -> Columns:
        """Which columns are used."""
        return Columns(self.text_field, self.keep, self.with_text, self.adapter_field)

    def deciding(self) -> dict[str, Any]:
        """Those that decide what the rows are: none of the others changes a byte of them."""
        return {
            "text_field": self.text_field,
            "keep": list(self.keep),
            "with_text": self.with_text,
            "file_format": self.file_format or "by name",
            "adapter_field": self.adapter_field,
            **asdict(self.decoding),
        }


@dataclass(frozen=True, slots=True)
class _Batch:
    """What a run was asked for, checked."""

    inputs: Inputs
    output: Path
    compiled: CompiledSchema
    options: BatchOptions
    model: str | Path | Engine | None
    loader: SchemaLoader
    progress: Progress | None

    def crew(self) -> CrewPlan:
        """Who makes the rows."""
        options = self.options
        routed = options.adapter_field is not None
        opener: Opener = partial(open_extractor, self.loader, self.model, options.parallel, options.decoding, routed)
        if options.cluster != "local":
            opener = partial(open_same_extractor, opener, self.model, model_identity(self.model, routed), routed)
        return CrewPlan(opener, options.text_field, options.workers, options.parallel, options.cluster)

    def carried(self) -> tuple[str, ...]:
        """Columns that are carried along."""
        options = self.options
        return tuple(dict.fromkeys((*options.keep, *(("text",) if options.with_text else ()))))

    def reading(self, kept: Kept) -> Reading:
        """The rows that are still to be done."""
        return Reading(self.inputs, self.options.columns, str(self.output), kept.rows, kept.last_label)


def run_batch(
    source: str | Path | Sequence[str | Path],
    output: str | Path,
    schema: Any,
    options: BatchOptions | None = None,
    *,
    model: str | Path | Engine | None = None,
    progress: Progress | None = None,
    loader: SchemaLoader | None = None,
) -> BatchState:
    """Extract every row of some files into a row of another.

    A row that cannot be used becomes an error row and the rest goes on. Every row is written whole and at once.

    Args:
        source: The inputs, as for `find_sources`.
        output: JSON Lines; `.gz`, `.zst` and `.parquet` are packed at the end; `-` is standard output. A side file
            OUTPUT.manifest.json says what it was made with. A URL: a file of that name in the working directory,
            which is copied there with its manifest when the last row is written.
        schema: As for `compile`.
        options: How; None: as `BatchOptions()`.
        model: A name, a path, an engine; None: the default.
        progress: Called when the rows are counted at the start, and after every row.
        loader: Gives the schema in another process; None: the schema itself is sent there.

    Returns:
        How it ended: `complete` or `stopped`.

    Raises:
        OutputExistsError: The output is there, and the options refuse that.
        InputError: The input cannot be read, or the output was made with something else.
        SchemaError: The schema cannot be promised.
        ModelError: The model is not there or not whole.
        EngineError: The model failed; the rows before are whole.
        OutputError: The output cannot be written; the rows before are whole.
    """
    chosen = options or BatchOptions()
    named = [source] if isinstance(source, str | Path) else list(source)
    check_columns(chosen.columns)
    _check_workers(chosen, model)
    inputs = Inputs(tuple(find_sources(named, chosen.file_format)))
    if chosen.cluster != "local" and any(source.is_stream for source in inputs.sources):
        raise InputError("standard input cannot be read by a cluster; write it to a file first", path="-")
    compiled = CompiledSchema(schema)
    if chosen.cluster == "local" and chosen.workers in (None, 1):
        loader = partial(_itself, compiled)
    elif isinstance(schema, dict | bool):
        loader = None  # it can be sent as it is: no file that other processes would have to find
    remote = RemoteFile(str(output)) if is_url(output) else None
    path = Path(remote.name if remote else output)
    batch = _Batch(inputs, path, compiled, chosen, model, loader or partial(_itself, schema), progress)
    _check_review(chosen, inputs, path)
    if path == STDOUT:
        return _to_stdout(batch)
    if remote is not None:
        check_remote_output(remote, chosen.existing)
    check_output(path, chosen.existing)
    if inputs.holds(path):
        raise InputError(f"input and output are the same file, {path}; name another output", path=str(path))
    end = _to_file(batch)
    if remote is not None and end.end == "complete":
        remote.take(path)
        remote.sibling(MANIFEST_ENDING).take(manifest_path(path))
    return end


def _check_review(options: BatchOptions, inputs: Inputs, output: Path) -> None:
    if options.review is None:
        return
    if options.decoding.min_confidence is None:
        raise InputError("a review of uncertain values needs a --min-confidence that says what is uncertain")
    check_output(options.review, options.existing)
    if inputs.holds(options.review) or options.review == output:
        raise InputError(f"{options.review} is input or output; name another file for the review")


def _itself(schema: Any) -> Any:
    return schema


def _check_workers(options: BatchOptions, model: object) -> None:
    workers = options.workers or 1
    if options.cluster == "local" and workers > (cores := available_cores()):
        raise InputError(f"{workers} workers are more than the {cores} cores that this process may use")
    if (workers > 1 or options.cluster != "local") and not (model is None or isinstance(model, str | Path)):
        raise InputError("an engine cannot be handed to other processes; name a model, or use one worker")


def _to_stdout(batch: _Batch) -> BatchState:
    if batch.options.existing == "resume":
        raise InputError("what has been printed cannot be resumed; name a file with -o", path="-")
    with (
        Course(batch.options.stats, _facts(batch)) as course,
        open_crew(batch.crew()) as crew,
        _open_review(batch, Kept()) as review,
    ):
        course.begin(Kept(), batch.inputs.total_bytes())
        _write(batch, crew(batch.reading(Kept())), (StreamWriter(1), review), course)
    return course.state()


@contextmanager
def _open_review(batch: _Batch, kept: Kept) -> Iterator[Writer | None]:
    """Open the review and cut it to the rows of the output that are kept; None where nobody asked for one.

    A row is written there before it is written to the output, so that a kill leaves none out.

    Raises:
        InputError: It lacks some of those rows.
    """
    path = batch.options.review
    if path is None:
        yield None
        return
    with RowWriter(path, batch.options.existing) as writer:
        found = kept_rows(path, kept.uncertain)
        if found.rows < kept.uncertain:
            raise InputError(
                f"cannot resume: {path} holds {found.rows} rows, and {kept.uncertain} of the output are uncertain; "
                "leave --review out, or add --force to start over",
                path=str(path),
            )
        writer.keep(found)
        yield writer


def _to_file(batch: _Batch) -> BatchState:
    packing = packing_of(batch.output, batch.compiled.loaded.declaration, batch.carried())
    path = batch.output if packing is None else packing.rows_path
    check_output(path, batch.options.existing)
    wanted = _manifest(batch)
    made_with = _made_with(batch, path, wanted)
    if made_with is not None and not path.exists():
        return _finished_before(batch, made_with, wanted)
    with Course(batch.options.stats, _facts(batch)) as course, open_crew(batch.crew()) as crew:
        with RowWriter(path, batch.options.existing, HELD_SECONDS) as writer:
            kept = kept_rows(path) if made_with is not None else Kept()
            made = crew(batch.reading(kept))
            with _open_review(batch, kept) as review:
                writer.keep(kept)
                if path.is_file() and made_with != wanted:
                    write_manifest(batch.output, wanted)
                course.begin(kept, batch.inputs.total_bytes())
                _write(batch, made, (writer, review), course)
        if course.end == "complete" and path.is_file():
            _finish(batch.output, packing, wanted, course.state(), writer.sha256)
    return course.state()


def _made_with(batch: _Batch, path: Path, wanted: Manifest) -> Manifest | None:
    """The manifest of an output that is gone on with; None where a fresh one begins.

    Raises:
        InputError: It was made with something else.
    """
    begun = path.exists() and path.stat().st_size > 0
    if batch.options.existing != "resume" or not (begun or (path != batch.output and batch.output.exists())):
        return None
    made_with = read_for_resuming(batch.output)
    check_same(batch.output, made_with, wanted, batch.inputs)
    return made_with


def _finished_before(batch: _Batch, made_with: Manifest, wanted: Manifest) -> BatchState:
    """A packed output that a resumed run finds whole."""
    sizes = [one.size_bytes for one in made_with.inputs]
    if made_with.finished is None or sizes != [one.size_bytes for one in wanted.inputs]:
        raise InputError(
            f"{batch.output} is packed, and the input has grown since: rows can only be added to .jsonl; "
            "add --force to make it anew",
            path=str(batch.output),
        )
    rows, errors = made_with.finished.rows, made_with.finished.errors
    with Course(batch.options.stats, _facts(batch)) as course:
        course.begin(Kept(rows, errors), batch.inputs.total_bytes())
        course.end = "complete"
    return course.state()


def _finish(output: Path, packing: Packing | None, wanted: Manifest, state: BatchState, sha256: str) -> None:
    """Pack the rows where that is needed, and note in the manifest that none is missing."""
    if packing is not None:
        packing.pack()
        sha256 = file_sha256(output)
    write_manifest(output, replace(wanted, finished=Finished(state.rows, state.errors, sha256)))
    if packing is not None:
        packing.rows_path.unlink()


def _write(batch: _Batch, made: Iterator[Made], writers: tuple[Writer, Writer | None], course: Course) -> None:
    most = batch.options.max_errors
    writer, review = writers
    course.tell(batch.progress)
    with closing(cast("Any", made)):
        if not course.too_many(most):
            for one in made:
                if review is not None and one.review:
                    review.write(one.review)
                writer.write(one.line)
                course.add(one)
                course.tell(batch.progress)
                if one.error and course.too_many(most):
                    break
    course.end = "stopped" if course.too_many(most) else "complete"


def _manifest(batch: _Batch) -> Manifest:
    found = model_identity(batch.model, batch.options.adapter_field is not None)
    prompt = prompt_digest(batch.compiled, found.template)
    options = {**batch.options.deciding(), **found.beside}
    return Manifest(batch.compiled.digest, found.model, prompt, options, batch.inputs.identities())


def _facts(batch: _Batch) -> dict[str, Any]:
    """What a run's figures are of."""
    return {
        "inputs": [str(source.path) for source in batch.inputs.sources],
        "output": str(batch.output),
        "parallel": batch.options.parallel,
        "engine": batch.options.cluster,
        "workers": batch.options.workers or (1 if batch.options.cluster == "local" else None),
        "version": __version__,
    }
