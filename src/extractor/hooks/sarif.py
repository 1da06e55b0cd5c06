"""Findings as SARIF 2.1.0, the OASIS format that code scanning services read. Values are not in it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from extractor import __version__
from extractor.hooks.finding import Finding, masked
from extractor.hooks.rules import RULES

_LEVELS = {"low": "note", "medium": "warning", "high": "error", "critical": "error"}
_SCORES = {"low": "3.0", "medium": "5.0", "high": "8.0", "critical": "9.5"}  # of GitHub's security-severity scale


def sarif(findings: Sequence[Finding], *, show_values: bool) -> str:
    """One run of one tool."""
    rules = sorted({finding.rule for finding in findings})
    run = {
        "tool": {"driver": {"name": "extractor", "version": __version__, "rules": [_rule(name) for name in rules]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, rules.index(finding.rule), show_values) for finding in findings],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2)


def _rule(name: str) -> dict[str, Any]:
    rule = RULES.get(name)
    text = f"{rule.says}: {rule.advice}" if rule else f"policy {name}"
    described: dict[str, Any] = {"id": name, "shortDescription": {"text": rule.says if rule else name}}
    described["help"] = {"text": text}
    if rule:
        described["properties"] = {"security-severity": _SCORES[rule.severity], "tags": ["security"]}
    return described


def _result(finding: Finding, index: int, show_values: bool) -> dict[str, Any]:
    from urllib.parse import quote

    shown = finding.quote if show_values else masked(finding.quote)
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }
    place = {"artifactLocation": {"uri": quote(os.fsencode(finding.path)), "uriBaseId": "%SRCROOT%"}, "region": region}
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.says} ({shown})".encode("utf-8", "backslashreplace").decode()},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"extractor/v1": finding.fingerprint},
        "rank": round(finding.confidence * 100, 1),
    }
