"""One row of an input: what names it, its text, and the columns that go along to the output.

Knows nothing of files or formats: a reader hands over what it has read as a mapping of columns.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extractor.errors import InputError

RESERVED = frozenset(
    {"id", "line", "file", "text", "record", "spans", "status", "confidence", "error", "conflicts", "uncertain"}
)

_SHOWN_FIELDS = 8
_MISSING: Any = object()
_plain = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=str).encode
_escaped = json.JSONEncoder(ensure_ascii=True, allow_nan=False, default=str).encode


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the input.

    Attributes:
        label: What names it in the output, as the JSON of its first members: `"id": "a1"` or `"line": 3`.
        text: The text to extract; "" where there is none.
        error: Why there is none, or None.
        carried: The JSON of the members that are carried along, each after a comma: `, "lang": "en"`.
        end_byte: How far the input has been read with it, in bytes of all its files.
        adapter: Name of the adapter that it asks for; "" for none.
    """

    label: str
    text: str
    error: InputError | None
    carried: str = ""
    end_byte: int = 0
    adapter: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a row are used.

    Attributes:
        text_field: Name of the column that holds the text; `a.b` is the member `b` of the member `a`.
        keep: Names of the columns that are carried to the output, in that order.
        with_text: Whether the text itself is carried too, as `text`.
        adapter_field: Name of the column that holds the name of an adapter; None: there is none.
    """

    text_field: str = "text"
    keep: tuple[str, ...] = ()
    with_text: bool = False
    adapter_field: str | None = None


def check_columns(columns: Columns) -> None:
    """Refuse columns that cannot be kept.

    Raises:
        InputError: One of them would stand for something else in the output.
    """
    for name in columns.keep:
        if name in RESERVED and not (name == "text" == columns.text_field):
            raise InputError(
                f"the column {name!r} cannot be kept: rows of the output have a member {name!r} of their own; "
                + ("add --with-text for the text" if name == "text" else "rename it in the input"),
                path=name,
            )


class RowMaker:
    """Makes rows of what readers read, and leaves out those that are in the output already."""

    def __init__(self, columns: Columns, skip: int = 0) -> None:
        """Make one.

        Args:
            columns: Which columns are used.
            skip: Rows to leave out at the start.
        """
        self.columns = columns
        self.base_bytes = 0
        self._skip = skip
        self._file = ""
        self._keep = tuple(name for name in columns.keep if name != "text")
        self._with_text = columns.with_text or "text" in columns.keep

    def begin(self, file: str, base_bytes: int) -> None:
        """Begin another file.

        Args:
            file: What it is called in the output; "" where there is only one.
            base_bytes: Size of the files before it.
        """
        self.base_bytes = base_bytes
        self._file = f', "file": {encoded(file)}' if file else ""

    def skips(self) -> bool:
        """Whether the next row is to be left out; called once for every row."""
        if self._skip > 0:
            self._skip -= 1
            return True
        return False

    def row(self, record: Mapping[str, Any], number: int, end_byte: int) -> Row:
        """Make a row.

        Args:
            record: Its columns.
            number: Its number in the file, from 1.
            end_byte: Where it ends in the file.
        """
        label = self._label(record, number)
        end = self.base_bytes + end_byte
        carried = self._carried(record) if self._keep else ""
        try:
            text = text_of(record, self.columns.text_field)
            adapter = _adapter_of(record, self.columns.adapter_field)
        except InputError as error:
            return Row(label, "", error, carried, end)
        if self._with_text:
            carried += f', "text": {encoded(text)}'
        return Row(label, text, None, carried, end, adapter)

    def bad(self, error: InputError, number: int, end_byte: int, name: str | None = None) -> Row:
        """Make a row of something that could not be read; see `row`. `name`: its id, where that is known."""
        carried = "".join(f", {encoded(column)}: null" for column in self._keep)
        label = self._label({"id": name}, number)
        return Row(label, "", error, carried, self.base_bytes + end_byte)

    def _label(self, record: Mapping[str, Any], number: int) -> str:
        """The row's own id where it has a plain one, else its number."""
        name = record.get("id")
        plain = isinstance(name, str | int | float) and not isinstance(name, bool)
        if not plain or (isinstance(name, float) and not math.isfinite(name)):
            return f'"line": {number}{self._file}'
        return f'"id": {encoded(name)}{self._file}'

    def _carried(self, record: Mapping[str, Any]) -> str:
        found = ((name, value_at(record, name)) for name in self._keep)
        return "".join(f", {encoded(name)}: {encoded(None if at is _MISSING else at)}" for name, at in found)


def value_at(record: Mapping[str, Any], name: str) -> Any:
    """The column of that name; for `a.b` where there is none such, the member `b` of `a`; else a mark for nothing."""
    found = record.get(name, _MISSING)
    if found is _MISSING and "." in name:
        found = record
        for part in name.split("."):
            found = found.get(part, _MISSING) if isinstance(found, Mapping) else _MISSING
    return found


def _adapter_of(record: Mapping[str, Any], adapter_field: str | None) -> str:
    """The adapter that a row asks for; "" where its column is not there, null or empty."""
    name = None if adapter_field is None else value_at(record, adapter_field)
    if name is None or name is _MISSING:
        return ""
    if not isinstance(name, str):
        told = f"the field {adapter_field!r} must hold the name of an adapter, not {kind_of(name)}"
        raise InputError(told, path=adapter_field or "")
    return name


def text_of(record: Mapping[str, Any], text_field: str) -> str:
    """The text of a row.

    Raises:
        InputError: There is none.
    """
    text = value_at(record, text_field)
    if isinstance(text, str):
        return text
    if text is _MISSING:
        fields = ", ".join(list(record)[:_SHOWN_FIELDS]) or "none"
        raise InputError(
            f"there is no field {text_field!r} (fields: {fields}); name it with --text-field", path=text_field
        )
    raise InputError(f"the field {text_field!r} must hold a string, not {kind_of(text)}", path=text_field)


def encoded(value: Any) -> str:
    """A value as JSON; halves of characters are escaped, numbers that JSON lacks are null, what it lacks is text."""
    try:
        written = _plain(value)
        if not written.isascii():
            written.encode()
    except UnicodeEncodeError:
        return _escaped(value)
    except ValueError:
        return encoded(_finite(value))
    return written


def _finite(value: Any) -> Any:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {str(key): _finite(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_finite(inner) for inner in value]
        case _:
            return value


def kind_of(value: Any) -> str:  # noqa: PLR0911 - one match
    """What a JSON value is, in words."""
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
        case dict():
            return "an object"
        case _:
            return f"a value of type {type(value).__name__}"
