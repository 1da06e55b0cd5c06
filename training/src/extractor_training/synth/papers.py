"""Kinds of documents: the same facts as a form, a mail, a log line, a table, a chat or a snippet of a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from extractor_training.synth.concepts import Concept, Value
from extractor_training.synth.world import World

Facts = Sequence[tuple[Concept, Value]]
_GREETINGS = ("Hi {},", "Hello {},", "Dear {},", "Good morning,", "Hello,", "Hi all,", "Dear Sir or Madam,")
_ENDS = ("Regards", "Best wishes", "Thanks", "Kind regards", "Cheers", "Yours")
_NODS = ("Got it.", "Thanks.", "Noted.", "OK", "And the rest?", "One moment please.")
_ASIDES = (
    "Let me know if anything is unclear.",
    "Sorry for the late reply.",
    "More to follow next week.",
    "Please keep this message.",
    "The weather has been awful here.",
    "As discussed on the phone.",
    "No further news.",
    "Thank you for your patience.",
    "This message was created automatically.",
    "Have a nice day!",
)


def paper(world: World, facts: Facts) -> str:
    """Write a document that tells the facts, in an order of its own."""
    shuffled = list(facts)
    world.rng.shuffle(shuffled)
    return world.rng.choices(list(_KINDS), list(_KINDS.values()))[0](world, shuffled).strip()


def _label(world: World, concept: Concept) -> str:
    return world.pick(concept.labels)


def _short(world: World, concept: Concept, value: Value) -> str:
    """What stands behind a label."""
    if concept.kind == "flag" and world.chance(0.6):
        return world.pick(("yes", "Yes", "true", "x") if value.ways["flag"] else ("no", "No", "false", "-"))
    if concept.kind == "choice" and world.chance(0.5):
        return str(value.ways["label"]).replace("_", " ")
    return value.text


def _sentence(world: World, concept: Concept, value: Value) -> str:
    return value.text if concept.options else world.pick(concept.sayings).replace("{}", value.text)


def _form(world: World, facts: Facts) -> str:
    between = world.pick((": ", ": ", ": ", " - ", ":\t", " = ", "\n  "))
    mark = world.pick(("", "", "", "- ", "* ", "• "))
    lines = [f"{mark}{_label(world, c)}{between}{_short(world, c, v)}" for c, v in facts]
    head = world.pick(("", "", world.company() + "\n", "Details\n", "*** Confirmation ***\n"))
    return head + world.pick(("\n", "\n", "\n\n", "; ")).join(lines)


def _prose(world: World, facts: Facts) -> str:
    sentences = [_sentence(world, c, v) for c, v in facts]
    for _ in range(world.rng.choice((0, 0, 1, 2))):
        sentences.insert(world.rng.randint(0, len(sentences)), world.pick(_ASIDES))
    return " ".join(sentences)


def _mail(world: World, facts: Facts) -> str:
    half = world.rng.randint(0, len(facts))
    told = _prose(world, facts[:half]) + "\n\n" + _form(world, facts[half:]) if facts[half:] else _prose(world, facts)
    greeting = world.pick(_GREETINGS).replace("{}", world.first_name())
    subject = f"Subject: {world.pick(('Re: ', '', 'Fwd: '))}your request\n\n" if world.chance(0.3) else ""
    return f"{subject}{greeting}\n\n{told}\n\n{world.pick(_ENDS)}\n{world.first_name()}"


def _log(world: World, facts: Facts) -> str:
    pairs = []
    for concept, value in facts:
        key = world.pick(concept.names)
        shown = _short(world, concept, value)
        pairs.append(f'{key}="{shown}"' if " " in shown else f"{key}={shown}")
    head = world.pick(("INFO ", "WARN ", "[worker-2] ", "", "event: ", "kernel: "))
    return head + world.pick((" ", ", ", " | ")).join(pairs)


def _table(world: World, facts: Facts) -> str:
    heads = [_label(world, c) for c, _ in facts]
    cells = [_short(world, c, v).replace("\n", ", ") for c, v in facts]
    if world.chance(0.5):
        line = "|" + "---|" * len(heads)
        return f"| {' | '.join(heads)} |\n{line}\n| {' | '.join(cells)} |"
    between = world.pick(("\t", ";", " | ", "  "))
    return between.join(heads) + "\n" + between.join(cells)


def _chat(world: World, facts: Facts) -> str:
    one, other = world.rng.choice((("User", "Agent"), ("A", "B"), (world.first_name(), "Support"), ("Customer", "Bot")))
    lines = []
    for concept, value in facts:
        if world.chance(0.5):
            lines.append(f"{one}: {_sentence(world, concept, value)}")
            lines.append(f"{other}: {world.pick(_NODS)}")
        else:
            lines += [f"{other}: {_label(world, concept)}?", f"{one}: {_short(world, concept, value)}"]
    return "\n".join(lines)


def _snippet(world: World, facts: Facts) -> str:
    between = world.pick((" · ", " | ", " – ", ", ", " / "))
    parts = [
        f"{_label(world, c)} {_short(world, c, v)}" if world.chance(0.6) else _sentence(world, c, v) for c, v in facts
    ]
    return world.pick(("", f"{world.domain()} › ", "NEW! ")) + between.join(parts)


_KINDS: dict[Callable[[World, Facts], str], float] = {
    _form: 5,
    _prose: 6,
    _mail: 3,
    _log: 1.5,
    _table: 1.5,
    _chat: 2,
    _snippet: 2,
}
