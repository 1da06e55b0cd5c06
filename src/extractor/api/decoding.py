"""How records are decoded, beyond what the schema says."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.errors import InputError


@dataclass(frozen=True, slots=True)
class Decoding:
    """Settings of decoding; the defaults are meant to be kept.

    Attributes:
        repairs: Most further records to decode for a text whose record a check or a validator refuses; 0: none.
    """

    repairs: int = 8

    def __post_init__(self) -> None:
        """Check the settings.

        Raises:
            InputError: One of them is not what it should be.
        """
        if isinstance(self.repairs, bool) or not isinstance(self.repairs, int) or self.repairs < 0:
            raise InputError(f"repairs must be a whole number, 0 or more, not {self.repairs!r}", path="repairs")
