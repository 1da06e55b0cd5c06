"""`extract`: one text, one schema, one call."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar, overload

from extractor.api.extractor import Extractor
from extractor.engine.protocol import Engine

T = TypeVar("T")
_KEPT = 16
_lock = threading.Lock()
_kept: OrderedDict[Any, tuple[Any, Extractor[Any]]] = OrderedDict()


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
    # By identity: equal schemas may still differ in validators. The schema is kept, so its id stays its own.
    key = (id(schema), str(model) if isinstance(model, Path) else model, instructions, _frozen(examples), max_tokens)
    with _lock:
        if key not in _kept:
            made = Extractor(schema, model=model, instructions=instructions, examples=examples, max_tokens=max_tokens)
            _kept[key] = (schema, made)
        _kept.move_to_end(key)
        extractor = _kept[key][1]
        dropped = _kept.popitem(last=False)[1][1] if len(_kept) > _KEPT else None
    if dropped is not None:
        dropped.close()
    return extractor.extract(text).record


def _frozen(examples: Sequence[tuple[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((text, repr(record)) for text, record in examples)
