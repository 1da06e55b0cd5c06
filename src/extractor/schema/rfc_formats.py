"""The formats of JSON Schema in full, as their RFCs have them: patterns over the whole value.

What is decoded by default is narrower (`grammar.formats`): forms that a reader expects. These are for whatever the
standard lets through, and for the formats that have no narrower form here.

Source: JSON Schema 2020-12 validation, section 7.3; RFC 3339, 3986, 3987, 5321, 6531, 6570, 6901, 1123, 4291.
"""

from __future__ import annotations

_DAYS = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|"
    "02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DATE = f"(?:[0-9]{{4}}-{_DAYS}|{_LEAP}-02-29)"
_HOUR = "(?:[01][0-9]|2[0-3])"
_ZONE = f"(?:[Zz]|[+-]{_HOUR}:[0-5][0-9])"


def _leap_seconds() -> str:
    """23:59:60 UTC in every zone."""
    west = [f"{hour:02}:59:60(?:\\.[0-9]+)?-{23 - hour:02}:00" for hour in range(24)]
    east = [f"{hour:02}:59:60(?:\\.[0-9]+)?\\+{(hour + 1) % 24:02}:00" for hour in range(24)]
    half = [f"{hour:02}:29:60(?:\\.[0-9]+)?\\+{hour:02}:30" for hour in range(24)]
    behind = [f"{hour:02}:29:60(?:\\.[0-9]+)?-{(23 - hour):02}:30" for hour in range(24)]
    return "|".join([r"23:59:60(?:\.[0-9]+)?[Zz]", *west, *east, *half, *behind])


_TIME = rf"(?:{_HOUR}:[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?{_ZONE}|{_leap_seconds()})"
_DURATION_TIME = "T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)"
_DURATION_DATE = "(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)"
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
_HEX = "[0-9a-fA-F]"
_GROUP = f"{_HEX}{{1,4}}"


def _ipv6() -> str:
    """Eight groups, the last two as IPv4 if need be, or one `::` in the place of at least one group."""
    tail = f"(?:{_GROUP}:{_GROUP}|{_IPV4})"
    forms = [f"(?:{_GROUP}:){{6}}{tail}"]
    for before in range(8):
        head = f"{_GROUP}(?::{_GROUP}){{{before - 1}}}" if before else ""
        room = 7 - before
        ends = ["", f"{_GROUP}(?::{_GROUP}){{0,{room - 1}}}"] if room else [""]
        if room >= 2:
            ends.append(f"(?:{_GROUP}:){{0,{room - 2}}}{_IPV4}")
        forms.append(f"{head}::(?:{'|'.join(ends)})")
    return "(?:" + "|".join(forms) + ")"


_IPV6 = _ipv6()
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*"
_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_QUOTED = r'"(?:[ !#-\[\]-~]|\\[ -~])*"'
_ADDRESS = rf"\[(?:{_IPV4}|IPv6:{_IPV6})\]"
_WIDE = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
_WIDE_ATOM = f"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~{_WIDE}-]+"
_WIDE_LABEL = f"[A-Za-z0-9{_WIDE}](?:[A-Za-z0-9{_WIDE}-]*[A-Za-z0-9{_WIDE}])?"
_WIDE_HOST = rf"{_WIDE_LABEL}(?:[.\u3002\uff0e\uff61]{_WIDE_LABEL})*"


def _reference(wide: str) -> tuple[str, str]:
    """An absolute URI and a relative reference; `wide`: more characters than RFC 3986 has."""
    free = f"A-Za-z0-9._~!$&'()*+,;=:@{wide}"
    char = f"(?:[{free}-]|%{_HEX}{{2}})"
    slim = f"(?:[{free.replace(':', '')}-]|%{_HEX}{{2}})"
    user = f"(?:(?:[A-Za-z0-9._~!$&'()*+,;=:{wide}-]|%{_HEX}{{2}})*@)?"
    name = f"(?:[A-Za-z0-9._~!$&'()*+,;={wide}-]|%{_HEX}{{2}})*"
    place = rf"//{user}(?:{name}|\[(?:{_IPV6}|v{_HEX}+\.[A-Za-z0-9._~!$&'()*+,;=:-]+)\])(?::[0-9]*)?(?:/{char}*)*"
    rooted = f"/(?:{char}+(?:/{char}*)*)?"
    rest = rf"(?:\?(?:{char}|[/?])*)?(?:#(?:{char}|[/?])*)?"
    absolute = rf"[A-Za-z][A-Za-z0-9+.-]*:(?:{place}|{rooted}|{char}+(?:/{char}*)*)?{rest}"
    relative = f"(?:{place}|{rooted}|{slim}+(?:/{char}*)*)?{rest}"
    return absolute, relative


_URI, _RELATIVE = _reference("")
_IRI, _WIDE_RELATIVE = _reference(_WIDE)
_VARIABLE = rf"(?:[A-Za-z0-9_]|%{_HEX}{{2}})(?:\.?(?:[A-Za-z0-9_]|%{_HEX}{{2}}))*(?:\*|:[1-9][0-9]{{0,3}})?"
_EXPRESSION = rf"\{{[+#./;?&=,!@|]?{_VARIABLE}(?:,{_VARIABLE})*\}}"
_PLAIN = rf"(?:[!#$&(-;=?-\[\]_a-z~{_WIDE}]|%{_HEX}{{2}})"
_POINTER = "(?:/(?:[^/~]|~[01])*)*"


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"


RFC_FORMATS: dict[str, str] = {
    "date": _whole(_DATE),
    "time": _whole(_TIME),
    "date-time": _whole(f"{_DATE}[Tt]{_TIME}"),
    "duration": _whole(f"P(?:{_DURATION_DATE}(?:{_DURATION_TIME})?|{_DURATION_TIME}|[0-9]+W)"),
    "email": _whole(rf"(?:{_ATOM}(?:\.{_ATOM})*|{_QUOTED})@(?:{_HOST}|{_ADDRESS})"),
    "idn-email": _whole(rf"(?:{_WIDE_ATOM}(?:\.{_WIDE_ATOM})*|{_QUOTED})@(?:{_WIDE_HOST}|{_ADDRESS})"),
    "hostname": _whole(_HOST),
    "idn-hostname": _whole(_WIDE_HOST),
    "ipv4": _whole(_IPV4),
    "ipv6": _whole(_IPV6),
    "uuid": _whole(f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"),
    "uri": _whole(_URI),
    "uri-reference": _whole(f"{_URI}|{_RELATIVE}"),
    "iri": _whole(_IRI),
    "iri-reference": _whole(f"{_IRI}|{_WIDE_RELATIVE}"),
    "uri-template": _whole(f"(?:{_PLAIN}|{_EXPRESSION})*"),
    "json-pointer": _whole(_POINTER),
    "relative-json-pointer": _whole(f"(?:0|[1-9][0-9]*)(?:[+-][1-9][0-9]*)?(?:#|{_POINTER})"),
}
