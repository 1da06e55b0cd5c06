"""`extractor: allow[rule]` comments."""

from __future__ import annotations

import re

from extractor.hooks.content import Lines

_ALLOW = re.compile(r"extractor:[ \t]*allow\[(?P<rules>[\w.*, -]+)\]", re.IGNORECASE)
_ONLY_COMMENT = re.compile(r"\s*(?:#|//|/\*|<!--|--|;|%|\*|\"\"\"|\.\.|REM\b|dnl\b)")


def is_allowed(lines: Lines, first: int, last: int, rule: str) -> bool:
    """Whether a comment lets a rule through: on the finding's first or last line, or alone on the line above."""
    if any(_allows(lines.line(number), rule) for number in {first, last}):
        return True
    above = lines.line(first - 1)
    return bool(_ONLY_COMMENT.match(above)) and _allows(above, rule)


def _allows(line: str, rule: str) -> bool:
    """Whether a line names a rule; `allow[*]` names all of them."""
    if "extractor:" not in line:
        return False
    names = {name.strip() for match in _ALLOW.finditer(line) for name in match["rules"].split(",")}
    return "*" in names or rule in names
