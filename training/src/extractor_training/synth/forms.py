"""Many schemas over many kinds of documents: what lets the model read a schema that it has never seen.

A schema asks for some of what a domain's documents tell, under names, descriptions and types of its own; a document
tells some of it, and other things.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from extractor_training.synth.concepts import CURRENCIES, Concept, Value, concepts, domains, value
from extractor_training.synth.draft import Sample
from extractor_training.synth.papers import paper
from extractor_training.synth.schemas import QUOTE, Json, labels, listing, maybe, record
from extractor_training.synth.series import Series
from extractor_training.synth.world import World

_SERIES = Series("forms", ("form", 700), ("unseen", 24), apart=("warranty", "flight", "course"))
_WAYS: Mapping[str, tuple[tuple[str, float], ...]] = {  # kind -> ways to ask for it, with their odds
    "flag": (("flag", 1),),
    "choice": (("label", 1),),
    "int": (("integer", 3), ("quote", 1)),
    "year": (("integer", 1), ("quote", 1)),
    "amount": (("quote", 3), ("number", 1), ("money", 1)),
    "date": (("quote", 6), ("iso", 1)),
    "items": (("items", 1),),
    **dict.fromkeys(("distance", "weight", "area", "bytes", "power"), (("quote", 3), ("measure", 1), ("number", 1))),
    "duration": (("quote", 4), ("measure", 1)),
}
_TITLES = ("{}", "{}Record", "{}Details", "{}Data", "{}Info", "Extracted{}")
_WHAT = ("What a document tells about a {}.", "Facts about a {}.", "A {}, as a message describes it.", "{} data.")
_PEOPLE = ("person", "email", "phone")
_DATES = ("date", "datetime", "time")


@dataclass(frozen=True, slots=True)
class Asked:
    """A field that a schema asks for.

    Attributes:
        name: Of the field.
        concept: What it means.
        way: How the value is written.
    """

    name: str
    concept: Concept
    way: str


@dataclass(frozen=True, slots=True)
class Form:
    """A schema, and where its values come from.

    Attributes:
        schema: In JSON Schema.
        domain: Of the documents it is for.
        fields: Name -> what it holds; a list of them is an object inside.
    """

    schema: Json
    domain: str
    fields: Mapping[str, Asked | Sequence[Asked]]

    def record(self, told: Mapping[str, Value]) -> dict[str, Any]:
        """The record of a document that tells these values, by concept."""
        return {name: _found(asked, told) for name, asked in self.fields.items()}


def _found(asked: Asked | Sequence[Asked], told: Mapping[str, Value]) -> Any:
    if not isinstance(asked, Asked):
        return {inner.name: _found(inner, told) for inner in asked}
    given = told.get(asked.concept.key)
    if given is None:
        return [] if asked.way in ("list", "items") else None
    return given.ways.get(asked.way)


@cache
def forms(held_out: bool) -> Mapping[str, Form]:
    """Schema name -> form; those held out are of domains that the others never show."""
    return _SERIES.draw(held_out, domains(), _form)


def form_schemas() -> dict[str, Json]:
    """Schema name -> JSON Schema, of all forms."""
    return {name: form.schema for held_out in (False, True) for name, form in forms(held_out).items()}


def form(world: World) -> Sample:
    """One document and its record."""
    found = forms(world.held_out)
    name = world.pick(tuple(found))
    wanted = found[name]
    keys = domains()[wanted.domain]
    told = {key: value(world, concepts()[key]) for key in keys if world.chance(0.7)}
    usable = {key: given for key, given in told.items() if _fits(wanted, key, given)}
    text = paper(world, [(concepts()[key], given) for key, given in usable.items()])
    return Sample(name, text, wanted.record(usable))


def _fits(wanted: Form, key: str, given: Value) -> bool:
    """Whether a value, if it is asked for, can be written in the way the schema wants."""
    groups = [[asked] if isinstance(asked, Asked) else asked for asked in wanted.fields.values()]
    ways = [asked.way for group in groups for asked in group if asked.concept.key == key]
    return all(way in given.ways for way in ways)


def _form(world: World, domain: str) -> Form:
    keys = list(domains()[domain])
    world.rng.shuffle(keys)
    asked = [_asked(world, concepts()[key]) for key in keys[: world.rng.randint(2, min(8, len(keys)))]]
    asked = list({one.name: one for one in asked}.values())
    camel = world.chance(0.15)
    fields: dict[str, Asked | Sequence[Asked]] = {}
    for title, kinds in (("contact", _PEOPLE), ("schedule", _DATES)):
        inner = [one for one in asked if one.concept.kind in kinds]
        if len(inner) > 1 and world.chance(0.35):
            asked = [one for one in asked if one not in inner]
            fields[title] = inner
    fields |= {_camel(one.name) if camel else one.name: one for one in asked}
    described = world.chance(0.65)
    title = world.pick(_TITLES).replace("{}", domain.capitalize())
    about = world.pick(_WHAT).replace("{}", domain)
    return Form(record(title, about, **_members(world, fields, described)), domain, fields)


def _asked(world: World, concept: Concept) -> Asked:
    ways = _WAYS.get(concept.kind, (("list" if concept.kind.endswith("*") else "quote", 1),))
    way = world.rng.choices([w for w, _ in ways], [odds for _, odds in ways])[0]
    return Asked(world.pick(concept.names), concept, way)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _members(
    world: World, fields: Mapping[str, Asked | Sequence[Asked]], described: bool
) -> dict[str, tuple[Json, str]]:
    found: dict[str, tuple[Json, str]] = {}
    for name, asked in fields.items():
        if isinstance(asked, Asked):
            about = world.pick(asked.concept.about) if described else ""
            found[name] = (_kind(world, asked), about)
        else:
            inner = _members(world, {one.name: one for one in asked}, described)
            found[name] = (record(name.capitalize(), "", **inner), "")
    return found


def _kind(world: World, asked: Asked) -> Json:
    if asked.way == "list":
        return listing(QUOTE)
    if asked.way == "items":
        return listing(_ITEM)
    if asked.way == "label":
        options = list(asked.concept.options)
        world.rng.shuffle(options)
        return maybe(labels(*options))
    return maybe(_KINDS.get(asked.way, {"type": asked.way}))


def _bare(title: str, **fields: Json) -> Json:
    """An object whose fields have no descriptions."""
    return record(title, "", **{name: (kind, "") for name, kind in fields.items()})


_ITEM = _bare("Item", name=QUOTE, quantity=maybe({"type": "integer"}), price=maybe(QUOTE))
_KINDS: Mapping[str, Json] = {
    "quote": QUOTE,
    "flag": {"type": "boolean"},
    "iso": {"type": "string", "format": "date"},
    "money": _bare("Money", amount={"type": "number"}, currency=labels(*CURRENCIES)),
    "measure": _bare("Measure", value={"type": "number"}, unit=QUOTE),
}
