"""Where a verbatim value may begin and end: the text cut into chunks that are never split.

A chunk is a word, a run of digits, a run of white space, or one character of punctuation. Scripts written without
spaces are cut per grapheme. Combining marks stay with what they mark, emoji sequences stay whole.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from extractor.errors import InputError

_UNSPACED = (
    r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{Javanese}\p{Balinese}"
    r"\p{New_Tai_Lue}\p{Tai_Tham}\p{Tai_Viet}\p{Yi}\p{Bopomofo}\u30fc"
)
_JOINED = r"[\p{M}\p{GCB=Extend}\u200d]*"
_CHUNK = regex.compile(
    rf"""
      \p{{GCB=Prepend}}* (?: [\p{{L}}--[{_UNSPACED}]] {_JOINED} )+    # a word of a script that has spaces
    | \p{{GCB=Prepend}}* (?: \p{{N}} {_JOINED} )+                     # digits
    | \s+ (?! [\p{{M}}\p{{GCB=Extend}}\u200d] )
    | \X                                                        # a grapheme: Han, kana, Thai, emoji, punctuation
    """,
    regex.VERSION1 | regex.VERBOSE,
)
_LONE_SURROGATE = regex.compile(r"[\ud800-\udfff]")


@lru_cache(maxsize=64)
def _chunks(text: str) -> tuple[str, ...]:
    if found := _LONE_SURROGATE.search(text):
        raise InputError(
            f"the text holds a lone surrogate (U+{ord(found[0]):04X}) at character {found.start()}, which no UTF-8 can "
            "hold; decode the text again or replace it"
        )
    return tuple(_CHUNK.findall(text))


def chunks(text: str) -> list[str]:
    """Cut a text into chunks; joined they are the text.

    Args:
        text: Any text.

    Returns:
        Chunks, none of them empty.

    Raises:
        InputError: The text holds a lone surrogate.
    """
    return list(_chunks(text))
