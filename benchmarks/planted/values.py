"""Makers of values with right check digits, and of look-alikes that are none. All are invented."""

from __future__ import annotations

import base64
import string
import uuid
from random import Random

import phonenumbers
from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from benchmarks.planted.draw import HEX, Maker, drawn

ANYWHERE = (
    "US",
    "GB",
    "DE",
    "FR",
    "ES",
    "IT",
    "NL",
    "SE",
    "CH",
    "IN",
    "AU",
    "BR",
    "JP",
    "PL",
    "DK",
    "NO",
    "FI",
    "CA",
    "IE",
)
AT_HOME = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "AU", "CH", "SE")
_FIRST = [
    "Mina",
    "Jonas",
    "Priya",
    "Olga",
    "Marek",
    "Leila",
    "Tomasz",
    "Ingrid",
    "Pavel",
    "Noor",
    "Chidi",
    "Yuki",
    "Elif",
    "Rasmus",
    "Bianca",
    "Hugo",
    "Sanne",
    "Amara",
]
_LAST = [
    "Okafor",
    "Lindqvist",
    "Moreau",
    "Petrov",
    "Haddad",
    "Tanaka",
    "Brandt",
    "Costa",
    "Nowak",
    "Visser",
    "Keller",
    "Byrne",
    "Rossi",
    "Demir",
    "Larsen",
]
_WORDS = [
    "harbor",
    "lantern",
    "maple",
    "orbit",
    "pebble",
    "quartz",
    "ripple",
    "saddle",
    "timber",
    "velvet",
    "walnut",
    "zephyr",
]
_MAIL_DOMAINS = [
    "gmx.de",
    "outlook.com",
    "proton.me",
    "yahoo.co.uk",
    "orange.fr",
    "libero.it",
    "lindqvist.se",
    "nowak-it.pl",
    "keller.ch",
    "moreau.dev",
]
_IBAN_SHAPES = {"DE": "n18", "GB": "a4n14", "FR": "n10c11n2", "NL": "a4n10", "ES": "n20", "IT": "a1n10c12", "CH": "n5c12",
                "BE": "n12", "AT": "n16", "PL": "n24", "SE": "n20", "NO": "n11", "PT": "n21", "IE": "a4n14"}  # fmt: skip
_CARDS = (
    ("4", 16),
    ("51", 16),
    ("53", 16),
    ("55", 16),
    ("2221", 16),
    ("37", 15),
    ("34", 15),
    ("6011", 16),
    ("36", 14),
    ("3528", 16),
)


def digits(random: Random, count: int) -> str:
    """Random digits, the first not 0."""
    return str(random.randrange(1, 10)) + drawn(random, string.digits, count - 1) if count else ""


def _hex(random: Random, count: int) -> str:
    return drawn(random, HEX, count)


def email(random: Random) -> str:
    """An address of a person."""
    first, last = random.choice(_FIRST).lower(), random.choice(_LAST).lower()
    local = random.choice(
        (
            f"{first}.{last}",
            f"{first[0]}{last}",
            f"{first}{random.randrange(60, 99)}",
            f"{last}+news",
            f"{first}_{last}",
        )
    )
    return f"{local}@{random.choice(_MAIL_DOMAINS)}"


def _number(random: Random, regions: tuple[str, ...]) -> phonenumbers.PhoneNumber:
    while True:
        region = random.choice(regions)
        kind = random.choice((phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE))
        model = phonenumbers.example_number_for_type(region, kind)
        if model is None:
            continue
        national = phonenumbers.national_significant_number(model)
        keep = 4 if region == "US" else 3
        changed = national[:keep] + drawn(random, string.digits, len(national) - keep)
        found = phonenumbers.parse(f"+{model.country_code}{changed}")
        if phonenumbers.is_valid_number(found):
            return found


def phone(random: Random) -> str:
    """An international number, with or without spaces."""
    form = random.choice((phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.E164))
    return phonenumbers.format_number(_number(random, ANYWHERE), form)


def e164(random: Random) -> str:
    """An international number without spaces."""
    return phonenumbers.format_number(_number(random, ANYWHERE), phonenumbers.PhoneNumberFormat.E164)


def national_phone(random: Random) -> str:
    """A number as it is written at home."""
    return phonenumbers.format_number(_number(random, AT_HOME), phonenumbers.PhoneNumberFormat.NATIONAL)


def iban(random: Random) -> str:
    """An IBAN with the length and check digits of its country."""
    country, shape = random.choice(list(_IBAN_SHAPES.items()))
    body = ""
    kinds = {"n": string.digits, "a": string.ascii_uppercase, "c": string.ascii_uppercase + string.digits}
    for run, count in _runs(shape):
        body += drawn(random, kinds[run], count)
    return f"{country}{mod_97_10.calc_check_digits(body + country)}{body}"


def _runs(shape: str) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for char in shape:
        if char.isalpha():
            found.append((char, 0))
        else:
            kind, count = found[-1]
            found[-1] = kind, count * 10 + int(char)
    return found


def iban_spaced(random: Random) -> str:
    """The same in groups of four."""
    value = iban(random)
    return " ".join(value[i : i + 4] for i in range(0, len(value), 4))


def card_bare(random: Random) -> str:
    """A card number of an issuer's range with its check digit."""
    prefix, length = random.choice(_CARDS)
    body = prefix + drawn(random, string.digits, length - len(prefix) - 1)
    return body + luhn.calc_check_digit(body)


def card(random: Random) -> str:
    """The same, in groups with blanks or dashes where it has 16 digits, or bare."""
    value = card_bare(random)
    mark = random.choice((" ", "-", ""))
    return mark.join(value[i : i + 4] for i in range(0, 16, 4)) if len(value) == 16 else value


