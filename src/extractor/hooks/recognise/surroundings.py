"""What stands around a span: words that speak for it, characters that speak against it."""

from __future__ import annotations

import re

_BEFORE = 48


def said_before(text: str, start: int, words: re.Pattern[str], reach: int = _BEFORE) -> bool:
    """Whether one of `words` stands within `reach` characters before, on the same line or alone on the one above."""
    line = text.rfind("\n", 0, start) + 1
    if words.search(text, max(line, start - reach), start):
        return True
    label = text[text.rfind("\n", 0, max(0, line - 1)) + 1 : max(0, line - 1)]
    return not text[line:start].strip(" \t>*-#\"'") and len(label) <= reach and bool(words.search(label))


def key_before(text: str, start: int, words: re.Pattern[str]) -> bool:
    """Whether the name that the value is given to holds one of `words`: `key = VALUE`, `"key": VALUE`, `key VALUE`."""
    line = max(text.rfind("\n", 0, start) + 1, start - _BEFORE)
    key = re.search(r"([\w.\- #]{1,40})[\"']?\s*(?:[:=#]|=>|:=|is)?\s*[\"'(<\[]*\Z", text[line:start])
    return key is not None and bool(words.search(key[1]))


def stands_alone(text: str, start: int, end: int, glue: str) -> bool:
    """Whether neither neighbour is a word character or one of `glue` that goes on with a word character."""
    if start and (text[start - 1].isalnum() or text[start - 1] == "_"):
        return False
    if start > 1 and text[start - 1] in glue and text[start - 2].isalnum():
        return False
    if end < len(text) and (text[end].isalnum() or text[end] == "_"):
        return False
    return not (end + 1 < len(text) and text[end] in glue and text[end + 1].isalnum())
