"""Texts with a form of their own: formats that JSON Schema names, and what Pydantic's parsers read.

Each pattern here holds only texts that the parser takes (no 30 February, no port 65536) and everything that it writes,
but for what is said beside it. Patterns are in the grammar's dialect, anchored.
"""

from __future__ import annotations

import string

from extractor.schema.patterns import escape, other_than

FORMATS = frozenset(("date", "time", "date-time", "duration", "uuid", "email", "hostname", "ipv4", "ipv6", "uri"))


def whole(*patterns: str) -> str:
    """Anchor a choice of patterns."""
    return f"^(?:{'|'.join(patterns)})$"


# Years 0001 to 9999, the Gregorian calendar; the year 0 is a leap year that Python doesn't have.
_YEAR = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
DAYS = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|"
    "02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
DAY = f"(?:{_YEAR}-{DAYS}|{LEAP_YEAR}-02-29)"
HOUR, _MINUTE = "(?:[01][0-9]|2[0-3])", "[0-5][0-9]"
_CLOCK = rf"{HOUR}:{_MINUTE}(?::{_MINUTE}(?:\.[0-9]{{1,6}})?)?"
ZONE = f"(?:Z|[+-]{HOUR}:{_MINUTE})"

DATE = whole(DAY)
TIMES = {"aware": whole(_CLOCK + ZONE), "naive": whole(_CLOCK), None: whole(f"{_CLOCK}{ZONE}?")}
DATE_TIMES = {
    "aware": whole(f"{DAY}T{_CLOCK}{ZONE}"),
    "naive": whole(f"{DAY}T{_CLOCK}"),
    None: whole(f"{DAY}T{_CLOCK}{ZONE}?"),
}

# Durations as Pydantic writes and reads them: years of 365 days, at most 999,999,999 days in all.
_SECONDS = r"[0-5]?[0-9](?:\.[0-9]{1,6})?S"
_MINUTES = "[0-5]?[0-9]M"
_TIME_OF_DAY = f"T(?:(?:[01]?[0-9]|2[0-3])H(?:{_MINUTES})?(?:{_SECONDS})?|{_MINUTES}(?:{_SECONDS})?|{_SECONDS})"
_YEARS = (
    "(?:[0-9]{1,6}|1[0-9]{6}|2[0-6][0-9]{5}|"
    "27[0-2][0-9]{4}|273[0-8][0-9]{3}|2739[0-6][0-9]{2}|27397[01][0-9]|273972[0-5])Y"
)
_DAYS_OF_YEAR = "(?:[0-9]{1,2}|[12][0-9]{2}|3[0-5][0-9]|36[0-4])D"
TIMEDELTA = whole(
    f"-?P{_YEARS}(?:{_DAYS_OF_YEAR})?(?:{_TIME_OF_DAY})?",
    f"-?P[0-9]{{1,8}}D(?:{_TIME_OF_DAY})?",
    f"-?P{_TIME_OF_DAY}",
    f"-?P2739726Y(?:[0-8]D)?(?:{_TIME_OF_DAY})?",
    f"P2739726Y9D(?:{_TIME_OF_DAY})?",
    "-P2739726Y9D",
)

HEX = "[0-9a-fA-F]"
UUID = f"{HEX}{{8}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{12}}"


def uuid_of_version(version: int) -> str:
    """Return the pattern of UUIDs of one version."""
    return whole(f"{HEX}{{8}}-{HEX}{{4}}-{version:x}{HEX}{{3}}-[89abAB]{HEX}{{3}}-{HEX}{{12}}")


