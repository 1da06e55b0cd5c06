"""A page of HTML that needs nothing else: style, program and data are inside, and it may load nothing.

The texts are not to be trusted. They are data in a script element that does not run, escaped so that they cannot
leave it; a Content-Security-Policy allows the two inline blocks by their digests and nothing else, no network at all,
and no assignment of HTML text to an element (`require-trusted-types-for`).
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from extractor.record.extraction import Span
from extractor.report.values import Leaf, Row, Value

_PROGRAM = ("model.js", "elements.js", "rows.js", "fields.js", "errors.js", "main.js")
# What could end the script element or open a comment in it, what JavaScript once took for line ends, and halves of
# characters, which UTF-8 cannot hold.
_UNSAFE = re.compile("[<>&\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_KINDS = ("string", "number", "boolean", "null", "empty")
_VERDICTS = ("right", "missing", "invented", "wrong_span", "wrong_value")


@dataclass(frozen=True, slots=True)
class Report:
    """What a page shows.

    Attributes:
        title: Its heading.
        rows: Its rows.
        facts: Name -> value; shown under the heading, in order.
        speed: Figures of the run: name -> number or text.
        scores: In a comparison, field -> its precision, recall, F1 and leaves; "" is all fields.
        notes: What else should be said, in words.
    """

    title: str
    rows: Sequence[Row]
    facts: Mapping[str, str] = field(default_factory=dict)
    speed: Mapping[str, int | float | str] = field(default_factory=dict)
    scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    notes: Sequence[str] = ()


def render(report: Report) -> str:
    """The page. Encode it as UTF-8."""
    style = _asset("report.css")
    program = "'use strict';\n(() => {\n" + "\n".join(map(_asset, _PROGRAM)) + "})();\n"
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(program)}'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    parts = {
        "policy": html.escape(policy),
        "title": html.escape(_whole(report.title)),
        "style": style,
        "data": escaped_json(page_data(report)),
        "program": program,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda slot: parts[slot[1]], _asset("page.html"))


def _asset(name: str) -> str:
    return resources.files("extractor.report").joinpath("assets", name).read_text(encoding="utf-8")


def _digest(source: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def escaped_json(value: Any) -> str:
    """JSON that can stand in a script element, whatever its strings hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def page_data(report: Report) -> dict[str, Any]:
    """What the page's program reads. Spans are in UTF-16 units there, as JavaScript counts."""
    fields = _Numbers(value.field for row in report.rows for value in row.values)
    return {
        "title": report.title,
        "facts": list(report.facts.items()),
        "speed": list(report.speed.items()),
        "scores": [[name, dict(figures)] for name, figures in report.scores.items()],
        "notes": list(report.notes),
        "fields": list(fields.of),
        "kinds": _KINDS,
        "verdicts": _VERDICTS,
        "compares": any(value.verdict for row in report.rows for value in row.values) or bool(report.scores),
        "rows": [_row(row, fields.of) for row in report.rows],
    }


class _Numbers:
    """Numbers names in the order of their first appearance."""

    def __init__(self, names: Iterable[str]) -> None:
        self.of: dict[str, int] = {}
        for name in names:
            self.of.setdefault(name, len(self.of))


def _row(row: Row, fields: Mapping[str, int]) -> dict[str, Any]:
    units = _Units(row.text or "")
    data: dict[str, Any] = {
        "name": row.name,
        "text": row.text,
        "status": row.status,
        "values": [_value(value, fields, units) for value in row.values],
    }
    if row.failure is not None:
        data["error"] = {"type": row.failure.type, "message": row.failure.message, "path": row.failure.path}
    if row.schema:
        data["schema"] = row.schema
    if row.notes:
        data["notes"] = list(row.notes)
    return data


def _value(value: Value, fields: Mapping[str, int], units: _Units) -> list[Any]:
    """`[field, path, found, span, confidence]`, and in a comparison `verdict, gold, gold span` after that."""
    line: list[Any] = [
        fields[value.field], value.path, _leaf(value.found), units.span(value.span), value.confidence,
    ]  # fmt: skip
    if value.verdict is not None:
        line += [_VERDICTS.index(value.verdict), _leaf(value.gold), units.span(value.gold_span)]
    return line


def _leaf(found: Leaf | None) -> list[Any] | None:
    return None if found is None else [_KINDS.index(found.kind), found.shown]


class _Units:
    """Characters of a text as UTF-16 units."""

    def __init__(self, text: str) -> None:
        self._astral = [index for index, character in enumerate(text) if character > "\uffff"]

    def span(self, span: Span | None) -> list[int] | None:
        return None if span is None else [self._unit(span.start), self._unit(span.end)]

    def _unit(self, position: int) -> int:
        return position + bisect_left(self._astral, position)