def ip(random: Random) -> str:
    """A public IPv4 address."""
    return f"{random.choice((31, 46, 62, 78, 85, 91, 109, 151, 178, 185, 193, 213))}.{random.randrange(30, 250)}.{random.randrange(1, 250)}.{random.randrange(1, 250)}"


def ip6(random: Random) -> str:
    """A public IPv6 address."""
    head = f"2a{_hex(random, 2)}:{drawn(random, '123456789abcdef', 1)}{_hex(random, 3)}"
    return random.choice(
        (
            f"{head}:{_hex(random, 3)}::{drawn(random, '123456789', 1)}{_hex(random, 2)}",
            head + "".join(f":{drawn(random, '123456789abcdef', 1)}{_hex(random, 3)}" for _ in range(6)),
        )
    )


def version(random: Random) -> str:
    """A version of three parts."""
    return f"{random.randrange(0, 20)}.{random.randrange(0, 40)}.{random.randrange(0, 60)}"


def sku(random: Random) -> str:
    """A part number."""
    return f"{drawn(random, string.ascii_uppercase, 3)}-{digits(random, 5)}-{digits(random, 2)}"


def order(random: Random) -> str:
    """An order number, in one of the usual forms."""
    return random.choice(
        (
            digits(random, 7),
            f"{random.randrange(2019, 2027)}-{digits(random, 6)}",
            f"ORD-{digits(random, 8)}",
            f"{digits(random, 3)}-{digits(random, 7)}-{digits(random, 7)}",
        )
    )


def _card_like(random: Random, count: int) -> str:
    """Digits of a card's length whose check digit is wrong."""
    while luhn.is_valid(value := digits(random, count)):
        pass
    return value


LOOK_ALIKES: dict[str, Maker] = {
    "first": lambda r: r.choice(_FIRST),
    "last": lambda r: r.choice(_LAST),
    "word": lambda r: r.choice(_WORDS),
    "order": order,
    "money": lambda r: f"{r.randrange(1, 900)}.{r.randrange(10, 99)}",
    "version": version,
    "version4": lambda r: f"{version(r)}.{r.randrange(0, 20)}",
    "sha": lambda r: _hex(r, 40),
    "sha256": lambda r: _hex(r, 64),
    "sha512": lambda r: _hex(r, 128),
    "hex6": lambda r: _hex(r, 6),
    "hex16": lambda r: _hex(r, 16),
    "uuid": lambda r: str(uuid.UUID(int=r.getrandbits(128), version=4)),
    "timestamp": lambda r: str(r.randrange(1_500_000_000, 1_790_000_000)),
    "digits10": lambda r: digits(r, 10),
    "digits16": lambda r: _card_like(r, 16),
    "digits15x": lambda r: _card_like(r, 15),
    "smallint": lambda r: str(r.randrange(1, 400)),
    "port": lambda r: str(r.randrange(1024, 65000)),
    "year": lambda r: str(r.randrange(1950, 2026)),
    "cvc": lambda r: digits(r, 3),
    "coord": lambda r: f"{r.uniform(-90, 90):.6f}",
    "isodate": lambda r: f"{r.randrange(2015, 2027)}-{r.randrange(1, 13):02}-{r.randrange(1, 29):02}",
    "iso": lambda r: f"2026-0{r.randrange(1, 10)}-{r.randrange(10, 29)}T{r.randrange(10, 24)}:{r.randrange(10, 60)}:{r.randrange(10, 60)}Z",
    "clf": lambda r: f"{r.randrange(10, 29)}/Mar/2026:{r.randrange(10, 24)}:{r.randrange(10, 60)}:{r.randrange(10, 60)} +0000",
    "isbn": lambda r: f"978-{digits(r, 1)}-{digits(r, 4)}-{digits(r, 4)}-{digits(r, 1)}",
    "testcard": lambda r: r.choice(("4242 4242 4242 4242", "4111111111111111", "5555555555554444", "378282246310005", "4000 0566 5566 5556")),
    "fictionphone": lambda r: r.choice((f"({digits(r, 3)}) 555-01{r.randrange(10, 99)}", f"+1 {r.choice(('212', '310', '415'))}-555-01{r.randrange(10, 99)}")),
    "docip": lambda r: f"{r.choice(('192.0.2', '198.51.100', '203.0.113'))}.{r.randrange(1, 250)}",
    "privateip": lambda r: f"{r.choice(('10.0', '192.168', '172.16'))}.{r.randrange(0, 250)}.{r.randrange(1, 250)}",
    "mac": lambda r: ":".join(_hex(r, 2) for _ in range(6)),
    "oid": lambda r: f"1.3.6.1.4.1.{r.randrange(1, 40000)}.{r.randrange(1, 9)}.{r.randrange(1, 9)}",
    "tracking": lambda r: f"{drawn(r, string.ascii_uppercase, 2)}{digits(r, 9)}{drawn(r, string.ascii_uppercase, 2)}",
    "sku": sku,
    "b64": lambda r: base64.b64encode(r.randbytes(48)).decode(),
    "b64short": lambda r: drawn(r, string.ascii_letters + string.digits, 53),
}  # fmt: skip
PERSONAL: dict[str, tuple[str, Maker]] = {
    "email": ("email", email),
    "phone": ("phone", phone),
    "natphone": ("phone", national_phone),
    "e164": ("phone", e164),
    "iban": ("iban", iban),
    "ibanspaced": ("iban", iban_spaced),
    "card": ("card", card),
    "cardbare": ("card", card_bare),
    "ip": ("ip-address", ip),
    "ip6": ("ip-address", ip6),
}
