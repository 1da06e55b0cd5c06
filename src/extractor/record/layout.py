"""The canonical layout of a record's JSON text, and the pieces it is tokenised in.

One layout serves the prompt's examples, the training data, the grammar and the decoder: `", "` and `": "` as
separators, no other white space, keys in declaration order, absent values as an explicit null. A record is tokenised
piece by piece (`Piece`), never as a whole, so that text forced by the grammar becomes the very tokens the model was
trained on: no token crosses a place where the model has something to decide.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from extractor.schema.nodes import JSONValue

VERSION = 1  # goes up when the layout changes: models trained on another one do not fit
ITEM_SEPARATOR = ", "
KEY_SEPARATOR = ": "

PieceKind = Literal["structure", "quote", "string", "scalar"]
_Mode = Literal["value", "first", "string", "after", "end"]

_STRING_BODY = rb'"(?:[^"\\]|\\.)*"'
_OBJECT_OPEN = re.compile(rb"\{(?:\}|" + _STRING_BODY + rb": )", re.DOTALL)
_OBJECT_NEXT = re.compile(rb", " + _STRING_BODY + rb": ", re.DOTALL)
_STRING_CONTENT = re.compile(rb'(?:[^"\\]|\\.)*(?=")', re.DOTALL)
_SCALAR = re.compile(rb"[^,\]}\[{\" ]+(?=[,\]}])")
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_INDEX = re.compile(r"\[\d+\]")
_STEP = re.compile(r'\[(?P<index>\d+)\]|\[(?P<quoted>"(?:[^"\\]|\\.)*")\]|\.?(?P<plain>[A-Za-z_][A-Za-z0-9_-]*)')


def dumps(value: JSONValue) -> str:
    """Write a JSON value in the canonical layout. Keys stay in the order they have."""
    return json.dumps(value, ensure_ascii=False, separators=(ITEM_SEPARATOR, KEY_SEPARATOR), allow_nan=False)


def member_path(parent: str, name: str) -> str:
    """Path of the member `name` of the object at `parent` (`$` is the root): `a.b`, or `a["odd.key"]`."""
    if not _PLAIN_KEY.match(name):
        return f"{parent}[{json.dumps(name, ensure_ascii=False)}]"
    return name if parent == "$" else f"{parent}.{name}"


def item_path(parent: str, index: int) -> str:
    """Path of the item `index` of the array at `parent`: `a[0]`, `$[0]`."""
    return f"{parent}[{index}]"


def field_path(path: str) -> str:
    """The path without its indices, which all items of a list share: `items[].price`."""
    return _INDEX.sub("[]", path)


def steps(path: str) -> Iterator[str | int]:
    """Yield the names and indices that lead from the root to a record path."""
    for step in _STEP.finditer(path):
        if step["index"] is not None:
            yield int(step["index"])
        else:
            yield json.loads(step["quoted"]) if step["quoted"] is not None else step["plain"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of canonical JSON that is tokenised on its own.

    Attributes:
        data: Its bytes (UTF-8).
        start: Offset of its first byte in the record's text.
        kind: `structure` (brackets, keys, separators), `quote` (of a string value), `string` (what stands between
            the quotes, escaped), `scalar` (a number, true, false, null).
        path: Record path of the value it belongs to; for structure, of the container.
    """

    data: bytes
    start: int
    kind: PieceKind
    path: str


