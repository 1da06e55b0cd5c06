"""Instances -> JSON values, by the keys that validation reads and not by what a serializer makes of them.

Only where that doesn't come back as it was (encoded bytes, JSON in a string) is Pydantic's serializer asked.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from extractor.schema.nodes import JSONValue

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def forms(value: Any, adapter: TypeAdapter[Any] | None) -> Iterator[Callable[[], JSONValue]]:
    """Yield ways to write a value as JSON, the most faithful first; each may raise ValueError or TypeError.

    Args:
        value: An instance of a schema, or the JSON value of one.
        adapter: The schema's; None for a JSON Schema, where there is one way only.
    """
    yield lambda: to_json(value)
    if adapter is not None:
        for by_alias in (True, False):
            yield lambda by_alias=by_alias: adapter.dump_python(  # type: ignore[misc]
                value, mode="json", round_trip=True, by_alias=by_alias, warnings=False
            )


def same(made: Any, value: Any) -> bool:
    """Whether an instance is the value that it was made from; False where the two cannot be compared."""
    try:
        return type(made) is type(value) and bool(made == value)
    except Exception:  # noqa: BLE001  the comparison is the author's code
        return False


def to_json(value: Any) -> JSONValue:  # noqa: PLR0911
    """Write a value as JSON has it; what was a model, a dataclass, a set or an enum is no longer one.

    Args:
        value: An instance of any schema.

    Raises:
        ValueError: Something in it has no form in JSON.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return to_json(value.value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | float):
        return int(value) if isinstance(value, int) else float(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, complex):
        return str(value).strip("()")
    members = _members(value)
    if members is not None:
        return {name: to_json(one) for name, one in members.items()}
    return _other(value)


def _other(value: Any) -> JSONValue:
    from pydantic import RootModel
    from pydantic_core import to_jsonable_python

    if isinstance(value, RootModel):
        return to_json(value.root)
    if isinstance(value, Mapping):
        return {_key(key): to_json(one) for key, one in value.items()}
    if hasattr(value, "get_secret_value"):
        return to_json(value.get_secret_value())
    if isinstance(value, Iterable) and not isinstance(value, bytes) and not _is_leaf(value):
        return [to_json(one) for one in value]
    found: JSONValue = to_jsonable_python(value)
    return found


def _is_leaf(value: Any) -> bool:
    """Addresses and the like are iterable, but JSON has them as strings."""
    return type(value).__module__.split(".")[0] in ("ipaddress", "pathlib", "pydantic", "pydantic_core", "uuid")


def _key(key: Any) -> str:
    if isinstance(key, Enum):
        return _key(key.value)
    if isinstance(key, str):
        return str(key)
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, int):
        return str(int(key))
    found = to_json(key)
    return found if isinstance(found, str) else repr(found)


def _members(value: Any) -> dict[str, Any] | None:
    """Members of a model or a dataclass, by the keys that validation reads; None for anything else."""
    from pydantic import BaseModel, RootModel

    if isinstance(value, RootModel | type):
        return None
    if isinstance(value, BaseModel):
        config: Mapping[str, Any] = type(value).model_config
        fields = type(value).model_fields.items()
        found = _placed((_alias(name, info, config), getattr(value, name)) for name, info in fields)
        return {**found, **(value.model_extra or {})}
    if not dataclasses.is_dataclass(value):
        return None
    known = getattr(type(value), "__pydantic_fields__", {})
    config = getattr(type(value), "__pydantic_config__", {})
    names = [field.name for field in dataclasses.fields(value) if field.init]
    return _placed((_alias(name, known.get(name), config), getattr(value, name)) for name in names)


def _placed(members: Iterable[tuple[list[str | int], Any]]) -> dict[str, Any]:
    """Put every value where its path of keys leads."""
    found: dict[str, Any] = {}
    for path, value in members:
        held: Any = found
        for step, following in pairwise(path):
            held = _entered(held, step, [] if isinstance(following, int) else {})
        _entered(held, path[-1], value)
    return found


def _entered(held: Any, step: str | int, value: Any) -> Any:
    """What a step leads to; `value` if there was nothing."""
    if isinstance(held, list) and isinstance(step, int):
        held += [None] * (step + 1 - len(held))
        held[step] = value if held[step] is None else held[step]
        return held[step]
    return held.setdefault(step, value)


def _alias(name: str, info: Any, config: Mapping[str, Any]) -> list[str | int]:
    """The path of keys that validation reads for a field: one key, but for an `AliasPath`."""
    alias = getattr(info, "validation_alias", None)
    if alias is None or config.get("validate_by_alias") is False:
        return [name]
    if isinstance(alias, str):
        return [alias]
    told = alias.convert_to_aliases()
    paths = told if any(isinstance(path, list) for path in told) else [told]
    single = next((path for path in paths if len(path) == 1 and isinstance(path[0], str)), None)
    return list(paths[0]) if single is None else single
