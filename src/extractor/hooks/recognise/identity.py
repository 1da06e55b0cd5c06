"""National identity numbers, passports and licences, health records: check digits first, words where there are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import NamedTuple

from extractor.hooks.candidate import Candidate
from extractor.hooks.recognise.surroundings import said_before, stands_alone


class _Scheme(NamedTuple):
    """One country's number.

    Attributes:
        kind: What the message calls it.
        shape: Its written form.
        module: The module of python-stdnum that checks it; "" where the form is all there is.
        words: Words that name it.
        alone: Confidence without such a word; 0: not a finding then.
    """

    kind: str
    shape: re.Pattern[str]
    module: str
    words: re.Pattern[str]
    alone: float


def _words(*names: str) -> re.Pattern[str]:
    """Any of the names as a word, or as one of the parts of `nhsNumber`, `NHS_NO` and `patientNhs`."""
    return re.compile(
        rf"(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(?i:{'|'.join(names)})(?:(?![A-Za-z])|(?<=[a-z])(?=[A-Z]))"
    )


_TAX = r"(?:tax|fiscal)[ _-]?(?:id|number|no|code)"
_NATIONAL = r"national[ _-]?(?:id|identity|identification|insurance|register|number)(?:[ _-]?(?:number|no|card))?|citizen[ _-]?id"
_SCHEMES = (
    _Scheme("us-ssn", re.compile(r"\d{3}-\d{2}-\d{4}"), "us.ssn", _words("ssn", "social", r"s\.s\.n"), 0.85),
    _Scheme(
        "us-ssn",
        re.compile(r"\d{3} \d{2} \d{4}|\d{9}"),
        "us.ssn",
        _words("ssn", r"social[ _-]?security(?:[ _-]?(?:number|no))?"),
        0.0,
    ),
    _Scheme("us-itin", re.compile(r"9\d{2}-\d{2}-\d{4}"), "us.itin", _words("itin", _TAX), 0.85),
    _Scheme(
        "gb-nino",
        re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]"),
        "",  # no check digit, and the library has no module for it
        _words("nino", "national", r"ni[ _-]?(?:number|no)"),
        0.85,
    ),
    _Scheme("gb-nhs", re.compile(r"\d{3}[ -]\d{3}[ -]\d{4}"), "gb.nhs", _words("nhs"), 0.0),
    _Scheme("gb-nhs", re.compile(r"\d{10}"), "gb.nhs", _words("nhs"), 0.0),
    _Scheme(
        "fr-nir",
        re.compile(r"[12][ .]?\d{2}[ .]?(?:0[1-9]|1[0-2])[ .]?(?:\d{2}|2[AB])[ .]?\d{3}[ .]?\d{3}[ .]?\d{2}"),
        "fr.nir",
        _words("nir", "insee", r"s[eé]curit[eé]", "secu"),
        0.9,
    ),
    _Scheme("es-dni", re.compile(r"\d{8}-?[A-HJ-NP-TV-Z]"), "es.dni", _words("dni", "nif", "documento"), 0.85),
    _Scheme("es-nie", re.compile(r"[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z]"), "es.nie", _words("nie", "nif"), 0.85),
    _Scheme(
        "it-codice-fiscale",
        re.compile(r"[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]"),
        "it.codicefiscale",
        _words("codice", "fiscale", "cf"),
        0.95,
    ),
    _Scheme(
        "de-idnr",
        re.compile(r"\d{2} \d{3} \d{3} \d{3}|\d{11}"),
        "de.idnr",
        _words("idnr", "steuer(?:liche)?[ -]?(?:id(?:nr|entifikationsnummer)?|nummer)?", "steuerid", _TAX),
        0.0,
    ),
    _Scheme(
        "nl-bsn", re.compile(r"\d{9}|\d{4}\.\d{2}\.\d{3}"), "nl.bsn", _words("bsn", "burgerservicenummer", "sofi"), 0.0
    ),
    _Scheme(
        "be-nn",
        re.compile(r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}"),
        "be.nn",
        _words("rijksregister(?:nummer)?", "registre", _NATIONAL),
        0.9,
    ),
    _Scheme("be-nn", re.compile(r"\d{11}"), "be.nn", _words("rijksregister(?:nummer)?", "registre", _NATIONAL), 0.0),
    _Scheme(
        "se-personnummer",
        re.compile(r"(?:19|20)?\d{6}[-+]\d{4}"),
        "se.personnummer",
        _words("person(?:al)?[ _-]?(?:nummer|number|nr)", "personnummer"),
        0.8,
    ),
    _Scheme("dk-cpr", re.compile(r"\d{6}-\d{4}"), "dk.cpr", _words("cpr"), 0.0),
    _Scheme(
        "fi-hetu", re.compile(r"\d{6}[-+A]\d{3}[0-9A-FHJ-NPR-Y]"), "fi.hetu", _words("hetu", "henkil[oö]tunnus"), 0.85
    ),
    _Scheme("pl-pesel", re.compile(r"\d{11}"), "pl.pesel", _words("pesel"), 0.0),
    _Scheme("br-cpf", re.compile(r"\d{3}\.\d{3}\.\d{3}-\d{2}"), "br.cpf", _words("cpf"), 0.95),
    _Scheme("br-cpf", re.compile(r"\d{11}"), "br.cpf", _words("cpf"), 0.0),
    _Scheme("ca-sin", re.compile(r"\d{3}[ -]?\d{3}[ -]?\d{3}"), "ca.sin", _words("sin", "social[ _-]?insurance"), 0.0),
    _Scheme("au-tfn", re.compile(r"\d{3}[ ]?\d{3}[ ]?\d{3}"), "au.tfn", _words("tfn", "tax[ _-]?file"), 0.0),
    _Scheme(
        "in-aadhaar",
        re.compile(r"[2-9]\d{3}(?P<gap>[ -]?)\d{4}(?P=gap)\d{4}"),
        "in_.aadhaar",
        _words("aadh?aar", "uid(?:ai)?"),
        0.0,
    ),
    _Scheme("in-pan", re.compile(r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]"), "in_.pan", _words("pan", _TAX), 0.0),
    _Scheme("ch-ahv", re.compile(r"756\.\d{4}\.\d{4}\.\d{2}"), "ch.ssn", _words("ahv", "avs"), 0.95),
)
_MAY_START = re.compile(r"(?<![A-Za-z0-9_])(?=(?:[A-Z .\-+]{0,7}\d){4})(?=[A-Z\d])")
# Printed on cards in wallets, in advertisements, in manuals: nobody's.
_NOBODYS = frozenset(
    ["078051120", "123456789", "219099999", "457555462", "111223333", "12345678Z", "AB123456C", "QQ123456C"]
)
_NAMED = re.compile(
    r"\b(?P<what>passport|driv(?:er|ing)(?:['’]?s)?[ _-]?(?:licen[cs]e|permit)|licen[cs]e|(?:national|identity|citizen)"
    r"[ _-]?(?:id(?:entity)?|card)|id[ _-]card)[ _-]*(?:(?:number|num|no|nr|#|id)\.?)?[\"']?\s*"
    r"(?:[:=#]|is|->|=>)?\s*[\"'(]?(?P<value>(?=[A-Z0-9-]*\d{4})[A-Z]{0,3}-?\d[A-Z0-9-]{4,16})(?![\w-])",
    re.IGNORECASE,
)
_HEALTH = re.compile(
    r"\b(?:mrn|(?:medical|health|patient|hospital)[ _-]?(?:record|insurance|card|chart|file|plan|id)?|"
    r"(?:insurance|medicare|medicaid)(?:[ _-]?(?:member|policy|card|beneficiary))?|(?:member|beneficiary|subscriber))"
    r"[ _-]*(?:(?:id(?:entifier)?|number|num|no|nr|#)\.?)?[\"']?\s*(?:[:=#]|is|->|=>|\()?\s*[\"'(]?"
    r"(?P<value>(?=[A-Z0-9-]*\d{3})(?:[A-Z]{1,5}-?)?\d[A-Z0-9-]{4,16})(?![\w-])",
    re.IGNORECASE,
)
_HEALTH_WORDS = re.compile(r"mrn|medic|health|patient|hospital|insur|beneficiary|chart|clinic", re.IGNORECASE)


def national_ids(text: str) -> Iterator[Candidate]:
    """National identity numbers of the countries above, and the passports and licences that are called so."""
    for found in _MAY_START.finditer(text):
        for scheme in _SCHEMES:
            candidate = _as(scheme, text, found.start())
            if candidate:
                yield candidate
                break
    for match in _NAMED.finditer(text):
        if re.search(r"\d.*\d", match["value"]) and len(set(match["value"])) > 3:
            kind = "passport" if match["what"].lower() == "passport" else "licence or identity card"
            if kind == "passport" or not re.fullmatch(r"(?i)licen[cs]e", match["what"]):
                yield Candidate("national-id", match.start("value"), match.end("value"), 0.75, kind)


def _as(scheme: _Scheme, text: str, start: int) -> Candidate | None:
    match = scheme.shape.match(text, start)
    if match is None or not stands_alone(text, start, match.end(), ".-:+/"):
        return None
    compact = re.sub(r"[ .\-]", "", match.group())
    if compact in _NOBODYS or len(set(compact)) < 3:
        return None
    named = said_before(text, start, scheme.words)
    if not named and not scheme.alone:
        return None
    if scheme.module and not import_module(f"stdnum.{scheme.module}").is_valid(match.group()):
        return None
    return Candidate("national-id", start, match.end(), 0.95 if named else scheme.alone, scheme.kind)


def health_numbers(text: str) -> Iterator[Candidate]:
    """Numbers of medical records and health insurance, by the words before them."""
    for match in _HEALTH.finditer(text):
        line = text.rfind("\n", 0, match.start()) + 1
        if _HEALTH_WORDS.search(text, max(line, match.start() - 40), match.start("value")) and _is_number(
            match["value"]
        ):
            yield Candidate("health-number", match.start("value"), match.end("value"), 0.75)


def _is_number(value: str) -> bool:
    digits = re.sub(r"\D", "", value)
    return len(digits) >= 5 and len(set(digits)) >= 3 and not re.match(r"(?:19|20)\d\d-\d\d-\d\d$", value)
