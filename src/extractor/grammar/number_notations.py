"""Numbers as texts write them: where they stand, and which number each is.

Read: digits with groups (`1,234`, `1 234` with a space that does not break, `1'234`), a decimal part, a sign, a
currency sign beside it (`-$1,234.50`, `20 €`), an exponent, a scale (`1.5 million`, `5k`, `3bn`), an ordinal's ending
(`3rd`), English number words (`twenty-five`, `two hundred and six`). A run of digits and marks is one number or none:
of `1.234,50`, `3.5.1`, `10:30`, `1/2` and `A4` nothing is read where it is not a number as a whole. So is `5m`, which
may be metres or millions.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import regex

from extractor.record.extraction import Span

_SPACES = r"\u00a0\u2009\u202f"  # that group digits; an ordinary space parts two numbers
_SCALES = {"k": 3, "mn": 6, "bn": 9, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_LONGEST = 40  # digits of a number, its exponent counted in


def _digits(group: str, point: str) -> str:
    whole = rf"(?:\d{{1,3}}(?:(?P<mark>[{group}])\d{{3}})(?:(?P=mark)\d{{3}})*|\d+)"
    return rf"(?P<whole>{whole})(?:{point}(?P<part>\d+))?"


def _number(group: str, point: str) -> regex.Pattern[str]:
    return regex.compile(
        rf"""
        (?<! [\p{{L}}\p{{N}}_] | \p{{L}}- | \d[.,:/'’{_SPACES}] | [.,] )  # not within a word or a longer number
        (?P<sign> (?<! [\p{{N}}\p{{L}}] ) [-+\u2212] )?
        (?P<before> \p{{Sc}} [-\u2212]? )?
        {_digits(group, point)}
        (?: [eE](?P<exponent>[+-]?\d{{1,3}}) (?![\p{{L}}\p{{N}}]) )?
        (?! [.,:/'’{_SPACES}]? \d | \p{{N}} )
        (?: (?P<ordinal>st|nd|rd|th) (?![\p{{L}}\p{{N}}])
          | [ \u00a0]? (?P<scale> (?i:thousand|million|billion|trillion) | (?<!\s)(?:[kK]|mn|bn) ) (?![\p{{L}}\p{{N}}])
          | (?P<unclear> [mMbBtT] ) (?![\p{{L}}\p{{N}}])
        )?
        (?: [ \u00a0]? \p{{Sc}} (?!\s?\d) )?
        """,
        regex.VERBOSE,
    )


_WITH_POINT = _number(rf",'’{_SPACES}", r"\.")
_WITH_COMMA = _number(rf".'’{_SPACES}", ",")

_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {word: value for value, word in enumerate(_UNITS)} | {word: 20 + 10 * i for i, word in enumerate(_TENS)}
_POWERS = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9}
_WORD = "|".join([*_WORDS, *_POWERS])
_SPELLED = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}-])(?i:(?:{'|'.join(_WORDS)})(?:(?:\s+and\s+|\s+|-)(?:{_WORD}))*)(?![\p{{L}}\p{{N}}]|-\p{{L}})"
)


def numbers(text: str, *, decimal_comma: bool = False) -> Iterator[tuple[Span, Decimal]]:
    """Yield every number of a text, in order of notation.

    Args:
        text: Any text.
        decimal_comma: Whether a comma stands before the decimals (`1.234,50`), a point between groups.
    """
    for match in (_WITH_COMMA if decimal_comma else _WITH_POINT).finditer(text):
        value = _value(match)
        if value is not None:
            yield Span(match.start(), match.end()), value
    for match in _SPELLED.finditer(text):
        spelled = _spelled(regex.split(r"[\s-]+", match[0].casefold()))
        if spelled is not None:
            yield Span(match.start(), match.end()), Decimal(spelled)


def _value(match: regex.Match[str]) -> Decimal | None:
    if match["unclear"]:
        return None
    digits = regex.sub(r"\D", "", match["whole"])
    scale = int(match["exponent"] or 0) + _SCALES.get((match["scale"] or "").casefold(), 0)
    part = match["part"] or ""
    if len(digits) + len(part) + abs(scale) > _LONGEST:
        return None
    value = Decimal(f"{digits}.{part}" if part else digits).scaleb(scale)
    negative = not {"-", "\u2212"}.isdisjoint((match["sign"] or "") + (match["before"] or ""))
    return -value if negative and value else value


def _spelled(words: list[str]) -> int | None:
    """The number that English words say; None where they say several, or none (`two three`)."""
    total, group, last = 0, 0, 10**12
    for word in words:
        if word == "and":
            if last < 100:
                return None
        elif word in _WORDS:
            value = _WORDS[word]
            fits = last >= 100 or (20 <= last < 100 and 0 < value < 10)
            if not fits or (value == 0 and len(words) > 1):
                return None
            group, last = group + value, value
        elif word == "hundred":
            if not 0 < group < 100:
                return None
            group, last = group * 100, 100
        else:
            power = 10 ** _POWERS[word]
            if not group or (total and total % (power * 1000)):
                return None
            total, group, last = total + group * power, 0, power
    return total + group
