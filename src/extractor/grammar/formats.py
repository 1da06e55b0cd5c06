"""String formats as patterns over the whole value.

Every pattern is at least as strict as the format's own definition, so what it lets through is always of the format.
30 February and 29 February of a common year are no dates.
"""

from __future__ import annotations

from extractor.schema.formats import DAYS, GROUP, HEX, IPV4, LEAP_YEAR, ZONE
from extractor.schema.rfc_formats import LABEL

_YEAR = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_DATE = f"(?:{_YEAR}-{DAYS}|{LEAP_YEAR}-02-29)"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
_PART = "[A-Za-z0-9]{1,15}(?:-[A-Za-z0-9]{1,15}){0,2}"
_DOMAIN = rf"(?:{_PART}\.){{1,3}}[A-Za-z]{{2,24}}"
_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}"
_LOCAL = rf"{_ATOM}(?:\.{_ATOM}){{0,2}}"
_URL_CHARS = "(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})"
_PLACE = rf"(?:{_DOMAIN}|{IPV4}|localhost)(?::[1-9][0-9]{{0,3}})?"
_WEB = rf"https?://{_PLACE}(?:/{_URL_CHARS}*)?(?:\?(?:{_URL_CHARS}|\?)*)?(?:#(?:{_URL_CHARS}|\?)*)?"


def _ipv6() -> str:
    """Full form, or one `::` in the place of at least one group."""
    forms = [f"(?:{GROUP}:){{7}}{GROUP}"]
    for before in range(8):
        head = f"{GROUP}(?::{GROUP}){{{before - 1}}}" if before else ""
        most = 7 - before
        tail = f"(?:{GROUP}(?::{GROUP}){{0,{most - 1}}})?" if most else ""
        forms.append(f"{head}::{tail}")
    return "(?:" + "|".join(forms) + ")"


def _uuid(version: str = HEX, variant: str = HEX) -> str:
    return f"{HEX}{{8}}-{HEX}{{4}}-{version}{HEX}{{3}}-{variant}{HEX}{{3}}-{HEX}{{12}}"


def _duration() -> str:
    """ISO 8601, every unit in order, at least one; weeks stand alone."""
    amount = "[0-9]{1,4}"
    clock = rf"T(?:{amount}H(?:{amount}M)?(?:{amount}S)?|{amount}M(?:{amount}S)?|{amount}S)"
    date = f"(?:{amount}Y(?:{amount}M)?(?:{amount}D)?|{amount}M(?:{amount}D)?|{amount}D)"
    return f"P(?:{date}(?:{clock})?|{clock}|{amount}W)"


FORMATS: dict[str, str] = {
    "date": f"^{_DATE}$",
    "time": f"^{_CLOCK}{ZONE}$",
    "date-time": f"^{_DATE}T{_CLOCK}{ZONE}$",
    "duration": f"^{_duration()}$",
    "email": f"^{_LOCAL}@{_DOMAIN}$",
    "hostname": rf"^(?:{LABEL}\.)*[A-Za-z](?:-?[A-Za-z0-9]){{0,31}}$",
    "ipv4": f"^{IPV4}$",
    "ipv6": f"^{_ipv6()}$",
    "uuid": f"^{_uuid()}$",
    "uuid1": f"^{_uuid('1', '[89abAB]')}$",
    "uuid3": f"^{_uuid('3', '[89abAB]')}$",
    "uuid4": f"^{_uuid('4', '[89abAB]')}$",
    "uuid5": f"^{_uuid('5', '[89abAB]')}$",
    "uuid6": f"^{_uuid('6', '[89abAB]')}$",
    "uuid7": f"^{_uuid('7', '[89abAB]')}$",
    "uuid8": f"^{_uuid('8', '[89abAB]')}$",
    "uri": rf"^(?:{_WEB}|mailto:{_LOCAL}@{_DOMAIN}|urn:[A-Za-z0-9][A-Za-z0-9-]{{1,30}}:[A-Za-z0-9.:_-]+|ftp://{_PLACE}/{_URL_CHARS}*)$",
}
