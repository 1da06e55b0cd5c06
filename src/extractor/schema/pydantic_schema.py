"""Pydantic types -> JSON Schema, exactly: what Pydantic's own JSON Schema leaves open or leaves out is spelled out.

The law: a text that the JSON Schema allows is one that Pydantic takes, and an instance, written as JSON, is one that
the JSON Schema allows (validators of the user's own apart). Where that cannot be said, a mark (`x-refused`) stands in
its place, and reading the JSON Schema reports it with its path.
"""

from __future__ import annotations

import functools
import json
import sys
from enum import Enum
from typing import Any

from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import SchemaValidator, ValidationError, to_jsonable_python

from extractor.schema import formats, pydantic_formats, pydantic_numbers, pydantic_texts, pydantic_times
from extractor.schema.keywords import without
from extractor.schema.marks import after, refused, text
from extractor.schema.patterns import exactly
from extractor.schema.pydantic_paths import first_path, nested

_Core = dict[str, Any]
_CONSTRAINTS = frozenset(  # Pydantic's own functions for limits on what another validator has made
    f"{name}_validator"
    for name in (
        *("greater_than", "greater_than_or_equal", "less_than", "less_than_or_equal", "multiple_of"),
        *("min_length", "max_length", "max_digits", "decimal_places", "forbid_inf_nan"),
    )
)


