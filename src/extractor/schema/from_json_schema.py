"""JSON Schema 2020-12 -> nodes. Every keyword is taken in or refused with its place; none is dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extractor.errors import SchemaError
from extractor.schema.containers import array_parts, name_pattern, object_parts
from extractor.schema.ends import disjoint, finite_definitions, is_finite
from extractor.schema.enums import enum_values
from extractor.schema.keywords import (
    JSONSchema,
    canonical,
    check,
    check_names,
    evaluated,
    restrictions,
    types,
)
from extractor.schema.merge import Merger
from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
    Declaration,
    EnumNode,
    Field,
    Node,
    Note,
    NullNode,
    ObjectNode,
    RefNode,
    UnionNode,
)
from extractor.schema.notes import notes_of
from extractor.schema.paths import item, member, value
from extractor.schema.references import resolve
from extractor.schema.scalars import contradiction, integer_node, number_node, string_node

MAX_DEPTH = 64
MAX_NODES = 20_000


def from_json_schema(schema: Any) -> Declaration:
    """Turn a JSON Schema into a declaration.

    Args:
        schema: A JSON Schema 2020-12: a dict, or true or false. Strings with `"x-verbatim": true` are verbatim.

    Raises:
        SchemaError: Something in it cannot be promised; the error names where and what.
    """
    if not isinstance(schema, dict | bool):
        raise SchemaError(f"a JSON Schema is an object, true or false, not {type(schema).__name__}", construct="type")
    try:
        return _Reader(schema).declaration()
    except RecursionError as error:
        raise SchemaError(f"nested more than {MAX_DEPTH} levels deep; flatten the schema", construct="depth") from error


@dataclass(frozen=True, slots=True)
class _Target:
    """A definition that is still to be read."""

    name: str
    schema: JSONSchema
    path: str


@dataclass(frozen=True, slots=True)
class _Choice:
    """A `oneOf` whose options have to be told apart once every definition is read."""

    path: str
    options: tuple[Node, ...]


class _Reader:
    """Reads one document. Definitions are read one after the other, so that recursion costs no stack."""

    def __init__(self, schema: JSONSchema) -> None:
        self._schema = schema
        self._merger = Merger(self._resolve)
        self._definitions: dict[str, Node] = {}
        self._names: dict[str, str] = {}
        self._waiting: list[_Target] = []
        self._choices: list[_Choice] = []
        self._notes: dict[Note, None] = {}
        self._count = 0

    def declaration(self) -> Declaration:
        root = self.node(self._schema, "$", 0)
        while self._waiting:
            target = self._waiting.pop(0)
            self._definitions[target.name] = self.node(target.schema, target.path, 0)
        for choice in self._choices:
            self._tell_apart(choice)
        if not is_finite(root, finite_definitions(self._definitions)):
            raise SchemaError(
                "every record would be infinitely long: a definition needs itself; make a field on the way nullable "
                "or a list",
                construct="$ref",
            )
        described = self._described(self._schema)
        return Declaration(
            root, self._definitions, described.get("title", ""), described.get("description", ""), tuple(self._notes)
        )

    def _resolve(self, reference: str, path: str) -> JSONSchema:
        return resolve(self._schema, reference, path)

    def _described(self, schema: JSONSchema) -> dict[str, str]:
        """Title and description of a schema, or those of what it refers to; of a list, the description of its items."""
        found: dict[str, str] = {}
        listed = False
        for _ in range(MAX_DEPTH):
            if not isinstance(schema, dict):
                break
            for keyword in ("description",) if listed else ("title", "description"):
                if isinstance(schema.get(keyword), str):
                    found.setdefault(keyword, schema[keyword])
            only = schema.get("allOf")
            if "$ref" in schema:
                schema = self._resolve(schema["$ref"], "$")
            elif isinstance(only, list) and len(only) == 1:
                schema = only[0]
            elif isinstance(schema.get("items"), dict):
                schema, listed = schema["items"], True
            else:
                break
        return found

    # One schema

    def node(self, schema: JSONSchema, path: str, depth: int) -> Node:
        self._charge(path, depth)
        if schema is True:
            return AnyNode()
        if schema is False:
            raise contradiction("the schema is `false`", path, "false")
        if not isinstance(schema, dict):
            raise SchemaError(
                f"a schema is an object, true or false, not {schema!r}", field_path=path, construct="schema"
            )
        check(schema, path)
        flat = self._flatten(schema, path)
        told = restrictions(flat)
        if not told:
            return AnyNode()
        self._note(path, flat)
        if "$ref" in told:
            return self._reference(flat, path)
        for keyword in ("anyOf", "oneOf"):
            if keyword in told:
                evaluated(flat, path)
                return self._choice(keyword, flat, path, depth)
        flat = evaluated(flat, path)
        told = restrictions(flat)
        if "enum" in told or "const" in told:
            return EnumNode(enum_values(told, self._schema, path))
        return self._typed(flat, path, depth)

    def _charge(self, path: str, depth: int) -> None:
        self._count += 1
        if depth > MAX_DEPTH:
            raise SchemaError(
                f"nested more than {MAX_DEPTH} levels deep; flatten the schema", field_path=path, construct="depth"
            )
        if self._count > MAX_NODES:
            raise SchemaError(
                f"more than {MAX_NODES} schemas in one; split it, or share parts with `$ref`",
                field_path=path,
                construct="size",
            )

    def _flatten(self, schema: dict[str, Any], path: str) -> dict[str, Any]:
        """Merge `allOf` away."""
        flat: JSONSchema = schema
        for _ in range(MAX_DEPTH):
            if not isinstance(flat, dict) or "allOf" not in flat:
                break
            parts = flat["allOf"]
            flat = {keyword: kept for keyword, kept in flat.items() if keyword != "allOf"}
            for part in parts:
                if isinstance(part, dict):
                    check(part, path)
                elif not isinstance(part, bool):
                    raise SchemaError("`allOf` must be a list of schemas", field_path=path, construct="allOf")
                flat = self._merger.merge(flat, part, path)
        if flat is False:
            raise contradiction("its parts exclude each other", path, "allOf")
        if not isinstance(flat, dict) or "allOf" in flat:
            raise SchemaError(f"`allOf` nested more than {MAX_DEPTH} deep", field_path=path, construct="allOf")
        return flat

    def _note(self, path: str, schema: dict[str, Any]) -> None:
        for note in notes_of(path, schema):
            self._notes.setdefault(note)

    # References

    def _reference(self, schema: dict[str, Any], path: str) -> Node:
        """A reference, alone or with siblings that restrict it: the two together are a definition of their own."""
        reference = schema["$ref"]
        siblings = {keyword: kept for keyword, kept in restrictions(schema).items() if keyword != "$ref"}
        if "x-dialect" in schema:
            siblings["x-dialect"] = schema["x-dialect"]
        target = self._resolve(reference, path)
        key = reference + (canonical(siblings) if siblings else "")
        if key not in self._names:
            name = self._free_name(reference)
            self._names[key] = name
            meant = self._merger.merge(siblings, target, path) if siblings else target
            self._waiting.append(_Target(name, meant, path))
        return RefNode(self._names[key])

    def _free_name(self, reference: str) -> str:
        base = reference.rsplit("/", 1)[-1].replace("~1", "/").replace("~0", "~")
        base = "root" if base in ("#", "") else base
        taken = set(self._names.values())
        if base not in taken:
            return base
        return next(name for n in range(2, MAX_NODES + 2) if (name := f"{base}.{n}") not in taken)

    # Choices

    def _choice(self, keyword: str, schema: dict[str, Any], path: str, depth: int) -> Node:
        rest = {name: kept for name, kept in restrictions(schema).items() if name != keyword}
        if "x-dialect" in schema:
            rest["x-dialect"] = schema["x-dialect"]
        tag = schema.get("discriminator", {}).get("propertyName") if keyword == "oneOf" else None
        options: list[Node] = []
        for option in schema[keyword]:
            if isinstance(option, dict):
                check(option, path)
            elif not isinstance(option, bool):
                raise SchemaError(f"`{keyword}` must be a list of schemas", field_path=path, construct=keyword)
            meant = self._merger.merge(rest, option, path) if restrictions(rest) else option
            if meant is False:
                continue
            found = self.node(self._tagged(meant, tag, path), path, depth + 1)
            if found not in options or keyword == "oneOf":
                options.append(found)
        if not options:
            raise contradiction(f"no option of `{keyword}` is possible", path, keyword)
        if keyword == "oneOf" and len(options) > 1:
            self._choices.append(_Choice(path, tuple(options)))
        return options[0] if len(options) == 1 else UnionNode(tuple(_flat_options(options)))

    def _tagged(self, option: JSONSchema, tag: str | None, path: str) -> JSONSchema:
        """An option of a discriminated union: its tag has to be there."""
        target = option
        for _ in range(MAX_DEPTH):
            if not isinstance(target, dict) or "$ref" not in target:
                break
            target = self._resolve(target["$ref"], path)
        if tag is None or not isinstance(option, dict) or not isinstance(target, dict):
            return option
        if tag in target.get("required", ()) or tag not in target.get("properties", {}):
            return option
        return {**option, "required": [*option.get("required", ()), tag]}

    def _tell_apart(self, choice: _Choice) -> None:
        for index, a in enumerate(choice.options):
            for b in choice.options[index + 1 :]:
                if not disjoint(a, b, self._definitions):
                    raise SchemaError(
                        "two options of `oneOf` may both fit one value; give each a required property with a constant "
                        "of its own, or use `anyOf`",
                        field_path=choice.path,
                        construct="oneOf",
                    )

    # Types

    def _typed(self, schema: dict[str, Any], path: str, depth: int) -> Node:
        names = types(schema)
        found = [self._of_type(name, schema, path, depth) for name in names]
        return found[0] if len(found) == 1 else UnionNode(tuple(found))

    def _of_type(  # noqa: PLR0911
        self, name: str, schema: dict[str, Any], path: str, depth: int
    ) -> Node:
        match name:
            case "null":
                return NullNode()
            case "boolean":
                return BooleanNode()
            case "string":
                return string_node(schema, path)
            case "integer":
                return integer_node(schema, path)
            case "number":
                return number_node(schema, path)
            case "array":
                return self._array(schema, path, depth)
            case _:
                return self._object(schema, path, depth)

    def _array(self, schema: dict[str, Any], path: str, depth: int) -> Node:
        parts = array_parts(schema, path)
        prefix = tuple(self.node(inner, f"{path}[{i}]", depth + 1) for i, inner in enumerate(parts.prefix))
        items = None if parts.items is False else self.node(parts.items, item(path), depth + 1)
        return ArrayNode(items, prefix, parts.min_items, parts.max_items, bool(schema.get("uniqueItems")))

    def _object(self, schema: dict[str, Any], path: str, depth: int) -> Node:
        names = self._names_schema(schema, path)
        check_names(schema, path)
        parts = object_parts(schema, names, path, untyped="type" not in schema)
        fields = tuple(
            Field(
                name,
                self.node(inner, member(path, name), depth + 1),
                name in parts.required,
                self._described(inner).get("description", ""),
            )
            for name, inner in parts.properties.items()
        )
        extra = None if parts.extra is False else self.node(parts.extra, value(path), depth + 1)
        described = self._described(schema)
        return ObjectNode(
            fields,
            extra,
            parts.extra_pattern,
            parts.min_properties,
            parts.max_properties,
            parts.open_by_silence,
            described.get("title", ""),
            described.get("description", ""),
        )

    def _names_schema(self, schema: Mapping[str, Any], path: str) -> str | bool:
        """The pattern of `propertyNames`; True where any name will do."""
        names = schema.get("propertyNames", True)
        for _ in range(MAX_DEPTH):
            if isinstance(names, dict):
                check(names, path)
                names = self._flatten(names, path)
                if "$ref" in names:
                    rest = {keyword: kept for keyword, kept in names.items() if keyword != "$ref"}
                    names = self._merger.merge(rest, self._resolve(names["$ref"], path), path)
                    continue
            break
        return name_pattern(names, path)


def _flat_options(options: list[Node]) -> list[Node]:
    found: list[Node] = []
    for option in options:
        inner = list(option.options) if isinstance(option, UnionNode) else [option]
        found += [node for node in inner if node not in found]
    return found
