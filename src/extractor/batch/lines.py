"""A JSON Lines file as texts to extract, one line at a time; a line that cannot be used says why.

Knows nothing of folders, other formats or compressed files.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from extractor.errors import InputError

_BOM = b"\xef\xbb\xbf"
_SHOWN_FIELDS = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the input.

    Attributes:
        label: What names it in the output, as the JSON of one member: `"id": "a1"` or `"line": 3`.
        text: The text to extract; "" where there is none.
        error: Why there is none, or None.
        end_byte: Offset of the end of the line in the file.
    """

    label: str
    text: str
    error: InputError | None
    end_byte: int


def read_lines(file: Iterable[bytes], text_field: str, skip: int = 0) -> Iterator[Line]:
    """Yield the rows of a JSON Lines file. Blank lines are no rows, but they are counted in `line`.

    Args:
        file: Lines of bytes, as a file opened in binary mode gives them.
        text_field: Name of the member that holds the text.
        skip: Rows to leave out at the start; they are not even parsed.
    """
    end_byte = 0
    for number, raw in enumerate(file, 1):
        end_byte += len(raw)
        line = raw.removeprefix(_BOM) if number == 1 else raw
        if not line.strip():
            continue
        if skip > 0:
            skip -= 1
            continue
        yield _line(line, number, text_field, end_byte)


def _line(raw: bytes, number: int, text_field: str, end_byte: int) -> Line:
    label = f'"line": {number}'
    try:
        row = _object(raw)
        label = _label(row, number)
        return Line(label, _text(row, text_field), None, end_byte)
    except InputError as error:
        return Line(label, "", error, end_byte)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        row = json.loads(raw.rstrip(b"\r\n").decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(
            f"the line is not UTF-8: byte 0x{raw[error.start]:02x} at byte {error.start + 1}; convert the file to UTF-8"
        ) from error
    except json.JSONDecodeError as error:
        raise InputError(f"the line is not JSON: {error.msg} at character {error.pos + 1}") from error
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits; brackets in brackets
        raise InputError(f"the line is JSON that cannot be read: {error}") from error
    if not isinstance(row, dict):
        raise InputError(f"the line must be a JSON object, not {_kind(row)}")
    return row


def _label(row: dict[str, Any], number: int) -> str:
    """The row's own id where it has a plain one, else its line number."""
    name = row.get("id")
    plain = isinstance(name, str | int | float) and not isinstance(name, bool)
    if not plain or (isinstance(name, float) and not math.isfinite(name)):
        return f'"line": {number}'
    return f'"id": {json.dumps(name, ensure_ascii=not _encodable(name))}'


def _text(row: dict[str, Any], text_field: str) -> str:
    if text_field not in row:
        fields = ", ".join(list(row)[:_SHOWN_FIELDS]) or "none"
        raise InputError(
            f"there is no field {text_field!r} (fields: {fields}); name it with --text-field", path=text_field
        )
    text = row[text_field]
    if not isinstance(text, str):
        raise InputError(f"the field {text_field!r} must hold a string, not {_kind(text)}", path=text_field)
    return text


def _encodable(value: Any) -> bool:
    try:
        str(value).encode()
    except UnicodeEncodeError:
        return False
    return True


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "an object"
