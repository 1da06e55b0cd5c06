"""Patterns, formats and number bounds as regular expressions."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import SchemaError
from extractor.grammar.formats import FORMATS
from extractor.grammar.numbers import integer_regex, number_range, number_regex
from extractor.grammar.strings import bounded_string, least_bytes, possible, worst_bytes
from extractor.schema.nodes import NumberNode, StringNode
from extractor.schema.regex_tree import as_pattern, escaped, lengths, narrow, widest
from extractor.schema.regular import parse

quick = settings(max_examples=100, derandomize=True, deadline=None)
ALPHABET = st.characters(exclude_categories=["Cs"])
PATTERNS = (
    "^[a-z]{1,8}$", "[0-9]", "^(red|green)$", "^$|^x", "(^a|b$)", r"^\d+(\.\d{2})?$", r"^[^\s\"]+$", "a.c", "(?i)^abc$",
    r"^\p{L}+$", r"^[\w.-]+@x$", "(?:ab)*?", "^[]a]+$", r"^[\x00-\x1f]?$", r"^(?s:.{2,3})$", "",
)  # fmt: skip


@given(st.sampled_from(PATTERNS), st.data())
@quick
def test_a_pattern_means_what_python_means(pattern: str, data: st.DataObject) -> None:
    written = re.compile(as_pattern(parse(pattern)).replace("\\p{L}", "a-zé"))
    meant = re.compile(pattern.replace("\\p{L}", "[a-zé]"), re.ASCII)
    value = data.draw(st.from_regex(meant, alphabet=st.characters(max_codepoint=0x2FF)) | st.text(max_size=5))
    if value.endswith("\n") or (value != value.encode("ascii", "ignore").decode() and "\\s" in pattern):
        return  # Python's $ allows a last line feed; its ASCII \s knows no other spaces
    assert bool(written.search(value)) == bool(meant.search(value)), value


@pytest.mark.parametrize(
    "pattern", [r"(a)\1", "(?=a)b", r"\bword", "a^b", "a$b", "(", "[b-a]", "a{3,2}", "a++", "(?<!a)b"]
)
def test_what_is_not_regular_is_refused(pattern: str) -> None:
    with pytest.raises(SchemaError, match="pattern"):
        parse(pattern)


@given(st.sampled_from(PATTERNS), st.text(ALPHABET, max_size=6))
@quick
def test_escaped_regexes_read_canonical_json(pattern: str, value: str) -> None:
    if "\\p" in pattern:
        return  # Python's re knows no properties
    regex = re.sub(r"\\x\{([0-9a-f]+)\}", lambda m: re.escape(chr(int(m[1], 16))), escaped(parse(pattern)))
    content = json.dumps(value, ensure_ascii=False)[1:-1]
    assert bool(re.fullmatch(regex, content)) == bool(re.search(as_pattern(parse(pattern)), value))


@given(st.sampled_from(PATTERNS), st.integers(0, 5))
@quick
def test_narrowed_trees_match_less_and_end(pattern: str, extra: int) -> None:
    tree = parse(pattern)
    narrowed = narrow(tree, extra)
    assert widest(narrowed) is not None
    assert lengths(narrowed, 20) & ~lengths(tree, 20) == 0


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_formats_can_be_bounded(form: str) -> None:
    least = least_bytes(StringNode(format=form))
    assert least is not None
    for room in (least, least + 20, 400):
        tight = bounded_string(StringNode(format=form), room)
        assert tight is not None
        assert (worst_bytes(tight) or 0) <= room
    assert bounded_string(StringNode(format=form), least - 1) is None


def test_a_pattern_and_a_length_that_exclude_each_other_are_impossible() -> None:
    assert not possible(StringNode(min_length=3, max_length=3, pattern="^(ab)*$"))
    assert possible(StringNode(min_length=3, max_length=4, pattern="^(ab)*$"))
    assert not possible(StringNode(format="date", pattern="Z$"))
    assert least_bytes(StringNode(min_length=3, pattern="^(ab)*$")) == 4


@given(st.integers(-3000, 3000), st.integers(0, 5000), st.integers(-9000, 9000))
@quick
def test_integer_bounds(low: int, size: int, value: int) -> None:
    regex = integer_regex(low, low + size)
    assert regex is not None
    assert bool(re.fullmatch(regex, str(value))) == (low <= value <= low + size)
    assert re.fullmatch(regex, str(low))
    assert re.fullmatch(regex, str(low + size))


FLOATS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(-2, 2),
    st.integers(-200, 200).map(lambda n: n / 8),
    st.sampled_from((0.0, -0.0, 1e16, 1e-5, 9999999999999998.0, 0.30000000000000004)),
)


@given(FLOATS, st.none() | FLOATS, st.none() | FLOATS, st.booleans())
@quick
def test_number_bounds(value: float, low: float | None, high: float | None, exclusive: bool) -> None:
    exact = (None if low is None else Decimal(repr(low)), None if high is None else Decimal(repr(high)))
    numbers = number_range(NumberNode(*exact, exclusive, exclusive))
    assert numbers is not None
    regex = number_regex(numbers)
    for number in (value, *(math.nextafter(edge, math.inf) for edge in (low, high) if edge is not None)):
        if math.isinf(number) or abs(number) > 1.7e308:
            continue
        above = low is None or number > low or (number == low and not exclusive)
        below = high is None or number < high or (number == high and not exclusive)
        assert bool(regex and re.fullmatch(regex, json.dumps(number))) == (above and below), number
