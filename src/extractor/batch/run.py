"""Texts in, a file of rows out: in order, in constant memory, continued where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from extractor import __version__
from extractor.api.compiled import CompiledSchema
from extractor.api.decoding import Decoding
from extractor.batch.crew import CrewPlan, open_crew, open_extractor
from extractor.batch.figures import BatchState, Course, Progress
from extractor.batch.making import Made
from extractor.batch.manifest import Finished, Manifest, check_same, read_for_resuming, write_manifest
from extractor.batch.output import Existing, Kept, RowWriter, StreamWriter, Writer, check_output, kept_rows, label_of
from extractor.batch.packing import Packing, packing_of
from extractor.batch.pool import available_cores
from extractor.batch.row import Columns, Row, RowMaker, check_columns
from extractor.batch.sources import Format, Inputs, find_sources
from extractor.engine.protocol import Engine
from extractor.errors import InputError
from extractor.prompt.schema_text import render
from extractor.prompt.template import TEMPLATES, Brief
from extractor.store.adapters import adapter_names, adapter_path
from extractor.store.calibration import read_curves
from extractor.store.digest import file_sha256
from extractor.store.home import resolve_model

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
        workers: Processes; 1: this one.
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
    workers: int = 1
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
        opener = partial(open_extractor, self.loader, self.model, options.parallel, options.decoding, routed)
        return CrewPlan(opener, options.text_field, options.workers, options.parallel)

    def carried(self) -> tuple[str, ...]:
        """Columns that are carried along."""
        options = self.options
        return tuple(dict.fromkeys((*options.keep, *(("text",) if options.with_text else ()))))

    def rows(self, kept: Kept) -> Iterator[Row]:
        """The rows that are still to be done.

        Raises:
            InputError: The last row that was kept does not stand for the row that it would stand for now.
        """
        maker = RowMaker(self.options.columns, skip=max(0, kept.rows - 1))
        rows = self.inputs.rows(maker)
        if kept.rows:
            last = next(rows, None)
            if last is None or label_of(json.loads(f"{{{last.label}}}")) != kept.last_label:
                raise InputError(
                    f"cannot resume: row {kept.rows} of the output does not belong to row {kept.rows} of the input; "
                    "the input has changed. Add --force to start over",
                    path=str(self.output),
                )
        return rows


def run_batch(
    source: str | Path | Sequence[str | Path],
    output: Path,
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
            OUTPUT.manifest.json says what it was made with.
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
    compiled = CompiledSchema(schema)
    if chosen.workers == 1:
        loader = partial(_itself, compiled)
    batch = _Batch(inputs, output, compiled, chosen, model, loader or partial(_itself, schema), progress)
    _check_review(chosen, inputs, output)
    if output == STDOUT:
        return _to_stdout(batch)
    check_output(output, chosen.existing)
    if inputs.holds(output):
        raise InputError(f"input and output are the same file, {output}; name another output", path=str(output))
    return _to_file(batch)


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
    if options.workers > (cores := available_cores()):
        raise InputError(f"{options.workers} workers are more than the {cores} cores that this process may use")
    if options.workers > 1 and not (model is None or isinstance(model, str | Path)):
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
        _write(batch, crew(batch.rows(Kept())), (StreamWriter(1), review), course)
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
        with RowWriter(path, batch.options.existing) as writer:
            kept = kept_rows(path) if made_with is not None else Kept()
            rows = batch.rows(kept)
            with _open_review(batch, kept) as review:
                writer.keep(kept)
                if path.is_file() and made_with != wanted:
                    write_manifest(batch.output, wanted)
                course.begin(kept, batch.inputs.total_bytes())
                _write(batch, crew(rows), (writer, review), course)
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
    compiled, model, options = batch.compiled, batch.model, batch.options.deciding()
    if model is not None and not isinstance(model, str | Path):
        digest, template = model.digest, model.template
    else:
        found = resolve_model(model)
        digest, template = found.sha256 or file_sha256(found.path), found.template or ""
        options["calibration"] = {kind: list(curve) for kind, curve in read_curves(found.path).items()} or None
    if batch.options.adapter_field is not None:
        options["adapters"] = {name: file_sha256(adapter_path(name)) for name in adapter_names()}
    prompt = prompt_digest(compiled, template)
    return Manifest(compiled.digest, digest, prompt, options, batch.inputs.identities())


def prompt_digest(compiled: CompiledSchema, template: str) -> str:
    """SHA-256 of what the model is told of a schema, as text; with the model's own digest it decides the tokens."""
    parts = TEMPLATES[template].prefix(Brief(render(compiled.loaded.declaration, "full"))) if template else []
    return hashlib.sha256(repr((template, parts)).encode("utf-8", "backslashreplace")).hexdigest()


def _facts(batch: _Batch) -> dict[str, Any]:
    """What a run's figures are of."""
    return {
        "inputs": [str(source.path) for source in batch.inputs.sources],
        "output": str(batch.output),
        "parallel": batch.options.parallel,
        "workers": batch.options.workers,
        "version": __version__,
    }
