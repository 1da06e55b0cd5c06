"""`extract`: one text, one schema, one call."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, overload

from extractor.api.extractor import Extractor
from extractor.engine.protocol import Engine
from extractor.store.home import default_model

T = TypeVar("T")
_KEPT = 16
_lock = threading.Lock()


@dataclass(slots=True)
class _Kept:
    """An extractor, the schema it was made from, and how many calls it is in."""

    schema: Any
    extractor: Extractor[Any]
    busy: int = 0


_kept: OrderedDict[Any, _Kept] = OrderedDict()


@overload
def extract(
    text: str,
    schema: type[T],
    *,
    model: str | Path | Engine | None = None,
    instructions: str | None = None,
    examples: Sequence[tuple[str, Any]] = (),
    max_tokens: int | None = None,
) -> T: ...
@overload
def extract(
    text: str,
    schema: Any,
    *,
    model: str | Path | Engine | None = None,
    instructions: str | None = None,
    examples: Sequence[tuple[str, Any]] = (),
    max_tokens: int | None = None,
) -> Any: ...
def extract(
    text: str,
    schema: Any,
    *,
    model: str | Path | Engine | None = None,
    instructions: str | None = None,
    examples: Sequence[tuple[str, Any]] = (),
    max_tokens: int | None = None,
) -> Any:
    """Extract one record from one text.

    The last schemas and models are kept ready between calls; for many texts, or to choose when the model is freed,
    use `Extractor`.

    Args:
        text: The text.
        schema: A Pydantic model class, dataclass, TypedDict, Literal, Enum, list or union of those, or a JSON Schema
            as a dict or boolean.
        model: A name from the catalog, a path to a .gguf, an engine; None: `EXTRACTOR_MODEL`, or the model that comes
            with the package.
        instructions: More words for the prompt.
        examples: Pairs of a text and its record.
        max_tokens: Most tokens the record may take; None: what the context leaves.

    Returns:
        An instance of the schema; a dict where the schema is a JSON Schema of an object; the value itself for
        Literal, Enum, list and the like.

    Raises:
        SchemaError: The schema cannot be promised.
        InputError: The text is empty or is not text.
        ModelError: The model is not there or not whole.
        ContextOverflowError: The text does not fit in the context.
        BudgetError: The smallest record does not fit in `max_tokens`.
        RecordError: The schema's own validators refuse the record.
    """
    examples = tuple(examples)  # read twice below
    key = (_named(schema), _named_model(model), instructions, _frozen(examples), max_tokens)
    with _lock:
        if key not in _kept:
            made = Extractor(schema, model=model, instructions=instructions, examples=examples, max_tokens=max_tokens)
            _kept[key] = _Kept(schema, made)
        _kept.move_to_end(key)
        kept = _kept[key]
        kept.busy += 1
    try:
        return kept.extractor.extract(text).record
    finally:
        _done(kept)


def _done(kept: _Kept) -> None:
    """Close what has not been used for longest, as long as more is kept than should be."""
    dropped = []
    with _lock:
        kept.busy -= 1
        idle = [key for key, other in _kept.items() if other.busy == 0]
        for key in idle[: max(0, len(_kept) - _KEPT)]:
            dropped.append(_kept.pop(key))
    for other in dropped:
        other.extractor.close()


def _named(schema: Any) -> Any:
    """What a schema is known by: its text for a JSON Schema, which may be changed in place, else itself.

    Equal types may still be written in another order, which the model sees: `Literal["a", "b"]`, `Literal["b", "a"]`.
    """
    if isinstance(schema, dict | bool):
        return json.dumps(schema, default=repr)
    try:
        hash(schema)
    except TypeError:
        return id(schema)  # it is kept, so its id stays its own
    return repr(schema), schema


def _named_model(model: str | Path | Engine | None) -> Any:
    return str(model) if isinstance(model, Path) else default_model() if model is None else model


def _frozen(examples: Sequence[tuple[str, Any]]) -> tuple[str, ...]:
    return tuple(map(repr, examples))
