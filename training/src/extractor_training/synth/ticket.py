"""Messages to a help desk."""

from __future__ import annotations

from extractor_training.synth.draft import Draft, Sample, quote, recased
from extractor_training.synth.money import money
from extractor_training.synth.wordings import group, sections
from extractor_training.synth.world import World

_SAY = sections("support_ticket")
_NEEDS = group("support_ticket", "need")


def _error(world: World) -> str:
    if world.chance(0.5):
        return world.say(world.pick(_SAY["messages"]))
    code, number = world.letters(world.rng.randint(1, 3)), world.digits(2, 4)
    made_up = f"ERR_{world.made_up().upper()}"
    return world.pick(
        (f"{code}-{number}", f"{code}{number}", f"0x{world.digits(4)}{world.letters(2)}", number, made_up)
    )


def _product(world: World) -> str:
    if world.chance(0.5):
        return (world.fixed("adjective").lower() + " " if world.chance(0.3) else "") + world.word("goods")
    stem = world.made_up() if world.chance(0.5) else world.word("stem")
    kind = world.fixed("app")
    number = f" {world.digits(1, 3)}" if world.chance(0.3) else ""
    return f"{stem} {kind}{number}" if world.chance(0.7) else f"{stem}{number or kind}"


def _values(world: World) -> dict[str, str]:
    customer = world.person() if world.chance(0.65) else world.first_name()
    notation = money(world)
    return {
        "product": _product(world),
        "other": _product(world),
        "order": world.pick(("", "", "#", "A", "ORD-", "SO-", "W", "T-")).lstrip("#") + world.digits(4, 9),
        "error": _error(world),
        "customer": customer,
        "email": world.email(customer),
        "amount": notation.signed(notation.number(world.cents(300, 90000))),
        "amount2": notation.signed(notation.number(world.cents(300, 90000))),
        "date": world.date(world.chance(0.3)),
        "address": world.address(),
        "city": world.city(),
        "agent": world.first_name(),
        "phone": world.phone(),
    }


def _sentence(world: World, text: str) -> str:
    text = text if world.chance(0.15) else text[0].upper() + text[1:]
    asks = text.lower().startswith(("why", "where", "when", "how", "does", "do ", "what", "is ", "which", "can "))
    return text if text[-1] in ".!?" else text + ("?" if asks else world.pick((".", ".", ".", "!")))


def _body(world: World, draft: Draft, priority: str, category: str) -> None:
    start = len(draft.parts)
    first = world.chance(0.12)
    hurry = {"urgent": _SAY["urgent"], "low": _SAY["low"]}.get(priority)
    if hurry and first:
        draft.one_of(hurry)
    draft.one_of(_NEEDS[category])
    if "order" not in draft.used and category not in ("question", "praise"):
        draft.maybe(0.35, _SAY["orders"])
    for _ in range(3):
        draft.maybe(0.3, _SAY["noise"])
    if hurry and not first:
        draft.one_of(hurry)
    draft.parts[start:] = [_sentence(world, part) for part in draft.parts[start:]]


def support_ticket(world: World) -> Sample:
    """Make one help desk row."""
    category = world.pick((*_NEEDS, "technical"))
    priority = world.rng.choices(("low", "normal", "urgent"), (20, 55, 25))[0]
    priority = "low" if category == "praise" else priority
    draft = Draft(world, _values(world))
    if world.chance(0.25):
        draft.write(
            world.say("[Subject: |]") + world.say("[help|question|my order|problem|request|{product}|order {order}]")
        )
    if world.chance(0.6):
        draft.parts.append(world.pick(_SAY["greetings"]) + world.pick((",", ",", "!", "")))
    _body(world, draft, priority if category != "praise" else "normal", category)
    draft.maybe(0.25, _SAY["mails"])
    if "email" in draft.used:
        draft.maybe(0.5, _SAY["signatures"][:4])
    else:
        draft.maybe(0.5, _SAY["signatures"])
    record = {
        "category": category,
        "priority": priority,
        **{slot: quote(draft.got(slot)) for slot in ("product", "order", "error", "customer", "email")},
    }
    record["order_number"] = record.pop("order")
    ordered = {n: record[n] for n in ("category", "priority", "product", "order_number", "error", "customer", "email")}
    text = draft.text(world.pick((" ", " ", "\n")))
    return recased(world, Sample("support_ticket", text, ordered), 0.12, 0.02)
