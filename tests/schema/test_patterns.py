from __future__ import annotations

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import SchemaError
from extractor.grammar import leaf
from extractor.schema.patterns import Dialect, checked, escape, exactly, lengths, other_than


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=5), st.text("abc", min_size=1, max_size=6))
def test_other_than_matches_every_run_but_the_words(words: list[str], run: str) -> None:
    pattern = other_than(words, "abc", 10)
    assert (re.fullmatch(pattern, run) is not None) == (run not in words)


def test_other_than_can_end_early_only_where_it_may() -> None:
    pattern = other_than(["test"], string.ascii_lowercase, 3, lambda run: len(run) > 1)
    assert not re.fullmatch(pattern, "t")
    assert re.fullmatch(pattern, "te")


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(st.text(max_size=6), min_size=1, max_size=4), st.text(max_size=6))
def test_exactly_matches_the_words_and_nothing_else(words: list[str], other: str) -> None:
    pattern = exactly(words)
    assert all(leaf.matches(pattern, word) for word in words)
    assert leaf.matches(pattern, other) == (other in words)
    assert re.fullmatch(escape(other), other)


@pytest.mark.parametrize(("text", "fits"), [("", False), ("a", True), ("😀\n", True), ("abc", False)])
def test_lengths_count_characters(text: str, fits: bool) -> None:
    assert leaf.matches(lengths(1, 2), text) is fits


@pytest.mark.parametrize(
    ("dialect", "pattern", "yes", "no"),
    [
        ("ecma", r"^\d$", "7", "٣"),
        ("rust", r"^\d$", "٣", "x"),
        ("python", r"^\d\Z", "٣", "x"),
        ("ecma", r"^\w$", "a", "é"),
        ("rust", r"^[\w-]$", "é", "!"),
        ("rust", r"^[^\D]$", "٣", "x"),
        ("python", r"^[\w]$", "é", "\u0301"),
        ("python", r"^\W$", "\u0301", "é"),
        ("python", r"^\s$", "\x1c", "x"),
        ("ecma", r"^[[a]$", "[", "b"),
        ("ecma", r"^[a&&b]$", "&", "c"),
        ("ecma", r"^[\b]\cA$", "\x08\x01", "bA"),
        ("ecma", r"^\/$", "/", "\\/"),
        ("rust", r"^[]a]$", "]", "b"),
        ("exact", r"^a$", "a", "b"),
    ],
)
def test_dialects_mean_what_they_mean_at_home(dialect: Dialect, pattern: str, yes: str, no: str) -> None:
    meant = checked(pattern, "$", dialect)
    assert leaf.matches(meant, yes)
    assert not leaf.matches(meant, no)


@pytest.mark.parametrize(
    ("dialect", "pattern"),
    [
        ("ecma", "(?!a)b"),
        ("ecma", "(?<!a)b"),
        ("ecma", r"(?<n>a)\k<n>"),
        ("ecma", r"(a)\1"),
        ("ecma", r"a\B"),
        ("ecma", "a\\"),
        ("ecma", "[]"),
        ("rust", "[a[b]]"),
        ("rust", "[a&&b]"),
        ("rust", r"[^\W]"),
        ("python", r"[\W]"),
        ("python", "(a)?(?(1)b)"),
        ("python", "(?P<n>a)(?P=n)"),
    ],
)
def test_what_no_grammar_can_follow_is_refused(dialect: Dialect, pattern: str) -> None:
    with pytest.raises(SchemaError) as caught:
        checked(pattern, "items[].code", dialect)
    assert caught.value.field_path == "items[].code"
    assert caught.value.construct == "pattern"
