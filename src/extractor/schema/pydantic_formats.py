"""Texts that Pydantic's own types read, beyond those that JSON Schema names: patterns, and what is left to check."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from extractor.schema import formats
from extractor.schema.formats import IPV4, OCTET, whole
from extractor.schema.marks import after, refused, text
from extractor.schema.patterns import escape

_LENGTH_4 = "(?:3[0-2]|[12]?[0-9])"
_LENGTH_6 = "(?:12[0-8]|1[01][0-9]|[1-9]?[0-9])"
_IPV6 = formats.IPV6.removeprefix("^").removesuffix("$")


def _networks_4() -> str:
    """Addresses whose bits behind the prefix are 0, with the length of the prefix."""
    options = []
    for size in range(33):
        full, bits = divmod(size, 8)
        octets = [OCTET] * full
        if bits:
            octets.append(f"(?:{'|'.join(map(str, range(0, 256, 1 << (8 - bits))))})")
        octets += ["0"] * (4 - len(octets))
        options.append(rf"{'[.]'.join(octets)}/{size}")
    return "|".join([*options, IPV4])


_NETWORKS_6 = f"{_IPV6}(?:/{_LENGTH_6})?"
_BITS = "no bit behind the prefix is set"

# Numbers as text. What Python's parsers read beyond these forms (underscores, spaces) isn't held.
_WHOLE = "(?:0|[1-9][0-9]{0,17})"
FRACTION = whole(rf"-?{_WHOLE}(?:/[1-9][0-9]{{0,17}}|\.[0-9]{{1,18}})?")
_REAL = r"(?:0|[1-9][0-9]{0,22})(?:\.[0-9]{1,25})?(?:[eE][+\-]?[0-2]?[0-9]{1,2})?"
COMPLEX = whole(rf"-?{_REAL}", rf"-?{_REAL}[+\-]{_REAL}j", rf"-?{_REAL}j")

_NAME = "[A-Za-z0-9_.!#$%&'*+\\-/=?^`{|}~]{1,40}(?: [A-Za-z0-9_.!#$%&'*+\\-/=?^`{|}~]{1,40}){0,5}"
_EMAIL = formats.EMAIL.removeprefix("^").removesuffix("$")
NAME_EMAIL = whole(f"{_NAME} <{_EMAIL}>", _EMAIL)


_INTERFACES_4 = whole(f"{IPV4}(?:/{_LENGTH_4})?")
_KINDS = ("file", "directory")
_FORMS: dict[str, dict[str, Any]] = {
    "email": {**text(formats.EMAIL), "maxLength": formats.EMAIL_MAX_LENGTH},
    "name-email": {**text(NAME_EMAIL), "maxLength": formats.EMAIL_MAX_LENGTH},
    **{f"uuid{version}": text(formats.uuid_of_version(version)) for version in (1, 3, 4, 5, 6, 7, 8)},
    "path": {"type": "string"},
    **{f"{kind}-path": after({"type": "string"}, f"{kind}-path", f"a {kind} of that name is there") for kind in _KINDS},
    "fraction": text(FRACTION),
    "ipv6": text(formats.IPV6),
    "ipvanyaddress": {"anyOf": [{"type": "string", "format": "ipv4"}, text(formats.IPV6)]},
    "ipv4interface": text(_INTERFACES_4),
    "ipv6interface": text(whole(_NETWORKS_6)),
    "ipvanyinterface": {"anyOf": [text(_INTERFACES_4), text(whole(_NETWORKS_6))]},
    "ipv4network": text(whole(_networks_4())),
    "ipv6network": after(text(whole(_NETWORKS_6)), "ipv6network", _BITS),
    "ipvanynetwork": after({"anyOf": [text(whole(_networks_4())), text(whole(_NETWORKS_6))]}, "ipvanynetwork", _BITS),
}


def of_format(form: str) -> dict[str, Any] | None:
    """Return the schema of a format that Pydantic names in its JSON Schema; None for one that needs no help."""
    return _FORMS.get(form)


# Functions of Pydantic that read a value in a way that its JSON Schema doesn't tell, by the end of their names.
_PATTERN = after({"type": "string"}, "Pattern", "it can be compiled as a regular expression")
_READERS: dict[str, dict[str, Any]] = {
    "ByteSize._validate": {"type": "integer", "minimum": 0},
    "validate_str_is_valid_iana_tz": after(
        text(whole("[A-Z][A-Za-z0-9_+/\\-]{0,60}")), "ZoneInfo", "a zone of that name is in the time zone database"
    ),
    "pattern_either_validator": _PATTERN,
    "pattern_str_validator": _PATTERN,
    "pattern_bytes_validator": _PATTERN,
    "PathType.validate_new": after({"type": "string"}, "new-path", "nothing of that name is there yet, its folder is"),
    "PathType.validate_socket": after({"type": "string"}, "socket-path", "a socket of that name is there"),
    "PathType.validate_file": after({"type": "string"}, "file-path", "a file of that name is there"),
    "PathType.validate_directory": after({"type": "string"}, "directory-path", "a folder of that name is there"),
    "PaymentCardNumber.validate": after(text(whole("[0-9]{12,19}")), "PaymentCardNumber", "the check digit is right"),
}
ENCODED = "encoding"


def of_reader(function: Any, found: dict[str, Any], *, plain: bool) -> dict[str, Any] | None:
    """Return the schema of what a function of Pydantic's own reads; None where JSON Schema tells it all.

    Args:
        function: The function of a core schema.
        found: What Pydantic's JSON Schema says of it.
        plain: It reads the value alone, without a schema of its own inside.
    """
    name = getattr(function, "__qualname__", "")
    if name in _READERS:
        return _READERS[name]
    if name in ("EncodedBytes.decode", "EncodedStr.decode_str"):
        form = function.__self__.encoder.get_json_format()
        encoded = text(base64(form, 0, None)) if form in _BASE64 else {"type": "string"}
        return after(encoded, ENCODED, "the text is checked once it is decoded")
    if plain and (getattr(function, "__module__", None) or "").startswith("pydantic."):
        known = of_format(found.get("format", "")) is not None
        return None if known else refused(name, "what this type reads cannot be promised; use `str`")
    return None


# Several hosts in one URL


def multi_host_url(schemes: Iterable[str] | None) -> str:
    """Return the pattern of URLs that may name several hosts.

    Args:
        schemes: Which schemes; None: any.
    """
    scheme = "[a-z][a-z0-9+.\\-]{0,20}" if schemes is None else f"(?:{'|'.join(escape(one) for one in schemes)})"
    return whole(f"{scheme}://{formats.PLACE}(?:,{formats.PLACE})*{formats.REST}")


# Bytes

_BASE64 = {"base64": "A-Za-z0-9+/", "base64url": "A-Za-z0-9_\\-"}


def base64(form: str, low: int, high: int | None) -> str:
    """Return the pattern of `low` to `high` bytes in base64 with padding, each only as the encoder writes it."""
    letters = _BASE64[form]
    endings = ("", f"[{letters}][AQgw]==", f"[{letters}]{{2}}[AEIMQUYcgkosw048]=")
    options = []
    for size, ending in enumerate(endings):
        least = max(0, -(-(low - size) // 3))
        most = None if high is None else (high - size) // 3
        if most is None or most >= least:
            options.append(f"(?:[{letters}]{{4}}){{{least},{'' if most is None else most}}}{ending}")
    return whole(*options)


def hexadecimal(low: int, high: int | None) -> str:
    """Return the pattern of `low` to `high` bytes in hexadecimal."""
    return whole(f"(?:[0-9a-fA-F]{{2}}){{{low},{'' if high is None else high}}}")


# JSON in a string

_SCALARS = {
    "null": "null",
    "boolean": "(?:true|false)",
    "integer": "(?:0|-?[1-9][0-9]{0,17})",
    "number": r"-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,16})?",
    "array": r"\[(?s:.*)\]",
    "object": r"\{(?s:.*)\}",
    "string": r'"(?s:.*)"',
}


def json_text(content: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of strings whose text is JSON: its outline is in the grammar, the rest is checked.

    Args:
        content: The JSON Schema of what the text says.
    """
    kind = content.get("type")
    if "const" in content or "enum" in content:
        values = content.get("enum", [content.get("const")])
        outline = "|".join(escape(json.dumps(value, ensure_ascii=False)) for value in values)
    elif isinstance(kind, str):
        outline = _SCALARS[kind]
    else:
        outline = "|".join(_SCALARS.values())
    return after(text(whole(outline)), "Json", "its text is JSON that the type reads")
