"""Makers of national identity numbers, each with its own country's check digits."""

from __future__ import annotations

import string
from importlib import import_module
from random import Random

from benchmarks.planted.draw import Maker, drawn, grouped


def _until_valid(module: str, draw: Maker) -> Maker:
    """Draw until the library accepts; the check digit is one of ten or so, so this ends soon."""

    def make(random: Random) -> str:
        check = import_module(f"stdnum.{module}").is_valid
        while not check(value := draw(random)) or len(set(value)) < 5:
            pass
        return value

    return make


def _digits(random: Random, count: int) -> str:
    return drawn(random, string.digits, count)


def _letters(random: Random, count: int, alphabet: str = string.ascii_uppercase) -> str:
    return drawn(random, alphabet, count)


def _birth(random: Random) -> tuple[int, int, int]:
    return random.randrange(50, 99), random.randrange(1, 13), random.randrange(1, 29)


def _codice(random: Random) -> str:
    year, _, day = _birth(random)
    body = f"{_letters(random, 6, 'BCDFGLMNPRSTV')}{year:02}{_letters(random, 1, 'ABCDEHLMPRST')}{day:02}"
    place = random.choice(("H501", "F205", "L219", "D612", "G273"))
    check: str = import_module("stdnum.it.codicefiscale").calc_check_digit(body + place)
    return body + place + check


def _nir(random: Random) -> str:
    year, month, _ = _birth(random)
    body = f"{random.choice('12')}{year:02}{month:02}{random.randrange(1, 95):02}{random.randrange(100, 900)}{random.randrange(100, 900)}"
    value = f"{body}{97 - int(body) % 97:02}"
    return random.choice((value, grouped(value, 1, 2, 2, 2, 3, 3, 2)))


def _personnummer(random: Random) -> str:
    year, month, day = _birth(random)
    return f"{year:02}{month:02}{day:02}-{_digits(random, 4)}"


def _benn(random: Random) -> str:
    year, month, day = _birth(random)
    body = f"{year:02}{month:02}{day:02}{random.randrange(1, 998):03}"
    return f"{year:02}.{month:02}.{day:02}-{body[6:]}.{97 - int(body) % 97:02}"


def _pesel(random: Random) -> str:
    year, month, day = _birth(random)
    return f"{year:02}{month:02}{day:02}{_digits(random, 5)}"


def _nino(random: Random) -> str:
    head = random.choice(("AB", "CE", "JK", "LM", "PR", "SW", "YH", "WE", "RX"))
    value = head + _digits(random, 6) + random.choice("ABCD")
    return random.choice((value, grouped(value, 2, 2, 2, 2, 1)))


def _ahv(random: Random) -> str:
    return "756." + grouped(_digits(random, 10), 4, 4, 2, mark=".")


IDENTITY: dict[str, tuple[str, Maker]] = {
    name: ("national-id", maker)
    for name, maker in {
        "ssn": _until_valid("us.ssn", lambda r: grouped(_digits(r, 9), 3, 2, 4, mark="-")),
        "nino": _nino,
        "nhs": _until_valid("gb.nhs", lambda r: grouped(_digits(r, 10), 3, 3, 4)),
        "nir": _nir,
        "dni": _until_valid("es.dni", lambda r: _digits(r, 8) + _letters(r, 1, "TRWAGMYFPDXBNJZSQVHLCKE")),
        "nie": _until_valid(
            "es.nie", lambda r: r.choice("XYZ") + _digits(r, 7) + _letters(r, 1, "TRWAGMYFPDXBNJZSQVHLCKE")
        ),
        "codice": _until_valid("it.codicefiscale", _codice),
        "idnr": _until_valid("de.idnr", lambda r: grouped(_digits(r, 11), 2, 3, 3, 3)),
        "bsn": _until_valid("nl.bsn", lambda r: _digits(r, 9)),
        "cpf": _until_valid("br.cpf", lambda r: grouped(_digits(r, 9), 3, 3, 3, mark=".") + "-" + _digits(r, 2)),
        "pesel": _until_valid("pl.pesel", _pesel),
        "sin": _until_valid("ca.sin", lambda r: grouped(_digits(r, 9), 3, 3, 3)),
        "tfn": _until_valid("au.tfn", lambda r: grouped(_digits(r, 9), 3, 3, 3)),
        "aadhaar": _until_valid("in_.aadhaar", lambda r: grouped(_digits(r, 12), 4, 4, 4)),
        "personnummer": _until_valid("se.personnummer", _personnummer),
        "benn": _until_valid("be.nn", _benn),
        "ahv": _until_valid("ch.ssn", _ahv),
    }.items()
}
