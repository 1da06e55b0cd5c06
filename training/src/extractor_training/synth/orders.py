"""Orders of several things, each with its options: lists of items whose parts are said in any order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from extractor.schema.nodes import JSONValue
from extractor_training.synth.asking import NUMBER_WORDS
from extractor_training.synth.draft import Quote, Sample, recased
from extractor_training.synth.schemas import QUOTE, Json, labels, listing, maybe, record
from extractor_training.synth.series import Series
from extractor_training.synth.wordings import Patterns, entries, group, sections, words
from extractor_training.synth.world import World

_SERIES = Series("orders", ("order", 120), ("unseen_order", 8), apart=("ice_cream",))
_SAY = sections("orders")
_TITLES = ("{}Order", "Order", "{}Request", "Basket", "Purchase")
_ABOUT = ("An order at a {}.", "What a customer orders.", "Order taken down in a {}.", "Things somebody wants.")
_TEXT: Json = {"type": "string"}


@dataclass(frozen=True, slots=True)
class Part:
    """A field of an item.

    Attributes:
        kind: `good`, `quantity`, `choice`, `flag`, `base`, `extra` or `note`.
        key: Of the shop's choice, flag or base; else the kind.
        quoted: Held as it stands in the text; else in its plain form.
    """

    kind: str
    key: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Order:
    """A schema for the orders of one shop: the field of its list, and each item's fields."""

    schema: Json
    shop: str
    items: str
    parts: Mapping[str, Part]


@dataclass(frozen=True, slots=True)
class Said:
    """One part of an item that is told: its kind, as it is written, and in its plain form."""

    kind: str
    written: str
    plain: str


@dataclass(slots=True)
class Item:
    """One thing that is ordered, and what is told of it by key."""

    count: int
    told: dict[str, Said] = field(default_factory=dict)
    extras: list[str] = field(default_factory=list)

    def written(self, *kinds: str) -> list[str]:
        """What is told of these kinds."""
        return [said.written for said in self.told.values() if said.kind in kinds]

    def value(self, part: Part) -> JSONValue:
        """What the item's field holds."""
        if part.kind == "quantity":
            return self.count
        if part.kind == "flag":
            return part.key in self.told
        if part.kind == "extra":
            return [Quote(extra) if part.quoted else extra for extra in self.extras]
        if part.key not in self.told:
            return None
        said = self.told[part.key]
        return Quote(said.written) if part.quoted and said.kind != "choice" else said.plain


@cache
def _shops() -> Mapping[str, Mapping[str, Patterns]]:
    return {name: entries(lines) for name, lines in group("orders", "shop").items()}


@cache
def orders(held_out: bool) -> Mapping[str, Order]:
    """Schema name -> schema; those held out are of a shop that the others never show."""
    return _SERIES.draw(held_out, _shops(), _order)


def order_schemas() -> dict[str, Json]:
    """Schema name -> JSON Schema, of all orders."""
    return {name: order.schema for held_out in (False, True) for name, order in orders(held_out).items()}


def _named(world: World, kind: str) -> str:
    return world.pick(words(f"names {kind}", "orders"))


def _about(world: World, kind: str) -> str:
    return world.pick(words(f"about {kind}", "orders"))


def _order(world: World, shop: str) -> Order:
    quoted, described = world.chance(0.5), world.chance(0.75)
    parts: dict[str, Part] = {}
    members: dict[str, tuple[Json, str]] = {}
    for key, options in _shops()[shop].items():
        kind, _, name = key.partition(" ")
        if kind == "good" or world.chance(0.65):
            part = Part(kind, name or kind, quoted)
            field_name = name or _named(world, kind)
            parts[field_name] = part
            members[field_name] = (_kind(part, options), _words(world, part) if described else "")
        if kind == "good" and world.chance(0.9):
            field_name = _named(world, "quantity")
            parts[field_name] = Part("quantity", "quantity", False)
            members[field_name] = ({"type": "integer", "minimum": 1}, _about(world, "quantity") if described else "")
    items = _named(world, "items")
    item = record(world.pick(("Item", "Line", "OrderItem", "Position", "Article")), "", **members)
    title = world.pick(_TITLES).replace("{}", shop.title().replace("_", ""))
    about = world.pick(_ABOUT).replace("{}", shop.replace("_", " "))
    return Order(record(title, about, **{items: (listing(item), _about(world, "items"))}), shop, items, parts)


def _kind(part: Part, options: Patterns) -> Json:
    text = QUOTE if part.quoted else _TEXT
    kinds = {"good": text, "flag": {"type": "boolean"}, "extra": listing(text)}
    return kinds.get(part.kind) or maybe(labels(*options) if part.kind == "choice" else text)


