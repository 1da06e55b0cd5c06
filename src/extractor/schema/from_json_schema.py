"""JSON Schema 2020-12 -> nodes. Every keyword is taken in or refused with its place; none is dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from extractor.errors import SchemaError
from extractor.schema.conditions import MOST_ALTERNATIVES, apart
from extractor.schema.containers import array_parts, name_pattern
from extractor.schema.drafts import modern, pointers
from extractor.schema.ends import disjoint, finite_definitions, is_finite
from extractor.schema.enums import enum_values
from extractor.schema.keywords import (
    APPLICATORS,
    CONDITIONS,
    STRING,
    JSONSchema,
    canonical,
    check,
    check_names,
    evaluated,
    restrictions,
    types,
)
from extractor.schema.members import ObjectParts, object_parts
from extractor.schema.merge import Merger
from extractor.schema.negation import Negator
from extractor.schema.nodes import (
    NOTHING,
    AnyNode,
    ArrayNode,
    Check,
    Declaration,
    EnumNode,
    Family,
    Field,
    Node,
    Note,
    NullNode,
    ObjectNode,
    RefNode,
    StringNode,
    UnionNode,
)
from extractor.schema.notes import notes_of
from extractor.schema.paths import item, member, value
from extractor.schema.patterns import can_be_searched
from extractor.schema.references import resolve
from extractor.schema.scalars import NoValueError, booleans, contradiction, numbers, string_node

MAX_DEPTH = 64
MAX_NODES = 20_000
MAX_PARTS = 200  # of one `allOf`, all that it leads to included
INLINE_DEPTH = 10  # from here on what `allOf` says becomes a definition, or going round in circles would never end
MOST_EXCLUSIVE = 4


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
        document = modern(schema)
        reader = _Reader(document)
        declaration = reader.declaration()
        if reader.overlaps:  # once more, with options that exclude each other
            declaration = _Reader(document, frozenset(reader.overlaps)).declaration()
        return declaration
    except RecursionError as error:
        raise SchemaError(f"nested more than {MAX_DEPTH} levels deep; flatten the schema", construct="depth") from error


@dataclass(frozen=True, slots=True)
class _Target:
    """A definition that is still to be read."""

    name: str
    schema: JSONSchema
    path: str
    pointer: str


@dataclass(frozen=True, slots=True)
class _Choice:
    """A `oneOf` whose options have to be told apart once every definition is read."""

    path: str
    pointer: str
    options: tuple[Node, ...]
    text: str


class _Reader:
    """Reads one document. Definitions are read one after the other, so that recursion costs no stack."""

    def __init__(self, schema: JSONSchema, overlapping: frozenset[str] = frozenset()) -> None:
        """Make ready.

        Args:
            schema: A document in the form of 2020-12.
            overlapping: Canonical texts of the `oneOf` lists whose options could not be told apart at first sight.
        """
        self._schema = schema
        self._pointers = pointers(schema)
        self._pointer = "#"
        self._merger = Merger(self._resolve)
        self._negator = Negator(self._resolve)
        self._definitions: dict[str, Node] = {}
        self._names: dict[str, str] = {}
        self._waiting: list[_Target] = []
        self._choices: list[_Choice] = []
        self._overlapping = overlapping
        self.overlaps: set[str] = set()
        self._checks: dict[Check, None] = {}
        self._notes: dict[Note, None] = {}
        self._count = 0

    def declaration(self) -> Declaration:
        root = self.node(self._schema, "$", 0)
        while self._waiting:
            target = self._waiting.pop(0)
            self._pointer = target.pointer
            self._definitions[target.name] = self._or_nothing(target.schema, target.path, 0)
        for choice in self._choices:
            self._tell_apart(choice)
        if not is_finite(root, finite_definitions(self._definitions)):
            raise SchemaError(
                "every record would be infinitely long: a definition needs itself; make a field on the way nullable "
                "or a list",
                construct="$ref",
            )
        described = self._described(self._schema)
        title, description = described.get("title", ""), described.get("description", "")
        notes, checks = tuple(self._notes), tuple(self._checks)
        return Declaration(root, self._definitions, title, description, notes, checks, self._schema if checks else True)

    def _resolve(self, reference: str, path: str) -> JSONSchema:
        return resolve(self._schema, reference, path)

    def _later(self, keyword: str, path: str, detail: str = "") -> None:
        """Leave a keyword to be checked on the whole value: the nodes allow at least what it allows."""
        self._checks.setdefault(Check(self._pointer, keyword, path))
        self._notes[Note(path, keyword, "after", detail or "checked on the whole record")] = None

    def _settle(self, path: str) -> None:
        """Take note of what merging has left out."""
        for keyword in dict.fromkeys(self._merger.undecided):
            self._later(keyword, path)
        self._merger.undecided.clear()

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
        outer = self._pointer
        self._pointer = self._pointers.get(id(schema), outer)
        try:
            return self._node(schema, path, depth)
        except SchemaError as error:
            error.pointer = error.pointer or self._pointer
            raise
        finally:
            self._pointer = outer

    def _or_nothing(self, schema: JSONSchema, path: str, depth: int) -> Node:
        """Read a schema; where no value meets it, the node that has none."""
        try:
            return self.node(schema, path, depth)
        except NoValueError:
            return NOTHING

    def _node(self, schema: JSONSchema, path: str, depth: int) -> Node:
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
        if "$ref" in schema or (depth > INLINE_DEPTH and "allOf" in schema):
            self._note(path, schema)
            return self._reference(schema, path)
        flat = self._flatten(schema, path)
        told = restrictions(flat)
        if not told:
            return AnyNode()
        self._note(path, flat)
        if "$ref" in told:
            return self._reference(flat, path)
        for keyword in ("anyOf", "oneOf"):
            if keyword in told:
                return self._choice(keyword, self._evaluated(flat, path), path, depth)
        flat = self._evaluated(flat, path)
        told = restrictions(flat)
        if "enum" in told or "const" in told:
            return EnumNode(enum_values(told, self._schema, path))
        return self._typed(flat, path, depth)

    def _evaluated(self, flat: dict[str, Any], path: str) -> dict[str, Any]:
        """Say `unevaluatedProperties` and `unevaluatedItems` in other words, or leave them for later."""
        try:
            flat = evaluated(flat, path)
        except SchemaError as error:
            self._later(error.construct, path)
            flat = {keyword: kept for keyword, kept in flat.items() if keyword != error.construct}
        if "unevaluatedItems" in flat:
            rest = flat.pop("unevaluatedItems")
            if "contains" in flat or any(keyword in flat for keyword in APPLICATORS):
                self._later("unevaluatedItems", path)
            else:
                flat.setdefault("items", rest)
        return flat

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
        """Merge `allOf` away, and what depends on the value."""
        flat: JSONSchema = schema
        waiting: list[JSONSchema] = []
        for _ in range(MAX_PARTS):
            if isinstance(flat, dict) and ("allOf" in flat or flat.keys() & CONDITIONS):
                flat, more = self._apart(flat, path)
                waiting = [*more, *waiting]
            elif waiting and flat is not False:
                part = waiting.pop(0)
                if isinstance(part, dict):
                    check(part, path)
                    part, more = self._apart(part, path)
                    waiting = [*more, *waiting]
                elif not isinstance(part, bool):
                    raise SchemaError("`allOf` must be a list of schemas", field_path=path, construct="allOf")
                flat = self._merger.merge(flat, part, path)
            else:
                break
        self._settle(path)
        if flat is False:
            raise contradiction("its parts exclude each other", path, "allOf")
        if flat is True:
            return {}
        if waiting or "allOf" in flat:
            raise SchemaError(f"`allOf` of more than {MAX_PARTS} parts", field_path=path, construct="allOf")
        return flat

    def _apart(self, schema: dict[str, Any], path: str) -> tuple[dict[str, Any], tuple[JSONSchema, ...]]:
        found = apart(schema, self._negator, path)
        for keyword in found.undecided:
            self._later(keyword, path)
        return found.rest, found.parts

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
            meant = {**siblings, "allOf": [*siblings.get("allOf", ()), target]} if siblings else target
            pointer = self._pointer if siblings else self._pointers.get(id(target), self._pointer)
            self._waiting.append(_Target(name, meant, path, pointer))
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
        listed = schema[keyword]
        for option in listed:
            if isinstance(option, dict):
                check(option, path)
            elif not isinstance(option, bool):
                raise SchemaError(f"`{keyword}` must be a list of schemas", field_path=path, construct=keyword)
        text = canonical(listed) if keyword == "oneOf" else ""
        sure = text in self._overlapping and tag is None
        if sure:
            listed, sure = self._exclusive(listed, path)
        options: list[Node] = []
        for option in listed:
            found = self._option(option, rest, tag, path, depth)
            if found is not None and (found not in options or (keyword == "oneOf" and not sure)):
                options.append(found)
        if not options:
            raise contradiction(f"no option of `{keyword}` is possible", path, keyword)
        if keyword == "oneOf" and len(options) > 1 and not sure:
            self._choices.append(_Choice(path, self._pointer, tuple(options), text))
        return options[0] if len(options) == 1 else UnionNode(tuple(_flat_options(options)))

    def _option(self, option: JSONSchema, rest: dict[str, Any], tag: str | None, path: str, depth: int) -> Node | None:
        meant = self._merger.merge(rest, option, path) if restrictions(rest) else option
        self._settle(path)
        found = self._or_nothing(self._tagged(meant, tag, path), path, depth + 1)
        return None if found == NOTHING else found

    def _exclusive(self, options: list[JSONSchema], path: str) -> tuple[list[JSONSchema], bool]:
        """Write into each option that the others don't hold; and whether that could be done."""
        refused = [self._negator.negated(option, path) for option in options]
        if len(options) > MOST_EXCLUSIVE or any(one is None or len(one) > MOST_ALTERNATIVES for one in refused):
            return options, False
        others = [one[0] if len(one) == 1 else {"anyOf": one} if one else False for one in refused if one is not None]
        return [{"allOf": [option, *others[:i], *others[i + 1 :]]} for i, option in enumerate(options)], True

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
        pairs = combinations(choice.options, 2)
        if all(disjoint(a, b, self._definitions) for a, b in pairs):
            return
        self._pointer = choice.pointer
        self.overlaps.add(choice.text)
        self._later("oneOf", choice.path, "two options may fit one value; checked on the whole record")

    # Types

    def _typed(self, schema: dict[str, Any], path: str, depth: int) -> Node:
        found: list[Node] = []
        impossible: list[NoValueError] = []
        for name in types(schema):
            try:
                found += self._of_type(name, schema, path, depth)
            except NoValueError as error:
                impossible.append(error)
        if not found:
            raise impossible[0] if impossible else contradiction("no type is left", path, "type")
        return found[0] if len(found) == 1 else UnionNode(tuple(found))

    def _of_type(self, name: str, schema: dict[str, Any], path: str, depth: int) -> list[Node]:
        """What a value of one type may be; several nodes where values in between are excluded."""
        excluded = schema.get("x-not-enum", [])
        match name:
            case "null":
                return [] if None in excluded else [NullNode()]
            case "boolean":
                return booleans(excluded)
            case "string":
                return [self._string(schema, path)]
            case "integer" | "number":
                return numbers(name, schema, path)
            case "array":
                return [self._array(schema, path, depth)]
            case _:
                return [self._object(schema, path, depth)]

    def _string(self, schema: dict[str, Any], path: str) -> Node:
        """A string; patterns that the grammar cannot hold are left for later."""
        try:
            return string_node(schema, path)
        except NoValueError:
            raise
        except SchemaError as error:
            if error.construct != "pattern" or schema.get("x-verbatim") or not _can_be_searched(schema):
                raise
            self._later("pattern", path)
            return string_node({k: v for k, v in schema.items() if k not in ("pattern", "x-also", "x-never")}, path)

    def _array(self, schema: dict[str, Any], path: str, depth: int) -> Node:
        parts = array_parts(schema, path)
        if "contains" in schema and (schema.get("minContains", 1) or "maxContains" in schema):
            self._later("contains", path)
        if any(isinstance(value, list) for value in schema.get("x-not-enum", ())):
            self._later("not", path)
        prefix: list[Node] = []
        items: Node = NOTHING
        for index, inner in enumerate(parts.prefix):
            one = self._or_nothing(inner, f"{path}[{index}]", depth + 1)
            if one == NOTHING:
                break
            prefix.append(one)
        if len(prefix) == len(parts.prefix) and parts.items is not False:
            items = self._or_nothing(parts.items, item(path), depth + 1)
        unique = bool(schema.get("uniqueItems"))
        if items == NOTHING and parts.min_items > len(prefix):
            raise contradiction(f"at least {parts.min_items} items where {len(prefix)} are possible", path, "minItems")
        if items == NOTHING:
            most = parts.max_items if parts.max_items is not None and parts.max_items < len(prefix) else None
            node = ArrayNode(None, tuple(prefix), parts.min_items, most, unique)
        else:
            node = ArrayNode(items, tuple(prefix), parts.min_items, parts.max_items, unique)
        if unique and (node.max_items is None or node.max_items > 1):
            self._later(
                "uniqueItems", path, "an item that is written again is taken out; refused where too few are left"
            )
        return node

    def _object(self, schema: dict[str, Any], path: str, depth: int) -> Node:
        names = self._names_schema(schema, path)
        check_names(schema, path)
        if any(isinstance(value, dict) for value in schema.get("x-not-enum", ())):
            self._later("not", path)
        parts = self._parts(schema, names, path)
        counted = parts.max_properties is not None
        fields, forbidden = [], list(parts.forbidden)
        for name, inner in parts.properties.items():
            required = name in parts.required
            inside = member(path, name)
            held = self.node(inner, inside, depth + 1) if required else self._or_nothing(inner, inside, depth + 1)
            if held == NOTHING:
                forbidden.append(name)
            else:
                told = self._described(inner).get("description", "")
                fields.append(Field(name, held, required, told, not counted))
        extra = None if parts.extra is False else self._or_nothing(parts.extra, value(path), depth + 1)
        families = [Family(one.names, self._or_nothing(one.schema, value(path), depth + 1)) for one in parts.families]
        open_to_others = parts.open_by_silence or extra is not None or families
        described = self._described(schema)
        return ObjectNode(
            tuple(fields),
            None if extra == NOTHING else extra,
            parts.extra_pattern,
            parts.min_properties,
            parts.max_properties,
            parts.open_by_silence,
            described.get("title", ""),
            described.get("description", ""),
            tuple(family for family in families if family.node != NOTHING),
            tuple(dict.fromkeys(forbidden)) if open_to_others else (),
        )

    def _parts(self, schema: dict[str, Any], names: StringNode | bool, path: str) -> ObjectParts:
        try:
            return object_parts(schema, names, path, untyped="type" not in schema)
        except NoValueError:
            raise
        except SchemaError as error:
            self._later(error.construct, path)
            kept = {
                k: v for k, v in schema.items() if k not in ("patternProperties", "additionalProperties", "x-layers")
            }
            return object_parts(kept, True, path, untyped=False)

    def _names_of_node(self, flat: Mapping[str, Any], path: str) -> StringNode | bool:
        told = {keyword: kept for keyword, kept in flat.items() if keyword != "type"}
        try:
            found = string_node(told, path) if restrictions(told).keys() <= STRING else None
        except NoValueError:
            return False
        except SchemaError:
            found = None
        if isinstance(found, StringNode):
            return found
        self._later("propertyNames", path)
        return True

    def _names_schema(self, schema: Mapping[str, Any], path: str) -> StringNode | bool:
        """What `propertyNames` allows; True where any name will do."""
        names = schema.get("propertyNames", True)
        for _ in range(MAX_DEPTH):
            if isinstance(names, bool):
                return names
            check(names, path)
            try:
                names = self._flatten(names, path)
            except NoValueError:
                return False
            if "$ref" not in names:
                break
            rest = {keyword: kept for keyword, kept in names.items() if keyword != "$ref"}
            names = self._merger.merge(rest, self._resolve(names["$ref"], path), path)
        try:
            found = name_pattern(names, path)
        except SchemaError:
            return self._names_of_node(names, path)
        return found if isinstance(found, bool) else StringNode(pattern=found)


def _can_be_searched(schema: Mapping[str, Any]) -> bool:
    told = [schema["pattern"]] if "pattern" in schema else []
    told += [text for keyword in ("x-also", "x-never") for text, _ in schema.get(keyword, ())]
    return all(can_be_searched(text) for text in told)


def _flat_options(options: list[Node]) -> list[Node]:
    found: list[Node] = []
    for option in options:
        inner = list(option.options) if isinstance(option, UnionNode) else [option]
        found += [node for node in inner if node not in found]
    return found
