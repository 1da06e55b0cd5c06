"""Any draft of JSON Schema, from 4 on, in the form of 2020-12: one document, every reference a pointer into it.

What an older draft says in other words is said in those of 2020-12 (`items` as a list, `dependencies`, bounds that are
true or false); what it ignores (siblings of `$ref` up to draft 7) is left out. `$id` and anchors are followed here, so
that nobody behind this door has to know them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from extractor.schema.keywords import ANNOTATIONS, ONE_SCHEMA, SCHEMA_LISTS, SCHEMA_MAPS, JSONSchema

_WHOLE_INTEGERS = ("draft-03", "draft-04")
_IGNORES_SIBLINGS = ("draft-03", "draft-04", "draft-06", "draft-07")
_NEWEST = "https://json-schema.org/draft/2020-12/schema"
_LIMITS = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
_KEPT_BESIDE_REF = ANNOTATIONS | {"$ref"}


def modern(document: JSONSchema) -> JSONSchema:
    """Return a document in the form of 2020-12; the one given stays as it is.

    Args:
        document: A JSON Schema of any draft from 4 on; without `$schema` it is of 2020-12. References that lead
            nowhere stay as they are.
    """
    if isinstance(document, bool):
        return document
    return _Modern(copy.deepcopy(document)).run()


def has_whole_integers(document: JSONSchema) -> bool:
    """Whether a document is of a draft in which 1.0 is no integer.

    Args:
        document: As it was given, before `modern`.
    """
    return _is_of(document, _WHOLE_INTEGERS)


def _is_of(document: JSONSchema, drafts: tuple[str, ...]) -> bool:
    named = document.get("$schema") if isinstance(document, dict) else None
    return isinstance(named, str) and any(draft in named for draft in drafts)


def pointers(document: JSONSchema) -> dict[int, str]:
    """Return the JSON pointer of each object of a document, by its `id()`."""
    found: dict[int, str] = {}
    waiting: list[tuple[Any, str]] = [(document, "#")]
    while waiting:
        value, pointer = waiting.pop()
        if isinstance(value, dict) and id(value) not in found:
            found[id(value)] = pointer
            waiting += [(inner, f"{pointer}/{_quoted(str(key))}") for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(inner, f"{pointer}/{index}") for index, inner in enumerate(value)]
    return found


def _quoted(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1").replace("%", "%25")


class _Modern:
    def __init__(self, document: dict[str, Any]) -> None:
        from jsonschema_specifications import REGISTRY
        from referencing.jsonschema import DRAFT202012, specification_with

        self._document = document
        named = document.get("$schema")
        told = named if isinstance(named, str) else ""
        self._bare_refs = _is_of(document, _IGNORES_SIBLINGS)
        self._spec = specification_with(told, default=DRAFT202012)
        resource = self._spec.create_resource(document)
        registry: Any = REGISTRY.with_resource("", resource)
        self._root = registry.resolver_with_root(resource)
        self._waiting: list[tuple[dict[str, Any], Any]] = []
        self._seen: dict[int, dict[str, Any]] = {}
        self._targets: list[tuple[dict[str, Any], Any]] = []
        self._here: frozenset[int] = frozenset()
        self._copies: dict[int, tuple[Any, Any]] = {}  # id of a schema elsewhere -> it, and its copy here

    def run(self) -> dict[str, Any]:
        self._push(self._document, self._root)
        while self._waiting:
            schema, resolver = self._waiting.pop()
            self._convert(schema, resolver)
        self._point()
        return self._document

    def _push(self, schema: Any, resolver: Any) -> None:
        if isinstance(schema, dict) and id(schema) not in self._seen:
            self._seen[id(schema)] = schema
            self._waiting.append((schema, resolver))

    def _convert(self, schema: dict[str, Any], resolver: Any) -> None:
        if isinstance(schema.get("$id", schema.get("id")), str) and schema is not self._document:
            resolver = resolver.in_subresource(self._spec.create_resource(schema))
        self._reference(schema, resolver)
        _limits(schema)
        _items(schema)
        _dependencies(schema)
        for inner in _parts(schema):
            self._push(inner, resolver)

    def _reference(self, schema: dict[str, Any], resolver: Any) -> None:
        for keyword in ("$recursiveRef", "$dynamicRef"):
            if isinstance(schema.get(keyword), str) and "$ref" not in schema and self._is_static(schema[keyword]):
                schema["$ref"] = schema.pop(keyword)
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return
        found = _found(reference, resolver)
        if self._bare_refs:
            for keyword in [name for name in schema if name not in _KEPT_BESIDE_REF]:
                del schema[keyword]
        if found is None:
            return
        contents = found.contents
        if isinstance(contents, dict) and not self._is_here(contents):
            contents = self._brought_in(contents, found.resolver)
        self._targets.append((schema, contents))
        self._push(contents, found.resolver)

    def _is_static(self, reference: str) -> bool:
        """Whether a dynamic reference is an ordinary one: its anchor stands in one place only."""
        name = reference.rpartition("#")[2]
        told = (one.get("$dynamicAnchor") == name or one.get("$recursiveAnchor") is True for one in self._all())
        return sum(map(bool, told)) <= 1

    def _all(self) -> Iterator[dict[str, Any]]:
        return _objects(self._document)

    def _is_here(self, schema: dict[str, Any]) -> bool:
        if id(schema) not in self._seen and not self._here:
            self._here = frozenset(id(one) for one in self._all())
        return id(schema) in self._seen or id(schema) in self._here

    def _brought_in(self, schema: dict[str, Any], resolver: Any) -> dict[str, Any]:
        """Copy a schema of another document that is known without fetching it: one of JSON Schema's own."""
        if id(schema) not in self._copies:
            twin = copy.deepcopy(schema)
            self._copies[id(schema)] = schema, twin
            definitions = self._document.setdefault("$defs", {})
            name = str(schema.get("$id", schema.get("id", f"brought in {len(self._copies)}")))
            definitions[name] = twin
            self._push(twin, resolver)
        return self._copies[id(schema)][1]  # type: ignore[no-any-return]

    def _point(self) -> None:
        """Write each reference as a pointer to where its target stands now."""
        for one in self._seen.values():
            for keyword in ("$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor"):
                if isinstance(one.get(keyword), str | bool):
                    del one[keyword]
            if isinstance(one.get("$schema"), str):
                one["$schema"] = _NEWEST
        places = pointers(self._document)
        for schema, target in self._targets:
            if isinstance(target, bool):
                schema["$ref"] = f"#/$defs/{str(target).lower()}"
                self._document.setdefault("$defs", {})[str(target).lower()] = target
            else:
                schema["$ref"] = places[id(target)]


