"""Payment cards, IBANs and account numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.hooks.candidate import Candidate
from extractor.hooks.recognise.surroundings import key_before, said_before, stands_alone

_CARD = re.compile(r"\d(?:[ -]?\d){11,18}")
_GROUPED = re.compile(r"\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?$|\d{4}([ -])\d{6}\2\d{4,5}$")
# Issuer prefixes with the lengths in use (ISO/IEC 7812 ranges of the networks).
_ISSUERS = (
    (re.compile(r"4"), (13, 16, 19)),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),
    (re.compile(r"3[47]"), (15,)),
    (re.compile(r"6011|64[4-9]|65"), (16, 19)),
    (re.compile(r"30[0-5]|309|36|3[89]"), (14, 16)),
    (re.compile(r"352[89]|35[3-8]"), (16,)),
    (re.compile(r"2131|1800"), (15,)),
    (re.compile(r"62"), (16, 17, 18, 19)),
    (re.compile(r"50(?:18|20|38)|6304|67(?:59|61|62|63)"), (12, 13, 14, 15, 16, 17, 18, 19)),
)
# Numbers that payment networks and processors publish for tests.
TEST_CARDS = frozenset(
    [
        "4111111111111111",
        "4242424242424242",
        "4012888888881881",
        "4000056655665556",
        "5555555555554444",
        "5200828282828210",
        "5105105105105100",
        "378282246310005",
        "371449635398431",
        "378734493671000",
        "6011111111111117",
        "6011000990139424",
        "30569309025904",
        "38520000023237",
        "3056930009020004",
        "3566002020360505",
        "3530111333300000",
        "6200000000000005",
        "4222222222222",
        "4000000000000002",
        "4000002500003155",
        "2223003122003222",
        "5425233430109903",
        "2222420000001113",
        "4917610000000000",
        "4988438843884305",
        "4166676667666746",
        "4646464646464644",
        "4444333322221111",
        "2223000048410010",
        "5019717010103742",
        "6759649826438453",
        "6331101999990016",
        "5431111111111111",
        "4012000033330026",
        "4000000000003220",
    ]
)
_CARD_WORDS = re.compile(r"card|\bcc\b|visa|master ?card|amex|credit|debit|\bpan\b|payment|charge", re.IGNORECASE)
_OTHER_WORDS = re.compile(
    r"order|tracking|serial|timestamp|epoch|time|\bts\b|imei|uuid|hash|digest|sku|ean|upc|isbn|ref|invoice|batch|"
    r"snowflake|message|request|trace|span|session|user|device|event|object|\bid\b|_id\b|nonce|seed|offset|bytes|count",
    re.IGNORECASE,
)

_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,4})?\b", re.IGNORECASE)
# Printed in standards and banks' manuals as examples.
_IBAN_EXAMPLES = frozenset(
    [
        "GB29NWBK60161331926819",
        "GB82WEST12345698765432",
        "GB33BUKB20201555555555",
        "DE89370400440532013000",
        "FR1420041010050500013M02606",
        "NL91ABNA0417164300",
        "ES9121000418450200051332",
        "CH9300762011623852957",
        "BE68539007547034",
        "IT60X0542811101000000123456",
        "AT611904300234573201",
        "PL61109010140000071219812874",
        "FR7630006000011234567890189",
        "DE91100000000123456789",
    ]
)

_ACCOUNT = re.compile(
    r"\b(?:(?:bank|checking|savings?|current|deposit|giro)[ _-]?)?(?:account|acct|a/c)[ _.-]*(?:number|num|no|nr|#)\.?"
    r"[\"']?\s*(?:[:=#]|is|->|=>)?\s*[\"'(]?(?P<value>\d[\d -]{5,18}\d)(?![\d.-])"
    r"|\b(?:routing|aba|sort[ _-]?code|bsb|ifsc)[ _.-]*(?:number|num|no|code)?[\"']?\s*(?:[:=#]|is)\s*[\"'(]?"
    r"(?P<code>\d{2}-\d{2}-\d{2}|\d{3}-\d{3}|\d{9}|[A-Z]{4}0[A-Z0-9]{6})(?![\w.-])",
    re.IGNORECASE,
)


def cards(text: str) -> Iterator[Candidate]:
    """Card numbers: an issuer's prefix and length, and the Luhn check digit; published test numbers are none."""
    for match in _CARD.finditer(text):
        start, end = match.span()
        digits = re.sub(r"\D", "", match.group())
        if not _is_card(digits) or not stands_alone(text, start, end, ".-:+/,"):
            continue
        grouped = bool(_GROUPED.match(match.group()))
        if not grouped and len(digits) != end - start:
            continue
        if said_before(text, start, _CARD_WORDS):
            yield Candidate("card", start, end, 0.95)
        elif grouped:
            yield Candidate("card", start, end, 0.9)
        elif not key_before(text, start, _OTHER_WORDS):
            yield Candidate("card", start, end, 0.6)


def _is_card(digits: str) -> bool:
    if digits in TEST_CARDS or len(set(digits)) < 4:
        return False
    if not any(prefix.match(digits) and len(digits) in lengths for prefix, lengths in _ISSUERS):
        return False
    from stdnum import luhn

    return bool(luhn.is_valid(digits))


def ibans(text: str) -> Iterator[Candidate]:
    """IBANs with the right length for their country and the right check digits (ISO 13616, mod 97)."""
    for match in _IBAN.finditer(text):
        from stdnum import iban

        for end in _possible_ends(match):
            written = re.sub(r"[ -]", "", text[match.start() : end]).upper()
            if written in _IBAN_EXAMPLES or len(set(written[4:])) < 3:
                break
            if iban.is_valid(written, check_country=False):
                yield Candidate("iban", match.start(), end, 0.98)
                break


def _possible_ends(match: re.Match[str]) -> list[int]:
    """Ends of the match, longest first: a word after a spaced IBAN may look like one more group of it."""
    ends = [match.end()]
    value = match.group()
    ends += [match.start() + gap.start() for gap in re.finditer(r"[ -]", value)][::-1]
    return ends


def accounts(text: str) -> Iterator[Candidate]:
    """Account numbers and bank codes that the words before them name."""
    for match in _ACCOUNT.finditer(text):
        group = "value" if match["value"] else "code"
        if len(set(re.sub(r"\D", "", match[group]))) >= 4:
            yield Candidate("account-number", match.start(group), match.end(group), 0.75)
