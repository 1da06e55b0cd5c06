"""The formats of JSON Schema in full, as their RFCs have them: patterns over the whole value.

What is decoded by default is narrower (`grammar.formats`): forms that a reader expects. These are for whatever the
standard lets through, and for the formats that have no narrower form here.

Source: JSON Schema 2020-12 validation, section 7.3; RFC 3339, 3986, 3987, 5321, 6531, 6570, 6901, 1123, 4291.
"""

from __future__ import annotations

from extractor.schema.formats import DAY, GROUP, HEX, HOUR, IPV4, UUID, whole

_ZONE = f"(?:[Zz]|[+-]{HOUR}:[0-5][0-9])"


def _leap_seconds() -> str:
    """23:59:60 UTC in every zone."""
    west = [f"{hour:02}:59:60(?:\\.[0-9]+)?-{23 - hour:02}:00" for hour in range(24)]
    east = [f"{hour:02}:59:60(?:\\.[0-9]+)?\\+{(hour + 1) % 24:02}:00" for hour in range(24)]
    half = [f"{hour:02}:29:60(?:\\.[0-9]+)?\\+{hour:02}:30" for hour in range(24)]
    behind = [f"{hour:02}:29:60(?:\\.[0-9]+)?-{(23 - hour):02}:30" for hour in range(24)]
    return "|".join([r"23:59:60(?:\.[0-9]+)?[Zz]", *west, *east, *half, *behind])


_TIME = rf"(?:{HOUR}:[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?{_ZONE}|{_leap_seconds()})"
_DURATION_TIME = "T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)"
_DURATION_DATE = "(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)"


def _ipv6() -> str:
    """Eight groups, the last two as IPv4 if need be, or one `::` in the place of at least one group."""
    tail = f"(?:{GROUP}:{GROUP}|{IPV4})"
    forms = [f"(?:{GROUP}:){{6}}{tail}"]
    for before in range(8):
        head = f"{GROUP}(?::{GROUP}){{{before - 1}}}" if before else ""
        room = 7 - before
        ends = ["", f"{GROUP}(?::{GROUP}){{0,{room - 1}}}"] if room else [""]
        if room >= 2:
            ends.append(f"(?:{GROUP}:){{0,{room - 2}}}{IPV4}")
        forms.append(f"{head}::(?:{'|'.join(ends)})")
    return "(?:" + "|".join(forms) + ")"


_IPV6 = _ipv6()
# No hyphens in the third and fourth place: labels with some (`xn--`) are encoded, and no pattern can decode them.
_LDH = "[A-Za-z0-9-]"
LABEL = f"[A-Za-z0-9](?:{_LDH}{{0,2}}[A-Za-z0-9]|{_LDH}(?:[A-Za-z0-9]{_LDH}|-[A-Za-z0-9]){_LDH}{{0,58}}[A-Za-z0-9])?"
_HOST = rf"{LABEL}(?:\.{LABEL})*"
_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_QUOTED = r'"(?:[ !#-\[\]-~]|\\[ -~])*"'
_ADDRESS = rf"\[(?:{IPV4}|IPv6:{_IPV6})\]"
_BEYOND_ASCII = "\u0080-\ud7ff\ue000-\U0010ffff"
_WIDE_ATOM = f"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~{_BEYOND_ASCII}-]+"
_WIDE_QUOTED = rf'"(?:[ !#-\[\]-~{_BEYOND_ASCII}]|\\[ -~])*"'
# Letters that IDNA takes wherever they stand; so few that a label is short enough when it is encoded.
_LETTER = "[0-9a-zß-öø-ÿά-ώа-яё-џぁ-ゔァ-ヴ一-鿋가-힣]"
_WIDE_LABEL = f"(?:{LABEL}|{_LETTER}(?:-?{_LETTER}){{0,11}})"
_WIDE_HOST = rf"{_WIDE_LABEL}(?:[.\u3002\uff0e\uff61]{_WIDE_LABEL})*"
_PLANES = "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 15))
_WIDE = f"\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef{_PLANES}"
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
LONGEST = {"hostname": 253, "idn-hostname": 253}  # characters


