"""What documents tell: concepts with their names, labels and sentences, and values in the notations they come in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from extractor_training.synth.asking import NUMBER_WORDS
from extractor_training.synth.draft import Quote
from extractor_training.synth.wordings import Patterns, group, sections, words
from extractor_training.synth.world import World

CURRENCIES = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF", "JPY": "¥"}
_UNITS: Mapping[str, tuple[tuple[str, ...], int, int]] = {  # kind -> units, smallest and largest value in tenths
    "distance": (("km", "miles", "mi"), 50_000, 2_500_000),
    "weight": (("kg", "lbs", "g", "t"), 5, 900),
    "area": (("m²", "sqm", "sq ft"), 180, 2400),
    "bytes": (("MB", "GB", "KiB"), 8, 9000),
    "power": (("kWh", "MWh"), 90, 60_000),
    "duration": (("minutes", "min", "hours", "h", "days"), 10, 900),
}


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that documents tell.

    Attributes:
        key: Its section in `wordings/forms.txt`.
        kind: Of its value; `*` after it: a list. `flag` and `choice` are told by sentences of their own.
        names: What a schema may call it.
        about: How a schema may describe it.
        labels: What stands before it in a document.
        sayings: Sentences that tell it.
        options: Of a flag or a choice: value -> sentences.
    """

    key: str
    kind: str
    names: tuple[str, ...]
    about: tuple[str, ...]
    labels: tuple[str, ...]
    sayings: tuple[str, ...] = ()
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is told.

    Attributes:
        text: As it stands in a document; of a flag or a choice, a sentence.
        ways: How a schema may ask for it -> what the record then holds.
    """

    text: str
    ways: Mapping[str, Any]


@cache
def domains() -> Mapping[str, tuple[str, ...]]:
    """Domain -> the keys of its concepts."""
    return {name: _split("|".join(lines)) for name, lines in group("forms", "domain").items()}


@cache
def concepts() -> Mapping[str, Concept]:
    """Key -> concept."""
    found: dict[str, Concept] = {}
    for section, lines in sections("forms").items():
        sort, _, rest = section.partition(" ")
        if sort in ("concept", "flag", "choice"):
            key, _, kind = rest.partition(" ")
            found[key] = _concept(key, kind or sort, lines)
    return found


def _split(line: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in line.split("|"))


def _concept(key: str, kind: str, lines: Patterns) -> Concept:
    told = {name: _split(rest) for name, _, rest in (line.partition(":") for line in lines)}
    options = {name.removeprefix("option "): told[name] for name in told if name in ("yes", "no") or " " in name}
    return Concept(key, kind, told["name"], told["about"], told["label"], told.get("say", ()), options)


def value(world: World, concept: Concept) -> Value:
    """A value of a concept."""
    kind = concept.kind
    if concept.options:
        chosen = world.pick(tuple(concept.options))
        return Value(world.pick(concept.options[chosen]), {"label": chosen, "flag": chosen == "yes"})
    if kind.endswith("*"):
        parts = list(dict.fromkeys(_plain(world, kind[:-1]) for _ in range(world.rng.randint(1, 4))))
        last = world.pick((" and ", ", ")) if world.chance(0.8) else "; "
        text = (", " if last != "; " else last).join(parts[:-1]) + (last if len(parts) > 1 else "") + parts[-1]
        return Value(text, {"list": [Quote(part) for part in parts]})
    if kind in _NUMBERS:
        return _NUMBERS[kind](world)
    if kind in _UNITS:
        return _measure(world, kind)
    text = _plain(world, kind)
    return Value(text, {"quote": Quote(text)})


def _plain(world: World, kind: str) -> str:
    maker = _MAKERS.get(kind)
    return maker(world) if maker else world.pick(words(f"values {kind}", "forms"))


def _code(world: World) -> str:
    d, letters = world.digits, world.letters
    return world.pick(
        (
            d(5, 9), f"{letters(2)}-{d(4, 6)}", f"{letters(3)}{d(3, 6)}", f"{d(4)}-{d(4)}", f"#{d(4, 6)}",
            f"{letters(1)}{d(2)}-{letters(2)}{d(3)}", f"{letters(6)}", f"{d(4)}/{d(2)}",
            f"{letters(3)}-{d(4)}-{letters(1)}",
        )
    )  # fmt: skip


def _plate(world: World) -> str:
    d, letters = world.digits, world.letters
    return world.pick(
        (f"{letters(2)} {d(3)} {letters(2)}", f"{letters(1)}-{letters(2)} {d(2, 4)}", f"{d(1)}{letters(3)}{d(3)}")
    )


def _iban(world: World) -> str:
    land, groups = world.pick(("DE", "FR", "GB", "NL", "ES", "CH", "AT")), world.rng.randint(3, 5)
    return world.pick((" ", " ", "")).join([land + world.digits(2), *(world.digits(4) for _ in range(groups))])


def _product(world: World) -> str:
    goods = world.word("goods")
    return f"{world.word('adjective')} {goods}" if world.chance(0.5) else goods


_MAKERS: Mapping[str, Callable[[World], str]] = {
    "code": _code,
    "plate": _plate,
    "iban": _iban,
    "product": _product,
    "person": World.person,
    "company": World.company,
    "city": World.city,
    "address": World.address,
    "email": World.email,
    "phone": World.phone,
    "time": World.time,
    "service": lambda w: w.plain_word() + w.pick(("-api", "-db", "-web", " queue", " portal")),
    "url": lambda w: w.pick(("https://", "www.", "")) + w.domain() + w.pick(("", "/" + w.plain_word())),
    "host": lambda w: f"{w.plain_word()}-{w.digits(1, 2)}" + w.pick(("", f".{w.domain()}")),
    "ip": lambda w: ".".join(str(w.rng.randrange(1, 255)) for _ in range(4)),
    "version": lambda w: w.pick(("v", "", "")) + ".".join(str(w.rng.randrange(20)) for _ in range(w.rng.randint(2, 3))),
    "seat": lambda w: w.digits(1, 2) + w.pick("ABCDEF"),
    "datetime": lambda w: w.date() + w.pick((" ", ", ", " at ")) + w.time(),
}  # fmt: skip


def _integer(world: World) -> Value:
    number = max(1, int(10 ** (world.rng.random() * 3)))
    text = f"{number:,}" if world.chance(0.5) else str(number)
    if number <= len(NUMBER_WORDS) and world.chance(0.4):
        text = NUMBER_WORDS[number - 1]
    return Value(text, {"quote": Quote(text), "integer": number})


def _year(world: World) -> Value:
    year = world.rng.randint(1960, 2027)
    return Value(str(year), {"quote": Quote(str(year)), "integer": year})


def _amount(world: World) -> Value:
    cents = world.cents(150, 5_000_000)
    currency = world.pick(tuple(CURRENCIES))
    shown = f"{cents / 100:,.2f}" if cents % 100 or world.chance(0.5) else f"{cents // 100:,}"
    if world.chance(0.3):
        shown = shown.replace(",", "")
    sign = CURRENCIES[currency]
    text = world.pick(
        (f"{shown} {currency}", f"{currency} {shown}", f"{sign}{shown}" if len(sign) == 1 else f"{sign} {shown}")
    )
    number = _number(cents, 100)
    return Value(text, {"quote": Quote(shown), "number": number, "money": {"amount": number, "currency": currency}})


def _number(value: int, parts: int) -> float | int:
    return value // parts if value % parts == 0 else value / parts


def _measure(world: World, kind: str) -> Value:
    units, low, high = _UNITS[kind]
    tenths = world.cents(low, high)
    tenths = tenths if tenths < 300 and world.chance(0.5) else max(10, round(tenths, -1))
    shown = f"{tenths / 10:,.1f}" if tenths % 10 else f"{tenths // 10:,}"
    unit = world.pick(units)
    text = shown + world.pick((" ", " ", " ", "")) + unit
    measured = {"value": _number(tenths, 10), "unit": Quote(unit)}
    return Value(text, {"quote": Quote(text), "number": measured["value"], "measure": measured})


def _date(world: World) -> Value:
    day = date(world.rng.randint(1950, 2031), world.rng.randint(1, 12), world.rng.randint(1, 28))
    if world.chance(0.3):
        text = world.event_date()
        return Value(text, {"quote": Quote(text)})
    month = f"{day:%B}"
    text = world.pick(
        (
            day.isoformat(), f"{day.day} {month} {day.year}", f"{month} {day.day}, {day.year}", f"{day:%d.%m.%Y}",
            f"{day.day} {month[:3]} {day.year}", f"{month[:3]} {day.day}, {day.year}", f"{day:%Y/%m/%d}",
            f"{day:%A}, {day.day} {month} {day.year}",
        )
    )  # fmt: skip
    return Value(text, {"quote": Quote(text), "iso": day.isoformat()})


def _items(world: World) -> Value:
    parts, found = [], []
    for _ in range(world.rng.randint(1, 4)):
        name, quantity, cents = _product(world), world.rng.randint(1, 12), world.cents(150, 90_000)
        price = f"{cents / 100:,.2f}"
        parts.append(
            world.pick(
                (f"{quantity} x {name} ({price})", f"{quantity} {name} at {price}", f"{name}, {quantity} pcs, {price}")
            )
        )
        found.append({"name": Quote(name), "quantity": quantity, "price": Quote(price)})
    return Value(world.pick(("; ", "\n", "\n- ")).join(parts), {"items": found})


_NUMBERS: Mapping[str, Callable[[World], Value]] = {
    "int": _integer,
    "year": _year,
    "amount": _amount,
    "date": _date,
    "items": _items,
}
