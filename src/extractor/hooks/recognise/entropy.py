"""How random a string looks, and whether it only stands for one."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from math import log2

_PLACEHOLDER = re.compile(
    r"example|sample|placeholder|dummy|fake|changeme|change[_-]?(?:me|this|it)|replace[_-]?(?:me|this|with)|redacted|"
    r"your[_-]?|my[_-]?(?:api|secret|token|key|pass)|insert|todo|fixme|x{4,}|\*{3,}|\.{3}|<[^>]*>|\(\?|\$\{|\{\{|%\(|\$\(|"
    r"^\$\w+$|^%\w+%$|^\{\w*\}$|not[_-]?(?:a|real)|abcdefgh|12345678|0{8,}|deadbeef|lorem|foobar|^test|^none$|^null$|"
    r"^(?:true|false|undefined|nil|empty|secret|password|token|default|required|optional|string|unknown)$",
    re.IGNORECASE,
)


def shannon(value: str) -> float:
    """Shannon entropy in bits a character."""
    total = len(value)
    return -sum(n / total * log2(n / total) for n in Counter(value).values()) if total else 0.0


def is_placeholder(value: str) -> bool:
    """Whether a value stands for another: a variable, a mask, a word such as `changeme`."""
    return bool(_PLACEHOLDER.search(value)) or len(set(value)) < 4


def digit_changes(value: str) -> int:
    """How often a value goes from digits to other characters or back; names that people give do it once or twice."""
    return sum(a.isdigit() != b.isdigit() for a, b in pairwise(value))


def is_mixed(value: str) -> bool:
    """Whether letters and digits take turns as in a password without signs, and not as in a name: `a1b2`, not `key2`."""
    if not re.fullmatch(r"[A-Za-z0-9]{8,}", value) or value.isalpha():
        return False
    return digit_changes(value) >= 2 or not (value.islower() or value.isupper())


def looks_random(value: str) -> bool:
    """Whether a value could be a generated token: long, of several kinds of characters, no words."""
    if len(value) < 16 or not re.fullmatch(r"[\w+/=.~-]+", value):
        return False
    kinds = sum(bool(re.search(kind, value)) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    changes = digit_changes(value)
    if re.fullmatch(r"[0-9a-fA-F]+", value):
        return shannon(value) >= 3.0 and changes >= 5
    if kinds >= 2 and shannon(value) >= 3.5 and (kinds == 3 or changes >= 4):
        return True
    capitals = sum(map(str.isupper, value)) / len(value)  # about half of random letters, a fifth of camelCase
    return len(value) >= 24 and value.isalpha() and 0.3 <= capitals <= 0.7 and shannon(value) >= 4.2


def looks_chosen(value: str) -> bool:
    """Whether a value could be a password that a person chose: no sentence, no identifier, no path."""
    if not 6 <= len(value) <= 128 or re.search(r"\s", value):
        return False
    letters, digits = bool(re.search("[A-Za-z]", value)), bool(re.search("[0-9]", value))
    signs = bool(re.search(r"[^\w\s.:/\\-]", value))
    if re.fullmatch(r"[a-z_]+(?:[.\-/][a-z_]+)*|[A-Z_]+|(?:[A-Z]?[a-z]+)+", value):
        return False
    return (letters and digits) or (letters and signs) or (digits and signs)
