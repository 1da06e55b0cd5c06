from __future__ import annotations

import re
from itertools import product

import pytest

from extractor.schema.lookaround import Apart, apart

TEXTS = ["".join(letters) for size in range(5) for letters in product("ab-", repeat=size)]


@pytest.mark.parametrize(
    "pattern",
    [
        r"^(?!ab$)[ab]+\Z",
        r"^(?=.*b)(?!-)(?=a|-)[ab-]{2,}",
        r"^((?!ab).)*$",
        r"^(?:(?!a-|b).)+$",
        r"^[ab-]+(?<!-)$",
        r"^(?!-)[ab-]+(?<=b)$",
        r"^(?=[)a])a",
        r"^(?!a)(?:b|-)+$",
    ],
)
def test_what_is_taken_apart_means_the_same(pattern: str) -> None:
    found = apart(pattern)
    assert not any("(?=" in part or "(?!" in part or "(?<" in part for part in (*found.wanted, *found.unwanted))
    for text in TEXTS:
        wanted = all(re.search(part, text) for part in found.wanted)
        unwanted = any(re.search(part, text) for part in found.unwanted)
        assert bool(re.search(pattern, text)) == (wanted and not unwanted), text


@pytest.mark.parametrize(
    "pattern",
    ["a", "a(?=b)", "(?!a)b", "^(?!a)b|c", "^(?!(?=a)b)c", "^a(?!b)c$", "^(?!a", "^((?!a|).)*$", "^x(?<=a)$|b"],
)
def test_other_patterns_stay_as_they_are(pattern: str) -> None:
    assert apart(pattern) == Apart((pattern,))
