"""Prompt templates: where schema, examples and text go, and which control tokens stand between them.

A prompt is a list of parts, not a string, so that text can never leave its place: only a `Control` becomes a control
token. The prefix (schema, instructions, examples) is the same for every text and comes first, the text comes last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from extractor.grammar.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Control:
    """A control token, by its name in the vocabulary."""

    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text, tokenised in one go."""

    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """A record in the canonical layout, tokenised piece by piece."""

    text: str


Part: TypeAlias = Control | Text | Record


@dataclass(frozen=True, slots=True)
class Brief:
    """What every text of one schema shares.

    Attributes:
        schema: The schema as text (`prompt.schema_text.render`).
        instructions: The user's own words, or "".
        examples: Pairs of a text and its record in the canonical layout.
    """

    schema: str
    instructions: str = ""
    examples: tuple[tuple[str, str], ...] = ()


class Template(Protocol):
    """Lays a brief and a text out for one family of models."""

    name: str

    def prefix(self, brief: Brief) -> list[Part]:
        """Everything that comes before the text."""
        ...

    def body(self, text: str) -> list[Part]:
        """The text, and what leads over to the record."""
        ...

    def ends(self) -> tuple[str, ...]:
        """Names of the control tokens that may end a record."""
        ...


class ExtractorTemplate:
    """The template of the embedded model: three control tokens and nothing else."""

    name = "extractor-1"

    def prefix(self, brief: Brief) -> list[Part]:
        """`<bos><schema>schema, instructions`, then every example as `<text>text<record>record`."""
        head = brief.schema if not brief.instructions else f"{brief.schema}\n{brief.instructions}"
        parts: list[Part] = [Control("<bos>"), Control("<schema>"), Text(head)]
        for text, record in brief.examples:
            parts += [*self.body(text), Record(record)]
        return parts

    def body(self, text: str) -> list[Part]:
        """`<text>text<record>`."""
        return [Control("<text>"), Text(text), Control("<record>")]

    def ends(self) -> tuple[str, ...]:
        """The record ends with `<eos>`."""
        return ("<eos>",)


class GemmaTemplate:
    """Gemma's chat turns: one user turn with schema, examples and text; the record is the model's turn."""

    name = "gemma"

    def prefix(self, brief: Brief) -> list[Part]:
        """The opening of the user turn up to the text."""
        head = f"Extract one JSON record from the text.\n\nSchema:\n{brief.schema}"
        if brief.instructions:
            head += f"\n\n{brief.instructions}"
        parts: list[Part] = [Control("<bos>"), Control("<start_of_turn>"), Text(f"user\n{head}")]
        for text, record in brief.examples:
            parts += [Text(f"\n\nText:\n{text}\n\nRecord:\n"), Record(record)]
        return parts

    def body(self, text: str) -> list[Part]:
        """The text, the end of the user turn, and the beginning of the model's."""
        return [
            Text(f"\n\nText:\n{text}"),
            Control("<end_of_turn>"),
            Text("\n"),
            Control("<start_of_turn>"),
            Text("model\n"),
        ]

    def ends(self) -> tuple[str, ...]:
        """The record ends with the model's turn."""
        return ("<end_of_turn>", "<eos>")


TEMPLATES: dict[str, Template] = {t.name: t for t in (ExtractorTemplate(), GemmaTemplate())}


def encode(parts: Sequence[Part], vocabulary: Vocabulary) -> list[int]:
    """Turn prompt parts into token ids `(n,)`.

    Raises:
        KeyError: The vocabulary lacks a control token that the template needs.
    """
    ids: list[int] = []
    for part in parts:
        match part:
            case Control(name):
                ids.append(vocabulary.controls[name])
            case Text(text):
                ids += vocabulary.encode(text)
            case Record(text):
                ids += vocabulary.encode_record(text)
    return ids
