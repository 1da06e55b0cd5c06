"""People's names in their parts, in many orders and notations, under schemas that ask for some of the parts."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache

from extractor_training.synth.draft import Sample, quote, recased
from extractor_training.synth.schemas import QUOTE, Json, maybe, record
from extractor_training.synth.wordings import Patterns, entries, group, sections, words
from extractor_training.synth.world import World

_SCHEMAS, _HELD_OUT_SCHEMAS = 60, 6
_SAY = sections("names")
_ABOUT = ("A person's name, in its parts.", "Who is named.", "The parts of a name.", "Name of a person.")
_TITLES = ("Name", "NameParts", "PersonalName", "FullName", "Person", "Individual")
_ALWAYS = ("given", "last")


@cache
def _parts() -> Mapping[str, Mapping[str, Patterns]]:
    return {name: entries(lines) for name, lines in group("names", "part").items()}


@cache
def _schemas(held_out: bool) -> Mapping[str, tuple[Json, Mapping[str, str]]]:
    """Schema name -> schema, and the part that each of its fields asks for."""
    world = World(random.Random(f"names:{held_out}"))
    start, count = ("unseen_name", _HELD_OUT_SCHEMAS) if held_out else ("name", _SCHEMAS)
    return {f"{start}_{i:02}": _schema(world) for i in range(count)}


def name_schemas() -> dict[str, Json]:
    """Schema name -> JSON Schema."""
    return {name: schema for held_out in (False, True) for name, (schema, _) in _schemas(held_out).items()}


def _schema(world: World) -> tuple[Json, Mapping[str, str]]:
    share = world.rng.random()
    kept = [part for part in _parts() if world.chance(0.9 if part in _ALWAYS else share)] or list(_ALWAYS)
    described, shuffled = world.chance(0.75), world.chance(0.3)
    if shuffled:
        world.rng.shuffle(kept)
    fields: dict[str, str] = {}
    for part in kept:
        fields.setdefault(world.pick(_parts()[part]["name"]), part)
    members = {
        field: (maybe(QUOTE), world.pick(_parts()[part]["about"]) if described else "")
        for field, part in fields.items()
    }
    return record(world.pick(_TITLES), world.pick(_ABOUT), **members), fields


def full_name(world: World) -> Sample:
    """Make one name, bare or in a few words, and its parts."""
    found = _schemas(world.held_out)
    chosen = world.pick(tuple(found))
    told = _told(world)
    text = world.say(world.pick(_SAY["frame"])).replace("{}", _written(world, told))
    values = {field: quote(told.get(part)) for field, part in found[chosen][1].items()}
    return recased(world, Sample(chosen, text, values), 0.12, 0.15)


def _told(world: World) -> dict[str, str]:
    told = {"last": world.last_name()}
    if world.chance(0.08):
        told["last"] = f"{told['last']}-{world.last_name()}"
    elif world.chance(0.08):
        told["last"] = world.pick(("de ", "van ", "von ", "Mc ", "La ", "St. ", "al-")) + told["last"]
    dot = world.pick((".", ".", ""))
    if world.chance(0.08):
        told["first_initial"] = world.letters(1) + dot
    else:
        told["given"] = world.first_name()
    if world.chance(0.4):
        told["middle_initial"] = world.letters(1) + dot
    elif world.chance(0.25):
        told["middle"] = world.pick((world.first_name(), world.last_name()))
    for part, share in (("prefix", 0.12), ("generation", 0.1), ("degree", 0.1), ("nickname", 0.06)):
        if world.chance(share):
            told[part] = world.pick(words(f"words {part}", "names"))
    if "prefix" not in told and world.chance(0.1):
        told["office"] = world.pick(words("words office", "names"))
    if "nickname" in told:
        mark = world.pick(('"{}"', "({})", "'{}'"))
        told["nickname"] = mark.replace("{}", told["nickname"])
    return told


def _written(world: World, told: Mapping[str, str]) -> str:
    def of(*parts: str) -> str:
        return " ".join(told[part] for part in parts if part in told)

    first = of("given", "first_initial", "middle", "middle_initial", "nickname")
    after = "".join(
        world.pick((", ", " ") if part == "generation" else (", ", ", ", " ")) + told[part]
        for part in ("generation", "degree")
        if part in told
    )
    before = of("prefix", "office")
    if world.chance(0.25):
        return f"{told['last']}, {f'{before} {first}'.strip()}" + after
    return f"{before} {first} {told['last']}".strip() + after
