"""Instances -> JSON values, by the keys that validation reads and not by what a serializer makes of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

from extractor.schema.nodes import JSONValue


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
        found = {_alias(name, info, config): getattr(value, name) for name, info in type(value).model_fields.items()}
        return {**found, **(value.model_extra or {})}
    if not dataclasses.is_dataclass(value):
        return None
    known = getattr(type(value), "__pydantic_fields__", {})
    config = getattr(type(value), "__pydantic_config__", {})
    names = [field.name for field in dataclasses.fields(value) if field.init]
    return {_alias(name, known.get(name), config): getattr(value, name) for name in names}


def _alias(name: str, info: Any, config: Mapping[str, Any]) -> str:
    """The key that validation reads for a field."""
    alias = getattr(info, "validation_alias", None)
    if alias is None or config.get("validate_by_alias") is False:
        return name
    if isinstance(alias, str):
        return alias
    for path in alias.convert_to_aliases():
        single = path if isinstance(path, list) else [path]
        if len(single) == 1 and isinstance(single[0], str):
            return single[0]
    return name
