"""`Extractor`: a schema and a model, ready for texts. The one place where the rooms are wired together."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, TypeVar, cast, overload

from extractor.api.briefing import brief, checked_examples
from extractor.api.compiled import CompiledSchema
from extractor.api.decoding import Decoding
from extractor.api.distinct import distinct, said_once
from extractor.api.doubts import check_paths, without_doubts
from extractor.api.figures import figures
from extractor.api.long_texts import LongTexts
from extractor.api.models import acquire, release
from extractor.api.repair import Repair
from extractor.decode.calibration import calibrated
from extractor.decode.confidence import confidence
from extractor.decode.exclusion import Excluding, Plan
from extractor.decode.label_places import label_places, no_labels
from extractor.decode.request import Completion, Request
from extractor.engine.protocol import Engine
from extractor.errors import BudgetError, ContextOverflowError, EngineError, ExtractorError, InputError, RecordError
from extractor.grammar.budget import bounded
from extractor.grammar.chunks import chunks
from extractor.grammar.constraint import Constraint
from extractor.grammar.roomy import roomy
from extractor.ground.repeats import last_said_again
from extractor.ground.spans import labels, spans
from extractor.prompt.template import encode
from extractor.record.extraction import Extraction
from extractor.schema.coverage import Coverage, coverage
from extractor.schema.nodes import Note
from extractor.store.adapters import ResolvedAdapter, resolve_adapter
from extractor.validate.records import instance

T = TypeVar("T")
_AHEAD = 2  # texts queued for every one in flight


class Extractor(Generic[T]):
    """Extracts records of one schema. Compiles once; safe to share between threads; a context manager.

    with Extractor(Invoice) as extractor:
        for extraction in extractor.map(texts):
            print(extraction.record, extraction.spans)
    """

    @overload
    def __init__(
        self,
        schema: type[T],
        *,
        model: str | Path | Engine | None = None,
        adapter: str | Path | None = None,
        instructions: str | None = None,
        examples: Sequence[tuple[str, Any]] = (),
        max_tokens: int | None = None,
        parallel: int = 8,
        backend: str = "llguidance",
        decoding: Decoding | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Extractor[Any],
        schema: Any,
        *,
        model: str | Path | Engine | None = None,
        adapter: str | Path | None = None,
        instructions: str | None = None,
        examples: Sequence[tuple[str, Any]] = (),
        max_tokens: int | None = None,
        parallel: int = 8,
        backend: str = "llguidance",
        decoding: Decoding | None = None,
    ) -> None: ...
    def __init__(  # noqa: PLR0913 - keywords with defaults
        self,
        schema: Any,
        *,
        model: str | Path | Engine | None = None,
        adapter: str | Path | None = None,
        instructions: str | None = None,
        examples: Sequence[tuple[str, Any]] = (),
        max_tokens: int | None = None,
        parallel: int = 8,
        backend: str = "llguidance",
        decoding: Decoding | None = None,
    ) -> None:
        """Compile a schema and load a model.

        Args:
            schema: As for `compile`, or what `compile` gave.
            model: A name from the catalog, a path to a .gguf, an engine; None: `EXTRACTOR_MODEL`, or the model that
                comes with the package.
            adapter: A low-rank adapter for this schema, by name or path; extractors of one model share its weights.
            instructions: More words for the prompt.
            examples: Pairs of a text and its record.
            max_tokens: Most tokens a record may take; None: what the context leaves.
            parallel: Texts in flight at once in an engine; a small model has one a core, four at most, where many wait.
            backend: Constraint backend, `llguidance` or `outlines_core`.
            decoding: How records are decoded and repaired; None: `Decoding()`.

        Raises:
            SchemaError: The schema cannot be promised, or an example does not fit it.
            InputError: `max_tokens` is no whole number, or `instructions` are no text.
            ModelError: The model is not there or not whole; or the adapter, or it is one for another schema.
        """
        _check_settings(instructions, max_tokens)
        self._compiled = schema if isinstance(schema, CompiledSchema) else CompiledSchema(schema)
        checked = checked_examples(self._compiled, examples)
        self._max_tokens = max_tokens
        self._decoding = decoding or Decoding()
        check_paths(self._compiled.loaded, self._decoding.min_confidence)
        whole = self._decoding.labels == "whole"
        self._is_label = label_places(self._compiled.loaded.declaration) if whole else no_labels
        self._model = acquire(model, parallel=parallel, adapter=self._adapter(adapter))
        self._closed = False
        self._biases = self._decoding.biases(self._model.biases)
        try:
            self._backend = self._model.backend(backend)
            self._briefing = brief(
                self._compiled,
                checked,
                instructions or "",
                self._model.template,
                self._model.engine.vocabulary,
                self._model.engine.context_tokens,
            )
        except BaseException:
            self.close()
            raise

    def _adapter(self, adapter: str | Path | None) -> ResolvedAdapter | None:
        if adapter is None:
            return None
        found = resolve_adapter(adapter)
        found.check_schema(self._compiled.digest)
        return found

    @property
    def compiled(self) -> CompiledSchema:
        """The compiled schema."""
        return self._compiled

    @property
    def coverage(self) -> Coverage:
        """How each keyword is enforced, and what the prompt had to leave out for this model; lengths in its tokens."""
        declaration = self._compiled.loaded.declaration
        measured = figures(declaration, self._model.engine.vocabulary)
        if self._briefing.detail == "full":
            return coverage(declaration, figures=measured)
        left_out = "descriptions" if self._briefing.detail == "no_descriptions" else "descriptions and long label lists"
        note = Note("$", "prompt", "decoding", f"shortened: {left_out} left out; the schema took half of the context")
        return coverage(declaration, note, figures=measured)

    def extract(self, text: str) -> Extraction[T]:
        """Extract one text.

        Raises:
            InputError: The text is empty or is not text.
            ContextOverflowError: It does not fit in the context.
            BudgetError: The smallest record does not fit in `max_tokens`.
            RecordError: The schema's own validators refuse the record.
            EngineError: llama.cpp failed.
        """
        if self._decoding.long == "split":
            return _only(self.map((text,)))
        return self._sure(self._finish(text, self._submit(text).result()))

    def map(self, texts: Iterable[str]) -> Iterator[Extraction[T]]:
        """Extract many texts, in order and lazily; a text that fails gives an extraction with `.error`."""
        whole = LongTexts(self._map, self._compiled).map if self._decoding.long == "split" else self._map
        with closing(cast("Any", whole(texts))) as extractions:
            for extraction in extractions:
                yield self._sure(extraction)

    def _sure(self, extraction: Extraction[T]) -> Extraction[T]:
        least = self._decoding.min_confidence
        return extraction if least is None else without_doubts(self._compiled.loaded, extraction, least)

    def _map(self, texts: Iterable[str]) -> Iterator[Extraction[T]]:
        window = self._model.scheduler.parallel * _AHEAD
        waiting: deque[tuple[str, Future[Completion] | ExtractorError]] = deque()
        try:
            for text in texts:
                waiting.append((text, self._try_submit(text)))
                if len(waiting) >= window:
                    yield self._settle(*waiting.popleft())
            while waiting:
                yield self._settle(*waiting.popleft())
        finally:
            for _, answer in waiting:
                if isinstance(answer, Future):
                    answer.cancel()

    def close(self) -> None:
        """Give the model back; the last extractor to do so frees it."""
        if not self._closed:
            self._closed = True
            release(self._model)

    def __enter__(self) -> Extractor[T]:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _submit(self, text: str, plan: Plan | None = None) -> Future[Completion]:
        if self._closed:
            raise EngineError("this Extractor has been closed; make a new one")
        if not isinstance(text, str):
            raise InputError(f"a text must be str, not {type(text).__name__}")
        if not text.strip():
            raise InputError("the text is empty; there is nothing to extract")
        vocabulary = self._model.engine.vocabulary
        try:
            body = tuple(encode(self._model.template.body(text), vocabulary))
        except UnicodeEncodeError as error:
            raise InputError(f"the text holds a lone surrogate at character {error.start}; decode it first") from error
        return self._model.scheduler.submit(
            Request(
                self._briefing.tokens,
                body,
                self._max_tokens,
                (
                    lambda budget: self._following(plan, self._wide(text, budget)),
                    lambda budget: self._following(plan, self._bounded(text, budget)),
                ),
                partial(last_said_again, self._compiled.loaded.declaration, text=text),
                self._is_label,
                self._biases,
            )
        )

    def _following(self, plan: Plan | None, constraint: Constraint) -> Constraint:
        return constraint if plan is None else Excluding(constraint, self._model.token_index(), plan)

    def _wide(self, text: str, budget: int) -> Constraint:
        declaration = roomy(self._compiled.loaded.declaration, budget, len(text))
        return self._backend.constraint(declaration, text)

    def _bounded(self, text: str, budget: int) -> Constraint:
        engine = self._model.engine
        try:
            declaration = bounded(self._compiled.loaded.declaration, budget, engine.vocabulary, chunks(text))
        except BudgetError as error:
            if budget == self._max_tokens:
                raise
            used, limit = engine.context_tokens - budget + error.minimum, engine.context_tokens
            raise ContextOverflowError(
                f"the text does not fit: schema, text and the smallest record take {used} tokens, the context holds "
                f"{limit}; shorten the text, split it (--long split) or use a model with a larger context",
                prompt_tokens=used,
                limit=limit,
            ) from error
        return self._backend.constraint(declaration, text)

    def _finish(self, text: str, decoded: Completion) -> Extraction[T]:
        first = self._tidy(text, decoded)
        try:
            completion, record, repairs = first, self._record(first), 0
        except RecordError as error:
            repair = Repair(lambda plan: self._again(text, plan), self._record, self._decoding.repairs)
            completion, record, repairs = repair.run(first, error)
        declaration, found = self._compiled.loaded.declaration, json.loads(completion.text)
        places = spans(declaration, found, text)
        sure = confidence(completion.text, completion.choices)
        if self._decoding.calibrated and self._model.calibration.curves:
            sure = calibrated(self._model.calibration, completion.text, places, labels(declaration, found), sure)
        return Extraction(
            record=cast("T", record),
            json=completion.text,
            spans=places,
            confidence=sure,
            status=completion.status,
            tokens=completion.tokens,
            sampled=len(completion.choices),
            repairs=repairs,
        )

    def _again(self, text: str, plan: Plan) -> Completion:
        return self._tidy(text, self._submit(text, plan).result())

    def _tidy(self, text: str, completion: Completion) -> Completion:
        declaration = self._compiled.loaded.declaration
        tidy = distinct(declaration, completion)
        once = said_once(declaration, tidy, text)
        return once if once is tidy or self._accepted(once) else tidy

    def _accepted(self, completion: Completion) -> bool:
        try:
            self._record(completion)
        except RecordError:
            return False
        return True

    def _record(self, completion: Completion) -> object:
        return instance(self._compiled.loaded, completion.text)

    def _try_submit(self, text: str) -> Future[Completion] | ExtractorError:
        try:
            return self._submit(text)
        except ExtractorError as error:
            return error

    def _settle(self, text: str, answer: Future[Completion] | ExtractorError) -> Extraction[T]:
        if isinstance(answer, ExtractorError):
            return Extraction(None, "", status="failed", error=answer)
        raw = ""
        try:
            completion = answer.result()
            raw = completion.text
            return self._finish(text, completion)
        except ExtractorError as error:
            return Extraction(None, raw, status="failed", error=error)


def _only(extractions: Iterator[Extraction[T]]) -> Extraction[T]:
    extraction = next(extractions)
    if extraction.error is not None:
        raise extraction.error
    return extraction


def _check_settings(instructions: object, max_tokens: object) -> None:
    if max_tokens is not None and (isinstance(max_tokens, bool) or not isinstance(max_tokens, int)):
        raise InputError(f"max_tokens must be a whole number or None, not {max_tokens!r}", path="max_tokens")
    if instructions is not None and not isinstance(instructions, str):
        raise InputError(f"instructions must be str, not {type(instructions).__name__}", path="instructions")
