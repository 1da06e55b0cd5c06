"""Dates, and which of them are dates of birth."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.hooks.candidate import Candidate
from extractor.hooks.recognise.surroundings import said_before

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_TIME = r"(?:[T ,]{1,2}\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[ap]\.?m\.?|Z|[+-]\d{2}:?\d{2})?)?"
_DATE = re.compile(
    rf"(?<![\w./-])(?:(?:1[89]|20)\d{{2}}(?P<a>[-/.])(?:0?[1-9]|1[0-2])(?P=a)(?:0?[1-9]|[12]\d|3[01]){_TIME}"
    rf"|(?:0?[1-9]|[12]\d|3[01])(?P<b>[-/.])(?:0?[1-9]|[12]\d|3[01])(?P=b)(?:(?:1[89]|20)\d{{2}}|\d{{2}}){_TIME}"
    rf"|(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?[ -](?:of )?{_MONTH},?(?:[ -](?:1[89]|20)\d{{2}})?{_TIME}"
    rf"|{_MONTH} (?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?:,? (?:1[89]|20)\d{{2}})?{_TIME})(?![\w/-])",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"(?<![\w./:-])(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day(?: (?:morning|afternoon|evening|night))?"
    r"|(?:in|during|since|until|by|of|from) (?P<year>(?:19|20)\d{2})"
    r"|(?:today|tomorrow|yesterday|tonight)|\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?)(?![\w/:-])",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"\b(?:born|birth(?:s|[ _-]?(?:date|day))?|date[ _-]of[ _-]birth|d\.?o\.?b\.?|geboren|geburtsdatum|n[ée]e? le|"
    r"nacid[oa]|nacimiento|nat[oa] il)(?![a-z])|(?:^|[\W_])(?:dob|birth_?date|birthday|birth)(?=[\W_])|\*\s?$",
    re.IGNORECASE,
)


def dates(text: str) -> Iterator[Candidate]:
    """Every date and time, in the usual written forms; not a rule of the hook by itself."""
    for match in _DATE.finditer(text):
        yield Candidate("date", match.start(), match.end(), 0.9)
    for match in _LOOSE.finditer(text):
        group = "year" if match["year"] else 0
        yield Candidate("date", match.start(group), match.end(group), 0.6)


def birth_dates(text: str) -> Iterator[Candidate]:
    """Dates that the words before them call somebody's birth."""
    if not _BORN.search(text):
        return
    for match in _DATE.finditer(text):
        if said_before(text, match.start(), _BORN, reach=32):
            yield Candidate("birth-date", match.start(), match.end(), 0.85)
