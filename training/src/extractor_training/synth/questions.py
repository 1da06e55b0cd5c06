"""Questions and requests about the world at large: what a router that knows its own fields must call out of scope."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping

from extractor_training.synth.draft import SLOT
from extractor_training.synth.wordings import sections, words
from extractor_training.synth.world import World, ordinal

_FILE = "questions"
_OWN: Mapping[str, Callable[[World], str]] = {
    "person": World.person,
    "company": World.company,
    "city": World.city,
    "country": lambda world: world.word("country"),
    "state": lambda world: world.word("state"),
    "nth": lambda world: ordinal(world.rng.randint(2, 30)),
    "year": lambda world: str(world.rng.randint(1800, 2024)),
}
_POLITE = ("can you tell me ", "do you know ", "i want to know ", "please tell me ", "hey ", "so ", "tell me ")


def questions(seed: int) -> Iterator[str]:
    """Yield them for ever, in lower case as speech recognition writes them; the same seed gives the same ones."""
    world = World(random.Random(seed))
    while True:
        yield _question(world)


def _question(world: World) -> str:
    said = SLOT.sub(lambda slot: _thing(world, slot.group(1)), world.say(world.pick(sections(_FILE)["question"])))
    said = " ".join(said.split()).lower()
    if said.startswith("what is ") and world.chance(0.5):
        said = "what's " + said.removeprefix("what is ")
    return world.pick(_POLITE) + said if world.chance(0.12) else said


def _thing(world: World, slot: str) -> str:
    return _OWN[slot](world) if slot in _OWN else world.pick(words(f"thing {slot}", _FILE))
