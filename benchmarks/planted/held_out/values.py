"""Makers of values and look-alikes of the second sample: other names, domains, issuers, countries and ways of writing."""

from __future__ import annotations

import base64
import ipaddress
import string
import uuid
from datetime import UTC, datetime
from random import Random

import phonenumbers
from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from benchmarks.planted.draw import HEX, Maker, drawn, grouped, of

_FIRST = [
    "Anna",
    "Björn",
    "Carmen",
    "Dmitri",
    "Esther",
    "Farid",
    "Greta",
    "Hamza",
    "Iris",
    "Joaquin",
    "Kasia",
    "Liam",
    "Maud",
    "Nikos",
    "Oona",
    "Piotr",
    "Rosa",
    "Sven",
]
_LAST = [
    "Albers",
    "Bakker",
    "Conti",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Garcia",
    "Horvat",
    "Ivanova",
    "Jansen",
    "Kowalski",
    "Lemaire",
    "Meyer",
    "Novak",
]
_WORDS = [
    "anchor",
    "basil",
    "copper",
    "dune",
    "ember",
    "falcon",
    "glacier",
    "hazel",
    "island",
    "juniper",
    "kernel",
    "lagoon",
    "meadow",
    "nectar",
]
_DOMAINS = ("gmail.com", "hotmail.fr", "web.de", "icloud.com", "seznam.cz", "bluewin.ch", "uni-koeln.de", "btinternet.com",
            "albers-bau.de", "conti.studio", "ut.ee", "student.kuleuven.be", "mail.ru", "garcia.com.ar", "horvat.hr")  # fmt: skip
_LANDS = ("US", "CA", "GB", "IE", "DE", "AT", "CH", "FR", "BE", "NL", "ES", "PT", "IT", "SE", "NO", "DK", "FI", "PL", "CZ",
          "GR", "TR", "IN", "JP", "KR", "AU", "NZ", "ZA", "BR", "MX", "AR", "IL", "SG")  # fmt: skip
_HOME = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "AU", "CH", "SE")
_IBANS = {"DE": "18n", "FR": "23n", "GB": "4a 14n", "NL": "4a 10n", "DK": "14n", "FI": "14n", "LU": "3n 13n", "CZ": "20n",
          "GR": "23n", "HR": "17n", "RO": "4a 16n", "TR": "22n", "LT": "16n", "EE": "16n", "MT": "4a 23n", "SK": "20n",
          "BG": "4a 14n", "CY": "24n", "LV": "4a 13n", "IS": "22n"}  # fmt: skip
_ISSUERS = {"4": 16, "52": 16, "54": 16, "2720": 16, "65": 16, "644": 16, "3530": 16, "62": 16, "38": 14, "34": 15}


def email(random: Random) -> str:
    """An address as people choose them, sometimes with capitals."""
    first, last = (random.choice(names).lower().replace("ö", "oe") for names in (_FIRST, _LAST))
    local = random.choice((f"{first}.{last}", f"{first}{last}", f"{first[0]}-{last}", f"{last}.{first}",
                           f"{first}_{last}{random.randrange(1, 99):02}", f"{first}+shop", f"{first[0]}.{last}"))  # fmt: skip
    address = f"{local}@{random.choice(_DOMAINS)}"
    return address.title() if random.random() < 0.1 else address


def _number(random: Random, lands: tuple[str, ...]) -> phonenumbers.PhoneNumber:
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
    while True:
        model = phonenumbers.example_number_for_type(random.choice(lands), random.choice(kinds))
        if model is None:
            continue
        national = phonenumbers.national_significant_number(model)
        tail = drawn(random, string.digits, 5)
        found = phonenumbers.parse(f"+{model.country_code}{national[:-5]}{tail}")
        if phonenumbers.is_valid_number(found) and "555" not in national:
            return found


def phone(random: Random) -> str:
    """An international number, as people write it."""
    found = _number(random, _LANDS)
    written = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return random.choice((written, written, written.replace(" ", "-"), written.replace(" ", ".").replace("-", "."),
                          written.replace("+", "00", 1)))  # fmt: skip


def _e164(random: Random) -> str:
    return phonenumbers.format_number(_number(random, _LANDS), phonenumbers.PhoneNumberFormat.E164)


def _national(random: Random) -> str:
    return phonenumbers.format_number(_number(random, _HOME), phonenumbers.PhoneNumberFormat.NATIONAL)


def iban(random: Random) -> str:
    """An IBAN of its country's length with right check digits."""
    country = random.choice(list(_IBANS))
    alphabets = {"n": string.digits, "a": string.ascii_uppercase}
    body = "".join(drawn(random, alphabets[part[-1]], int(part[:-1])) for part in _IBANS[country].split())
    return f"{country}{mod_97_10.calc_check_digits(body + country)}{body}"


def card(random: Random) -> str:
    """A number of an issuer's range with its check digit."""
    prefix, length = random.choice(list(_ISSUERS.items()))
    body = prefix + drawn(random, string.digits, length - 1 - len(prefix))
    return body + luhn.calc_check_digit(body)


def _written_card(random: Random) -> str:
    value = card(random)
    sizes = {16: (4, 4, 4, 4), 15: (4, 6, 5), 14: (4, 6, 4)}[len(value)]
    return grouped(value, *sizes, mark=random.choice((" ", "-")))


def _amex(random: Random) -> str:
    body = random.choice(("34", "37")) + drawn(random, string.digits, 12)
    return grouped(body + luhn.calc_check_digit(body), 4, 6, 5)


def ip(random: Random) -> str:
    """A public IPv4 address from anywhere."""
    while not (found := ipaddress.IPv4Address(random.getrandbits(32))).is_global or found.is_multicast:
        pass
    return str(found)


