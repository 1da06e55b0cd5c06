"""Keywords of objects, brought into the shape of the nodes: declared members, and families of undeclared ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import regex

from extractor.errors import SchemaError
from extractor.schema.keywords import JSONSchema
from extractor.schema.nodes import StringNode
from extractor.schema.patterns import regular, searched
from extractor.schema.scalars import contradiction

_OWN = (
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "x-layers",
)
_MOST_PATTERNS = 4  # each doubles the kinds of names


@dataclass(frozen=True, slots=True)
class FamilyParts:
    """Undeclared members of one kind: which names they have, and what they hold, as a schema."""

    names: StringNode
    schema: JSONSchema


@dataclass(frozen=True, slots=True)
class ObjectParts:
    """What an object holds, as schemas. `extra` is False where undeclared members are never decoded, or in families."""

    properties: dict[str, JSONSchema]
    required: frozenset[str]
    extra: JSONSchema
    extra_pattern: str | None
    min_properties: int
    max_properties: int | None
    open_by_silence: bool
    families: tuple[FamilyParts, ...] = ()
    forbidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Layer:
    """What one schema says of the members of an object. `rest` is None where it says nothing of the others."""

    properties: Mapping[str, JSONSchema]
    patterns: tuple[tuple[str, JSONSchema], ...]
    rest: JSONSchema | None

    def of(self, name: str, path: str) -> list[JSONSchema]:
        """The schemas that a member has to meet."""
        found = [self.properties[name]] if name in self.properties else []
        found += [inner for pattern, inner in self.patterns if _matches(pattern, name, path)]
        return found or [True if self.rest is None else self.rest]

    def undeclared(self, matched: frozenset[str]) -> list[JSONSchema]:
        """The schemas that an undeclared member has to meet whose name matches just these patterns."""
        found = [inner for pattern, inner in self.patterns if pattern in matched]
        return found or [True if self.rest is None else self.rest]


def object_parts(schema: Mapping[str, Any], names: StringNode | bool, path: str, *, untyped: bool) -> ObjectParts:
    """Read the object keywords of a schema.

    Args:
        schema: The schema.
        names: What `propertyNames` allows; True: any name; False: none.
        path: Record path of the object.
        untyped: The schema doesn't say `type`: an object without any keyword of its own is any object.

    Raises:
        SchemaError: No object meets them, or they cannot be promised together.
    """
    if untyped and not any(keyword in schema for keyword in _OWN):
        return ObjectParts({}, frozenset(), True, None, 0, None, False)
    layers = [_layer(one, path) for one in schema.get("x-layers", ())] or [_layer(schema, path)]
    required = tuple(dict.fromkeys(schema.get("required", ())))
    declared = dict.fromkeys([*(name for layer in layers for name in layer.properties), *required])
    found = {name: _all_of(one for layer in layers for one in layer.of(name, path)) for name in declared}
    properties = _possible(found, required, names, path)
    silent = all(layer.rest is None for layer in layers) and _is_silent(layers, names)
    families = tuple(_families(layers, names, silent))
    low = int(schema.get("minProperties", 0))
    high = int(schema["maxProperties"]) if "maxProperties" in schema else None
    if low > len(properties) and silent and not families:
        families = (FamilyParts(_free(names), True),)  # the members that are asked for have to come from somewhere
        silent = False
    _check_counts(low, high, len(required), len(properties), bool(families), path)
    if high is not None and high == len(required) and not silent:
        families = ()
    forbidden = tuple(name for name, inner in found.items() if inner is False)
    parts = ObjectParts(properties, frozenset(required), False, None, low, high, silent, families, forbidden)
    return _simple(parts, names)


def _layer(schema: Mapping[str, Any], path: str) -> _Layer:
    dialect = schema.get("x-dialect", "ecma")
    patterns = {}
    for pattern, inner in schema.get("patternProperties", {}).items():
        patterns[regular(pattern, path, dialect)] = inner
    return _Layer(schema.get("properties", {}), tuple(patterns.items()), schema.get("additionalProperties"))


def _all_of(schemas: Iterator[JSONSchema]) -> JSONSchema:
    parts: list[JSONSchema] = []
    for schema in schemas:
        if schema is False:
            return False
        if schema is not True and schema not in parts:
            parts.append(schema)
    if len(parts) < 2:
        return parts[0] if parts else True
    told = {k: v for part in parts if isinstance(part, dict) for k, v in part.items() if k in ("title", "description")}
    return {**told, "allOf": parts}


def _is_silent(layers: list[_Layer], names: StringNode | bool) -> bool:
    """Whether what is said of names leaves others open: the nodes can say so of one pattern and no more."""
    if isinstance(names, bool):
        return names
    return names == StringNode(pattern=names.pattern) and not any(layer.patterns for layer in layers)


def _families(layers: list[_Layer], names: StringNode | bool, silent: bool) -> Iterator[FamilyParts]:
    """Yield the kinds of undeclared names: by which of the patterns they match."""
    if names is False:
        return
    patterns = tuple(dict.fromkeys(pattern for layer in layers for pattern, _ in layer.patterns))
    for signs in _signs(len(patterns)):
        matched = frozenset(pattern for pattern, sign in zip(patterns, signs, strict=True) if sign)
        if not matched and silent:
            continue
        inner = _all_of(one for layer in layers for one in layer.undeclared(matched))
        if inner is not False or (silent and matched):  # silence leaves other names open, not these
            others = tuple(pattern for pattern in patterns if pattern not in matched)
            base = _free(names)
            inside = tuple(pattern for pattern in patterns if pattern in matched)
            yield FamilyParts(replace(base, also=(*base.also, *inside), never=(*base.never, *others)), inner)


def _signs(count: int) -> Iterator[tuple[bool, ...]]:
    if count > _MOST_PATTERNS:
        raise SchemaError(
            f"more than {_MOST_PATTERNS} patterns of names cannot be told apart; write fewer",
            construct="patternProperties",
        )
    yield from product((True, False), repeat=count)


def _free(names: StringNode | bool) -> StringNode:
    return names if isinstance(names, StringNode) else StringNode()


def _simple(parts: ObjectParts, names: StringNode | bool) -> ObjectParts:
    """Write a single family as `extra`, where a pattern says which names it has."""
    pattern = names.pattern if isinstance(names, StringNode) and names == StringNode(pattern=names.pattern) else None
    if not parts.families:
        return replace(parts, extra_pattern=pattern)
    (family, *more) = parts.families
    told = [*([family.names.pattern] if family.names.pattern else []), *family.names.also]
    plain = replace(family.names, pattern=None, also=()) == StringNode()
    if more or not plain or len(told) > 1 or family.schema is False:
        return parts
    return replace(parts, families=(), extra=family.schema, extra_pattern=told[0] if told else None)


def _possible(
    found: dict[str, JSONSchema], required: tuple[str, ...], names: StringNode | bool, path: str
) -> dict[str, JSONSchema]:
    """Leave out the members that may not be there."""
    kept: dict[str, JSONSchema] = {}
    for name, inner in found.items():
        named = names is True or (isinstance(names, StringNode) and _named(names, name, path))
        if named and inner is not False:
            kept[name] = inner
        elif name in required:
            raise contradiction(f"{name!r} is required but not allowed", path, "required")
    return kept


def _named(names: StringNode, name: str, path: str) -> bool:
    long_enough = names.min_length <= len(name) <= (len(name) if names.max_length is None else names.max_length)
    wanted = [*([names.pattern] if names.pattern else []), *names.also]
    found = all(_matches(pattern, name, path) for pattern in wanted)
    return long_enough and found and not any(_matches(pattern, name, path) for pattern in names.never)


def _check_counts(low: int, high: int | None, required: int, declared: int, more: bool, path: str) -> None:
    if high is not None and (low > high or required > high):
        raise contradiction(f"at most {high} members where {max(low, required)} are needed", path, "maxProperties")
    if not more and low > declared:
        raise contradiction(f"at least {low} members where {declared} are possible", path, "minProperties")


def _matches(pattern: str, name: str, path: str) -> bool:
    try:
        return searched(pattern, name, "exact")
    except (regex.error, TimeoutError) as error:
        raise SchemaError(
            f"the pattern {pattern!r} cannot be tried on the name {name!r}; declare no such name beside it",
            field_path=path,
            construct="propertyNames",
        ) from error
