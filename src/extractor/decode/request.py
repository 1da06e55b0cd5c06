"""What the scheduler is asked for, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from extractor.decode.biases import Biases
from extractor.decode.choice import Choice
from extractor.decode.label_places import LabelPlaces, no_labels
from extractor.decode.rounds import LastSaidAgain
from extractor.grammar.constraint import Constraint
from extractor.record.extraction import Status


@dataclass(frozen=True, slots=True)
class Request:
    """A text to be turned into a record.

    Attributes:
        prefix: Token ids shared with other requests, evaluated once.
        body: Token ids of this text.
        max_tokens: Most tokens of the record; None: what the context leaves.
        attempts: Constraints to try, given the tokens of the budget: wide bounds first, then bounds that are sure
            to fit. A record closed by a later attempt is `truncated`.
        last_said_again: Whether an item of a list says again what stands in the record; None: lists may go round.
        is_label: Where a value is one of a fixed set, to be chosen as a whole.
        biases: Added to scores.
    """

    prefix: tuple[int, ...]
    body: tuple[int, ...]
    max_tokens: int | None
    attempts: Sequence[Callable[[int], Constraint]]
    last_said_again: LastSaidAgain | None = None
    is_label: LabelPlaces = no_labels
    biases: Biases = field(default_factory=Biases)


@dataclass(frozen=True, slots=True)
class Completion:
    """A record as decoded.

    Attributes:
        text: In the canonical layout.
        status: `complete` or `truncated`.
        choices: The tokens the model chose.
        tokens: Tokens of the record, forced ones included.
    """

    text: str
    status: Status
    choices: tuple[Choice, ...]
    tokens: int