def _words(world: World, part: Part) -> str:
    name = part.key.replace("_", " ")
    if part.kind == "flag":
        return world.pick((f"True if {name}", f"Whether it is {name}", f"Asked for as {name}"))
    if part.kind in ("choice", "base"):
        return world.pick((f"The {name} if one is named", f"{name.capitalize()}", f"Which {name} is wanted"))
    return _about(world, part.kind)


def order(world: World) -> Sample:
    """Make one order and its record."""
    found = orders(world.held_out)
    name = world.pick(tuple(found))
    form = found[name]
    if world.chance(0.05):
        return Sample(name, world.say(world.pick(_SAY["empty"])), {form.items: []})
    told = [_item(world, form.shop) for _ in range(world.rng.choice((1, 1, 1, 1, 2, 2, 3)))]
    phrases = [_phrase(world, item) for item in told]
    if len(told) == 1 and world.chance(0.25):
        told, phrases = _split(world, form.shop)
    joined = (
        phrases[0] if len(phrases) == 1 else ", ".join(phrases[:-1]) + world.pick((" and ", ", and ")) + phrases[-1]
    )
    text = world.say(world.pick(_SAY["open"])).replace("{items}", joined)
    if world.chance(0.25):
        text += " " + world.say(world.pick(_SAY["more"]))
    lines: list[dict[str, Any]] = [{field: item.value(part) for field, part in form.parts.items()} for item in told]
    return recased(world, Sample(name, text[0].upper() + text[1:], {form.items: lines}), 0.1, 0.01)


def _item(world: World, shop: str, share: float = 0.25) -> Item:
    offered = _shops()[shop]
    item = Item(world.rng.choices((1, 2, 3, 4, 5, 6, 10, 12), (60, 18, 8, 5, 2, 3, 2, 2))[0])
    item.told["good"] = _good(world.pick(offered["good"]), item.count)
    for key, options in offered.items():
        kind, _, name = key.partition(" ")
        if kind in ("choice", "flag", "base", "note") and world.chance(share):
            text = _bare(world.pick(options))
            item.told[name or kind] = Said(kind, text, text)
        if kind == "extra" and world.chance(0.35):
            item.extras = [_bare(extra) for extra in world.rng.sample(options, world.rng.choice((1, 1, 2, 3)))]
    return item


def _good(name: str, count: int) -> Said:
    return Said("good", name if count == 1 else _plural(name), name)


def _plural(good: str) -> str:
    head, of, rest = good.partition(" of ")
    head, and_, tail = head.partition(" and ")
    if re.search(r"[^aeiou]y\Z", head):
        head = head[:-1] + "ies"
    elif not head.endswith("s"):
        head += "es" if head.endswith(("ch", "sh", "x")) else "s"
    return head + and_ + tail + of + rest


def _bare(text: str) -> str:
    return re.sub(r"\A(a|an|the) ", "", text)


def _phrase(world: World, item: Item) -> str:
    """`two large spicy calzones with thin crust and olives, well done`."""
    before = item.written("choice", "flag")
    world.rng.shuffle(before)
    number = NUMBER_WORDS[item.count - 1] if world.chance(0.6) else str(item.count)
    good = item.told["good"].written
    noun = " ".join([*before, good])
    if item.count == 1:
        article = "an" if noun[0].lower() in "aeiou" else "a"
        number = "" if good.endswith("s") else world.pick((article, article, article, "one", "1"))
    return f"{number} {noun}".strip() + _with(world, item)


def _with(world: World, item: Item) -> str:
    """What stands behind the thing."""
    base = item.written("base")
    parts = [*base, *item.extras]
    world.rng.shuffle(parts)
    item.extras = [part for part in parts if part not in base]  # as they stand in the text
    text = f" {world.pick(('with', 'with', 'and also', 'plus', 'with added'))} {_listed(parts)}" if parts else ""
    return text + "".join(f"{world.pick((', ', ' but ', ', and '))}{note}" for note in item.written("note"))


def _listed(parts: Sequence[str]) -> str:
    return parts[-1] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def _split(world: World, shop: str) -> tuple[list[Item], list[str]]:
    """`two bagels, one with bacon and the other with avocado`: two items of one kind."""
    first, second = (_item(world, shop, 0.1) for _ in range(2))
    options = world.rng.sample(_shops()[shop]["extra"], 2)
    good = first.told["good"].plain
    for item, extra in zip((first, second), options, strict=True):
        item.count, item.extras, item.told = 1, [_bare(extra)], {"good": _good(good, 2)}
    word = world.pick(("two", "2"))
    said = f"{word} {_plural(good)}, one with {first.extras[0]} and {world.pick(('the other', 'one'))} with"
    return [first, second], [f"{said} {second.extras[0]}"]
