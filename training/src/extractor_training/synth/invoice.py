"""Invoices, bills and receipts: printed forms, till receipts, and bills told in a sentence or two."""

from __future__ import annotations

from dataclasses import dataclass

from extractor_training.synth.draft import Draft, Sample, quote, recased
from extractor_training.synth.money import Money, money
from extractor_training.synth.wordings import sections
from extractor_training.synth.world import World

_SAY = sections("invoice")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is charged; quantity None where the text doesn't say."""

    description: str
    quantity: int | None
    cents: int


def _thing(world: World, food: bool) -> str:
    if food:
        name = world.word("food")
        return name.capitalize() if world.chance(0.6) else name
    if world.chance(0.35):
        name = world.word("service")
        name += f" {world.pick(('March', 'May', 'Q1', 'Q3', 'October', '2024'))}" if world.chance(0.08) else ""
    else:
        name = world.word("goods")
        name = f"{world.fixed('adjective')} {name}" if world.chance(0.4) else name
        name += f" {world.letters(1)}{world.digits(1, 3)}" if world.chance(0.15) else ""
    return name[0].upper() + name[1:] if world.chance(0.7) else name


def _lines(world: World, food: bool, most: int) -> list[Line]:
    found: list[Line] = []
    for _ in range(world.rng.randint(1, most)):
        description = _thing(world, food)
        if any(description.lower() in line.description.lower() for line in found):
            continue
        cents = world.cents(120, 2800) if food else world.cents(400, 180000)
        found.append(Line(description, world.rng.choice((None, 1, 1, 2, 3, 4, 5, 6, 10, 12, 25)), cents))
    return found


def _values(world: World, notation: Money, total: int) -> dict[str, str]:
    vendor = world.company() if world.chance(0.92) else world.person()
    customer = world.company() if world.chance(0.5) else world.person()
    prefix = world.pick(("INV-", "INV", "#", "R-", "RE", "A", "", "", "F-", f"{world.rng.randint(2019, 2030)}-", "SI/"))
    number = prefix.lstrip("#") + world.digits(3, 7) + (f"/{world.digits(2)}" if world.chance(0.08) else "")
    tax = total // world.rng.choice((6, 11, 5, 8))
    return {
        "vendor": vendor,
        "customer": customer,
        "number": number,
        "date": world.date(),
        "due": world.date(),
        "total": notation.number(total),
        "tax": notation.number(tax),
        "net": notation.number(max(total - tax, 1)),
        "rate": world.pick(("19", "20", "7", "8.5", "10", "21", "5")),
        "address": world.address(),
        "phone": world.phone(),
        "email": world.email("", vendor),
        "city": world.city(),
        "contact": world.person(),
        "order": world.letters(2) + world.digits(4, 6),
        "days": world.pick(("7", "14", "30", "60")),
        "paid": notation.number(total + 500),
    }


def _item(style: int, line: Line, notation: Money) -> str:
    amount = notation.number(line.cents)
    price = notation.signed(amount)
    count = line.quantity
    if count is None:
        shapes = ("{d}  {p}", "{d}: {p}", "{d} - {p}", "- {d} {p}", "{d} {n}", "{d} ... {p}", "{d}\t{p}", "{d}, {p}")
    else:
        shapes = (
            "{q} x {d}  {p}", "{q} x {d}: {p}", "{d} x{q} {p}", "- {q} {d} {p}", "{q} {d} {n}", "{d} ({q}) ... {p}",
            "{d}\t{q}\t{p}", "{d}, qty {q}, {p}",
        )  # fmt: skip
    return shapes[style].format(d=line.description, q=count, p=price, n=amount)


def _form(world: World, draft: Draft, lines: list[Line], notation: Money) -> list[Line]:
    d = world.chance
    draft.maybe(0.93, _SAY["heads"])
    block = [(0.8, _SAY["numbers"]), (0.82, _SAY["dates"]), (0.65, _SAY["customers"]), (0.3, _SAY["dues"])]
    world.rng.shuffle(block)
    for share, patterns in block:
        draft.maybe(share, patterns)
    listed = lines if d(0.85) else []
    style = world.rng.randrange(8)
    if listed and d(0.25):
        draft.parts.append(world.pick(("Description  Qty  Price", "Item / Price", "Items:", "---", "Qty Item Amount")))
    draft.parts += [_item(style, line, notation) for line in listed]
    draft.maybe(0.4, _SAY["taxes"])
    draft.maybe(0.94, _SAY["totals"])
    draft.maybe(0.12, _SAY["dues"] if "due" not in draft.used else _SAY["terms"])
    draft.maybe(0.1, _SAY["terms"])
    draft.maybe(0.35, _SAY["ends"])
    return listed


def _story(world: World, draft: Draft, lines: list[Line], notation: Money) -> list[Line]:
    draft.maybe(0.2, ("Hi {contact},", "Hello,", "Dear {customer},", "Dear customer,"))
    draft.one_of(_SAY["stories"])
    listed = lines if world.chance(0.6) else []
    if listed:
        named = []
        for line in listed:
            count = "" if line.quantity is None else world.pick((f"{line.quantity} x ", f"{line.quantity} "))
            sign = notation.signed(notation.number(line.cents))
            named.append(f"{count}{line.description} for {sign}")
        joined = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
        draft.parts[-1] += world.pick((f", for {joined}.", f": {joined}.", f" ({joined})."))
    else:
        draft.parts[-1] += "."
    draft.maybe(0.4, _SAY["told dues"])
    draft.maybe(0.12, ("Thank you!", "Best regards, {contact}", "Kind regards", "Call {phone} with questions."))
    return listed


def invoice(world: World) -> Sample:
    """Make one invoice row."""
    food = world.chance(0.35)
    notation = money(world, none=0.06)
    told = world.chance(0.3)
    lines = _lines(world, food, 3 if told else 5)
    total = sum(line.cents * (line.quantity or 1) for line in lines) + (
        world.cents(50, 2000) if world.chance(0.3) else 0
    )
    values = _values(world, notation, total)
    for name in ("total", "tax", "net", "paid"):
        values[f"s_{name}"] = notation.signed(values[name])
    draft = Draft(world, values)
    listed = (_story if told else _form)(world, draft, lines, notation)
    text = draft.text(" " if told else world.pick(("\n", "\n", "\n", "\n\n", " ", "  ", " | ")))
    record = {
        "vendor": quote(draft.got("vendor")),
        "customer": quote(draft.got("customer")),
        "number": quote(draft.got("number")),
        "date": quote(draft.got("date")),
        "due_date": quote(draft.got("due")),
        "currency": notation.currency if _shows(text, notation) else None,
        "total": quote(values["total"] if "s_total" in draft.used else None),
        "items": [
            {
                "description": quote(line.description),
                "quantity": quote(None if line.quantity is None else str(line.quantity)),
                "price": quote(notation.number(line.cents)),
            }
            for line in listed
        ],
    }
    return recased(world, Sample("invoice", text, record), 0.04, 0.08)


def _shows(text: str, notation: Money) -> bool:
    """Whether the currency's sign stands in the text at all."""
    mark = notation.sign.replace("{}", "").strip()
    return bool(mark) and mark in text
