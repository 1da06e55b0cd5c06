"""Rows as a batch writes them, with texts that are hard on a page."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

HOSTILE = (
    "</script><script>document.title = 'broken'</script>",
    '<img src=x onerror="document.title = 1">',
    "<!-- <script> ]]> &lt; &amp;amp; {{title}} {{data}}",
    "a\u2028b\u2029c\x00d\x07e\x1bf\x7fg\x85h\ufeffi",
    "half \ud83d of a face, other half \ude00",
    "'; alert(1) //",
    "\u202eright to left\u202c",
)
WORDS = ("Ada", "北京", "👩‍👩‍👧", "café", "e\u0301te\u0301", "𝔘𝔫𝔦", "London", "🇫🇷", "שלום", "<b>", "&amp;")
KINDS = ("billing", "delivery", "technical")


def row_of(number: int, chance: random.Random) -> dict[str, Any]:
    """A row with its text: some names in it, or an error."""
    if number % 23 == 11:
        error = {"type": "InputError", "message": f"the text is empty {number % 2}", "path": "text"}
        return {"id": f"r{number}", "error": error, "text": ""}
    parts, names, spans = [], [], {}
    for index in range(chance.randrange(4)):
        parts.append(chance.choice(("seen by", "😀 from", "near")))
        name = " ".join(chance.sample(WORDS, 2))
        start = len(" ".join(parts)) + 1
        parts.append(name)
        names.append({"name": name, "times": index + 1})
        spans[f"people[{index}].name"] = [start, start + len(name)]
    text = " ".join([*parts, f"on day {number}."])
    record = {"people": names, "kind": chance.choice(KINDS), "day": number, "urgent": None}
    confidence = {path: round(chance.random() ** 0.2, 3) for path in [*spans, "kind", "day", "urgent"]}
    status = "truncated" if number % 31 == 7 else "complete"
    return {
        "id": f"r{number}", "text": text, "record": record, "spans": spans, "status": status, "confidence": confidence
    }  # fmt: skip


def write_rows(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write rows as JSON Lines; halves of characters are escaped."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def some_rows(count: int) -> list[dict[str, Any]]:
    """Rows, the same ones every time."""
    chance = random.Random(7)
    return [row_of(number, chance) for number in range(count)]


def hostile_rows() -> list[dict[str, Any]]:
    """Rows whose ids, texts, values, names and messages would all like to be HTML."""
    rows: list[dict[str, Any]] = []
    for text in HOSTILE:
        record = {text: text, "list": [text]}
        spans = {"list[0]": [2, 2 + len(text)]}
        rows.append({"id": text, "text": f"😀 {text} !", "record": record, "spans": spans, "status": "complete"})
        rows.append({"id": text, "error": {"type": text, "message": text, "path": text}, "text": text})
    return rows
