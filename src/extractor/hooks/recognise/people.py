"""Names of people and organisations, where the words around them say so. What only meaning can tell is the model's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.hooks.candidate import Candidate

_UPPER = r"A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽΑ-ΩА-Я"
_WORD = rf"[{_UPPER}](?:[^\W\d_]|['’](?=[^\W\d_]))+"
_INITIAL = rf"[{_UPPER}]\."
_PARTICLE = r"(?:van|von|de|der|den|del|della|di|da|dos|du|la|le|bin|al|el|ter|zu|y)"
_NAME = rf"{_WORD}(?:-{_WORD})?(?:[ \t]+(?:{_INITIAL}|{_PARTICLE}(?=[ \t])|{_WORD}(?:-{_WORD})?|[{_UPPER}](?=[ \t]))){{0,3}}"
_FULL = (
    rf"{_WORD}(?:-{_WORD})?(?:[ \t]+(?:{_INITIAL}|{_PARTICLE}|[{_UPPER}])(?=[ \t])){{0,2}}[ \t]+{_WORD}(?:-{_WORD})?"
)
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Herr|Frau|Señora?|Signora?|Mme|Rev|Judge|Captain)"

_CUES: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(pattern), confidence)
    for pattern, confidence in (
        (rf"\b{_TITLE}\.?[ \t]+(?P<name>{_NAME})", 0.85),
        (rf"(?i:\b(?:my|his|her|their|whose) (?:full )?name(?:'s| is)|\bI am|\bI'm|\bthis is|\bnamed|\bcalled)"
         rf"[ \t]+(?P<name>{_FULL})", 0.75),
        (rf"(?i:\b(?:my name is|name is|kid|son|daughter|wife|husband|brother|sister|friend|colleague|kid named))"
         rf"[ \t]+(?P<name>{_NAME})", 0.65),
        (rf"(?im:^[ \t>*#\-]*(?:(?:full|first|last|contact|customer|patient|billing|account holder)[ _]?)?name)"
         rf"[ \t]*[:=][ \t]*[\"']?(?P<name>{_NAME})", 0.8),
        (rf"(?i:[\"']?(?:full_?name|customer_?name|contact_?name|first_?name|last_?name|surname|patient_?name|"
         rf"account_?holder|card_?holder|employee|recipient|contact|owner|reporter|assignee|author|attn)[\"']?)"
         rf"[ \t]*(?:[:=]|=>)[ \t]*[\"']?(?P<name>{_FULL})(?=[\"',<;(\s]|$)", 0.75),
        (rf"(?i:\b(?:dear|hi|hello|regards,|sincerely,|cheers,|thanks,|yours,|cc:|to:|from:|by:|signed-off-by:|contact"
         rf"|ask(?: for)?|attn:?))\s+(?P<name>{_FULL})", 0.7),
        (rf"(?i:\b(?:dear|hi|hello))[ \t]+(?P<name>{_WORD})(?=,)", 0.6),
        (rf"(?P<name>{_FULL})[ \t]*(?:<[^<>\s@]+@[^<>\s@]+>|\([^()\s@]+@[^()\s@]+\))", 0.9),
        (rf"(?P<name>{_FULL}),? (?:lives|lived|was born|is a \d|said|works|worked|wrote|called|moved|had given)\b", 0.7),
        (rf"(?P<name>{_FULL}) (?:from|of|at) (?P<org>{_FULL})\b (?:is|will|wrote|called)", 0.6),
    )
)  # fmt: skip
_NOT_NAMES = frozenset(
    [
        "The",
        "This",
        "That",
        "These",
        "Those",
        "A",
        "An",
        "I",
        "We",
        "You",
        "He",
        "She",
        "It",
        "They",
        "My",
        "Your",
        "Our",
        "Please",
        "Thank",
        "Thanks",
        "Hello",
        "Hi",
        "Dear",
        "All",
        "Team",
        "Sir",
        "Madam",
        "Everyone",
        "Everybody",
        "Support",
        "Customer",
        "Service",
        "Sales",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "New",
        "Street",
        "Road",
        "Avenue",
        "Error",
        "Warning",
        "Note",
        "None",
        "Null",
        "True",
        "False",
        "Not",
        "In",
        "On",
        "At",
        "To",
        "From",
        "For",
        "And",
        "Or",
        "If",
        "When",
        "Where",
        "What",
        "Who",
        "How",
        "Why",
        "Is",
        "Are",
        "Was",
        "Python",
        "Java",
        "Linux",
        "Windows",
        "Unicode",
        "English",
        "Inc",
        "Ltd",
        "Llc",
        "Corp",
        "Company",
        "Number",
        "Date",
        "Order",
        "Invoice",
        "Version",
        "User",
        "Client",
        "Server",
        "File",
        "Open",
        "Source",
        "Software",
        "Foundation",
        "License",
        "Copyright",
        "Apache",
        "Public",
        "General",
        "Free",
        "Red",
        "Hat",
        "Visual",
        "Studio",
        "Git",
        "Hub",
        "Google",
        "Microsoft",
        "Amazon",
        "University",
        "Institute",
        "Group",
        "Department",
        "Committee",
        "Office",
        "Security",
        "Data",
        "Test",
    ]
)
_ORGANISATION = re.compile(
    rf"(?P<a>{_WORD}(?:[ \t]+(?:&|and|of|{_WORD})){{0,4}}[ \t,]+(?:Inc|LLC|Ltd|Limited|Corp|Corporation|Company|Co|GmbH|AG|PLC|Plc|"
    rf"S\.?A\.?|Group|Bank|Partners|Associates|Holdings|Foundation|Institute|University|Technologies|Solutions|"
    rf"Consulting|Incorporated|Industries|Systems|Services|Sons)\b\.?)"
    rf"|(?i:\b(?:work(?:s|ed)?(?: for| at)|employed (?:by|at)|office of|offices of|assistant at|job at|employer:|"
    rf"company:|organi[sz]ation:))[ \t]+(?P<b>{_WORD}(?:[ \t]+(?:&|of|{_WORD})){{0,3}})"
)


def people(text: str) -> Iterator[Candidate]:
    """Names that a title, a label, a greeting, a signature or an address in brackets gives away."""
    for cue, confidence in _CUES:
        for match in cue.finditer(text):
            start, end = match.span("name")
            if not is_no_name(match["name"]):
                yield Candidate("person", start, end, confidence)


def is_no_name(written: str) -> bool:
    """Whether a capitalised run is a word of the language, a heading or a product rather than somebody's name."""
    words = written.split()
    if any(word.rstrip(".,") in _NOT_NAMES for word in words):
        return True
    return len(words) == 1 and (len(written) < 3 or written.isupper())


def organisations(text: str) -> Iterator[Candidate]:
    """Companies and institutions by their legal form or the words before them; scored, not a rule of the hook."""
    for match in _ORGANISATION.finditer(text):
        group = "a" if match["a"] else "b"
        yield Candidate("organization", match.start(group), match.end(group), 0.6)
