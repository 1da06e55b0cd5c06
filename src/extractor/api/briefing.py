"""What a model is told of a schema: the prompt's prefix, examples checked, shortened where it would not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from extractor.api.compiled import CompiledSchema
from extractor.errors import ContextOverflowError, InputError, RecordError, SchemaError
from extractor.grammar.vocabulary import Vocabulary
from extractor.prompt.schema_text import Detail, render
from extractor.prompt.template import Brief, Template, encode
from extractor.record.layout import dumps
from extractor.validate.records import dump

_DETAILS: tuple[Detail, ...] = get_args(Detail)


@dataclass(frozen=True, slots=True)
class Briefing:
    """The prefix of every prompt of one schema.

    Attributes:
        tokens: Its token ids.
        detail: How much of the schema is shown: `full`, or what was left out so that it takes at most half of the
            context.
    """

    tokens: tuple[int, ...]
    detail: Detail


def checked_examples(compiled: CompiledSchema, examples: Sequence[tuple[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Examples as texts and records in the canonical layout.

    Raises:
        SchemaError: An example is no pair, does not fit the schema, or a verbatim value is not in its text.
    """
    checked = []
    for index, example in enumerate(examples):
        text, record = _pair(index, example)
        try:
            layout = dumps(dump(compiled.loaded, record))
            fits = compiled.accepts(layout, text)
        except (RecordError, InputError) as error:
            raise SchemaError(f"example {index} cannot be used: {error}", construct="examples") from error
        if not fits:
            why = "a verbatim value is not in its text" if compiled.accepts(layout) else "it does not fit the schema"
            raise SchemaError(f"example {index} cannot be used: {why}: {layout}", construct="examples")
        checked.append((text, layout))
    return tuple(checked)


def _pair(index: int, example: Any) -> tuple[str, Any]:
    if isinstance(example, tuple | list) and len(example) == 2 and isinstance(example[0], str):
        return example[0], example[1]
    raise SchemaError(
        f"example {index} cannot be used: it is no pair of a text and its record: {example!r}", construct="examples"
    )


def brief(
    compiled: CompiledSchema,
    examples: tuple[tuple[str, str], ...],
    instructions: str,
    template: Template,
    vocabulary: Vocabulary,
    context_tokens: int,
) -> Briefing:
    """Lay out the prefix: in full, or without descriptions, or without long lists of labels too.

    Raises:
        ContextOverflowError: Even the shortest form leaves no room for a text.
        SchemaError: Something in it is no Unicode text.
    """
    declaration = compiled.loaded.declaration
    for detail in _DETAILS:
        shown = Brief(render(declaration, detail), instructions, examples)
        try:
            tokens = tuple(encode(template.prefix(shown), vocabulary))
        except UnicodeEncodeError as error:
            raise SchemaError(
                f"schema, instructions or examples hold a lone surrogate, {error.object[error.start]!r}; decode first",
                construct="prompt",
            ) from error
        if len(tokens) <= context_tokens // 2:
            return Briefing(tokens, detail)
    if len(tokens) < context_tokens:
        return Briefing(tokens, _DETAILS[-1])
    raise ContextOverflowError(
        f"schema, instructions and examples take {len(tokens)} tokens at their shortest, the context holds "
        f"{context_tokens}; use fewer examples or a model with a larger context",
        prompt_tokens=len(tokens),
        limit=context_tokens,
    )
