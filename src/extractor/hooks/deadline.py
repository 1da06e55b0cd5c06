"""The time that a hook may take."""

from __future__ import annotations

import time

from extractor.errors import ExtractorError


class OutOfTimeError(ExtractorError):
    """The time budget ended."""


class Deadline:
    """A budget of seconds, counted from when it is made; None never ends."""

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds

    def check(self) -> None:
        """Go on, if there is time left.

        Raises:
            OutOfTimeError: There is none.
        """
        if self._end is not None and time.monotonic() > self._end:
            raise OutOfTimeError("the time budget ended")
