"""What an extraction gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, NamedTuple, TypeVar

from extractor.errors import ExtractorError
from extractor.schema.nodes import JSONValue

T = TypeVar("T")
Status = Literal["complete", "truncated", "failed"]


class Span(NamedTuple):
    """A half-open stretch of the original text, in characters: `text[span.start:span.end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Extraction(Generic[T]):
    """One text's record and where it comes from.

    Attributes:
        record: The instance of the schema; None where the extraction failed.
        json: The record as decoded, in the canonical layout ("" where it failed before decoding).
        spans: Record path -> where in the text the verbatim value stands.
        confidence: Record path -> how sure the model was of the value, in [0, 1], over legal tokens only.
        status: `complete`; `truncated`, when a budget closed the record, which is valid all the same; or `failed`.
        error: What went wrong, for `failed`.
        tokens: Tokens of the record; of these, `sampled` were the model's choice.
        sampled: See `tokens`.
        repairs: Records that a check or validator refused before this one was found.
        conflicts: Of a long text that was split: record path -> values that other parts gave and that were not taken.
        uncertain: With `Decoding(min_confidence=...)`: record path -> a value that the model was less sure of. The
            record holds null there, where the schema lets it.
    """

    record: T | None
    json: str
    spans: Mapping[str, Span] = field(default_factory=dict)
    confidence: Mapping[str, float] = field(default_factory=dict)
    status: Status = "complete"
    error: ExtractorError | None = None
    tokens: int = 0
    sampled: int = 0
    repairs: int = 0
    conflicts: Mapping[str, Sequence[JSONValue]] = field(default_factory=dict)
    uncertain: Mapping[str, JSONValue] = field(default_factory=dict)