def _reference(wide: str, private: str) -> tuple[str, str]:
    """An absolute URI and a relative reference; `wide`: what RFC 3987 adds everywhere, `private`: in queries."""
    free = f"A-Za-z0-9._~!$&'()*+,;=:@{wide}"
    char = f"(?:[{free}-]|%{HEX}{{2}})"
    slim = f"(?:[{free.replace(':', '')}-]|%{HEX}{{2}})"
    user = f"(?:(?:[A-Za-z0-9._~!$&'()*+,;=:{wide}-]|%{HEX}{{2}})*@)?"
    name = f"(?:[A-Za-z0-9._~!$&'()*+,;={wide}-]|%{HEX}{{2}})*"
    place = rf"//{user}(?:{name}|\[(?:{_IPV6}|[vV]{HEX}+\.[A-Za-z0-9._~!$&'()*+,;=:-]+)\])(?::[0-9]*)?(?:/{char}*)*"
    rooted = f"/(?:{char}+(?:/{char}*)*)?"
    rest = rf"(?:\?(?:{char}|[/?{private}])*)?(?:#(?:{char}|[/?])*)?"
    absolute = rf"[A-Za-z][A-Za-z0-9+.-]*:(?:{place}|{rooted}|{char}+(?:/{char}*)*)?{rest}"
    relative = f"(?:{place}|{rooted}|{slim}+(?:/{char}*)*)?{rest}"
    return absolute, relative


_URI, _RELATIVE = _reference("", "")
_IRI, _WIDE_RELATIVE = _reference(_WIDE, _PRIVATE)
_VARIABLE = rf"(?:[A-Za-z0-9_]|%{HEX}{{2}})(?:\.?(?:[A-Za-z0-9_]|%{HEX}{{2}}))*(?:\*|:[1-9][0-9]{{0,3}})?"
_EXPRESSION = rf"\{{[+#./;?&=,!@|]?{_VARIABLE}(?:,{_VARIABLE})*\}}"
_PLAIN = rf"(?:[!#$&-;=?-\[\]_a-z~{_WIDE}]|%{HEX}{{2}})"
_POINTER = "(?:/(?:[^/~]|~[01])*)*"


RFC_FORMATS: dict[str, str] = {
    "date": whole(DAY),
    "time": whole(_TIME),
    "date-time": whole(f"{DAY}[Tt]{_TIME}"),
    "duration": whole(f"P(?:{_DURATION_DATE}(?:{_DURATION_TIME})?|{_DURATION_TIME}|[0-9]+W)"),
    "email": whole(rf"(?:{_ATOM}(?:\.{_ATOM})*|{_QUOTED})@(?:{_HOST}|{_ADDRESS})"),
    "idn-email": whole(rf"(?:{_WIDE_ATOM}(?:\.{_WIDE_ATOM})*|{_WIDE_QUOTED})@(?:{_WIDE_HOST}|{_ADDRESS})"),
    "hostname": whole(_HOST),
    "idn-hostname": whole(_WIDE_HOST),
    "ipv4": whole(IPV4),
    "ipv6": whole(_IPV6),
    "uuid": whole(UUID),
    "uri": whole(_URI),
    "uri-reference": whole(f"{_URI}|{_RELATIVE}"),
    "iri": whole(_IRI),
    "iri-reference": whole(f"{_IRI}|{_WIDE_RELATIVE}"),
    "uri-template": whole(f"(?:{_PLAIN}|{_EXPRESSION})*"),
    "json-pointer": whole(_POINTER),
    "relative-json-pointer": whole(f"(?:0|[1-9][0-9]*)(?:[+-][1-9][0-9]*)?(?:#|{_POINTER})"),
}
