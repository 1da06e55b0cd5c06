"""The model's part: opinions on units of a policy, and names and addresses that only meaning can tell.

What a text says about its own treatment is text like any other here: the model fills in a record under a grammar, and
the hooks only ever add what it finds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.errors import ContextOverflowError, InputError, RecordError
from extractor.hooks.cache import Results
from extractor.hooks.candidate import Candidate
from extractor.hooks.recognise.people import is_no_name

if TYPE_CHECKING:
    from extractor.api.extractor import Extractor

_MOST_TOKENS = 256  # a record of a few names; more only takes time
_LEAST = 0.8  # what the model is less sure of is wrong too often
_RULES = frozenset({"person", "address"})  # types of the schema that are rules of the hook


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model says of a unit.

    Attributes:
        compliant: Whether it complies.
        rule: Which rule it breaks, or "".
        start: First character of the quote in the unit.
        end: One past its last.
        confidence: How sure the model was of `compliant`.
    """

    compliant: bool
    rule: str
    start: int
    end: int
    confidence: float


def model_digest(model: str) -> str:
    """What results of a model are kept under: its digest, or path, size and time for a file of the user's own."""
    from extractor.store.home import resolve_model

    found = resolve_model(_named(model))
    status = found.path.stat()
    return f"{found.sha256 or found.path.resolve()} {status.st_size} {status.st_mtime_ns}"


def _named(model: str) -> str | None:
    return None if model == "auto" else model


class Judge:
    """A schema and a model. The model is loaded when it is first asked, and only then."""

    def __init__(self, schema: Any, model: Any, *, use_cache: bool = True) -> None:
        """Make a judge.

        Args:
            schema: A schema class.
            model: `auto`, a model's name or path, or an engine.
            use_cache: Whether opinions of earlier runs are used.
        """
        self._schema, self._model = schema, model
        self._extractor: Extractor[Any] | None = None
        settings = f"{getattr(schema, '__qualname__', '')} {_digest(schema)}"
        digest = model_digest(model) if isinstance(model, str) else ""
        self._results = Results(settings, model=digest, use=use_cache and bool(digest))

    def close(self) -> None:
        """Give the model back."""
        if self._extractor is not None:
            self._extractor.close()

    def opinion(self, text: str) -> Opinion:
        """What the model says of a unit; a text that does not fit the model's context gets none, and complies."""
        found = self._results.of(text, self._opinion)
        if not found:
            return Opinion(True, "", 0, 0, 0.0)
        (one,) = found
        return Opinion(False, one.rule, one.start, one.end, one.confidence)

    def _opinion(self, text: str) -> list[Candidate]:
        answer = self._ask(text)
        if answer is None:
            return []
        record, spans, confidence = answer
        if not isinstance(record, dict) or not isinstance(record.get("compliant"), bool):
            raise InputError(
                "a policy's schema must declare `compliant: bool`; it may declare `rule` and `quote` too", path="schema"
            )
        if record["compliant"]:
            return []
        span = spans.get("quote")
        start, end = span if span else (0, len(text.rstrip()))
        return [Candidate(str(record.get("rule") or ""), start, end, confidence.get("compliant", 0.5))]

    def entities(self, text: str) -> list[Candidate]:
        """All that the schema of personal data has a type for, however unsure the model was of it."""
        return self._results.of(text, self._entities)

    def _entities(self, text: str) -> list[Candidate]:
        answer = self._ask(text)
        if answer is None:
            return []
        record, spans, confidence = answer
        found = []
        for index, entity in enumerate(record["entities"]):
            span = spans.get(f"entities[{index}].text")
            sure = min(confidence.get(f"entities[{index}].{name}", 0.0) for name in ("text", "type"))
            if span:
                found.append(Candidate(entity["type"], span[0], span[1], round(sure, 3), "model"))
        return found

    def _ask(self, text: str) -> tuple[Any, Mapping[str, Any], Mapping[str, float]] | None:
        if self._extractor is None:
            from extractor.api.decoding import Decoding
            from extractor.api.extractor import Extractor

            model = _named(self._model) if isinstance(self._model, str) else self._model
            plain = Decoding(calibrated=False)  # what the hooks' bounds were measured with
            self._extractor = Extractor(self._schema, model=model, parallel=1, max_tokens=_MOST_TOKENS, decoding=plain)
        whole = text.encode("utf-8", "replace").decode()  # no lone surrogates; places stay the same
        if not whole.strip():
            return None
        try:
            made = self._extractor.extract(whole)
        except (ContextOverflowError, RecordError):
            return None
        return json.loads(made.json), _plain(made.spans), _plain(made.confidence)


def names_and_addresses(found: Iterable[Candidate], text: str) -> list[Candidate]:
    """Of a model's entities those that the hook adds: of its types, and sure and plausible enough."""
    return [
        c for c in found if c.rule in _RULES and c.confidence >= _LEAST and _plausible(c.rule, text[c.start : c.end])
    ]


def _plain(paths: Mapping[str, Any]) -> dict[str, Any]:
    """The same without the root's `$.`."""
    return {path.removeprefix("$").removeprefix("."): value for path, value in paths.items()}


def _digest(schema: Any) -> str:
    from extractor.schema.load import load

    return load(schema).digest


def _plausible(rule: str, value: str) -> bool:
    if rule == "person":  # one word alone is a product, a place or a company too often
        whole = len(value) <= 60 and value[:1].isupper() and len(value.split()) > 1
        return whole and not any(c.isdigit() for c in value) and not is_no_name(value)
    return 5 <= len(value) <= 200 and any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
