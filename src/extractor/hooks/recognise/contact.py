"""E-mail addresses and phone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractor.hooks.candidate import Candidate
from extractor.hooks.recognise.payment import TEST_CARDS
from extractor.hooks.recognise.surroundings import said_before, stands_alone

REGIONS = ("US", "GB", "AU", "DE", "FR", "ES", "IT", "NL", "SE", "CH", "IN")

_EMAIL = re.compile(
    r"(?<![\w.%+/@-])[A-Za-z0-9](?:[\w.%+'-]{0,62}[\w+-])?@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}(?![\w@(-]|\.\w+\()"
)
# RFC 2606 and 6761 keep these for documentation and tests; the rest belongs to machines, not to people.
_RESERVED = re.compile(
    r"(?:^|[.@])(?:example\.(?:com|org|net|edu)|example|test|invalid|localhost|local|localdomain|internal|arpa)$"
    r"|@(?:domain|yourdomain|company|mycompany|yourcompany|email|mail|foo|bar|foobar|host|server|site|acme|spam"
    r"|(?:my|your)[a-z]*)\.(?:com|org|net|tld|io)$|@users\.noreply\.github\.com$|@[a-z]\.[a-z]{2,3}$",
    re.IGNORECASE,
)
_IN_URL = re.compile(r"://[^\s/\"'<>]{0,120}\Z")
_MESSAGE_ID = re.compile(r"\d{12}|\d{8,}\.\d{4,}")
_NOBODY = re.compile(r"(?:no-?reply|do-?not-?reply|postmaster|mailer-daemon|git|hg|svn|root|nobody)@", re.IGNORECASE)
_FILES = frozenset(
    [
        "png",
        "jpg",
        "jpeg",
        "gif",
        "svg",
        "webp",
        "ico",
        "css",
        "js",
        "ts",
        "mjs",
        "json",
        "yaml",
        "yml",
        "xml",
        "html",
        "htm",
        "txt",
        "log",
        "ini",
        "cfg",
        "toml",
    ]
)

_CALL = re.compile(
    r"\b(?:tel(?:e(?:ph|f)on[eo]?)?|phone|mobile|mob|cell(?:ular)?|fax|call(?:ing|ed|er)?|dial(?:l?ing|led)?|whats-?app|sms|hotline|ring|"
    r"reach (?:me|us|you|him|her|them)|contact|handy|answering|text(?:ed|ing)?(?: me)?|messages? to|office|"
    r"number|customer.?service)(?=\b|_)|(?:^|[\W_])(?:phone|tel|mobile|cell|fax)(?:[_.]?(?:number|no|nr))?(?=[\W_])",
    re.IGNORECASE,
)
# A count, an identifier, a measure: what a run of digits with this before it is not a phone number.
_NOT_CALL = re.compile(
    r"\b(?:order|invoice|ticket|ref(?:erence)?|issue|build|version|rev|serial|sku|isbn|issn|doi|part|model|batch|lot|"
    r"uuid|guid|hash|sha\d*|md5|commit|time(?:stamp)?|epoch|date|range|ports?|size|bytes|offset|account|acct|iban|card|"
    r"ssn|passport|licen[cs]e|tracking|id|pid|rfc|zip|postcode|coordinates?|lat|lon(?:gitude)?|amount|price|total|"
    r"isbn-1[03]|routing|policy|member|patient|mrn|tax|vat|ein|upc|ean|imei|mac|case|number of|credit|debit)s?"
    r"(?:[_ -]?(?:no|nr|num|number|id|code|key))?\W{0,4}$",
    re.IGNORECASE,
)
_DIGITS = re.compile(
    r"(?:\+|\(\+?|\b00)?\d(?:[ \t.\-/()\u00a0\u2011]{0,2}\d){6,15}(?:\s?(?:x|ext\.?)\s?\d{1,6})?", re.I
)
_DATE = re.compile(
    r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4})(?:\b|T)|\d{1,4}(?:\.\d{1,4}){2,4}$|\+?\d+\.\d+$"
)
_FICTION = re.compile(r"555\D?01\d\d\D*$")  # kept for fiction by the North American plan


def emails(text: str) -> Iterator[Candidate]:
    """E-mail addresses of people and teams; reserved domains and machines' senders are none."""
    if "@" not in text:
        return
    for match in _EMAIL.finditer(text):
        address = match.group()
        local, _, domain = address.partition("@")
        if _RESERVED.search(address) or _NOBODY.match(address) or re.match(r"\d+x\.", domain):
            continue
        if domain.rpartition(".")[2].lower() in _FILES or ".." in local or _MESSAGE_ID.search(local):
            continue
        after = text[match.end() : match.end() + 2]
        if after[:1] == ":" and re.match(r":[\w~./]", after):  # git@host:path, user@host:port
            continue
        if _IN_URL.search(text, max(0, match.start() - 140), match.start()):  # user:password@host
            continue
        yield Candidate("email", match.start(), match.end(), 0.95)


