"""What every kind of line becomes."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.batch.lines import read_lines
from extractor.batch.row import Columns, Row, RowMaker

GOOD = b'{"id": "x", "text": "fine"}\n'
BAD_LINES: list[tuple[bytes, str, str, str]] = [
    # line, label, message, path
    (b"not json", '"line": 1', "not JSON", ""),
    (b'{"text": "a"', '"line": 1', "not JSON: Expecting ',' delimiter at character 13", ""),
    (b'"text"', '"line": 1', "must be a JSON object, not a string", ""),
    (b"[1]", '"line": 1', "not a list", ""),
    (b"null", '"line": 1', "not null", ""),
    (b"3", '"line": 1', "not a number", ""),
    (b'{"id": 7, "body": "a"}', '"id": 7', "no field 'text' (fields: id, body)", "text"),
    (b"{}", '"line": 1', "(fields: none)", "text"),
    (b'{"text": null}', '"line": 1', "must hold a string, not null", "text"),
    (b'{"text": 12}', '"line": 1', "not a number", "text"),
    (b'{"text": ["a"]}', '"line": 1', "not a list", "text"),
    (b'{"text": {}}', '"line": 1', "not an object", "text"),
    (b'{"text": true}', '"line": 1', "not true or false", "text"),
    (b'{"text": "\xff"}', '"line": 1', "not UTF-8: byte 0xff at byte 11", ""),
    (b'{"text": "\xed\xa0\x80"}', '"line": 1', "not UTF-8", ""),
    (b'{"text": "a\x00b"}', '"line": 1', "not JSON: Invalid control character", ""),
    (b"\x00\x00\x00", '"line": 1', "not JSON", ""),
    (b"[" * 100_000, '"line": 1', "cannot be read", ""),
    (b'{"text": "a", "n": ' + b"9" * 5_000 + b"}", '"line": 1', "cannot be read", ""),
    (b'\xff\xfe{"text": "a"}', '"line": 1', "not UTF-8", ""),
]


def lines_of(data: bytes, skip: int = 0) -> list[Row]:
    return list(read_lines(io.BytesIO(data), RowMaker(Columns(), skip)))


@pytest.mark.parametrize(("line", "label", "message", "path"), BAD_LINES, ids=range(len(BAD_LINES)))
def test_a_bad_line_says_why_and_the_rest_goes_on(line: bytes, label: str, message: str, path: str) -> None:
    bad, good = lines_of(line + b"\n" + GOOD)
    assert bad.error is not None and message in str(bad.error)
    assert (bad.label, bad.error.path, bad.text) == (label, path, "")
    assert (good.label, good.text, good.error) == ('"id": "x"', "fine", None)


@pytest.mark.parametrize(
    ("row", "label"),
    [
        ({"id": 'a"b\n'}, '"id": "a\\"b\\n"'),
        ({"id": "ünï"}, '"id": "ünï"'),
        ({"id": 0}, '"id": 0'),
        ({"id": 1.5}, '"id": 1.5'),
        ({"id": None}, '"line": 1'),
        ({"id": True}, '"line": 1'),
        ({"id": [1]}, '"line": 1'),
        ({"id": float("nan")}, '"line": 1'),
        ({"id": "\ud800"}, '"id": "\\ud800"'),
        ({}, '"line": 1'),
    ],
)
def test_a_row_is_named_by_a_plain_id_or_else_by_its_line(row: dict[str, Any], label: str) -> None:
    (line,) = lines_of(json.dumps({**row, "text": "a"}).encode())
    assert (line.label, line.text) == (label, "a")


def test_byte_order_mark_windows_line_ends_and_blank_lines() -> None:
    data = b'\xef\xbb\xbf{"text": "a"}\r\n\r\n  \n{"text": "b"}\r\n\n{"text": "c"}'
    found = lines_of(data)
    assert [(line.label, line.text) for line in found] == [('"line": 1', "a"), ('"line": 4', "b"), ('"line": 6', "c")]
    assert found[-1].end_byte == len(data)
    assert lines_of(data, skip=2) == found[2:]


def test_a_lone_surrogate_in_a_text_is_left_to_the_extractor() -> None:
    (line,) = lines_of(b'{"text": "a\\ud800"}')
    assert (line.text, line.error) == ("a\ud800", None)


@given(st.lists(st.binary(max_size=30) | st.just(GOOD) | st.just(b"\n"), max_size=12), st.integers(0, 12))
def test_any_bytes_give_rows_and_skipping_is_dropping(parts: list[bytes], skip: int) -> None:
    data = b"".join(parts)
    found = lines_of(data)
    assert repr(lines_of(data, skip)) == repr(found[skip:])
    assert all(line.error is not None or line.text == "fine" for line in found)
    assert all(json.loads(f"{{{line.label}}}") for line in found)
