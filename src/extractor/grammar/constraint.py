"""What a constraint is: a compiled grammar that says, step by step, which bytes may follow.

Compile time and run time are different classes: a `Constraint` is made once a schema (and once a text, where
verbatim fields point into it); a `Matcher` follows one sequence. Backends: `llguidance_backend`, `outlines_backend`.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.int32]  # `(ceil(n_vocab / 32),)`: bit i of word i // 32 is set where token i is legal


class Matcher(Protocol):
    """Follows one sequence. Every method raises `DecodeError` if the backend has failed."""

    def forced(self) -> bytes:
        """Bytes that must come next whatever the model says; b"" where it has a choice."""
        ...

    def fill_mask(self, mask: Mask) -> None:
        """Write the legal next tokens. Releases the interpreter lock where the backend allows it."""
        ...

    def consume(self, tokens: list[int]) -> None:
        """Follow tokens. Raises DecodeError if one of them is not legal."""
        ...

    def accepts(self, tokens: list[int]) -> bool:
        """Whether these tokens could be consumed from here. Changes nothing."""
        ...

    def is_complete(self) -> bool:
        """Whether the record is whole and nothing but the end may follow."""
        ...

    def can_end(self) -> bool:
        """Whether the record is whole here, even if more could follow."""
        ...

    def copy(self) -> Matcher:
        """An independent matcher in the same state."""
        ...


class Constraint(Protocol):
    """A grammar compiled for one vocabulary."""

    def matcher(self) -> Matcher:
        """A matcher at the beginning of a record."""
        ...