def ip6(random: Random) -> str:
    """A public IPv6 address of one of the registries' ranges, in its short form."""
    head = random.choice((0x2001_4860, 0x2600_1700, 0x2A02_8109, 0x240E_0360, 0x2804_0014))
    tail = random.choice((random.getrandbits(96), random.getrandbits(12), random.getrandbits(32) << 64 | 1))
    return str(ipaddress.IPv6Address(head << 96 | tail))


def _bad_card(random: Random, count: int) -> str:
    while luhn.is_valid(value := random.choice("23456789") + drawn(random, string.digits, count - 1)):
        pass
    return value


def _moment(random: Random) -> datetime:
    return datetime.fromtimestamp(random.randrange(1_420_000_000, 1_790_000_000), UTC)


def _version(random: Random) -> str:
    return ".".join(str(random.randrange(n)) for n in (12, 30, 20))


PERSONAL: dict[str, tuple[str, Maker]] = {
    "email": ("email", email),
    "phone": ("phone", phone),
    "e164": ("phone", _e164),
    "natphone": ("phone", _national),
    "iban": ("iban", iban),
    "ibanspaced": ("iban", lambda r: grouped(iban(r), *[4] * 9).strip()),
    "cardbare": ("card", card),
    "card": ("card", _written_card),
    "amex": ("card", _amex),
    "ip": ("ip-address", ip),
    "ip6": ("ip-address", ip6),
}
LOOK_ALIKES: dict[str, Maker] = {
    "first": lambda r: r.choice(_FIRST),
    "last": lambda r: r.choice(_LAST),
    "word": lambda r: r.choice(_WORDS),
    "order": lambda r: r.choice((str(r.randrange(10**5, 10**9)), f"SO-{r.randrange(10**6)}", f"{r.randrange(10**8, 10**9)}/A")),
    "money": lambda r: f"{r.randrange(1, 5000)}.{r.randrange(100):02}",
    "version": _version,
    "version4": lambda r: f"{_version(r)}.{r.randrange(900)}",
    "sha": of(HEX, 40),
    "sha256": of(HEX, 64),
    "hex8": of(HEX, 8),
    "hex10": of(HEX.upper(), 10),
    "hex16": of(HEX, 16),
    "hex32": of(HEX, 32),
    "uuid": lambda r: str(uuid.UUID(int=r.getrandbits(128), version=4)),
    "timestamp": lambda r: str(int(_moment(r).timestamp())),
    "millis": lambda r: f"{int(_moment(r).timestamp())}{r.randrange(1000):03}",
    "digits6": of(string.digits, 6),
    "digits10": lambda r: str(r.randrange(10**9, 10**10)),
    "digits15x": lambda r: _bad_card(r, 15),
    "ean": lambda r: f"40{drawn(r, string.digits, 11)}",
    "smallint": lambda r: str(r.randrange(1, 100)),
    "port": lambda r: str(r.randrange(1024, 60000)),
    "year": lambda r: str(r.randrange(1950, 2026)),
    "month": lambda r: f"{r.randrange(1, 13):02}",
    "shortyear": lambda r: str(r.randrange(26, 32)),
    "cvc": of("123456789", 3),
    "coord": lambda r: f"{r.uniform(-90, 90):.5f}",
    "isodate": lambda r: _moment(r).strftime("%Y-%m-%d"),
    "iso": lambda r: _moment(r).strftime("%Y-%m-%dT%H:%M:%S.%f")[:23] + "Z",
    "clf": lambda r: _moment(r).strftime("%d/%b/%Y:%H:%M:%S +0000"),
    "syslog": lambda r: _moment(r).strftime("%b %d %H:%M:%S"),
    "isbn": lambda r: f"979-10-{drawn(r, string.digits, 5)}-{drawn(r, string.digits, 2)}-{drawn(r, string.digits, 1)}",
    "testcard": lambda r: r.choice(("4242424242424242", "4111 1111 1111 1111", "5105105105105100", "6011 1111 1111 1117",
                                    "3056 9309 0259 04", "2223003122003222")),
    "fictionphone": lambda r: f"({r.choice(('206', '303', '617'))}) 555-01{r.randrange(100):02}",
    "docip": lambda r: f"{r.choice(('192.0.2', '198.51.100', '203.0.113'))}.{r.randrange(1, 255)}",
    "privateip": lambda r: f"{r.choice(('10.1', '172.20', '192.168', '169.254'))}.{r.randrange(255)}.{r.randrange(1, 255)}",
    "mac": lambda r: r.choice(":-").join(drawn(r, HEX, 2) for _ in range(6)),
    "oid": lambda r: f"2.16.840.1.{r.randrange(100000, 120000)}.{r.randrange(9)}.{r.randrange(9)}",
    "tracking": lambda r: r.choice((f"1Z{drawn(r, string.ascii_uppercase + string.digits, 16)}", f"00{drawn(r, string.digits, 18)}")),
    "sku": lambda r: f"{drawn(r, string.digits, 3)}.{drawn(r, string.digits, 3)}.{drawn(r, string.digits, 2)}",
    "meeting": lambda r: f"{r.randrange(100, 1000)} {r.randrange(1000, 10000)} {r.randrange(1000, 10000)}",
    "thousands": lambda r: f"{r.randrange(1, 80)},{r.randrange(1000):03},{r.randrange(1000):03}",
    "b64": lambda r: base64.b64encode(r.randbytes(48)).decode(),
    "b64id": of(string.ascii_letters + string.digits, 44),
    "b64long": of(string.ascii_letters + string.digits + "+/", 86),
}  # fmt: skip
