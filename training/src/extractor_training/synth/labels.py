"""Mailing labels, signatures and quoted blocks: who, what, where, a line each.

Two conventions live side by side in the data: in a sentence, after a label or below a job title an address is one
value; in a label of its own every line is a value, and towns and countries are locations.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from extractor_training.synth.world import World

Mention = tuple[str, str]  # kind, value
Segment = str | Mention
_UNIT = re.compile(r" (?:Apt|Suite|Unit|Box)\b")
_MARKS = ("", "", "", "", "> ", ">", "??? ", "| ", "# ", "* ", "-- ", "// ", "? ")


@dataclass(frozen=True, slots=True)
class Label:
    """What a label is written with.

    Attributes:
        world: Source of chance.
        fill: A value of a kind.
    """

    world: World
    fill: Callable[[str], str]

    def street(self) -> str:
        """A street, from an address that is known, without its town."""
        first = _UNIT.split(self.fill("address").split("\n")[0].split(",")[0])[0]
        words = first.split()
        if len(words) > 2 and words[0].isdigit():
            first = " ".join(words[1:])
        return first if len(first) > 3 else self.world.street()

    def unit(self) -> str:
        """A flat or a suite."""
        return f"{self.world.pick(('Apt.', 'Suite'))} {self.world.rng.randrange(1000):03}"

    def number(self) -> str:
        """A house number."""
        return str(self.world.rng.randrange(10 ** self.world.rng.randint(2, 5))).zfill(2)

    def postcode(self) -> str:
        """Five digits."""
        return f"{self.world.rng.randrange(100000):05}"


def mailing_label(label: Label) -> list[Segment]:
    """Write one."""
    roll = label.world.rng.random()
    if roll < 0.5:
        return _in_lines(label)
    return _card(label) if roll < 0.8 else _sentence(label)


def _in_lines(label: Label) -> list[Segment]:
    """Every line of the address is a value of its own."""
    world = label.world
    lines: list[list[Segment]] = []
    if world.chance(0.55):
        lines.append([("person", label.fill("person"))])
        if world.chance(0.4):
            lines.append([("organization", label.fill("organization"))])
            if world.chance(0.4):
                lines.append(lines[0])
    address = _address_lines(label)
    mark = world.pick(_MARKS)
    indent = world.pick(("", " ")) if not mark else ""
    gap = not mark and lines and world.chance(0.6)
    written: list[Segment] = []
    if mark and world.chance(0.3):
        written.append(mark.strip() + " \n")
    for i, line in enumerate([*lines, *address]):
        within = i > len(lines)
        if i:
            written.append("\n\n" if (gap and i == len(lines)) or (within and not mark and world.chance(0.1)) else "\n")
        written += [mark + (indent if within else ""), *line]
    return written + (_phones(label) if world.chance(0.2) else [])


def _address_lines(label: Label) -> list[list[Segment]]:
    world = label.world
    if world.chance(0.1):
        places: list[list[Segment]] = [[("location", label.fill("location"))], [("location", world.word("country"))]]
        return places
    street: list[Segment] = [("address", label.number()), " ", ("address", label.street())]
    end: list[Segment] = [("location", world.word("country"))]
    if world.chance(0.75):
        end += [" ", ("address", label.postcode())]
    lines: list[list[Segment]] = [street, [("address", label.unit())], [("location", label.fill("location"))], end]
    if world.chance(0.2):
        del lines[1]
    return lines


def _whole(label: Label) -> str:
    """An address as one value."""
    world = label.world
    if world.chance(0.25):
        return label.fill("address")
    if world.chance(0.12):
        box = (f"PSC {label.number()}, Box {label.number()}", f"Unit {label.number()} Box {label.number()}")
        town = world.pick(("APO AA", "APO AE", "APO AP", "DPO AA", "DPO AE", "DPO AP", "FPO AE"))
        return f"{world.pick(box)}\n{town} {label.postcode()}"
    if world.chance(0.06):
        return f"the corner of {label.street()} and {label.street()}"
    city, country = label.fill("location"), world.word("country")
    street = f"{label.number()} {label.street()}"
    end = world.pick((f"{country} {label.postcode()}", country))
    state = world.letters(2)
    shapes = (
        f"{street}\n {label.unit()}\n {city}\n {end}", f"{street}\n{city}\n, {state}\n {label.postcode()}",
        f"{street}\n{city}\n, {state}\n {end}", f"{street} {label.unit()}, {city}, {end}",
        f"{street}\n{city}, {state} {label.postcode()}", f"{street} {label.unit()} {city} {end}",
    )  # fmt: skip
    return world.pick(shapes)


def _card(label: Label) -> list[Segment]:
    """A business card: the address below a name, a title or a company is one value."""
    world = label.world
    lines: list[Segment] = []
    roll = world.rng.random()
    if roll < 0.45:
        lines = [("person", label.fill("person")), "\n", ("title", label.fill("title")), "\n"]
        lines += [("organization", label.fill("organization")), "\n"]
    elif roll < 0.7:
        lines = [("organization", label.fill("organization")), world.pick(("\n", "\n\n"))]
    elif roll < 0.85:
        lines = [("person", label.fill("person")), "\n", ("organization", label.fill("organization")), "\n"]
    else:
        lines = [world.pick(("Name: ", "Name:    ", "To: ")), ("person", label.fill("person"))]
        lines += [world.pick(("\nAddress: ", "\nAddress:     ", "\nLives at: "))]
    lines.append(("address", _whole(label)))
    return lines + (_phones(label) if world.chance(0.3) else [])


def _phones(label: Label) -> list[Segment]:
    world = label.world
    written: list[Segment] = []
    for kind in world.rng.sample(["office", "fax", "mobile", "home"], world.rng.randint(1, 3)):
        before, after = world.rng.choice((("", f" {kind}"), (f"{kind}: ", ""), ("", f"-{kind.capitalize()}")))
        number = label.fill("phone_number") if world.chance(0.6) else world.phone()
        written += ["\n" + before, ("phone_number", number), after]
    return written


_SENTENCES: tuple[tuple[str, str], ...] = (
    (
        "[Please send|Ship|Deliver|Forward] [it|the parcel|my card|everything] to ",
        "[, thanks|.| as soon as possible.|]",
    ),
    ("[Our|The] [new |main |]office [is now|is|will be] at ", "[, come and see us|.|]"),
    ("[My|Her|His|Our] [postal |new |billing |]address is ", "[, isn't it?|.|]"),
    ("[Can you|Could someone|Please] [pick me up|meet us|come] [at|in front of] ", "[?| at noon?| tonight?]"),
    ("[They|The tenants|We] [have moved|moved] to ", "[ last week.|.|]"),
    ("[Is|Was] the [delivery|invoice|appointment] for ", "[?| or somewhere else?]"),
)


def _sentence(label: Label) -> list[Segment]:
    before, after = label.world.rng.choice(_SENTENCES)
    return [label.world.say(before), ("address", _whole(label)), label.world.say(after)]