# Addresses that email-validator takes without looking anything up. Not held: domains outside ASCII or with `--`.
_LABEL = "(?:[A-Za-z0-9]{1,63}|[A-Za-z0-9](?:-?[A-Za-z0-9]){0,31})"
_ATOM_MARKS = r"A-Za-z0-9_!#$%&'*+\-/=?^`{|}~"
_OLD_LETTERS = "À-ÖØ-öø-ɏΑ-ΡΣ-Ωα-ωА-яЀ-ЏЁ-џぁ-ゖァ-ヺ一-鿋가-힣"  # in every version of Unicode that could check them
_RESERVED = ("arpa", "invalid", "local", "localhost", "onion", "test")
_LOWER_TOP = other_than(_RESERVED, string.ascii_lowercase, 53)
_UPPER_TOP = other_than([name.upper() for name in _RESERVED], string.ascii_uppercase, 53)
_TOP = f"(?:{_LOWER_TOP}|{_UPPER_TOP})"


def _local(atom: str, most: int) -> str:
    return rf"(?:[{atom}]{{1,{most}}}|[{atom}](?:\.?[{atom}]){{0,{most // 2 - 1}}})"


EMAIL = whole(
    rf"{_local(_ATOM_MARKS, 64)}@(?:{_LABEL}\.){{1,8}}{_TOP}",
    rf"{_local(_ATOM_MARKS + _OLD_LETTERS, 20)}@(?:{_LABEL}\.){{1,2}}{_TOP}",  # counted in bytes
)
EMAIL_MAX_LENGTH = 254

# URLs. Not held: hosts outside ASCII or with `--`, which need Punycode's own rules.
OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
IPV4 = rf"{OCTET}(?:\.{OCTET}){{3}}"
GROUP = f"{HEX}{{1,4}}"
_IPV6 = "|".join(
    [f"(?:{GROUP}:){{7}}{GROUP}", f"(?:{GROUP}:){{1,7}}:"]
    + [f"(?:{GROUP}:){{1,{7 - n}}}(?::{GROUP}){{1,{n}}}" for n in range(1, 7)]
    + [f":(?:(?::{GROUP}){{1,7}}|:)"]
)
IPV6 = whole(_IPV6)
_NAME = "[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*"
_HOST = rf"(?:(?:{_NAME}\.)*[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*\.?|{IPV4}|\[(?:{_IPV6})\])"
_PORT = "(?::(?:[0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
_USER = r"(?:[A-Za-z0-9\-._~!$&()*+,;=%]+(?::[A-Za-z0-9\-._~!$&()*+,;=%]*)?@)?"
_MARKS = r"A-Za-z0-9\-._~!$&'()*+,;=:@/%|\[\]"
PLACE = f"{_USER}{_HOST}{_PORT}"
REST = rf"(?:/[{_MARKS}]*)?(?:\?[{_MARKS}?]*)?(?:#[{_MARKS}?]*)?"
_OPAQUE = rf"(?:mailto|tel|urn|sms|news|geo|magnet):[{_MARKS}?]+"


def url(schemes: list[str] | None) -> str:
    """Return the pattern of absolute URLs.

    Args:
        schemes: Which schemes; None: any with a host, `file` without one, and a few that have none by nature.
    """
    place = f"://{PLACE}{REST}"
    file = f"file://(?:{_HOST})?/[{_MARKS}]*"  # no user, no port
    if schemes is not None:
        others = [scheme for scheme in schemes if scheme != "file"]
        web = [f"(?:{'|'.join(map(escape, others))}){place}"] if others else []
        return whole(*web, *([file] if "file" in schemes else []))
    scheme = rf"{other_than(('file',), string.ascii_lowercase, 40)}(?:[0-9+.\-][a-z0-9+.\-]*)?"
    return whole(f"{scheme}{place}", file, _OPAQUE)


# Keys of maps that stand for something else than text.
INTEGER_KEY = "^(?:0|-?[1-9][0-9]{0,17})$"
_EXPONENT = r"[1-9](?:\.[0-9]{0,15}[1-9])?e[+-](?:0[1-9]|[1-9][0-9]|[12][0-9]{2}|30[0-7])"
FLOAT_KEY = whole(r"-?(?:0|[1-9][0-9]{0,15})\.(?:0|[0-9]{0,20}[1-9])", f"-?{_EXPONENT}")
KEY_PATTERNS = {
    "date": DATE,
    "uuid": f"^{UUID}$",
    "ipv4": whole(IPV4),
}
