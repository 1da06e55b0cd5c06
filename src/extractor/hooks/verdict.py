"""What is wrong with a stretch of a file, and that as a finding with its line and column."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.hooks.content import Lines
from extractor.hooks.finding import Finding
from extractor.hooks.rules import Severity


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a stretch of a file.

    Attributes:
        rule: Name of the rule.
        start: First character of the quote in the file.
        end: One past its last; the same as `start` where something is missing.
        says: What is wrong, and what to do.
        severity: How bad.
        confidence: How sure.
    """

    rule: str
    start: int
    end: int
    says: str
    severity: Severity = "medium"
    confidence: float = 0.95


def placed(path: str, lines: Lines, verdict: Verdict) -> Finding:
    """A verdict as a finding."""
    line, column = lines.place(verdict.start)
    end_line, end_column = lines.place(verdict.end)
    return Finding(
        path,
        line,
        column,
        end_line,
        end_column,
        verdict.rule,
        verdict.severity,
        verdict.confidence,
        lines.text[verdict.start : verdict.end],
        verdict.says,
    )