class ExactJsonSchema(GenerateJsonSchema):
    """Pydantic's generator with every gap closed."""

    ignored_warning_kinds = {"non-serializable-default", "skipped-discriminator"}  # noqa: RUF012

    def emit_warning(self, kind: Any, detail: str) -> None:
        """Refuse to leave an option of a union out."""
        if kind == "skipped-choice":
            raise PydanticInvalidForJsonSchema(detail)

    def handle_invalid_for_json_schema(self, schema: Any, error_info: str) -> dict[str, Any]:
        """Mark what has no JSON form."""
        return refused(str(schema["type"]), f"this has no form in JSON that could be promised ({error_info})")

    def generate_inner(self, schema: Any) -> dict[str, Any]:
        """Generate one schema, then look at what annotations and validators made of it."""
        found = super().generate_inner(schema)
        if _is_outlines_term(schema) and "pattern" in found:
            return {**found, "pattern": f"^(?:{found['pattern']})$", "x-dialect": "python"}
        if schema["type"].startswith("function-"):
            found = _after_function(schema, found)
        if any(told["construct"] == pydantic_formats.ENCODED for told in found.get("x-after", ())):
            return without(found, "format")
        meant = pydantic_formats.of_format(found.get("format", ""))
        return found if meant is None else {**without(found, "format", "type"), **meant}

    # Text

    def str_schema(self, schema: Any) -> dict[str, Any]:
        """Strings; what would be changed by validation is asked for as it comes out."""
        return pydantic_texts.str_schema(super().str_schema(schema), schema, self._config)

    def bytes_schema(self, schema: Any) -> dict[str, Any]:
        """Bytes, as a string in the encoding that the configuration names."""
        return pydantic_texts.bytes_schema(schema, self._config.val_json_bytes)

    def json_schema(self, schema: Any) -> dict[str, Any]:
        """A string whose text is JSON."""
        content = self.generate_inner(schema["schema"]) if "schema" in schema else {}
        return pydantic_formats.json_text(content)

    def url_schema(self, schema: Any) -> dict[str, Any]:
        """URLs that the parser takes as they are."""
        longest = schema.get("max_length")
        pattern = text(formats.url(schema.get("allowed_schemes")))
        return pattern if longest is None else {**pattern, "maxLength": longest}

    def multi_host_url_schema(self, schema: Any) -> dict[str, Any]:
        """Several hosts in one URL."""
        schemes, longest = schema.get("allowed_schemes"), schema.get("max_length")
        pattern = text(pydantic_formats.multi_host_url(schemes))
        return pattern if longest is None else {**pattern, "maxLength": longest}

    def uuid_schema(self, schema: Any) -> dict[str, Any]:
        """UUIDs, of one version if need be."""
        version = schema.get("version")
        return {"type": "string", "format": "uuid"} if version is None else text(formats.uuid_of_version(version))

    # Times

    def date_schema(self, schema: Any) -> dict[str, Any]:
        """Days of the calendar."""
        return pydantic_times.date_schema(schema)

    def datetime_schema(self, schema: Any) -> dict[str, Any]:
        """Points in time, with a zone, without, or either."""
        return pydantic_times.datetime_schema(schema)

    def time_schema(self, schema: Any) -> dict[str, Any]:
        """Times of day."""
        return pydantic_times.time_schema(schema)

    def timedelta_schema(self, schema: Any) -> dict[str, Any]:
        """Durations as Pydantic writes them."""
        return pydantic_times.timedelta_schema(schema)

    # Numbers

    def decimal_schema(self, schema: Any) -> dict[str, Any]:
        """Decimals are numbers; limits on digits become bounds and a step."""
        return pydantic_numbers.decimal_schema(schema)

    def fraction_schema(self, schema: Any) -> dict[str, Any]:
        """Fractions as text."""
        return pydantic_numbers.fraction_schema(schema)

    def complex_schema(self, schema: Any) -> dict[str, Any]:  # noqa: ARG002
        """Complex numbers as text."""
        return text(pydantic_formats.COMPLEX)

    def chain_schema(self, schema: Any) -> dict[str, Any]:
        """Several steps; all but the first see what the one before made."""
        if any(step["type"].startswith("is-") for step in schema["steps"]):
            return refused("isinstance", "a value from JSON may be of another class; name the type instead")
        return super().chain_schema(schema)

    def is_subclass_schema(self, schema: Any) -> dict[str, Any]:
        """Classes as values."""
        return refused("type", f"a class is no JSON value ({schema.get('cls_repr') or schema['cls']})")

    # Choices

    def tagged_union_schema(self, schema: Any) -> dict[str, Any]:
        """Options told apart by a key; those told apart by a function of the user's are any of them."""
        found = super().tagged_union_schema(schema)
        if "discriminator" in found:
            return found
        options = {"anyOf": found["oneOf"]}
        return after(options, "discriminator", "the schema's own function says which option a value belongs to")

    # Labels

    def enum_schema(self, schema: Any) -> dict[str, Any]:
        """Enums whose values JSON has."""
        return self._labels(super().enum_schema(schema), [member.value for member in schema["members"]], schema)

    def literal_schema(self, schema: Any) -> dict[str, Any]:
        """Literals that JSON has."""
        values = [value.value if isinstance(value, Enum) else value for value in schema["expected"]]
        return self._labels(super().literal_schema(schema), values, schema)

    def _labels(self, found: dict[str, Any], values: list[Any], schema: Any) -> dict[str, Any]:
        validator = SchemaValidator(schema)
        for value in values:
            try:
                validator.validate_json(json.dumps(to_jsonable_python(value), allow_nan=False))
            except (ValidationError, ValueError, TypeError):
                return refused("enum", f"the label {value!r} cannot be read back from JSON; use str, int or bool")
        return found

    # Containers

    def dict_schema(self, schema: Any) -> dict[str, Any]:
        """Maps; keys that stand for something else than text get a pattern."""
        found: dict[str, Any] = {"type": "object"}
        values = self.generate_inner(schema["values_schema"]) if "values_schema" in schema else {}
        found["additionalProperties"] = values or True
        read = schema.get("keys_schema", {"type": "any"})
        if read["type"] == "literal" and not all(isinstance(key, str) for key in read["expected"]):
            return refused("dict", "labels as keys have to be strings")
        keys = _key_schema(self.generate_inner(read))
        for told in keys.pop("x-after", ()):
            found = after(found, told["construct"], told["message"])
        if keys:
            found["propertyNames"] = keys
        self.update_with_validations(found, schema, self.ValidationsMapping.object)
        return found

    def generator_schema(self, schema: Any) -> dict[str, Any]:  # noqa: ARG002
        """Generators are validated only when they are read."""
        return refused("Iterable", "a generator is not validated before it is read; use `list` or `Sequence`")

    # Classes

    def _update_class_schema(self, json_schema: dict[str, Any], cls: type[Any], config: Any) -> None:
        """Close what is closed: an extra key that is ignored isn't one to decode."""
        super()._update_class_schema(json_schema, cls, config)
        if "properties" not in json_schema or json_schema.get("type") != "object":
            return
        if json_schema.get("additionalProperties") is True:  # extra="allow": taken, never asked for
            del json_schema["additionalProperties"]
        else:
            json_schema.setdefault("additionalProperties", False)

    def model_fields_schema(self, schema: Any) -> dict[str, Any]:
        """Fields of a model; a declared type of the extra ones is kept."""
        found = super().model_fields_schema(schema)
        extras = schema.get("extras_schema")
        if schema.get("extra_behavior") == "allow" and extras is not None and extras["type"] != "any":
            found = {**found, "additionalProperties": self.generate_inner(extras)}
        return found

    def typed_dict_schema(self, schema: Any) -> dict[str, Any]:
        """Typed dicts without a class to them are closed as well."""
        found = super().typed_dict_schema(schema)
        if schema.get("cls") is None and "properties" in found:
            found.setdefault("additionalProperties", False)
        return found

    def field_is_present(self, field: Any) -> bool:
        """Leave out fields that the constructor doesn't take."""
        if field.get("init_only"):
            raise PydanticInvalidForJsonSchema(f"the init-only field {field['name']!r} is not part of the instance")
        return super().field_is_present(field) and field.get("init", True) is not False

    def _named_required_fields_schema(self, named_required_fields: Any) -> dict[str, Any]:
        """Put fields that are read from a path of keys where the path leads."""
        found = super()._named_required_fields_schema(named_required_fields)
        if self._config.validate_by_alias is False:
            return found
        paths = [first_path(field.get("validation_alias")) for _, _, field in named_required_fields]
        return nested(found, [path for path in paths if path is not None])

    def _get_alias_name(self, field: Any, name: str) -> str:
        """The key that validation reads; a mark in its place where it reads a path of keys."""
        if getattr(self._config, "validate_by_alias", None) is False:
            return name
        path = first_path(field.get("validation_alias"))
        return super()._get_alias_name(field, name) if path is None else json.dumps(path)


