"""Keywords of arrays, and names of members, brought into the shape that the nodes have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extractor.errors import SchemaError
from extractor.schema.formats import KEY_PATTERNS
from extractor.schema.keywords import JSONSchema, restrictions, types
from extractor.schema.patterns import exactly, lengths, regular
from extractor.schema.scalars import contradiction


@dataclass(frozen=True, slots=True)
class ArrayParts:
    """What an array holds, as schemas. `items` is False where nothing follows the prefix."""

    items: JSONSchema
    prefix: tuple[JSONSchema, ...]
    min_items: int
    max_items: int | None


def array_parts(schema: Mapping[str, Any], path: str) -> ArrayParts:
    """Read the array keywords of a schema.

    Raises:
        SchemaError: No array meets them.
    """
    prefix: list[JSONSchema] = list(schema.get("prefixItems", ()))
    items: JSONSchema = schema.get("items", True)
    low = int(schema.get("minItems", 0))
    if "contains" in schema and schema.get("minContains", 1):
        low = max(low, 1)
    high = int(schema["maxItems"]) if "maxItems" in schema else None
    if False in prefix:
        prefix, items = prefix[: prefix.index(False)], False
    if high is not None and high <= len(prefix):
        prefix, items = prefix[:high], False
    longest = len(prefix) if items is False else high
    if longest is not None and low > longest:
        raise contradiction(f"at least {low} items where at most {longest} are possible", path, "minItems")
    return ArrayParts(items, tuple(prefix), low, None if items is False and high == len(prefix) else high)


def name_pattern(names: JSONSchema, path: str) -> str | bool:  # noqa: PLR0911
    """Return the pattern that `propertyNames` asks for; True where any name will do, False where none does.

    Raises:
        SchemaError: It cannot be said as one pattern.
    """
    if isinstance(names, bool):
        return names
    told = restrictions(names)
    if "type" in told:
        if "string" not in types(told) and "x-keys" not in names:
            return False
        del told["type"]
    if not told.get("minLength"):
        told.pop("minLength", None)
    keywords = frozenset(told)
    if not keywords:
        return True
    if keywords == {"pattern"}:
        return regular(told["pattern"], path, names.get("x-dialect", "ecma"))
    if keywords <= {"minLength", "maxLength"}:
        return lengths(int(told.get("minLength", 0)), int(told["maxLength"]) if "maxLength" in told else None)
    if keywords in ({"enum"}, {"const"}):
        values = told["enum"] if "enum" in told else [told["const"]]
        return _label_pattern(values, bool(names.get("x-keys")), path)
    if keywords == {"format"} and told["format"] in KEY_PATTERNS:
        return KEY_PATTERNS[told["format"]]
    raise SchemaError(
        "the names of members can be promised for one of: a pattern, lengths, an enum",
        field_path=path,
        construct="propertyNames",
    )


def _label_pattern(values: list[Any], as_keys: bool, path: str) -> str | bool:
    """The pattern of labels as names. `as_keys`: they are members of an enum, read from the digits of a key."""
    words = [value for value in values if isinstance(value, str)]
    if as_keys:
        words += [str(value) for value in values if isinstance(value, int) and not isinstance(value, bool)]
        if len(words) < len(values):
            raise SchemaError("labels as keys have to be strings or integers", field_path=path, construct="enum")
    return exactly(words) if words else False
