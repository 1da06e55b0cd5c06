"""Makers of identity numbers of the second sample: check digits computed here, in ways of writing that the first has not."""

from __future__ import annotations

import string
from random import Random

from stdnum import luhn, verhoeff
from stdnum.de import idnr
from stdnum.iso7064 import mod_11_10
from stdnum.it import codicefiscale

from benchmarks.planted.draw import Maker, drawn

_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"


def _birth(random: Random) -> tuple[int, int, int]:
    return random.randrange(1946, 2004), random.randrange(1, 13), random.randrange(1, 29)


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def _until(make: Maker) -> Maker:
    """Draw until something is made: some bodies have no check digit."""

    def made(random: Random) -> str:
        while not (value := make(random)):
            pass
        return value

    return made


def _ssn(random: Random) -> str:
    area = random.choice((random.randrange(1, 666), random.randrange(667, 900)))
    return f"{area:03}-{random.randrange(1, 100):02}-{random.randrange(1, 10000):04}"


def _nino(random: Random) -> str:
    body = f"{random.choice(('NE', 'TM', 'HJ', 'KC', 'GW'))}{drawn(random, string.digits, 6)}{random.choice('ABCD')}"
    return random.choice(
        (body, f"{body[:2]} {body[2:4]} {body[4:6]} {body[6:8]} {body[8]}", f"{body[:2]} {body[2:8]} {body[8]}")
    )


def _nhs(random: Random) -> str:
    body = random.choice("4679") + drawn(random, string.digits, 8)
    check = (11 - _weighted(body, (10, 9, 8, 7, 6, 5, 4, 3, 2)) % 11) % 11
    if check == 10:
        return ""
    return random.choice(
        (f"{body}{check}", f"{body[:3]} {body[3:6]} {body[6:]}{check}", f"{body[:3]}-{body[3:6]}-{body[6:]}{check}")
    )


def _bsn(random: Random) -> str:
    body = random.choice("123") + drawn(random, string.digits, 7)
    check = _weighted(body, (9, 8, 7, 6, 5, 4, 3, 2)) % 11
    value = f"{body}{check}"
    return random.choice((value, f"{value[:4]}.{value[4:6]}.{value[6:]}")) if check < 10 else ""


def _idnr(random: Random) -> str:
    digits = random.sample(string.digits, 9)
    body = "".join(random.sample([*digits, random.choice(digits)], 10))
    value = body + mod_11_10.calc_check_digit(body)
    return value if idnr.is_valid(value) else ""


def _dni(random: Random) -> str:
    body = drawn(random, string.digits, 8)
    return f"{body}{random.choice(('', '-'))}{_DNI[int(body) % 23]}"


def _nie(random: Random) -> str:
    head, body = random.choice("XYZ"), drawn(random, string.digits, 7)
    mark = random.choice(("", "-"))
    return f"{head}{mark}{body}{mark}{_DNI[int(str('XYZ'.index(head)) + body) % 23]}"


def _codice(random: Random) -> str:
    year, month, day = _birth(random)
    names = drawn(random, "BCDFGLMNPRSTV", 6)
    body = f"{names}{year % 100:02}{'ABCDEHLMPRST'[month - 1]}{day + random.choice((0, 40)):02}{random.choice(('A944', 'D969', 'L736'))}"
    return body + str(codicefiscale.calc_check_digit(body))


def _cpf(random: Random) -> str:
    body = drawn(random, string.digits, 9)
    for weights in ((10, 9, 8, 7, 6, 5, 4, 3, 2), (11, 10, 9, 8, 7, 6, 5, 4, 3, 2)):
        body += str((_weighted(body, weights) * 10) % 11 % 10)
    return random.choice((body, f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}"))


def _pesel(random: Random) -> str:
    year, month, day = _birth(random)
    body = f"{year % 100:02}{month + (20 if year >= 2000 else 0):02}{day:02}{drawn(random, string.digits, 4)}"
    return f"{body}{-_weighted(body, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10}"


def _sin(random: Random) -> str:
    body = random.choice("1234567") + drawn(random, string.digits, 7)
    value = body + luhn.calc_check_digit(body)
    mark = random.choice((" ", "-"))
    return f"{value[:3]}{mark}{value[3:6]}{mark}{value[6:]}"


def _tfn(random: Random) -> str:
    value = random.choice("12345678") + drawn(random, string.digits, 8)
    right = _weighted(value, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0
    return random.choice((value, f"{value[:3]} {value[3:6]} {value[6:]}")) if right else ""


def _aadhaar(random: Random) -> str:
    body = random.choice("23456789") + drawn(random, string.digits, 10)
    value = body + str(verhoeff.calc_check_digit(body))
    return random.choice((value, f"{value[:4]} {value[4:8]} {value[8:]}", f"{value[:4]}-{value[4:8]}-{value[8:]}"))


def _nir(random: Random) -> str:
    year, month, _ = _birth(random)
    body = f"{random.choice('12')}{year % 100:02}{month:02}{random.randrange(21, 90)}{random.randrange(1, 800):03}{random.randrange(1, 900):03}"
    check = f"{97 - int(body) % 97:02}"
    return random.choice(
        (
            f"{body}{check}",
            f"{body} {check}",
            f"{body[0]} {body[1:3]} {body[3:5]} {body[5:7]} {body[7:10]} {body[10:]} {check}",
        )
    )


def _personnummer(random: Random) -> str:
    year, month, day = _birth(random)
    body = f"{year % 100:02}{month:02}{day:02}{drawn(random, string.digits, 3)}"
    value = body + luhn.calc_check_digit(body)
    return random.choice((f"{value[:6]}-{value[6:]}", f"{year}{value[2:6]}-{value[6:]}"))


def _ahv(random: Random) -> str:
    body = "756" + drawn(random, string.digits, 9)
    check = -_weighted(body, (1, 3) * 6) % 10
    return f"756.{body[3:7]}.{body[7:11]}.{body[11]}{check}"


def _benn(random: Random) -> str:
    year, month, day = _birth(random)
    body = f"{year % 100:02}{month:02}{day:02}{random.randrange(1, 998):03}"
    check = f"{97 - int(('2' if year >= 2000 else '') + body) % 97:02}"
    return random.choice((f"{body[:2]}.{body[2:4]}.{body[4:6]}-{body[6:]}.{check}", f"{body}{check}"))


IDENTITY: dict[str, tuple[str, Maker]] = {
    name: ("national-id", _until(maker))
    for name, maker in {
        "ssn": _ssn,
        "nino": _nino,
        "nhs": _nhs,
        "bsn": _bsn,
        "idnr": _idnr,
        "dni": _dni,
        "nie": _nie,
        "codice": _codice,
        "cpf": _cpf,
        "pesel": _pesel,
        "sin": _sin,
        "tfn": _tfn,
        "aadhaar": _aadhaar,
        "nir": _nir,
        "personnummer": _personnummer,
        "ahv": _ahv,
        "benn": _benn,
    }.items()
}