def _after_function(schema: _Core, found: dict[str, Any]) -> dict[str, Any]:
    """What a validator around a schema makes of it."""
    function = schema["function"]["function"]
    if isinstance(function, functools.partial) and function.func.__name__ in _CONSTRAINTS:
        told = schema.get("metadata", {}).get("pydantic_js_updates", {})  # of what came out of another validator
        names = ", ".join(told) or function.func.__name__
        return after(without(found, *told), names, "checked on what the validators made of it")
    read = pydantic_formats.of_reader(function, found, plain=schema["type"] == "function-plain")
    if read is not None:
        return {**without(found, "type", "format", "minLength", "maxLength", "pattern"), **read}
    module = (getattr(function, "__module__", None) or "").split(".")[0]
    if module in ("pydantic", "pydantic_core", "outlines") or module in sys.stdlib_module_names:
        return found
    name = getattr(function, "__qualname__", type(function).__name__).removesuffix(".<lambda>").split(".<locals>.")[-1]
    return after(found, "validator", f"`{name}` has its say on the whole record")


def _is_outlines_term(schema: Any) -> bool:
    """Whether a type of Outlines stands behind this: its pattern means the whole value."""
    metadata = schema.get("metadata") or {}
    functions = [
        *metadata.get("pydantic_js_functions", ()),
        *metadata.get("pydantic_js_annotation_functions", ()),
    ]
    owners = [type(getattr(function, "__self__", None)).__module__ for function in functions]
    return any(owner.startswith("outlines.types") for owner in owners)


def _key_schema(keys: dict[str, Any]) -> dict[str, Any]:  # noqa: PLR0911
    """What `propertyNames` says of keys of a type."""
    told = without(keys, "title", "description", "default", "examples")
    limits = "limits of keys that are numbers are checked on the whole value"
    match told:
        case {"type": "integer", **rest}:
            found = {"pattern": formats.INTEGER_KEY}
            return found if not rest else after(found, "dict", limits)
        case {"type": "number", **rest}:
            found = {"pattern": formats.FLOAT_KEY}
            return found if not rest.keys() - {"x-decimal"} else after(found, "dict", limits)
        case {"type": "boolean", **rest} if not rest:
            return {"pattern": exactly(("true", "false"))}
        case {"enum": _} | {"$ref": _}:
            return {**told, "x-keys": True}
        case {"type": "boolean" | "array" | "object" | "null" as kind}:
            return refused("dict", f"keys that are {kind}s cannot be promised; use `str` keys")
        case {"type": "string", **rest} if not rest:
            return {}
    return told