class Scanner:
    """Cuts canonical JSON into pieces as it arrives, byte by byte if need be.

    It checks no grammar: what it is fed has been accepted by a constraint, or was written by `dumps`.
    """

    __slots__ = ("_buffer", "_mode", "_offset", "_paths", "_stack")

    def __init__(self) -> None:
        self._buffer = b""
        self._offset = 0
        self._mode: _Mode = "value"
        self._stack: list[int] = []  # per open container: -1 for an object, else items begun in the array
        self._paths: list[str] = ["$"]  # path of the root, then of the current value in every open container

    @property
    def pending(self) -> bytes:
        """Bytes fed that don't make a whole piece yet."""
        return self._buffer

    @property
    def in_string(self) -> bool:
        """Whether the next byte stands inside a string value."""
        return self._mode == "string"

    @property
    def begins_value(self) -> bool:
        """Whether the next byte is the first one of a value, or ends an empty list."""
        return not self._buffer and self._mode in ("value", "first")

    @property
    def begins_first_item(self) -> bool:
        """Whether the next byte is the first one of the first item of a list, or ends it."""
        return not self._buffer and self._mode == "first"

    @property
    def begins_content(self) -> bool:
        """Whether the next byte is the first one between the quotes of a string value."""
        return not self._buffer and self._mode == "string"

    @property
    def place(self) -> str:
        """Path of the value that is written, or was written last."""
        return self._paths[-1]

    @property
    def at_root(self) -> bool:
        """Whether no object or array is open."""
        return not self._stack

    @property
    def depth(self) -> int:
        """Objects and arrays that are open."""
        return len(self._stack)

    @property
    def closing(self) -> str:
        """What would close the objects and arrays that are open."""
        return "".join("}" if items < 0 else "]" for items in reversed(self._stack))

    @property
    def after_item(self) -> bool:
        """Whether an item of an array has just ended, and nothing of what follows has been fed."""
        return self._mode == "after" and self._stack[-1] >= 0 and not self._buffer

    @property
    def container(self) -> str:
        """Path of the innermost open object or array; of the root, if none is open."""
        return self._paths[-2] if self._stack else "$"

    def copy(self) -> Scanner:
        """Return an independent scanner in the same state."""
        twin = Scanner.__new__(Scanner)
        twin._buffer, twin._offset, twin._mode = self._buffer, self._offset, self._mode
        twin._stack, twin._paths = self._stack.copy(), self._paths.copy()
        return twin

    def feed(self, data: bytes, *, final: bool = False) -> list[Piece]:
        """Take more bytes; return the pieces that are now complete.

        Args:
            data: What follows.
            final: Nothing will follow, so a number at the end is complete.
        """
        self._buffer += data
        pieces = []
        while self._buffer and (piece := self._next(final)) is not None:
            self._buffer = self._buffer[len(piece.data) :]
            self._offset += len(piece.data)
            if piece.data:
                pieces.append(piece)
        return pieces

    def _piece(self, size: int, kind: PieceKind, path: str) -> Piece:
        return Piece(self._buffer[:size], self._offset, kind, path)

    def _next(self, final: bool) -> Piece | None:
        match self._mode:
            case "value" | "first":
                return self._value(final)
            case "string":
                return self._string()
            case "after":
                return self._after()
            case "end":
                return None

    def _value(self, final: bool) -> Piece | None:
        head = self._buffer[:1]
        if self._mode == "first":
            if head == b"]":
                return self._close()
            self._begin_item(0)
        path = self._paths[-1]
        if head == b"{":
            return self._open_object(path)
        if head == b"[":
            self._mode = "first"
            self._stack.append(0)
            self._paths.append(item_path(path, 0))
            return self._piece(1, "structure", path)
        if head == b'"':
            self._mode = "string"
            return self._piece(1, "quote", path)
        match = _SCALAR.match(self._buffer)
        if match is None and not (final and b" " not in self._buffer):
            return None
        self._ended()
        return self._piece(match.end() if match else len(self._buffer), "scalar", path)

    def _open_object(self, path: str) -> Piece | None:
        match = _OBJECT_OPEN.match(self._buffer)
        if match is None:
            return None
        if match.group() == b"{}":
            self._ended()
        else:
            self._stack.append(-1)
            self._paths.append(_member(path, match.group()[1:-2]))
            self._mode = "value"
        return self._piece(match.end(), "structure", path)

    def _string(self) -> Piece | None:
        path = self._paths[-1]
        if self._buffer[:1] == b'"':
            self._ended()
            return self._piece(1, "quote", path)
        match = _STRING_CONTENT.match(self._buffer)
        return None if match is None else self._piece(match.end(), "string", path)

    def _after(self) -> Piece | None:
        if self._buffer[:1] in b"}]":
            return self._close()
        parent = self._paths[-2]
        if self._stack[-1] >= 0:
            if not self._buffer.startswith(b", "):
                return None
            self._begin_item(self._stack[-1])
            return self._piece(2, "structure", parent)
        match = _OBJECT_NEXT.match(self._buffer)
        if match is None:
            return None
        self._paths[-1] = _member(parent, match.group()[2:-2])
        self._mode = "value"
        return self._piece(match.end(), "structure", parent)

    def _begin_item(self, index: int) -> None:
        self._stack[-1] = index + 1
        self._paths[-1] = item_path(self._paths[-2], index)
        self._mode = "value"

    def _close(self) -> Piece:
        self._stack.pop()
        self._paths.pop()
        self._ended()
        return self._piece(1, "structure", self._paths[-1])

    def _ended(self) -> None:
        self._mode = "after" if self._stack else "end"


@lru_cache(maxsize=4096)
def _member(parent: str, key: bytes) -> str:
    return member_path(parent, json.loads(key))


@lru_cache(maxsize=8)  # what is made of a record once it is whole asks several times
def pieces(text: str) -> tuple[Piece, ...]:
    """Cut a whole record in the canonical layout into its pieces; together they are the text."""
    scanner = Scanner()
    found = scanner.feed(text.encode(), final=True)
    if scanner.pending:
        raise ValueError(f"not in the canonical layout at byte {len(text.encode()) - len(scanner.pending)}: {text!r}")
    return tuple(found)


Stretch: TypeAlias = tuple[int, int]  # half-open, in bytes of a record


class Item(NamedTuple):
    """An item of a list in a record.

    Attributes:
        start: First byte of the bracket or separator before it.
        end: One after its last byte.
        value: Its JSON.
    """

    start: int
    end: int
    value: bytes


def items(text: str) -> dict[str, list[Item]]:
    """Find the items of every list of a record in the canonical layout that has any, in order, by the list's path."""
    begun: dict[str, tuple[int, int]] = {}  # path of an open list -> where its last item begins, and its value
    found: dict[str, list[Item]] = {}
    data = text.encode()
    for piece in pieces(text):
        if piece.kind != "structure" or piece.data not in (b"[", b", ", b"]"):
            continue
        if piece.data != b"[":
            start, value = begun[piece.path]
            if value < piece.start:  # else the list is empty
                found.setdefault(piece.path, []).append(Item(start, piece.start, data[value : piece.start]))
        begun[piece.path] = piece.start, piece.start + len(piece.data)
    return found


def leaves(text: str) -> Iterator[tuple[str, JSONValue]]:
    """Yield the path and value of every string and scalar of a record in the canonical layout, in order."""
    content = b""
    open_quote = False
    for piece in pieces(text):
        if piece.kind == "scalar":
            yield piece.path, json.loads(piece.data)
        elif piece.kind == "string":
            content = piece.data
        elif piece.kind == "quote":
            if open_quote:
                yield piece.path, json.loads(b'"' + content + b'"')
                content = b""
            open_quote = not open_quote
