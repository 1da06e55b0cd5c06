"""Keywords of one type -> nodes: strings, arrays, objects and the names of their members."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from extractor.errors import SchemaError
from extractor.schema.containers import array_parts, name_pattern
from extractor.schema.keywords import STRING, JSONSchema, check, check_names, restrictions, types, without
from extractor.schema.members import ObjectParts, object_parts
from extractor.schema.nodes import (
    NOTHING,
    ArrayNode,
    Family,
    Field,
    Node,
    NullNode,
    ObjectNode,
    StringNode,
    UnionNode,
)
from extractor.schema.paths import item, member, value
from extractor.schema.patterns import can_be_searched
from extractor.schema.reading import MAX_DEPTH, Reading
from extractor.schema.scalars import NoValueError, booleans, contradiction, has_many_remainders, numbers, string_node


class TypeReader(Reading):
    """Reads schemas in which nothing is left but keywords of types."""

    @abstractmethod
    def node(self, schema: JSONSchema, path: str, depth: int) -> Node:
        """Read any schema."""

    @abstractmethod
    def _flatten(self, schema: dict[str, Any], path: str) -> dict[str, Any]:
        """Merge `allOf` away, and what depends on the value."""

    def _or_nothing(self, schema: JSONSchema, path: str, depth: int) -> Node:
        """Read a schema; where no value meets it, the node that has none."""
        try:
            return self.node(schema, path, depth)
        except NoValueError:
            return NOTHING

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
                return self._numbers(name, schema, path)
            case "array":
                return [self._array(schema, path, depth)]
            case _:
                return [self._object(schema, path, depth)]

    def _numbers(self, name: str, schema: dict[str, Any], path: str) -> list[Node]:
        if "multipleOf" in schema and has_many_remainders(schema["multipleOf"]):
            self._later("multipleOf", path)
            schema = without(schema, "multipleOf")
        return numbers(name, schema, path)

    def _string(self, schema: dict[str, Any], path: str) -> Node:
        """A string; patterns that the grammar cannot hold are left for later."""
        if schema.get("format") == "regex":
            self._later("format", path)
        try:
            return string_node(schema, path)
        except NoValueError:
            raise
        except SchemaError as error:
            if error.construct != "pattern" or schema.get("x-verbatim") or not _can_be_searched(schema):
                raise
            self._later("pattern", path)
            return string_node(without(schema, "pattern", "x-also", "x-never"), path)

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
        pattern = parts.extra_pattern
        if extra == NOTHING and parts.open_by_silence and pattern is not None:  # other names are open, these are not
            families, pattern = [Family(StringNode(pattern=pattern), NOTHING)], None
        open_to_others = parts.open_by_silence or extra is not None or families
        described = self._described(schema)
        return ObjectNode(
            tuple(fields),
            None if extra == NOTHING else extra,
            pattern,
            parts.min_properties,
            parts.max_properties,
            parts.open_by_silence,
            described.get("title", ""),
            described.get("description", ""),
            tuple(one for one in families if one.node != NOTHING or parts.open_by_silence),
            tuple(dict.fromkeys(forbidden)) if open_to_others else (),
        )

    def _parts(self, schema: dict[str, Any], names: StringNode | bool, path: str) -> ObjectParts:
        try:
            return object_parts(schema, names, path, untyped="type" not in schema)
        except NoValueError:
            raise
        except SchemaError as error:
            self._later(error.construct, path)
            kept = without(schema, "patternProperties", "additionalProperties", "x-layers")
            return object_parts(kept, True, path, untyped=False)

    def _names_of_node(self, flat: Mapping[str, Any], path: str) -> StringNode | bool:
        told = without(flat, "type")
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
            rest = without(names, "$ref")
            names = self._merger.merge(rest, self._resolve(names["$ref"], path), path)
        try:
            found = name_pattern(names, path)
        except SchemaError:
            if "x-keys" in names:  # labels of a Python enum as keys: what reads them takes no others
                raise
            return self._names_of_node(names, path)
        return found if isinstance(found, bool) else StringNode(pattern=found)


def _can_be_searched(schema: Mapping[str, Any]) -> bool:
    told = [(schema["pattern"], schema.get("x-dialect", "ecma"))] if "pattern" in schema else []
    told += [(text, dialect) for keyword in ("x-also", "x-never") for text, dialect in schema.get(keyword, ())]
    return all(can_be_searched(text, dialect) for text, dialect in told)
