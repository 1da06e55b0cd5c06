"""Chunks: where verbatim values may begin and end."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import InputError
from extractor.grammar.chunks import chunks
from tests.strategies import texts

quick = settings(max_examples=100, derandomize=True, deadline=None)
ROWS_PER_FILE = 300


@given(texts() | st.text(st.characters(exclude_categories=["Cs"])))
@quick
def test_chunks_join_to_the_text_and_cut_no_grapheme(text: str) -> None:
    found = chunks(text)
    assert "".join(found) == text
    assert "" not in found
    graphemes = set(accumulate((len(g) for g in regex.findall(r"\X", text)), initial=0))
    cuts = set(accumulate((len(chunk) for chunk in found), initial=0))
    whole = {cut for cut in cuts if cut in graphemes or text[cut - 1 : cut + 1] == "\r\n"}
    assert cuts == whole


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Acme's up-to-date", ["Acme", "'", "s", " ", "up", "-", "to", "-", "date"]),
        ("10am 3.50", ["10", "am", " ", "3", ".", "50"]),
        ("foo_bar \n\tx", ["foo", "_", "bar", " \n\t", "x"]),
        ("北京 한국어 ไทย", ["北", "京", " ", "한국어", " ", "ไ", "ท", "ย"]),
        ("cafe\u0301 naïve", ["cafe\u0301", " ", "naïve"]),
        ("👩‍👩‍👧👍🏽🇩🇪1️⃣", ["👩‍👩‍👧", "👍🏽", "🇩🇪", "1️⃣"]),
        ("a \u0301b", ["a", " \u0301", "b"]),
        ("", []),
    ],
)
def test_examples(text: str, expected: list[str]) -> None:
    assert chunks(text) == expected


def test_lone_surrogates_are_refused() -> None:
    with pytest.raises(InputError, match="character 2"):
        chunks("ab\ud800")


def _strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _strings(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, f"{path}[]")
    elif isinstance(value, str):
        yield path, value


def _reachable(text: str, value: str) -> bool:
    cuts = set(accumulate((len(chunk) for chunk in chunks(text)), initial=0))
    start = text.find(value)
    while start >= 0:
        if start in cuts and start + len(value) in cuts:
            return value.strip() == value != ""
        start = text.find(value, start + 1)
    return False


@pytest.mark.skipif("EXTRACTOR_DATA" not in os.environ, reason="EXTRACTOR_DATA names no folder of extraction data")
def test_gold_verbatim_values_are_reachable() -> None:
    import zstandard

    seen = missed = 0
    for path in sorted(Path(os.environ["EXTRACTOR_DATA"]).glob("*/*.jsonl.zst")):
        marks = json.loads((path.parent / "verbatim_fields.json").read_text())
        with path.open("rb") as file:
            lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8")
            for _, line in zip(range(ROWS_PER_FILE), lines, strict=False):
                row = json.loads(line)
                for leaf, value in _strings(row["record"]):
                    if marks[row["schema"]].get(leaf):
                        seen += 1
                        missed += not _reachable(row["text"], value)
    assert seen > 1000
    assert missed <= seen / 10_000 + 4  # values that begin with a space in the annotation
