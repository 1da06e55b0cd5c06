"""Days, times and lengths as people say them when they ask for something."""

from __future__ import annotations

from datetime import date

from extractor_training.synth.world import World, ordinal

NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NEAR = ("today", "tonight", "tomorrow", "this evening", "this afternoon", "tomorrow morning", "tomorrow night")
_PARTS_OF_DAY = ("morning", "afternoon", "evening", "night")


def day(world: World) -> tuple[str, str, str]:
    """A day as the subject of a sentence, behind its preposition, and without article or preposition."""
    when = date(world.rng.randint(2018, 2030), world.rng.randint(1, 12), world.rng.randint(1, 28))
    nth, month, weekday = ordinal(when.day), f"{when:%B}", f"{when:%A}"
    short = f"{month[:3]} {when.day}"
    roll = world.rng.random()
    if roll < 0.22:
        near = world.pick(_NEAR)
        return near, near, near
    if roll < 0.36:
        near = world.pick((f"next {weekday}", f"this {weekday}", f"{weekday} next week", f"this coming {weekday}"))
        return near, near, near
    if roll < 0.58:
        near = world.pick((weekday, weekday, f"{weekday} {world.pick(_PARTS_OF_DAY)}", weekday[:3]))
        return near, f"on {near}", near
    if roll < 0.78:
        near = world.pick((nth, f"{nth} of {month}", f"{nth} of {month}", f"{nth} of this month"))
        return f"the {near}", f"on the {near}", near
    near = world.pick(
        (
            f"{month} {when.day}", f"{month} {nth}", f"{when.day} {month}", short, f"{nth} {month}",
            f"{weekday[:3]}, {short}, {when.year}", f"{weekday}, {month} {nth}", f"{month} {when.day}, {when.year}",
            f"{weekday} the {nth}", when.isoformat(), f"{when:%d/%m/%Y}", f"{when.month}/{when.day}",
        )
    )  # fmt: skip
    return near, f"on {near}", near


def time_of_day(world: World) -> str:
    """A time, in figures or in words."""
    hour, word = world.rng.randint(1, 12), NUMBER_WORDS[world.rng.randrange(12)]
    half = world.pick(("a.m.", "p.m."))
    roll = world.rng.random()
    if roll < 0.5:
        return world.time()
    if roll < 0.7:
        return f"{hour}:{world.pick(('00', '10', '15', '20', '30', '40', '45'))}{world.pick((' ', ''))}{half}"
    return world.pick(
        (
            f"half past {word}", f"quarter to {word}", f"quarter past {word}", f"{word} o'clock", f"{hour} o'clock",
            f"{word} in the {world.pick(_PARTS_OF_DAY[:3])}", "noon", "midday", word, f"{hour} {half}",
            f"{word} thirty", f"{hour + 8}:{world.pick(('00', '30'))}",
        )
    )  # fmt: skip


def stay(world: World) -> str:
    """How long something takes."""
    count = world.rng.randint(2, 10)
    number = NUMBER_WORDS[count - 1] if world.chance(0.5) else str(count)
    if world.chance(0.25):
        return world.pick(
            ("an hour", "half an hour", "a week", "one night", "an hour and a half", "half a day", "a day")
        )
    if world.chance(0.25):
        return f"{world.pick(('30', '45', '60', '90'))} minutes"
    return f"{number} {world.pick(('hours', 'nights', 'days', 'hours', 'weeks'))}"
