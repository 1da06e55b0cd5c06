"""Postal addresses with a house number or a post box."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.hooks.candidate import Candidate

_WORD = r"[^\W\d_][\w'’.-]*"
_CAP = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’.-]*"
_KIND = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Place|Pl|Terrace|Way|Square|Sq|Parkway|"
    r"Pkwy|Highway|Hwy|Close|Crescent|Cres|Circle|Cir|Trail|Row|Gardens|Grove|Mews|Walk|Quay|Creek|Plaza)"
)
_CONTINENTAL = (
    r"(?:rue|avenue|boulevard|place|chemin|quai|via|viale|piazza|corso|calle|avenida|plaza|paseo|rua|largo|travessa|"
    r"ul\.|ulica|al\.|aleja|carrer|strada|str\.)"
)
_SUFFIX = r"(?:stra(?:ß|ss)e|str\.?|weg|allee|platz|gasse|ring|damm|ufer|laan|straat|plein|gracht|kade|vej|gade|vägen|gatan|gata|veien|katu|tie)"
_TAIL = (
    r"(?:(?:,|\s)\s*(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm|No|#)\.?\s*#?\w{1,6})?"
    rf"(?:,?\s+{_CAP}(?:[ -]{_CAP}){{0,2}}(?:,\s*|\s+)(?:[A-Z]{{2}}\s+)?\d{{4,5}}(?:-\d{{4}})?|"
    rf",\s*\d{{4,5}}(?:\s?[A-Z]{{2}})?\s+{_CAP}(?:[ -]{_CAP}){{0,2}}|"
    r",?\s+[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2})?"
)
_FORMS = tuple(
    (re.compile(pattern), confidence)
    for pattern, confidence in (
        (rf"(?<![\w.:/#-])\d{{1,5}}[A-Za-z]?(?:[-/]\d{{1,4}})?,?\s(?:[NSEW]\.?\s)?(?:{_CAP}[ ]){{1,4}}{_KIND}\b\.?{_TAIL}", 0.8),
        (rf"(?<![\w.:/#-])(?:\d{{1,5}}[ ,]{{1,2}})?\b(?i:{_CONTINENTAL})[ ](?:(?:de|del|della|des|du|la|le|los|las|do|da)[ ]){{0,2}}"
         rf"{_CAP}(?:[ ]{_CAP}){{0,3}},?[ ]\d{{1,5}}(?![\d.:]){_TAIL}", 0.75),
        (rf"(?<![\w.:/#-])\d{{1,4}}(?:[ ]?(?:bis|ter))?,?[ ](?:rue|avenue|boulevard|place|chemin|quai|impasse)[ ]"
         rf"(?:(?:de|du|des|la|le|l')[ ]?){{0,2}}{_CAP}(?:[ -]{_CAP}){{0,3}}(?:,?[ ]\d{{5}}[ ]{_CAP})?", 0.8),
        (rf"\b{_CAP}(?:[ -]{_CAP}){{0,2}}(?i:{_SUFFIX})[ ]\d{{1,4}}[a-z]?(?![\d.:%])(?:,?\s+\d{{4,5}}\s+{_CAP})?", 0.75),
        (rf"\b[A-ZÄÖÜ][\wäöüß-]*(?i:{_SUFFIX})[ ]\d{{1,4}}[a-z]?(?![\d.:%])(?:,?\s+\d{{4,5}}(?:\s?[A-Z]{{2}})?\s+{_CAP})?", 0.75),
        (rf"\b(?i:P\.?\s?O\.?\s?Box|Postfach|Casella Postale|Apartado(?: de Correos)?)\s\d{{1,6}}(?:,?\s+{_CAP}(?:,?\s+[A-Z]{{2}})?\s+\d{{4,5}})?", 0.8),
        (r"\bPSC \d{1,5},? Box \d{1,5}\s+(?:APO|FPO|DPO) A[AEP] \d{5}|\bUnit \d{4} Box \d{4}\s+(?:APO|FPO|DPO) A[AEP] \d{5}|"
         rf"\bUS[NCS]{{1,2}}S? {_WORD}\s+(?:APO|FPO|DPO) A[AEP] \d{{5}}", 0.9),
        (rf"(?i:\b(?:(?:billing|shipping|postal|home|mailing|delivery|street)[ _]?address|address|addr|live[sd]? (?:at|on)|"
         rf"located at|moved to|sent? to|office is at|taxi to|deliver(?:ed)? to|resid(?:es|ing) at|return to))"
         rf"(?:[ ]is|[ ]to|[ ]with)?[\"']?\s*[:=]?\s*[\"']?(?P<a>(?:No\.? )?\d{{1,5}}[A-Za-z]?,? {_CAP}(?:[ ,]+(?:{_CAP}|\d{{1,5}})){{1,6}})", 0.7),
    )
)  # fmt: skip
_LABEL = re.compile(r"\d+ (?:January|February|March|April|May|June|July|August|September|October|November|December)\b")


def postal_addresses(text: str) -> Iterator[Candidate]:
    """Addresses written the English, French, German, Dutch, Nordic, Italian, Spanish or Portuguese way, and post boxes."""
    for form, confidence in _FORMS:
        for match in form.finditer(text):
            group = "a" if "a" in form.groupindex and match["a"] else 0
            value = match.group(group)
            if _LABEL.match(value) or "\n\n" in value:
                continue
            yield Candidate("address", match.start(group), match.end(group), confidence)
