"""The constraint backends, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from extractor.errors import SchemaError
from extractor.grammar.constraint import Constraint
from extractor.grammar.vocabulary import Vocabulary
from extractor.schema.nodes import Declaration


class Backend(Protocol):
    """Compiles declarations for one vocabulary. Safe to share between threads."""

    def constraint(self, declaration: Declaration, source: str | None) -> Constraint:
        """Compile a declaration; verbatim values come from `source`.

        Raises:
            InputError: A verbatim value is required and the text has none that fits.
            SchemaError: The backend cannot express the schema.
        """
        ...


def _llguidance(vocabulary: Vocabulary) -> Backend:
    from extractor.grammar.llguidance_backend import LLGuidanceBackend

    return LLGuidanceBackend(vocabulary)


def _outlines_core(vocabulary: Vocabulary) -> Backend:
    from extractor.grammar.outlines_backend import OutlinesBackend

    return OutlinesBackend(vocabulary)


BACKENDS: dict[str, Callable[[Vocabulary], Backend]] = {
    "llguidance": _llguidance,
    "outlines_core": _outlines_core,
}


def make_backend(name: str, vocabulary: Vocabulary) -> Backend:
    """Return the backend of that name for a vocabulary.

    Raises:
        SchemaError: There is no such backend, or it is not installed.
    """
    if name not in BACKENDS:
        raise SchemaError(f"no constraint backend {name!r}; there are {', '.join(BACKENDS)}", construct="backend")
    return BACKENDS[name](vocabulary)