def phones(text: str, regions: Sequence[str] = REGIONS) -> Iterator[Candidate]:
    """Phone numbers that a numbering plan knows: international ones, and national ones that are written as such.

    Args:
        text: Where to look.
        regions: Whose national numbers are tried, as ISO 3166 codes.
    """
    for match in _DIGITS.finditer(text):
        start, end = match.span()
        if text[start] == "(" and ")" not in match.group():
            start += 1
        number = text[start:end]
        if not stands_alone(text, start, end, ".-/:+@%$") or _DATE.match(number):
            continue
        confidence = _confidence(text, start, number, regions)
        if confidence:
            yield Candidate("phone", start, end, confidence)


def _confidence(text: str, start: int, number: str, regions: Sequence[str]) -> float:  # noqa: PLR0911
    digits = sum(map(str.isdigit, number))
    compact = re.sub(r"\D", "", number)
    if (digits > 15 and "x" not in number.lower()) or len(set(compact)) < 3 or compact in TEST_CARDS:
        return 0.0
    if _FICTION.search(number) or text[max(0, start - 1) : start] in {"#", "\\"}:
        return 0.0
    called = said_before(text, start, _CALL)
    line = text.rfind("\n", 0, start) + 1
    if not called and _NOT_CALL.search(text, max(line, start - 40), start):
        return 0.0
    if called and re.search(
        r"(?:order|invoice|ticket|account|card|serial|tracking|policy|routing)\W*(?:number|no|nr|id)?"
        r"\W{0,3}(?:is )?$",
        text[max(line, start - 30) : start],
        re.I,
    ):
        return 0.0
    international = number.lstrip("(").startswith("+") or number.startswith("00")
    if international:
        return (0.95 if number.lstrip("(").startswith("+") else 0.8) if _valid(number, None) else 0.0
    written = _written_as_phone(number)
    if not called and not written:
        return 0.0
    if not any(_valid(number, region) for region in regions):
        return 0.0
    return 0.9 if called and written else 0.75 if called else 0.6


def _written_as_phone(number: str) -> bool:
    """Whether the form alone says phone: an area code in brackets or the groups of a national number."""
    return bool(
        re.match(r"\(0?\d{2,5}\)[ \-.]?\d{3,4}[ \-.]?\d{3,4}\b", number)
        or re.match(r"(?:1[-. ])?[2-9]\d{2}([-. ])[2-9]\d{2}\1\d{4}(?!\d)", number)
        or re.match(r"0\d{1,4}(?:[ /-]\d{2,4}){2,4}$", number)
    )


def _valid(number: str, region: str | None) -> bool:
    import phonenumbers  # 470 kB of numbering plans: only once there is a number to look at

    written = "+" + number.lstrip("(")[2:] if region is None and number.startswith("00") else number
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(written, region)))
    except phonenumbers.NumberParseException:
        return False
