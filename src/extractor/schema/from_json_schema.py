"""JSON Schema 2020-12 -> nodes. Every keyword is taken in or refused with its place; none is dropped."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

from extractor.errors import SchemaError
from extractor.schema.conditions import MOST_ALTERNATIVES, apart
from extractor.schema.drafts import has_whole_integers, modern
from extractor.schema.ends import disjoint, finite_definitions, is_finite
from extractor.schema.enums import enum_values
from extractor.schema.keywords import (
    APPLICATORS,
    CONDITIONS,
    JSONSchema,
    canonical,
    check,
    evaluated,
    restrictions,
    without,
)
from extractor.schema.limits import check_declaration, check_document
from extractor.schema.negation import any_of
from extractor.schema.nodes import NOTHING, AnyNode, Declaration, EnumNode, Node, RefNode, UnionNode
from extractor.schema.reading import MAX_DEPTH, MAX_NODES, Choice, Target
from extractor.schema.scalars import NoValueError, contradiction
from extractor.schema.shapes import check_circles, check_shapes
from extractor.schema.type_reader import TypeReader

__all__ = ["MAX_DEPTH", "MAX_NODES", "from_json_schema"]

MAX_PARTS = 200  # of one `allOf`, all that it leads to included
INLINE_DEPTH = 10  # from here on what these keywords say becomes a definition: circles of merged schemas have no end
SPLITTING = ("allOf", "anyOf", "oneOf")
MOST_EXCLUSIVE = 4
MOST_PRODUCTS = 64  # options of one `anyOf` times those of another


def from_json_schema(schema: Any) -> Declaration:
    """Turn a JSON Schema into a declaration.

    Args:
        schema: A JSON Schema 2020-12: a dict, or true or false. Strings with `"x-verbatim": true` are verbatim.

    Raises:
        SchemaError: Something in it cannot be promised; the error names where and what.
    """
    if not isinstance(schema, dict | bool):
        raise SchemaError(f"a JSON Schema is an object, true or false, not {type(schema).__name__}", construct="type")
    check_document(schema)
    try:
        document = _modern(schema)
        check_shapes(document)
        reader = _Reader(document)
        declaration = reader.declaration()
        if reader.overlaps:  # once more, with options that exclude each other
            declaration = _Reader(document, frozenset(reader.overlaps)).declaration()
        check_declaration(declaration)
        if declaration.checks:
            check_circles(document)
        return replace(declaration, whole_integers=has_whole_integers(schema))
    except RecursionError as error:
        raise SchemaError(f"nested more than {MAX_DEPTH} levels deep; flatten the schema", construct="depth") from error


def _modern(schema: JSONSchema) -> JSONSchema:
    try:
        return modern(schema)
    except (AttributeError, TypeError) as error:  # of the library that looks identifiers up
        raise SchemaError(
            "a keyword has a value that no draft gives it; correct the schema", construct="$id"
        ) from error


class _Reader(TypeReader):
    """Reads one document. Definitions are read one after the other, so that recursion costs no stack."""

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
        checks = tuple(self._checks)
        later = {(note.path, note.keyword) for note in self._notes if note.enforced == "after"}
        notes = tuple(n for n in self._notes if n.enforced == "after" or (n.path, n.keyword) not in later)
        return Declaration(root, self._definitions, title, description, notes, checks, self._schema if checks else True)

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

    def _node(self, schema: JSONSchema, path: str, depth: int) -> Node:  # noqa: C901, PLR0911
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
        if "$ref" in schema:
            self._note(path, schema)
            return self._reference(schema, path)
        if depth > INLINE_DEPTH and any(keyword in schema for keyword in SPLITTING):
            return self._definition(canonical(schema), "part", schema, path, self._pointer)
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
            flat = without(flat, error.construct)
        if "unevaluatedItems" in flat:
            rest = flat.pop("unevaluatedItems")
            if "contains" in flat or any(keyword in flat for keyword in APPLICATORS):
                self._later("unevaluatedItems", path)
            else:
                flat.setdefault("items", rest)
        return flat

    def _flatten(self, schema: dict[str, Any], path: str) -> dict[str, Any]:
        """Merge `allOf` away, and what depends on the value."""
        flat: JSONSchema = self._settled(schema, path)
        waiting: list[JSONSchema] = []
        for _ in range(MAX_PARTS):
            if isinstance(flat, dict) and ("allOf" in flat or flat.keys() & CONDITIONS):
                flat, more = self._apart(flat, path)
                waiting = [*more, *waiting]
            elif waiting and flat is not False:
                part = waiting.pop(0)
                if isinstance(part, dict):
                    check(part, path)
                    part = self._settled(part, path)
                    part, more = self._apart(part, path)
                    waiting = [*more, *waiting]
                elif not isinstance(part, bool):
                    raise SchemaError("`allOf` must be a list of schemas", field_path=path, construct="allOf")
                flat = self._merged(flat, part, path)
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

    def _settled(self, schema: dict[str, Any], path: str) -> dict[str, Any]:
        """Leave for later what depends on which of the conditions beside it a value has met."""
        depends = schema.keys() & CONDITIONS
        parted = {"unevaluatedItems"} if "allOf" in schema else set()
        told = schema.keys() & ({"unevaluatedProperties", "unevaluatedItems"} if depends else parted)
        for keyword in sorted(told):
            self._later(keyword, path)
        return without(schema, *told) if told else schema

    def _merged(self, flat: JSONSchema, part: JSONSchema, path: str) -> JSONSchema:
        """What both allow; what one allows and the other may not, where there is too much to write down."""
        options = [len(one["anyOf"]) for one in (flat, part) if isinstance(one, dict) and "anyOf" in one]
        if len(options) == 2 and options[0] * options[1] > MOST_PRODUCTS:
            self._later("allOf", path)
            return flat
        try:
            return self._merger.merge(flat, part, path)
        except NoValueError:
            return False
        except SchemaError as error:
            if error.construct != "allOf":
                raise
            self._later("allOf", path)
            return flat

    def _apart(self, schema: dict[str, Any], path: str) -> tuple[dict[str, Any], tuple[JSONSchema, ...]]:
        found = apart(schema, self._negator, path)
        for keyword in found.undecided:
            self._later(keyword, path)
        return found.rest, found.parts

    # References

    def _reference(self, schema: dict[str, Any], path: str) -> Node:
        """A reference, alone or with siblings that restrict it: the two together are a definition of their own."""
        reference = schema["$ref"]
        siblings = without(restrictions(schema), "$ref")
        if "x-dialect" in schema:
            siblings["x-dialect"] = schema["x-dialect"]
        target = self._resolve(reference, path)
        key = reference + (canonical(siblings) if siblings else "")
        meant = {**siblings, "allOf": [*siblings.get("allOf", ()), target]} if siblings else target
        pointer = self._pointer if siblings else self._pointers.get(id(target), self._pointer)
        return self._definition(key, reference, meant, path, pointer)

    def _definition(self, key: str, reference: str, meant: JSONSchema, path: str, pointer: str) -> RefNode:
        """Refer to a definition that is read later, once for each key."""
        if key not in self._names:
            self._names[key] = self._free_name(reference)
            self._waiting.append(Target(self._names[key], meant, path, pointer))
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
        rest = without(restrictions(schema), keyword)
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
            self._choices.append(Choice(path, self._pointer, tuple(options), text))
        return options[0] if len(options) == 1 else UnionNode(tuple(_flat_options(options)))

    def _option(self, option: JSONSchema, rest: dict[str, Any], tag: str | None, path: str, depth: int) -> Node | None:
        meant = self._merged(rest, option, path) if restrictions(rest) else option
        self._settle(path)
        found = self._or_nothing(self._tagged(meant, tag, path), path, depth + 1)
        return None if found == NOTHING else found

    def _exclusive(self, options: list[JSONSchema], path: str) -> tuple[list[JSONSchema], bool]:
        """Write into each option that the others don't hold; and whether that could be done."""
        refused = [self._negator.negated(option, path) for option in options]
        if len(options) > MOST_EXCLUSIVE or any(one is None or len(one) > MOST_ALTERNATIVES for one in refused):
            return options, False
        others = [any_of(one) for one in refused if one is not None]
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

    def _tell_apart(self, choice: Choice) -> None:
        pairs = combinations(choice.options, 2)
        if all(disjoint(a, b, self._definitions) for a, b in pairs):
            return
        self._pointer = choice.pointer
        self.overlaps.add(choice.text)
        self._later("oneOf", choice.path, "two options may fit one value; checked on the whole record")


def _flat_options(options: list[Node]) -> list[Node]:
    found: list[Node] = []
    for option in options:
        inner = list(option.options) if isinstance(option, UnionNode) else [option]
        found += [node for node in inner if node not in found]
    return found
