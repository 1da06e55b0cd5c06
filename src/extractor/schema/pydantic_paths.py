"""Fields that Pydantic reads from a path of keys (`AliasPath`): the objects and lists that the path leads through."""

from __future__ import annotations

import json
from typing import Any

from pydantic.errors import PydanticInvalidForJsonSchema

from extractor.schema.keywords import without

Path = list[str | int]


def first_path(alias: Any) -> Path | None:
    """Return the path that a field is read from; None where it is read from a key of the object itself.

    Args:
        alias: The `validation_alias` of a core schema: a key, a path, or a list of paths.
    """
    if not isinstance(alias, list):
        return None
    paths = alias if any(isinstance(path, list) for path in alias) else [alias]
    return None if any(len(path) == 1 and isinstance(path[0], str) for path in paths) else paths[0]


def nested(found: dict[str, Any], paths: list[Path]) -> dict[str, Any]:
    """Move the fields that stand under the JSON text of a path to where the path leads.

    Args:
        found: The JSON Schema of an object.
        paths: The paths.

    Raises:
        PydanticInvalidForJsonSchema: A path leads through a field, or leaves a hole in a list.
    """
    if not paths:
        return found
    properties = dict(found["properties"])
    required = list(found.get("required", ()))
    tree: dict[str | int, Any] = {}
    needed: set[str] = set()
    for path in paths:
        name = json.dumps(path)
        _plant(tree, path, properties.pop(name), name in required)
        if name in required:
            required.remove(name)
            needed.add(str(path[0]))
    for key, branch in tree.items():
        if key in properties:
            raise PydanticInvalidForJsonSchema(f"the path through {key!r} leads through a field; rename one of them")
        properties[str(key)] = _schema(branch)
    required += [key for key in map(str, tree) if key in needed]
    rest = without(found, "properties", "required")
    return {**rest, "properties": properties, **({"required": required} if required else {})}


class _Leaf:
    """A field at the end of a path."""

    def __init__(self, schema: dict[str, Any], required: bool) -> None:
        self.schema, self.required = schema, required


def _plant(tree: dict[str | int, Any], path: Path, schema: dict[str, Any], required: bool) -> None:
    for step in path[:-1]:
        tree = tree.setdefault(step, {})
        if isinstance(tree, _Leaf):
            raise PydanticInvalidForJsonSchema(f"the path {path} leads through a field; rename one of them")
    if path[-1] in tree:
        raise PydanticInvalidForJsonSchema(f"two fields are read from the path {path}; read one of them elsewhere")
    tree[path[-1]] = _Leaf(schema, required)


def _required(branch: Any) -> bool:
    return branch.required if isinstance(branch, _Leaf) else any(map(_required, branch.values()))


def _schema(branch: Any) -> dict[str, Any]:
    if isinstance(branch, _Leaf):
        return branch.schema
    if all(isinstance(step, str) for step in branch):
        needed = [step for step, inner in branch.items() if _required(inner)]
        return {
            "type": "object",
            "properties": {step: _schema(inner) for step, inner in branch.items()},
            "additionalProperties": False,
            **({"required": needed} if needed else {}),
        }
    if sorted(branch, key=str) != list(range(len(branch))):
        raise PydanticInvalidForJsonSchema("a path of keys leaves a hole in a list; read every item from 0 up")
    items = [branch[index] for index in range(len(branch))]
    needed = [index for index, inner in enumerate(items) if _required(inner)]
    return {
        "type": "array",
        "prefixItems": [_schema(inner) for inner in items],
        "items": False,
        "minItems": max(needed, default=-1) + 1,
    }
