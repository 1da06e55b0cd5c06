"""A declaration as Arrow types: what a column of records is in Parquet, and how a JSON value becomes its cell.

What Arrow has no type for (unions of several kinds, recursion, anything at all) is a string that holds JSON; the field
then says so in its metadata, `extractor: json`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

import pyarrow as pa

from extractor.record.layout import dumps
from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
    Declaration,
    EnumNode,
    IntegerNode,
    JSONValue,
    Node,
    NullNode,
    NumberNode,
    ObjectNode,
    QuotedNode,
    RefNode,
    StringNode,
    UnionNode,
    VerbatimNode,
)

_JSON = {b"extractor": b"json"}
_INT64 = range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a node is in Arrow.

    Attributes:
        type: Its type.
        cell: A JSON value that the node accepts -> what Arrow takes for it; raises OverflowError for an integer of
            more than 64 bits.
        as_json: Whether it is a string that holds JSON.
    """

    type: pa.DataType
    cell: Callable[[Any], Any]
    as_json: bool = False

    def field(self, name: str) -> pa.Field:
        """A column or member of that name."""
        return pa.field(name, self.type, metadata=_JSON if self.as_json else None)


def record_shape(declaration: Declaration) -> Shape:
    """What the records of a declaration are in Arrow."""
    return _Shaper(declaration.definitions, frozenset()).node(declaration.root)


def _same(value: Any) -> Any:
    return value


def _whole(value: JSONValue) -> int | None:
    if value is None:
        return None
    number = int(value)  # type: ignore[arg-type]
    if number not in _INT64:
        raise OverflowError(f"{number} has more than 64 bits")
    return number


def _real(value: Any) -> float | None:
    return None if value is None else float(value)


_STRING = Shape(pa.string(), _same)
_INTEGER = Shape(pa.int64(), _whole)
_NUMBER = Shape(pa.float64(), _real)
_BOOLEAN = Shape(pa.bool_(), _same)
_NULL = Shape(pa.null(), _same)
AS_JSON = Shape(pa.string(), dumps, as_json=True)


@dataclass(frozen=True, slots=True)
class _Shaper:
    definitions: Mapping[str, Node]
    inside: frozenset[str]

    def node(self, node: Node) -> Shape:  # noqa: C901, PLR0911, PLR0912 - one match over the nodes
        match node:
            case StringNode() | VerbatimNode():
                return _STRING
            case QuotedNode(value):
                return self.node(value)
            case IntegerNode():
                return _INTEGER
            case NumberNode():
                return _NUMBER
            case BooleanNode():
                return _BOOLEAN
            case NullNode():
                return _NULL
            case EnumNode(values):
                return _one([_of_value(json.loads(value)) for value in values])
            case ArrayNode(items, prefix):
                return _list(_one([self.node(item) for item in (*prefix, *([] if items is None else [items]))]))
            case ObjectNode():
                return self.object(node)
            case UnionNode(options):
                return _one([self.node(option) for option in options])
            case RefNode(name):
                if name in self.inside:
                    return AS_JSON
                return _Shaper(self.definitions, self.inside | {name}).node(self.definitions[name])
            case AnyNode():
                return AS_JSON
            case _:
                assert_never(node)

    def object(self, node: ObjectNode) -> Shape:
        if node.extra is not None and not node.fields:
            inner = self.node(node.extra)
            return Shape(pa.map_(pa.string(), inner.field("value")), _map_cell(inner.cell))
        if node.kinds or not node.fields:
            return AS_JSON
        members = {member.name: self.node(member.node) for member in node.fields}
        kind = pa.struct([shape.field(name) for name, shape in members.items()])
        return Shape(kind, _struct_cell({name: shape.cell for name, shape in members.items()}))


def _of_value(value: JSONValue) -> Shape:
    match value:
        case None:
            return _NULL
        case bool():
            return _BOOLEAN
        case int():
            return _INTEGER if value in _INT64 else AS_JSON
        case float():
            return _NUMBER
        case str():
            return _STRING
        case _:
            return AS_JSON


def _one(shapes: list[Shape]) -> Shape:
    """The one shape that holds all of these."""
    kinds = [shape for shape in shapes if shape.type != pa.null()]
    if not kinds:
        return _NULL
    if len({(shape.type, shape.as_json) for shape in kinds}) == 1:
        return kinds[0]
    if all(shape in (_INTEGER, _NUMBER) for shape in kinds):
        return _NUMBER
    return AS_JSON


def _list(items: Shape) -> Shape:
    def cell(value: list[JSONValue] | None) -> list[Any] | None:
        return None if value is None else [items.cell(item) for item in value]

    return Shape(pa.list_(items.field("item")), cell)


def _map_cell(inner: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def cell(value: dict[str, JSONValue] | None) -> list[tuple[str, Any]] | None:
        return None if value is None else [(name, inner(item)) for name, item in value.items()]

    return cell


def _struct_cell(members: dict[str, Callable[[Any], Any]]) -> Callable[[Any], Any]:
    def cell(value: dict[str, JSONValue] | None) -> dict[str, Any] | None:
        if value is None:
            return None
        return {name: inner(value[name]) if name in value else None for name, inner in members.items()}

    return cell
