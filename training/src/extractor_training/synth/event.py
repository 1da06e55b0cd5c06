"""Announcements, invitations, posters and calendar mails."""

from __future__ import annotations

from extractor_training.synth.draft import Draft, Sample, quote, recased
from extractor_training.synth.money import money
from extractor_training.synth.wordings import group, sections
from extractor_training.synth.world import World

_SAY = sections("event")
_KINDS = group("event", "kind")


def _values(world: World, kind: str) -> dict[str, str]:
    fills = {
        "p": world.person(),
        "t": world.fixed("topic"),
        "s": world.stem(),
        "s2": world.stem(),
        "c": world.city(),
        "f": world.first_name(),
        "f2": world.first_name(),
        "y": str(world.rng.randint(2018, 2031)),
        "n": f"{world.rng.randint(4, 19)}th",
        "r": world.pick("ABC") + world.digits(1, 2),
        "st": world.street(),
    }
    name = world.say(world.pick(_KINDS[kind])).format(**fills)
    fills["s"] = world.stem()
    notation = money(world)
    amount = world.cents(300, 40000)
    price = notation.number(amount if world.chance(0.4) else round(amount, -2) or 300)
    price = price.split(notation.point)[0] if notation.point and world.chance(0.6) else price
    organizer = world.rng.choice((world.company, world.company, world.person))()
    return {
        "name": name,
        "date": world.event_date(),
        "start": world.time(),
        "end": world.time(),
        "doors": world.time(),
        "venue": world.say(world.pick(_SAY["venue"])).format(**fills),
        "city": world.city(),
        "organizer": organizer,
        "price": price,
        "s_price": notation.signed(price),
        "street": world.street(),
        "other": world.date(world.chance(0.4)),
        "site": "www." + world.domain(),
        "phone": world.phone(),
        "email": world.email(),
        "guest": world.person(),
    }


def _poster(draft: Draft) -> None:
    world = draft.world
    draft.one_of(_SAY["names"])
    late = world.chance(0.1)
    steps = [(0.95, _SAY["dates"]), (0.75, _SAY["venues"])]
    if world.chance(0.2):
        world.rng.shuffle(steps)
    for share, patterns in steps:
        draft.maybe(share, patterns)
    if "start" not in draft.used:
        draft.maybe(0.7, _SAY["times"])
    if "city" not in draft.used and "venue" not in draft.used:
        draft.maybe(0.5, ("[City|Town|Where]: {city}", "{city}"))
    tail = [(0.25 if not late else 0.6, _SAY["prices"]), (0.35, _SAY["noise"]), (0.2, _SAY["noise"])]
    if "organizer" not in draft.used:
        tail.append((0.35, _SAY["organizers"]))
    world.rng.shuffle(tail)
    for share, patterns in tail:
        draft.maybe(share, patterns)
    if "price" not in draft.used and "s_price" not in draft.used:
        draft.maybe(0.12, _SAY["free"])


def _told(draft: Draft) -> None:
    draft.one_of(_SAY["stories"])
    draft.parts[-1] += "." if draft.parts[-1][-1] not in "?!." else ""
    more = [
        (0.3, ("Tickets [are|cost] {s_price}.", "Entry is {s_price}.", "The fee is {s_price} per person.")),
        (0.35, tuple(x for x in _SAY["noise"] if "[.|]" in x or x.endswith((".", "!")))),
        (0.3, ("It is organised by {organizer}.", "The host is {organizer}.", "{organizer} is the organiser.")),
    ]
    if "organizer" in draft.used:
        more.pop()
    if "start" not in draft.used:
        more.append((0.4, ("[It starts|Doors open] at {start}.", "We start at {start} and end at {end}.")))
    for share, patterns in more:
        draft.maybe(share, patterns)


def event(world: World) -> Sample:
    """Make one event row."""
    kind = world.pick(tuple(_KINDS))
    draft = Draft(world, _values(world, kind))
    told = world.chance(0.45)
    (_told if told else _poster)(draft)
    text = draft.text(" " if told else world.pick(("\n", "\n", "\n", " ", ". ", " | ", ", ", "\n\n")))
    price = draft.values["price"] if "s_price" in draft.used else None
    record = {
        "name": quote(draft.got("name")),
        "kind": kind,
        "date": quote(draft.got("date")),
        "start_time": quote(draft.got("start")),
        "end_time": quote(draft.got("end")),
        "venue": quote(draft.got("venue")),
        "city": quote(draft.got("city")),
        "organizer": quote(draft.got("organizer")),
        "price": quote(price),
    }
    return recased(world, Sample("event", text, record), 0.06, 0.03)
