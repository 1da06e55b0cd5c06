"""Sources -> findings: decoded, cut into pieces, given to the recognisers, allowed, placed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from extractor.hooks.allow import is_allowed
from extractor.hooks.cache import Results
from extractor.hooks.candidate import Candidate, without_overlaps
from extractor.hooks.changes import Ranges, Source
from extractor.hooks.content import Lines, decode, is_generated
from extractor.hooks.deadline import Deadline, OutOfTimeError
from extractor.hooks.finding import Finding
from extractor.hooks.rules import RULES, SEVERITIES
from extractor.hooks.settings import Settings
from extractor.hooks.verdict import Verdict, placed

Recogniser = Callable[[str], list[Candidate]]


@dataclass(slots=True)
class Outcome:
    """What a run came to.

    Attributes:
        findings: In order of file and place.
        skipped: File and why it was not looked at.
        late: Files that the time budget left out, or cut short.
        files: How many were looked at.
    """

    findings: list[Finding] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    files: int = 0


def scan(
    sources: Iterator[Source], find: Recogniser, settings: Settings, deadline: Deadline, results: Results
) -> Outcome:
    """Look through sources until they or the time end.

    Args:
        sources: What to look at.
        find: Text -> candidates.
        settings: What is excluded, disabled, too unsure.
        deadline: When to stop.
        results: What is known from earlier runs.
    """
    outcome = Outcome()
    for source in sources:
        if outcome.late:
            outcome.late.append(source.path)
            continue
        lines = _readable(source, settings, outcome)
        if lines is None:
            continue
        outcome.files += 1
        try:
            outcome.findings += _findings(source, lines, find, settings, deadline, results)
        except OutOfTimeError:
            outcome.late.append(source.path)
    return outcome


def is_among(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether a path matches one of the patterns; `folder/` and `folder` stand for everything below it too."""
    return any(fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern.rstrip('/')}/*") for pattern in patterns)


def _readable(source: Source, settings: Settings, outcome: Outcome) -> Lines | None:
    if source.data is None:
        outcome.skipped.append((source.path, source.skipped))
        return None
    if is_among(source.path, (*settings.exclude, settings.baseline)):
        outcome.skipped.append((source.path, "excluded"))
        return None
    text = decode(source.data)
    if text is None or is_generated(source.path, text):
        outcome.skipped.append((source.path, "binary" if text is None else "generated"))
        return None
    return Lines(text)


def _findings(
    source: Source, lines: Lines, find: Recogniser, settings: Settings, deadline: Deadline, results: Results
) -> Iterator[Finding]:
    found: dict[tuple[str, int, int], Candidate] = {}
    for offset, piece in lines.pieces(source.changed):
        deadline.check()
        for candidate in results.of(piece, find):
            moved = candidate._replace(start=candidate.start + offset, end=candidate.end + offset)
            found[moved.rule, moved.start, moved.end] = moved
    least = SEVERITIES.index(settings.min_severity)
    for candidate in without_overlaps(c for c in found.values() if c.confidence >= settings.min_confidence):
        if candidate.rule in settings.disable or SEVERITIES.index(RULES[candidate.rule].severity) < least:
            continue
        finding = placed(source.path, lines, _verdict(candidate))
        if _is_changed(finding, source.changed) and not is_allowed(lines, finding.line, finding.end_line, finding.rule):
            yield finding


def _verdict(candidate: Candidate) -> Verdict:
    rule = RULES[candidate.rule]
    what = f"{rule.says} ({candidate.kind})" if candidate.kind else rule.says
    says = f"{what}: {rule.advice}"
    return Verdict(rule.name, candidate.start, candidate.end, says, rule.severity, candidate.confidence)


def _is_changed(finding: Finding, changed: Ranges | None) -> bool:
    if changed is None:
        return True
    return any(first <= finding.end_line and finding.line <= last for first, last in changed)
