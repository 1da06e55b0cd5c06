"""A baseline: findings that are known. New ones stop a commit; known ones do not, unless somebody rejected them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from extractor.errors import InputError, OutputError
from extractor.hooks.finding import Finding, shown_path

Verdict = Literal["open", "accepted", "rejected"]
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Known:
    """One known finding. The value itself is not kept.

    Attributes:
        fingerprint: `Finding.fingerprint`.
        rule: Rule.
        path: File, as shown.
        line: Where it stood when the baseline was last written.
        column: Likewise.
        verdict: `open` until somebody looked at it; `accepted`; or `rejected`: it is reported again.
    """

    fingerprint: str
    rule: str
    path: str
    line: int
    column: int
    verdict: Verdict = "open"


def read_baseline(path: Path) -> dict[str, Known]:
    """Known findings by fingerprint; none where there is no file.

    Raises:
        InputError: The file is not a baseline.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the baseline {path} cannot be read: {error}", path=str(path)) from error
    try:
        held = json.loads(text)
        if held["version"] != _VERSION:
            raise ValueError(f"version {held['version']!r}")
        found = [Known(**entry) for entry in held["findings"]]
        if any(known.verdict not in get_args(Verdict) for known in found):
            raise ValueError("a verdict that is none")
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(
            f"{path} is not a baseline ({error}); restore it, or write it anew with --write-baseline", path=str(path)
        ) from error
    return {known.fingerprint: known for known in found}


def write_baseline(path: Path, known: Iterable[Known]) -> None:
    """Write a baseline, whole or not at all.

    Raises:
        OutputError: It cannot be written.
    """
    from extractor.store.durable import replace_text

    rows = sorted(known, key=lambda k: (k.path, k.line, k.column, k.rule, k.fingerprint))
    body = ",\n".join(
        "  " + json.dumps({name: getattr(row, name) for name in Known.__slots__}, ensure_ascii=True) for row in rows
    )
    try:
        replace_text(path, f'{{"version": {_VERSION}, "findings": [\n{body}\n]}}\n')
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}", path=str(path)) from error


def updated(known: dict[str, Known], findings: Iterable[Finding], owns: Callable[[str], bool]) -> list[Known]:
    """A baseline after a run: verdicts are kept, and what the run's own rules did not find again is dropped."""
    rows = {fingerprint: row for fingerprint, row in known.items() if not owns(row.rule)}
    for finding in findings:
        old = known.get(finding.fingerprint)
        row = Known(finding.fingerprint, finding.rule, shown_path(finding.path), finding.line, finding.column)
        rows[finding.fingerprint] = replace(row, verdict=old.verdict) if old else row
    return list(rows.values())


def is_known(known: dict[str, Known], finding: Finding) -> bool:
    """Whether a baseline lets a finding through."""
    row = known.get(finding.fingerprint)
    return row is not None and row.verdict != "rejected"
