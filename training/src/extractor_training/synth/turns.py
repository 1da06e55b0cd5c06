"""Turns of a chat that ask for something in a few words: bookings and appointments, under schemas of many names.

No restaurant and no coffee bar is among the domains: those stay for measuring what the model does where it never was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from extractor.schema.nodes import JSONValue
from extractor_training.synth.asking import NUMBER_WORDS, day, stay, time_of_day
from extractor_training.synth.concepts import Value
from extractor_training.synth.draft import Draft, Quote, Sample, recased
from extractor_training.synth.schemas import QUOTE, Json, maybe, record
from extractor_training.synth.series import Series
from extractor_training.synth.wordings import Patterns, entries, group, sections
from extractor_training.synth.world import World

_SERIES = Series("turns", ("turn", 240), ("unseen_turn", 12), apart=("viewing", "shuttle"))
_SAY = sections("turns")
_TITLES = ("{}Request", "{}Booking", "{}", "{}Details", "{}Turn", "Book{}")
_ABOUT = (
    "What a customer asks for in one message.",
    "Details of a booking, as far as a turn tells them.",
    "{} request.",
)
_ALIASES = {"on": "day", "count": "party"}  # two ways to write one slot


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a schema: the slot it holds, and the way it is written."""

    slot: str
    way: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A schema for the messages of one domain."""

    schema: Json
    domain: str
    fields: Mapping[str, Asked]

    def record(self, told: Mapping[str, Value]) -> dict[str, JSONValue]:
        """The record of a message that tells these slots."""
        return {name: told[one.slot].ways[one.way] if one.slot in told else None for name, one in self.fields.items()}


@cache
def _domains() -> Mapping[str, Mapping[str, Patterns]]:
    return {name: entries(lines) for name, lines in group("turns", "domain").items()}


@cache
def _slots() -> Mapping[str, Mapping[str, Patterns]]:
    """Slot -> `name`, `about` and `tail`, each a tuple; `say` and `ask` stay whole lines."""
    return {name: entries(lines, whole=("say", "ask")) for name, lines in group("turns", "slot").items()}


@cache
def turns(held_out: bool) -> Mapping[str, Turn]:
    """Schema name -> schema; those held out are of domains that the others never show."""
    return _SERIES.draw(held_out, _domains(), _turn)


def turn_schemas() -> dict[str, Json]:
    """Schema name -> JSON Schema, of all turns."""
    return {name: turn.schema for held_out in (False, True) for name, turn in turns(held_out).items()}


def _turn(world: World, domain: str) -> Turn:
    slots = list(_domains()[domain]["slots"])
    world.rng.shuffle(slots)
    slots = slots[: world.rng.randint(2, len(slots))]
    if world.chance(0.6):  # the usual order: what everybody asks first stands first
        slots.sort(key=list(_slots()).index)
    described = world.chance(0.75)
    fields: dict[str, Asked] = {}
    members: dict[str, tuple[Json, str]] = {}
    for slot in slots:
        name = world.pick(_slots()[slot]["name"])
        if name not in fields:
            way = "integer" if slot == "party" and world.chance(0.3) else "quote"
            fields[name] = Asked(slot, way)
            kind = QUOTE if way == "quote" else {"type": way}
            members[name] = (maybe(kind), world.pick(_slots()[slot]["about"]) if described else "")
    title = "".join(part.capitalize() for part in domain.split("_"))
    about = world.pick(_ABOUT).replace("{}", title)
    return Turn(record(world.pick(_TITLES).replace("{}", title), about, **members), domain, fields)


def turn(world: World) -> Sample:
    """Make one message and its record."""
    found = turns(world.held_out)
    name = world.pick(tuple(found))
    form = found[name]
    told = _values(world, form.domain)
    draft = Draft(world, {slot: value.text for slot, value in told.items()})
    roll = world.rng.random()
    if roll < 0.08:
        draft.write(_started(world, world.pick(_SAY["none"])))
    elif roll < 0.42:
        _answer(world, draft, form)
    elif roll < 0.54:
        _dialogue(world, draft, form)
    else:
        draft.write(_started(world, _open(world, form)))
    used = {_ALIASES.get(slot, slot): told[slot] for slot in draft.used if slot != "thing"}
    return recased(world, Sample(name, draft.text(" "), form.record(used)), 0.12, 0.01)


def _values(world: World, domain: str) -> dict[str, Value]:
    count = world.rng.choices((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12), (2, 6, 4, 6, 4, 4, 2, 2, 1, 2, 1))[0]
    number = NUMBER_WORDS[count - 1] if world.chance(0.4) else str(count)
    kinds = ("people", "persons", "guests", "adults", "players", "") if count > 1 else ("person", "adult", "")
    party = f"{number} {world.pick(kinds)}".strip()
    name, address = world.person(), world.address()
    plain = {
        "first": world.first_name(),
        "last": world.last_name(),
        "name": name,
        "phone": world.phone(),
        "email": world.email(name),
        "city": world.city(),
        "origin": world.street()
        if world.chance(0.5)
        else f"{world.city()} {world.pick(('station', 'airport', 'port'))}",
        "destination": address if world.chance(0.3) else world.city(),
        "code": world.letters(world.rng.randint(1, 3)) + world.digits(3, 6),
        "stay": stay(world),
        "time": time_of_day(world),
        "thing": world.pick(_domains()[domain]["thing"]),
        "wish": world.pick(_domains()[domain].get("wish", ("help",))),
    }
    told = {slot: _quoted(text, text) for slot, text in plain.items()}
    shown, on, named = day(world)
    told |= {"day": _quoted(shown, named), "on": _quoted(on, named)}
    return told | {slot: _quoted(text, text, integer=count) for slot, text in (("party", party), ("count", number))}


def _quoted(text: str, quote: str, **ways: JSONValue) -> Value:
    """A value that a record quotes, without the article or preposition that it is told with."""
    return Value(text, {"quote": Quote(quote), **ways})


def _started(world: World, pattern: str) -> str:
    """With a capital at the start, or a word before it, now and then."""
    said = world.say(pattern)
    if world.chance(0.15):
        return world.say(world.pick(_SAY["lead"])) + said
    return said[0].upper() + said[1:] if said[0].islower() and world.chance(0.7) else said


def _chosen(world: World, form: Turn, most: int) -> Sequence[str]:
    """Slots to tell, those that the schema asks for more often."""
    asked = {one.slot for one in form.fields.values()}
    slots = [s for s in _domains()[form.domain]["slots"] if world.chance(0.9 if s in asked else 0.35)]
    world.rng.shuffle(slots)
    return slots[:most]


def _phrase(world: World, slot: str, kind: str, chosen: Sequence[str]) -> str:
    """A way to tell a slot; two names that belong together are told together."""
    both = slot in ("first", "last") and "first" in chosen and "last" in chosen
    return world.pick(_slots()["both" if both else slot][kind])


def _merged(chosen: Sequence[str]) -> list[str]:
    return [slot for slot in chosen if slot != "first" or "last" not in chosen]


def _answer(world: World, draft: Draft, form: Turn) -> None:
    chosen = _chosen(world, form, world.rng.choice((1, 1, 2, 2, 3)))
    said = [_started(world, _phrase(world, slot, "say", chosen)) for slot in _merged(chosen)]
    for i, one in enumerate(said or [world.pick(_SAY["none"])]):
        draft.write(one if i == 0 or world.chance(0.5) else world.pick(("and ", "also ", "")) + one)


def _dialogue(world: World, draft: Draft, form: Turn) -> None:
    asker, user = world.rng.choice((("Agent", "User"), ("Bot", "Customer"), ("A", "B")))
    lines = []
    for slot in _merged(_chosen(world, form, 3)):
        answer = world.pick(("{" + slot + "}", _phrase(world, slot, "say", (slot,))))
        lines.append(f"{asker}: {_phrase(world, slot, 'ask', (slot,))}\n{user}: {answer}")
    draft.write("\n".join(lines) or f"{user}: {world.pick(_SAY['none'])}")


def _open(world: World, form: Turn) -> str:
    chosen = _chosen(world, form, world.rng.randint(0, 4))
    tails = [world.say(_phrase(world, slot, "tail", chosen)) for slot in _merged(chosen)]
    tails.sort(key=lambda tail: tail.startswith((",", "(")))
    joined = "".join(tail if tail.startswith(",") else f" {tail}" for tail in tails)
    return world.pick(_SAY["open"]).replace("{tails}", joined)
