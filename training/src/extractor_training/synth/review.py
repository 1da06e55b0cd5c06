"""Product reviews: what was bought, what is liked and what is not."""

from __future__ import annotations

from extractor_training.synth import words as w
from extractor_training.synth.draft import Draft, Quote, Sample, quote, recased
from extractor_training.synth.world import World

_ASPECT = """
battery|battery life|bed|breakfast|build quality|camera|checkout|cleaning|coffee|colour|comfort|controls|customer service|delivery
|design|display|dessert|documentation|ease of use|fabric|fit|food|finish|handle|instructions|interface|keyboard|lid|lighting|location
|manual|material|menu|microphone|motor|music|noise level|packaging|parking|pasta|performance|picture quality|pool|portions|price|quality
|reception|room|screen|seat|service|setup|shipping|size|smell|software|sound|sound quality|staff|stitching|strap|suction|support|taste
|touchpad|value|view|waiter|warranty|waterproofing|weight|wheels|wifi|zip|zoom
"""
_GOOD = """
amazing|excellent|great|superb|fantastic|very good|perfect|lovely|impressive|wonderful|outstanding|top notch|better than expected|spot on
|brilliant|really nice|first class|a joy|a big plus|second to none
"""
_BAD = """
awful|terrible|poor|disappointing|bad|useless|dreadful|a joke|too much|below average|way off|horrible|a letdown|not good at all|unacceptable
|cheap|flimsy|annoying|worse than expected|a nightmare
"""
_OPEN_GOOD = (
    "[I love|Love|Really happy with|So glad I bought|Very pleased with|Delighted with] [my|this|the] {product}", "The {product} [is worth every penny|exceeded my expectations|is the best I have had]",
    "[Would buy|Will order] the {product} again", "Five stars for the {product}", "[Great|Excellent|Brilliant|Lovely] {product}", "Best {product} ever",
    "Highly recommend the {product}", "[Bought|Got] the {product} [last month|for my wife|for the office] and it works like a charm",
)  # fmt: skip
_OPEN_BAD = (
    "[Don't buy|Avoid|Stay away from] the {product}", "The {product} [broke after a week|is a waste of money|stopped working after two days|never worked]",
    "[Very disappointed|Not happy|Really unhappy] with [my|this|the] {product}", "[Worst|Terrible|Awful] {product}[ ever|]", "I [regret buying|sent back] the {product}",
    "One star for the {product}", "I want my money back for this {product}", "The {product} [fell apart|arrived broken|leaks|overheats]",
)  # fmt: skip
_OPEN_FLAT = (
    "[Bought|Ordered|Got] the {product} [last week|in May|online|as a spare]", "The {product} [is black|comes with a cable|arrived on Monday|is the 2023 model]",
    "I use the {product} [at work|in the kitchen|every day]", "[This is a review of|My thoughts on] the {product}", "The {product} does what it says",
)  # fmt: skip
_OPEN_ODD = (
    "[Not sure|I don't know] what to [make|think] of the {product}", "[Is|Was] the {product} supposed to [blink|smell like this|come without a plug]?", "I wonder [if|whether] the {product} works with [my old one|a mac]",
    "Huh, the {product} [arrived in two parts|looks different from the picture]", "Wow, I didn't expect the {product} to be [this small|so big]", "[Why does|How does] the {product} [have two buttons|do that]?",
    "I am confused by the {product}", "Only now I realise that the {product} [needs batteries|has a timer]",
)  # fmt: skip
_LIKE = (
    "The {a} [is|was] {g}",
    "[Loved|I like|I really like|I love] the {a}",
    "{a}: {g}",
    "[Great|Excellent|Superb|Lovely] {a}",
    "[Big plus|Pro|Good|+]: {a}",
    "the {a} [is|seems] {g}",
)
_HATE = (
    "The {a} [is|was] {b}",
    "[Hated|I dislike|I can't stand|I don't like] the {a}",
    "{a}: {b}",
    "[Terrible|Poor|Awful|Bad] {a}",
    "[Minus|Con|Bad|-]: {a}",
    "the {a} [is|seems] {b}",
)
_BOTH = (
    "The {a} [is|was] {g} but the {c} [is|was] {b}",
    "{g} {a}, {b} {c}",
    "[Love|I like] the {a}, [hate|not] the {c}",
)


def _product(world: World) -> str:
    roll = world.rng.random()
    if roll < 0.5:
        return world.word("GOODS")
    if roll < 0.7:
        return f"{world.made_up()} {world.word('GOODS')}"
    if roll < 0.85:
        return f"{world.fixed(w.ADJECTIVE).lower()} {world.word('GOODS')}"
    return f"{world.word('STEM')} {world.pick(('Hotel', 'Restaurant', 'Café', 'Grill', 'Pro', 'X2', 'App', '500', 'Bistro'))}"


def _mood(world: World, sentiment: str) -> tuple[str, ...]:
    del world
    return {"positive": _OPEN_GOOD, "negative": _OPEN_BAD, "ambiguous": _OPEN_ODD}.get(sentiment, _OPEN_FLAT)


def _opinions(world: World, draft: Draft, good: int, bad: int) -> tuple[list[Quote], list[Quote]]:
    aspects = world.rng.sample(w.words(_ASPECT), good + bad)
    turns = [True] * good + [False] * bad
    world.rng.shuffle(turns)
    liked: list[Quote] = []
    disliked: list[Quote] = []
    for positive, aspect in zip(turns, aspects, strict=True):
        pattern = world.pick(_LIKE if positive else _HATE)
        mini = Draft(world, {"a": aspect, "g": world.fixed(_GOOD), "b": world.fixed(_BAD)})
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
        draft.one_of(_mood(world, sentiment))
    liked, disliked = _opinions(world, draft, good, bad)
    record = {"product": quote(draft.got("product")), "sentiment": sentiment, "liked": liked, "disliked": disliked}
    return recased(world, Sample("product_review", _finish(world, draft), record), 0.12, 0.02)


def comment_sentiment(world: World) -> Sample:
    """Make one review row with its sentiment alone."""
    sentiment = world.rng.choices(("positive", "negative", "ambiguous", "neutral"), (35, 35, 14, 16))[0]
    draft = Draft(world, {"product": _product(world)})
    draft.one_of(_mood(world, sentiment))
    if sentiment in ("positive", "negative"):
        more = world.rng.randint(0, 2)
        _opinions(world, draft, *((more, 0) if sentiment == "positive" else (0, more)))
    text = _finish(world, draft)
    return recased(world, Sample("sentiment", text, {"sentiment": sentiment}), 0.12, 0.02)


def review(world: World) -> Sample:
    """Make one row of either review schema."""
    return product_review(world) if world.chance(0.6) else comment_sentiment(world)
