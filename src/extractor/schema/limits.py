"""A schema is untrusted input: how deep, large and repetitive it may be. Whatever is beyond is refused by name.

The walk over the document is a loop, not a recursion, and comes before anything else reads it; what only shows in the
nodes (a record that doubles with every reference) is counted there, each definition once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, assert_never

from extractor.errors import SchemaError
from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
    Declaration,
    EnumNode,
    IntegerNode,
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

MAX_NESTING = 256  # of objects and lists in the document
MAX_VALUES = 500_000  # in the document
MAX_CHARACTERS = 10_000_000  # of its strings together
MAX_PATTERN = 20_000  # characters of one pattern
MAX_LEAST = 10_000  # `minLength`, `minItems`, `minProperties`, `minContains`
MAX_DIGITS = 400  # of a number
MAX_OPTIONS = 1000  # of one `anyOf` or `oneOf`
MAX_MEMBERS = 2000  # of one object
MAX_PREFIX = 200  # of one `prefixItems`
MAX_EXPANDED = 1_000_000  # nodes, every reference written out
MAX_RECORD = 20_000  # values of the smallest record

_Parts = Callable[[Node], Iterator[tuple[Node, int]]]
_LEAST = frozenset(("minLength", "minItems", "minProperties", "minContains"))
_SIZES = {"anyOf": MAX_OPTIONS, "oneOf": MAX_OPTIONS, "properties": MAX_MEMBERS, "required": MAX_MEMBERS}
_SIZES["prefixItems"] = MAX_PREFIX
_DATA = frozenset(("const", "enum", "default", "example", "examples", "x-after", "x-refused"))
_INTERNAL = frozenset(("x-also", "x-never", "x-layers", "x-not-enum"))
_MARK = {"x-dialect": str, "x-notation": str, "x-keys": bool}


def check_document(document: Any) -> None:
    """Refuse a JSON Schema that is too large to be read safely.

    Args:
        document: The schema, as `json.loads` or a caller gave it.

    Raises:
        SchemaError: Names the limit.
    """
    values = characters = 0
    waiting: list[tuple[Any, int, bool]] = [(document, 0, True)]
    while waiting:
        value, depth, is_schema = waiting.pop()
        values += 1
        if depth > MAX_NESTING:
            raise _beyond("depth", f"{MAX_NESTING} levels of objects and lists; flatten the schema")
        if values > MAX_VALUES:
            raise _beyond("size", f"{MAX_VALUES} values in one schema; split it, or share parts with `$ref`")
        if isinstance(value, dict):
            characters += sum(len(key) for key in value if isinstance(key, str))
            if is_schema:
                _check_keywords(value)
            waiting += [(inner, depth + 1, is_schema and key not in _DATA) for key, inner in value.items()]
        elif isinstance(value, list | tuple):
            waiting += [(inner, depth + 1, is_schema) for inner in value]
        elif isinstance(value, str):
            characters += len(value)
        elif isinstance(value, int) and value.bit_length() > MAX_DIGITS * 4:
            raise _beyond("number", f"{MAX_DIGITS} digits of a number; use a smaller one")
        if characters > MAX_CHARACTERS:
            raise _beyond("size", f"{MAX_CHARACTERS} characters in one schema; shorten its texts")


def _check_keywords(schema: dict[Any, Any]) -> None:
    for name, value in schema.items():
        if name in _LEAST and isinstance(value, int | float) and value > MAX_LEAST:
            raise _beyond(str(name), f"{MAX_LEAST} for `{name}`; no record of that size can be decoded")
        if name == "pattern" and isinstance(value, str) and len(value) > MAX_PATTERN:
            raise _beyond("pattern", f"{MAX_PATTERN} characters of a pattern; shorten it")
        if name in _SIZES and isinstance(value, list | dict) and len(value) > _SIZES[name]:
            raise _beyond(str(name), f"{_SIZES[name]} entries of one `{name}`; split it")
        if name in _INTERNAL:
            raise SchemaError(f"`{name}` is a mark of this package's own; remove it", construct=str(name))
        if name in _MARK and not isinstance(value, _MARK[name]):
            raise SchemaError(f"`{name}` is a mark of this package's own; remove it", construct=str(name))
    _check_marks(schema)


def _check_marks(schema: dict[Any, Any]) -> None:
    refused, later = schema.get("x-refused"), schema.get("x-after", [])
    told = [*([refused] if "x-refused" in schema else []), *(later if isinstance(later, list) else [later])]
    for mark in told:
        whole = isinstance(mark, dict) and all(isinstance(mark.get(key), str) for key in ("construct", "message"))
        if not whole:
            raise SchemaError(
                "`x-refused` and `x-after` are marks of this package's own; remove them", construct="x-after"
            )


def _beyond(construct: str, limit: str) -> SchemaError:
    return SchemaError(f"more than {limit}", construct=construct)


def check_declaration(declaration: Declaration) -> None:
    """Refuse nodes whose references, written out, are too many, or whose smallest record is too large.

    Raises:
        SchemaError: Names the limit.
    """
    if _total(declaration, _held, declaration.root) > MAX_EXPANDED:
        raise _beyond("size", f"{MAX_EXPANDED} values with every `$ref` written out; let definitions nest less")
    if _total(declaration, _needed, declaration.root) > MAX_RECORD:
        raise _beyond("size", f"{MAX_RECORD} values in the smallest record; lower `minItems`, or require less")


class _Counter:
    """Counts nodes, each definition once; a definition inside itself counts 1."""

    def __init__(self, definitions: Mapping[str, Node], parts: _Parts) -> None:
        self._definitions, self._parts = definitions, parts
        self._known: dict[str, int] = {}

    def count(self, node: Node) -> int:
        if isinstance(node, RefNode):
            if node.name not in self._known:
                self._known[node.name] = 1
                self._known[node.name] = self.count(self._definitions[node.name])
            return self._known[node.name]
        _check_least(node)
        found: list[int] = [times * self.count(inner) for inner, times in self._parts(node)]
        return 1 + (min(found) if isinstance(node, UnionNode) and self._parts is _needed else sum(found))


def _check_least(node: Node) -> None:
    """What keywords make of each other can be larger than what was written."""
    least = 0
    if isinstance(node, QuotedNode):
        node = node.value
    if isinstance(node, StringNode | VerbatimNode):
        least = node.min_length
    elif isinstance(node, ArrayNode):
        least = node.min_items
    elif isinstance(node, ObjectNode):
        least = node.min_properties
    if least > MAX_LEAST:
        raise _beyond(
            "size", f"{MAX_LEAST} characters, items or members at least; no record of that size can be decoded"
        )


def _total(declaration: Declaration, parts: _Parts, node: Node) -> int:
    return _Counter(declaration.definitions, parts).count(node)


def _held(node: Node) -> Iterator[tuple[Node, int]]:
    """What a node holds, each once."""
    match node:
        case ArrayNode(items, prefix):
            yield from ((inner, 1) for inner in (*prefix, *(() if items is None else (items,))))
        case ObjectNode():
            yield from ((member.node, 1) for member in node.fields)
            yield from ((inner, 1) for inner in _undeclared(node))
        case UnionNode(options):
            yield from ((option, 1) for option in options)
        case (
            StringNode()
            | VerbatimNode()
            | QuotedNode()
            | IntegerNode()
            | NumberNode()
            | BooleanNode()
            | NullNode()
            | EnumNode()
            | RefNode()
            | AnyNode()
        ):
            return
        case _:
            assert_never(node)


def _undeclared(node: ObjectNode) -> list[Node]:
    families = [family.node for family in node.families]
    return families if node.extra is None else [node.extra, *families]


def _needed(node: Node) -> Iterator[tuple[Node, int]]:
    """What a node cannot be without, and how often."""
    match node:
        case ArrayNode(items, prefix, least):
            yield from ((inner, 1) for inner in prefix[:least])
            if items is not None and least > len(prefix):
                yield items, least - len(prefix)
        case ObjectNode():
            yield from ((member.node, 1) for member in node.fields if member.required)
            if node.min_properties > len(node.fields):
                yield from ((inner, node.min_properties - len(node.fields)) for inner in _undeclared(node)[:1])
        case UnionNode():
            yield from _held(node)
        case (
            StringNode()
            | VerbatimNode()
            | QuotedNode()
            | IntegerNode()
            | NumberNode()
            | BooleanNode()
            | NullNode()
            | EnumNode()
            | RefNode()
            | AnyNode()
        ):
            return
        case _:
            assert_never(node)


def table() -> Iterator[tuple[str, int]]:
    """Yield the limits by name, for the documentation."""
    yield "nesting of the document", MAX_NESTING
    yield "values in the document", MAX_VALUES
    yield "characters of its strings together", MAX_CHARACTERS
    yield "characters of one `pattern`", MAX_PATTERN
    yield f"{', '.join(f'`{name}`' for name in sorted(_LEAST))}", MAX_LEAST
    yield "digits of a number", MAX_DIGITS
    yield "options of one `anyOf` or `oneOf`", MAX_OPTIONS
    yield "members of one object", MAX_MEMBERS
    yield "entries of one `prefixItems`", MAX_PREFIX
    yield "values with every `$ref` written out", MAX_EXPANDED
    yield "values of the smallest record", MAX_RECORD
