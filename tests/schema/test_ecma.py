from __future__ import annotations

import pytest
import regex

from extractor.schema.ecma import in_regex


def found(pattern: str, text: str) -> bool:
    return regex.search(in_regex(pattern), text, regex.V1) is not None


@pytest.mark.parametrize(
    ("pattern", "taken", "refused"),
    [
        (r"^(?=.*\d)[\w-.]+$", "a-1.", "a-١"),
        (r"^(?!foo$)\S+$", "food", "foo"),
        (r"^(?<n>a|b)\k<n>$", "aa", "ab"),
        (r"^[^]$", "\n", ""),
        (r"a|^[]$", "a", ""),
        (r"^\s$", "\ufeff", "\x85"),
        (r"^[[&&]+$", "[&", "]"),
        (r"^[\D]$", "x", "7"),
        (r"^\u{1F600}\cJ\0$", "😀\n\0", "😀"),
        (r"^a(?!\n)$", "a", "a\n"),
        (r"(?i)^(?!x)abc$", "ABC", "xabc"),
    ],
)
def test_patterns_find_what_ecma_262_says(pattern: str, taken: str, refused: str) -> None:
    assert found(pattern, taken)
    assert not found(pattern, refused)


@pytest.mark.parametrize("pattern", [r"\a", r"\Z", "(?P<n>x)", "(?#note)a", "(?i)a", "(?(1)a|b)"])
def test_what_only_other_dialects_have_is_no_pattern(pattern: str) -> None:
    with pytest.raises(ValueError, match="ECMA-262"):
        in_regex(pattern, lenient=False)
