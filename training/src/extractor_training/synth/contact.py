"""Signature blocks, business cards, address lines and contact details told in a sentence."""

from __future__ import annotations

from extractor_training.synth.draft import Draft, Sample, quote, recased
from extractor_training.synth.wordings import group, sections
from extractor_training.synth.world import World

_SAY = sections("contact")
_LINES = group("contact", "line")

_KEYS = ("name", "email", "phone", "address", "organization")


def _values(world: World) -> dict[str, str]:
    company = world.company()
    name = world.person() if world.chance(0.88) else world.first_name()
    return {
        "name": name,
        "organization": company,
        "email": world.email(name, company if world.chance(0.5) else ""),
        "phone": world.phone(),
        "address": world.address(),
        "role": world.fixed("role"),
        "site": world.domain(company),
        "fax": world.phone(),
        "vat": world.letters(2) + world.digits(7, 9),
        "first": "there",
        "hour": world.time(),
    }


def _block(world: World, draft: Draft) -> None:
    draft.maybe(0.3, _SAY["leads"])
    shares = {"name": 0.88, "organization": 0.7, "email": 0.7, "phone": 0.7, "address": 0.5}
    order = ["name", "organization", "phone", "email", "address"]
    if world.chance(0.5):
        world.rng.shuffle(order)
    if world.chance(0.35):  # one style of labels for the whole block
        order = [key for key in order if world.chance(shares[key])]
        for key in order:
            draft.write(_LINES[key][1])
    else:
        for key in order:
            draft.maybe(shares[key], _LINES[key])
    for _ in range(2):
        if world.chance(0.25):
            draft.parts.insert(world.rng.randint(0, len(draft.parts)), "")
            extra = Draft(world, draft.values)
            extra.one_of(_SAY["extra"])
            draft.parts[draft.parts.index("")] = extra.parts[0]


def _told(world: World, draft: Draft) -> None:
    draft.maybe(0.2, _SAY["plain"])
    for pattern in world.rng.sample(_SAY["told"], world.rng.randint(1, 3)):
        chosen = world.say(pattern)
        if any("{" + key + "}" in chosen for key in draft.used & set(_KEYS)):
            continue
        draft.write(chosen)
        draft.parts[-1] += world.pick((".", ".", ".", "!", ""))
    draft.maybe(0.25, _SAY["plain"])


def contact(world: World) -> Sample:
    """Make one contact row."""
    draft = Draft(world, _values(world))
    told = world.chance(0.45)
    if world.chance(0.03):
        draft.one_of(_SAY["plain"])
    else:
        (_told if told else _block)(world, draft)
    if not draft.parts:
        draft.one_of(_SAY["told"])
    text = draft.text(" " if told else world.pick(("\n", "\n", "\n", "\n", " | ", ", ", " - ", " ")))
    record = {key: quote(draft.got(key)) for key in _KEYS}
    return recased(world, Sample("contact", text, record), 0.05, 0.03)
