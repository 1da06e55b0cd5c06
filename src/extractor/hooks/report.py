"""Findings as text for people, JSON for programs, annotations for GitHub, or SARIF."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Literal, assert_never, get_args

from extractor.hooks.finding import Finding, masked, printable, shown_path
from extractor.hooks.sarif import sarif

Format = Literal["text", "json", "sarif", "github"]
FORMATS: tuple[Format, ...] = get_args(Format)
_COMMANDS = {"low": "notice", "medium": "warning", "high": "error", "critical": "error"}


def render(findings: Sequence[Finding], form: Format, *, show_values: bool) -> str:
    """What is printed: "" where there is nothing to say in that format.

    Args:
        findings: In the order they are shown.
        form: Format.
        show_values: Whether values are shown as they are; else they are masked.
    """
    match form:
        case "text":
            return "\n".join(_line(finding, show_values) for finding in findings)
        case "json":
            return json.dumps([_row(finding, show_values) for finding in findings], indent=2)
        case "github":
            return "\n".join(_annotation(finding, show_values) for finding in findings)
        case "sarif":
            return sarif(findings, show_values=show_values)
        case _:
            assert_never(form)


def _value(finding: Finding, show_values: bool) -> str:
    return printable(finding.quote) if show_values else masked(finding.quote)


def _line(finding: Finding, show_values: bool) -> str:
    return (
        f"{shown_path(finding.path)}:{finding.line}:{finding.column}: {finding.severity}: {printable(finding.says)} "
        f"[{finding.rule}] {_value(finding, show_values)} (confidence {finding.confidence:.2f})"
    )


def _row(finding: Finding, show_values: bool) -> dict[str, object]:
    quote = finding.quote.encode("utf-8", "backslashreplace").decode() if show_values else masked(finding.quote)
    row = asdict(finding) | {"path": shown_path(finding.path), "quote": quote, "masked": not show_values}
    return row | {"fingerprint": finding.fingerprint}


def _annotation(finding: Finding, show_values: bool) -> str:
    where = {
        "file": shown_path(finding.path),
        "line": finding.line,
        "col": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
        "title": finding.rule,
    }
    properties = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in where.items())
    message = _escaped(f"{printable(finding.says)} ({_value(finding, show_values)})")
    return f"::{_COMMANDS[finding.severity]} {properties}::{message}"


def _escaped(text: str, more: str = "") -> str:
    """Escape a workflow command's text as GitHub's runner unescapes it."""
    for char in ("%", "\r", "\n", *more):
        text = text.replace(char, f"%{ord(char):02X}")
    return text