def _found(reference: str, resolver: Any) -> Any:
    """What a reference leads to; None where it leads nowhere, which is for the reader to tell with its place."""
    from referencing.exceptions import Unresolvable

    try:
        found = resolver.lookup(reference)
    except (Unresolvable, ValueError, TypeError, KeyError, AttributeError):
        return None
    return found if isinstance(found.contents, dict | bool) else None


def _objects(document: Any) -> Iterator[dict[str, Any]]:
    seen: set[int] = set()
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict) and id(value) not in seen:
            seen.add(id(value))
            yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _parts(schema: dict[str, Any]) -> Iterator[Any]:
    for keyword in ONE_SCHEMA:
        yield schema.get(keyword)
    for keyword in SCHEMA_LISTS:
        if isinstance(schema.get(keyword), list):
            yield from schema[keyword]
    for keyword in SCHEMA_MAPS:
        if isinstance(schema.get(keyword), dict):
            yield from schema[keyword].values()


def _limits(schema: dict[str, Any]) -> None:
    """Draft 4: `exclusiveMinimum: true` makes `minimum` exclusive."""
    for bound, exclusive in _LIMITS:
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
            schema[exclusive] = schema.pop(bound)


def _items(schema: dict[str, Any]) -> None:
    """Before 2020-12 a list of `items` is a prefix, and `additionalItems` is what follows it."""
    rest = schema.pop("additionalItems", None) if _has_list_of_items(schema) or "items" in schema else None
    if _has_list_of_items(schema):
        schema["prefixItems"] = schema.pop("items")
        if rest is not None:
            schema["items"] = rest
    elif isinstance(schema.get("additionalItems"), dict | bool):
        del schema["additionalItems"]


def _has_list_of_items(schema: dict[str, Any]) -> bool:
    return isinstance(schema.get("items"), list) and "prefixItems" not in schema


def _dependencies(schema: dict[str, Any]) -> None:
    told = schema.get("dependencies")
    if not isinstance(told, dict) or not all(isinstance(one, dict | bool | list) for one in told.values()):
        return
    del schema["dependencies"]
    names = {name: one for name, one in told.items() if isinstance(one, list)}
    schemas = {name: one for name, one in told.items() if not isinstance(one, list)}
    for keyword, found in (("dependentRequired", names), ("dependentSchemas", schemas)):
        if found:
            schema[keyword] = {**found, **schema.get(keyword, {})}
