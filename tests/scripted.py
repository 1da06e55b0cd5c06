"""A schema, and an engine without a model that answers it."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

from extractor.engine.scripted import ScriptedEngine
from extractor.schema.nodes import JSONValue

SCHEMA: dict[str, Any] = {
    "title": "Colour",
    "type": "object",
    "properties": {
        "word": {"anyOf": [{"type": "string", "x-verbatim": True}, {"type": "null"}]},
        "colour": {"enum": ["red", "green", "blue", "none"]},
    },
    "required": ["word", "colour"],
    "additionalProperties": False,
}


def answer(text: str) -> JSONValue:
    """The colour of a text, and its first word."""
    found = re.search("red|green|blue", text)
    word = re.match(r"\w+", text)
    return {"word": word.group() if word else None, "colour": found.group() if found else "none"}


def scripted() -> ScriptedEngine:
    """An engine that gives `answer`."""
    return ScriptedEngine(answer)


class Slow(ScriptedEngine):
    """Takes its time, as a model does."""

    def evaluate(self, works: Any, masks: Any) -> Any:
        """Wait, then answer."""
        time.sleep(0.03)
        return super().evaluate(works, masks)


def slow() -> ScriptedEngine:
    """The same, in no hurry."""
    return Slow(answer)


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
