"""How records are decoded, beyond what the schema says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from extractor.errors import InputError


@dataclass(frozen=True, slots=True)
class Decoding:
    """Settings of decoding; the defaults are meant to be kept.

    Attributes:
        repairs: Most further records to decode for a text whose record a check or a validator refuses; 0: none.
        long: What to do with a text that does not fit in the context: `refuse` it, or `split` it and put the parts'
            records together.
    """

    repairs: int = 8
    long: Literal["refuse", "split"] = "refuse"

    def __post_init__(self) -> None:
        """Check the settings.

        Raises:
            InputError: One of them is not what it should be.
        """
        if isinstance(self.repairs, bool) or not isinstance(self.repairs, int) or self.repairs < 0:
            raise InputError(f"repairs must be a whole number, 0 or more, not {self.repairs!r}", path="repairs")
        if self.long not in ("refuse", "split"):
            raise InputError(f"long must be 'refuse' or 'split', not {self.long!r}", path="long")
