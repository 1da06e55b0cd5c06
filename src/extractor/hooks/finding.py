"""A finding: a verbatim quote and where it stands. It is masked wherever it is shown, unless asked for."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass

from extractor.hooks.rules import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        path: File, relative to the repository.
        line: First line, from 1.
        column: First character in it, from 1.
        end_line: Last line.
        end_column: One past the last character in it.
        rule: Name of the rule.
        severity: How bad it is.
        confidence: How sure, in [0, 1].
        quote: The value itself, as it stands in the file.
        says: What was found, and what to do about it.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    rule: str
    severity: Severity
    confidence: float
    quote: str
    says: str

    @property
    def fingerprint(self) -> str:
        """What a baseline knows it by: rule, file and value, but no line, so that it may move within the file."""
        parts = (self.rule, shown_path(self.path), self.quote.encode("utf-8", "backslashreplace").decode())
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def masked(value: str) -> str:
    """A value with its letters and digits starred, but the first; long ones are cut."""
    flat = printable(" ".join(value.split()))
    hidden = flat[:1] + re.sub(r"\w", "*", flat[1:])
    return hidden if len(hidden) <= 40 else f"{hidden[:24]}...({len(value)} characters)"


def printable(text: str) -> str:
    """A text with control characters, other line ends and undecodable bytes written as escapes: safe on a terminal."""
    safe = "".join(
        char if char.isprintable() or char == " " else char.encode("unicode_escape", "backslashreplace").decode()
        for char in text
    )
    return safe.encode("utf-8", "backslashreplace").decode()


def shown_path(path: str) -> str:
    """A path that fits on one line, whatever the file is called."""
    return printable(os.fsencode(path).decode("utf-8", "backslashreplace"))
