"""Pydantic types -> JSON Schema, exactly: what Pydantic's own JSON Schema leaves open or leaves out is spelled out.

The law: a text that the JSON Schema allows is one that Pydantic takes, and an instance, written as JSON, is one that
the JSON Schema allows (validators of the user's own apart). Where that cannot be said, a mark (`x-refused`) stands in
its place, and reading the JSON Schema reports it with its path.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import SchemaValidator, ValidationError, to_jsonable_python

from extractor.schema import formats
from extractor.schema.patterns import exactly

_Core = dict[str, Any]
_BOUNDS = ("ge", "gt", "le", "lt")


def refused(construct: str, message: str) -> dict[str, Any]:
    """A mark in the place of something that cannot be promised."""
    return {"x-refused": {"construct": construct, "message": message}}


def _text(pattern: str) -> dict[str, Any]:
    """A string that a pattern of `formats` describes; those need no rewriting."""
    return {"type": "string", "pattern": pattern, "x-dialect": "exact"}


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

    def generate_inner(self, schema: Any) -> dict[str, Any]:  # noqa: PLR0911
        """Generate one schema, then look at what annotations made of it."""
        found = super().generate_inner(schema)
        if _is_parser_of_pydantic(schema) and found.get("format") != "ipvanyaddress":
            return refused(
                schema["function"]["function"].__name__, "what this type reads cannot be promised; use `str`"
            )
        if _is_outlines_term(schema) and "pattern" in found:
            return {**found, "pattern": f"^(?:{found['pattern']})$", "x-dialect": "python"}
        match found.get("format"):
            case "email":
                return {**_without(found, "format"), **_text(formats.EMAIL), "maxLength": formats.EMAIL_MAX_LENGTH}
            case "uuid1" | "uuid3" | "uuid4" | "uuid5" | "uuid6" | "uuid7" | "uuid8" as form:
                return {**_without(found, "format"), **_text(formats.uuid_of_version(int(form[4:])))}
            case "path":
                return _without(found, "format")
            case "ipvanyaddress":
                rest = _without(found, "format", "type")
                return {**rest, "anyOf": [{"type": "string", "format": "ipv4"}, _text(formats.IPV6)]}
            case "ipv6":
                return {**_without(found, "format"), **_text(formats.IPV6)}
        return found

    # Text

    def str_schema(self, schema: Any) -> dict[str, Any]:  # noqa: PLR0911
        """Strings; what would be changed by validation is asked for as it comes out."""
        found = super().str_schema(schema)

        def setting(name: str) -> Any:
            value = schema.get(name)
            return getattr(self._config, f"str_{name}", None) if value is None else value

        if setting("to_lower") or setting("to_upper"):
            return refused("to_lower or to_upper", "changing case after decoding cannot be promised; use a pattern")
        if schema.get("ascii_only"):
            return refused("ascii_only", "write it as the pattern `^[\\x00-\\x7f]*$`")
        pattern = schema.get("pattern")
        if setting("strip_whitespace"):
            if pattern is not None:
                return refused(
                    "strip_whitespace", "a pattern and stripping cannot both be promised; put it in the pattern"
                )
            return {**found, "pattern": r"^(?s:\S(?:.*\S)?)?$", "x-dialect": "ecma"}
        if pattern is None:
            return found
        if isinstance(pattern, re.Pattern):
            if pattern.flags & ~re.UNICODE:
                return refused("pattern", "flags of a compiled pattern cannot be promised; write them into the pattern")
            return {**found, "x-dialect": "python"}
        engine = schema.get("regex_engine") or getattr(self._config, "regex_engine", None)
        return {**found, "x-dialect": "python" if engine == "python-re" else "rust"}

    def bytes_schema(self, schema: Any) -> dict[str, Any]:
        """Bytes are the UTF-8 of a string; their number is no number of characters."""
        if self._config.val_json_bytes != "utf8" or "min_length" in schema or "max_length" in schema:
            return refused("bytes", "only plain bytes (UTF-8, any length) can be promised; use `str`")
        return {"type": "string"}

    def url_schema(self, schema: Any) -> dict[str, Any]:
        """URLs that the parser takes as they are."""
        longest = schema.get("max_length")
        pattern = _text(formats.url(schema.get("allowed_schemes")))
        return pattern if longest is None else {**pattern, "maxLength": longest}

    def multi_host_url_schema(self, schema: Any) -> dict[str, Any]:  # noqa: ARG002
        """Several hosts in one URL."""
        return refused("multi-host-url", "URLs of several hosts cannot be promised; use `str` with a pattern")

    def uuid_schema(self, schema: Any) -> dict[str, Any]:
        """UUIDs, of one version if need be."""
        version = schema.get("version")
        return {"type": "string", "format": "uuid"} if version is None else _text(formats.uuid_of_version(version))

    # Times

    def date_schema(self, schema: Any) -> dict[str, Any]:
        """Days of the calendar."""
        return _bounded(schema) or {"type": "string", "format": "date"}

    def datetime_schema(self, schema: Any) -> dict[str, Any]:
        """Points in time, with a zone, without, or either."""
        return _bounded(schema) or _zoned(schema, formats.DATE_TIMES)

    def time_schema(self, schema: Any) -> dict[str, Any]:
        """Times of day."""
        return _bounded(schema) or _zoned(schema, formats.TIMES)

    def timedelta_schema(self, schema: Any) -> dict[str, Any]:
        """Durations as Pydantic writes them."""
        return _bounded(schema) or _text(formats.TIMEDELTA)

    # Numbers

    def decimal_schema(self, schema: Any) -> dict[str, Any]:
        """Decimals are numbers; limits on digits become bounds and a step."""
        found: dict[str, Any] = {"type": "number", "x-decimal": True}
        for name, keyword in (
            ("ge", "minimum"),
            ("gt", "exclusiveMinimum"),
            ("le", "maximum"),
            ("lt", "exclusiveMaximum"),
        ):
            if schema.get(name) is not None:
                found[keyword] = Decimal(schema[name])
        if schema.get("multiple_of") is not None:
            found["multipleOf"] = Decimal(schema["multiple_of"])
        places, digits = schema.get("decimal_places"), schema.get("max_digits")
        if digits is not None and places is None:
            places = min(2, digits)
        if places is not None:
            step = Decimal(1).scaleb(-places)
            if "multipleOf" in found and found["multipleOf"] % step:
                return refused("decimal_places", "a step with more decimal places than allowed cannot be promised")
            found.setdefault("multipleOf", step)
        if digits is not None and places is not None:
            limit = Decimal(10) ** (digits - places)
            if found.get("exclusiveMaximum", limit) >= limit:
                found["exclusiveMaximum"] = limit
            if found.get("exclusiveMinimum", -limit) <= -limit:
                found["exclusiveMinimum"] = -limit
        return {keyword: _number(value) for keyword, value in found.items()}

    def complex_schema(self, schema: Any) -> dict[str, Any]:  # noqa: ARG002
        """Complex numbers."""
        return refused("complex", "complex numbers cannot be promised; use two numbers")

    def chain_schema(self, schema: Any) -> dict[str, Any]:
        """Several steps; all but the first see what the one before made."""
        if any(step["type"].startswith("is-") for step in schema["steps"]):
            return refused("isinstance", "a value from JSON may be of another class; name the type instead")
        return super().chain_schema(schema)

    def is_subclass_schema(self, schema: Any) -> dict[str, Any]:
        """Classes as values."""
        return refused("type", f"a class is no JSON value ({schema.get('cls_repr') or schema['cls']})")

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

    def _get_alias_name(self, field: Any, name: str) -> str:
        """The key that validation reads."""
        if getattr(self._config, "validate_by_alias", None) is False:
            return name
        alias = field.get("validation_alias")
        if isinstance(alias, list) and not any(len(path) == 1 for path in alias if isinstance(path, list)):
            raise PydanticInvalidForJsonSchema(f"the field {name!r} is read from a path of keys; nest a model instead")
        return super()._get_alias_name(field, name)


def _without(schema: dict[str, Any], *keywords: str) -> dict[str, Any]:
    return {keyword: value for keyword, value in schema.items() if keyword not in keywords}


def _is_outlines_term(schema: Any) -> bool:
    """Whether a type of Outlines stands behind this: its pattern means the whole value."""
    metadata = schema.get("metadata") or {}
    functions = [
        *metadata.get("pydantic_js_functions", ()),
        *metadata.get("pydantic_js_annotation_functions", ()),
    ]
    owners = [type(getattr(function, "__self__", None)).__module__ for function in functions]
    return any(owner.startswith("outlines.types") for owner in owners)


def _is_parser_of_pydantic(schema: Any) -> bool:
    """Whether one of Pydantic's own types reads the value in a way that its JSON Schema doesn't tell."""
    if schema["type"] not in ("function-plain", "function-after"):
        return False
    function = schema["function"]["function"]
    if schema["type"] == "function-after":
        return getattr(function, "__qualname__", "") == "ByteSize._validate"
    module = getattr(function, "__module__", None) or ""
    return module.startswith("pydantic.")


def _bounded(schema: _Core) -> dict[str, Any] | None:
    told = [name for name in (*_BOUNDS, "now_op") if schema.get(name) is not None]
    if not told:
        return None
    return refused(told[0], f"bounds of a {schema['type']} cannot be enforced while decoding; use a validator")


def _zoned(schema: _Core, patterns: dict[str | None, str]) -> dict[str, Any]:
    zone = schema.get("tz_constraint")
    if isinstance(zone, int):
        return refused("tz_constraint", "one fixed zone cannot be promised; use `AwareDatetime`")
    return _text(patterns[zone])


def _number(value: Any) -> Any:
    """Write a decimal as a JSON number if that is exact."""
    if not isinstance(value, Decimal):
        return value
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else value


def _key_schema(keys: dict[str, Any]) -> dict[str, Any]:  # noqa: PLR0911
    """What `propertyNames` says of keys of a type."""
    told = _without(keys, "title", "description", "default", "examples")
    match told:
        case {"type": "integer", **rest} if not rest:
            return {"pattern": formats.INTEGER_KEY}
        case {"type": "number", **rest} if not rest:
            return {"pattern": formats.FLOAT_KEY}
        case {"type": "boolean", **rest} if not rest:
            return {"pattern": exactly(("true", "false"))}
        case {"enum": _} | {"$ref": _}:
            return {**told, "x-keys": True}
        case {"type": "integer" | "number" | "boolean" | "array" | "object" | "null" as kind}:
            return refused("dict", f"keys that are {kind}s with limits cannot be promised; use `str` keys")
        case {"type": "string", **rest} if not rest:
            return {}
    return told
