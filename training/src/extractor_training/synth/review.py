"""Product reviews: what was bought, what is liked and what is not."""

from __future__ import annotations

from extractor_training.synth.draft import Draft, Quote, Sample, quote, recased
from extractor_training.synth.wordings import group, sections, words
from extractor_training.synth.world import World

_SAY = sections("reviews")
_OPENINGS = group("reviews", "open")


def _product(world: World) -> str:
    roll = world.rng.random()
    if roll < 0.5:
        return world.word("goods")
    if roll < 0.7:
        return f"{world.made_up()} {world.word('goods')}"
    if roll < 0.85:
        return f"{world.fixed('adjective').lower()} {world.word('goods')}"
    kinds = ("Hotel", "Restaurant", "Café", "Grill", "Pro", "X2", "App", "500", "Bistro")
    return f"{world.word('stem')} {world.pick(kinds)}"


def _opinions(world: World, draft: Draft, good: int, bad: int) -> tuple[list[Quote], list[Quote]]:
    aspects = world.rng.sample(words("aspect"), good + bad)
    turns = [True] * good + [False] * bad
    world.rng.shuffle(turns)
    liked: list[Quote] = []
    disliked: list[Quote] = []
    for positive, aspect in zip(turns, aspects, strict=True):
        pattern = world.pick(_SAY["like"] if positive else _SAY["dislike"])
        mini = Draft(world, {"a": aspect, "g": world.fixed("good"), "b": world.fixed("bad")})
        mini.write(pattern)
        sentence = mini.parts[0]
        draft.parts.append(sentence if sentence.startswith(aspect) else sentence[0].upper() + sentence[1:])
        (liked if positive else disliked).append(Quote(aspect))
    return liked, disliked


def _finish(world: World, draft: Draft) -> str:
    joint = world.pick((". ", ". ", "! ", ", ", "\n", " - "))
    text = draft.text("\x00").replace("?\x00", "? ").replace("\x00", joint)
    return text if text[-1] in ".!?" else text + world.pick((".", ".", "!", ""))


def product_review(world: World) -> Sample:
    """Make one review row with what is liked and disliked."""
    sentiment = world.rng.choices(("positive", "negative", "mixed", "neutral"), (36, 34, 22, 8))[0]
    good, bad = {
        "positive": (world.rng.randint(0, 3), 0),
        "negative": (0, world.rng.randint(0, 3)),
        "mixed": (world.rng.randint(1, 2), world.rng.randint(1, 2)),
    }.get(sentiment, (0, 0))
    draft = Draft(world, {"product": _product(world)})
    opened = world.chance(0.8) or good + bad == 0
    if opened:
        draft.one_of(_OPENINGS.get(sentiment, _OPENINGS["neutral"]))
    liked, disliked = _opinions(world, draft, good, bad)
    record = {"product": quote(draft.got("product")), "sentiment": sentiment, "liked": liked, "disliked": disliked}
    return recased(world, Sample("product_review", _finish(world, draft), record), 0.12, 0.02)


def comment_sentiment(world: World) -> Sample:
    """Make one review row with its sentiment alone."""
    sentiment = world.rng.choices(("positive", "negative", "ambiguous", "neutral"), (35, 35, 14, 16))[0]
    draft = Draft(world, {"product": _product(world)})
    draft.one_of(_OPENINGS.get(sentiment, _OPENINGS["neutral"]))
    if sentiment in ("positive", "negative"):
        more = world.rng.randint(0, 2)
        _opinions(world, draft, *((more, 0) if sentiment == "positive" else (0, more)))
    text = _finish(world, draft)
    return recased(world, Sample("sentiment", text, {"sentiment": sentiment}), 0.12, 0.02)


def review(world: World) -> Sample:
    """Make one row of either review schema."""
    return product_review(world) if world.chance(0.6) else comment_sentiment(world)
