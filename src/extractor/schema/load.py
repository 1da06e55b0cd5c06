"""Whatever a user calls a schema -> a declaration, with what is needed to make instances of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import TYPE_CHECKING, Any

from extractor.errors import SchemaError
from extractor.schema.from_json_schema import from_json_schema
from extractor.schema.nodes import Declaration

if TYPE_CHECKING:
    from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class LoadedSchema:
    """A schema as it was given, and as nodes.

    Attributes:
        declaration: The nodes.
        json_schema: The JSON Schema they were read from.
        adapter: Makes instances and runs the user's validators; None for a schema that was given as JSON Schema.
        digest: Names the schema in caches and manifests: sha256, hexadecimal, of the JSON Schema.
    """

    declaration: Declaration
    json_schema: Mapping[str, Any] | bool
    adapter: TypeAdapter[Any] | None
    digest: str


def load(schema: Any) -> LoadedSchema:
    """Understand a schema.

    Args:
        schema: A Pydantic model class, a dataclass, a TypedDict, a Literal, an Enum, a list or union of those, any
            other type that Pydantic knows, or a JSON Schema (a dict, or true or false).

    Raises:
        SchemaError: It holds something that cannot be promised, or is no schema at all.
    """
    if isinstance(schema, dict | bool):
        return LoadedSchema(from_json_schema(schema), schema, None, _digest(schema))
    adapter, json_schema = _from_type(schema)
    return LoadedSchema(from_json_schema(json_schema), json_schema, adapter, _digest(json_schema))


def _from_type(schema: Any) -> tuple[TypeAdapter[Any], dict[str, Any]]:
    from pydantic import BaseModel, TypeAdapter

    if isinstance(schema, FunctionType):
        raise SchemaError("a schema is a type or a JSON Schema, not a function", construct=schema.__name__)
    if isinstance(schema, str | bytes | int | float | list | tuple | set | BaseModel):
        raise SchemaError(
            f"a schema is a type or a JSON Schema, not an instance of {type(schema).__name__}",
            construct=type(schema).__name__,
        )
    try:
        from extractor.schema.pydantic_schema import ExactJsonSchema
        from extractor.schema.typed_dicts import readable

        adapter: TypeAdapter[Any] = TypeAdapter(readable(schema))
        return adapter, adapter.json_schema(schema_generator=ExactJsonSchema)
    except SchemaError:
        raise
    except RecursionError as error:
        raise SchemaError("the type is nested too deeply; flatten it", construct=_name(schema)) from error
    except Exception as error:
        first = str(error).strip().split("\n", 1)[0]
        if type(schema).__module__.startswith("outlines"):
            first += "; write Optional[...] or Union[...], since `|` joins patterns of Outlines"
        raise SchemaError(f"Pydantic makes no schema of it: {first}", construct=_name(schema)) from error


def _name(schema: Any) -> str:
    name = getattr(schema, "__name__", None)
    if isinstance(name, str) and name:
        return name
    try:
        return str(schema)
    except Exception:  # noqa: BLE001  the author's code again
        return type(schema).__name__


def _digest(schema: Any) -> str:
    text = json.dumps(schema, ensure_ascii=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
