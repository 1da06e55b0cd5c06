"""How long the records of a schema are, and how much of them is forced: measured on a record made for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

from extractor.errors import BudgetError
from extractor.grammar.backends import Backend, make_backend
from extractor.grammar.budget import bounded, minimum_tokens
from extractor.grammar.bytes_vocabulary import bytes_vocabulary
from extractor.grammar.constraint import Matcher
from extractor.grammar.costs import ENDLESS, Costs
from extractor.grammar.masks import empty_mask, legal_ids
from extractor.grammar.possible import possible_part
from extractor.grammar.vocabulary import Vocabulary
from extractor.record.layout import Scanner, pieces
from extractor.schema.coverage import Figures
from extractor.schema.nodes import Declaration

_ROOM = 8192  # bytes of the record that is made
_CHARACTERS, _DIGITS, _ITEMS, _DEPTH = 10, 3, 2, 4
_LETTERS = b"eao 0123456789-:T."
_OPENERS = b'"{[0123456789-tfn'  # what a value begins with, the fullest first
_FLAT_OPENERS = b'n"0123456789-tf[{'  # the same where enough is open


@dataclass(frozen=True, slots=True)
class Specimen:
    """A record made for a schema.

    Attributes:
        data: In the canonical layout.
        forced: For each byte, whether nothing else could have stood there.
    """

    data: bytes
    forced: tuple[bool, ...]


def figures(declaration: Declaration, vocabulary: Vocabulary | None = None) -> Figures:
    """Measure a schema.

    Args:
        declaration: The schema.
        vocabulary: A model's; None: lengths are in bytes.

    Raises:
        InputError, SchemaError: As when a text is extracted.
    """
    words = bytes_vocabulary() if vocabulary is None else vocabulary
    part, _ = possible_part(declaration, None)
    worst = Costs(part.definitions, words, None).worst(part.root, False)
    made = specimen(declaration)
    total, forced = _count(made, words)
    return Figures(
        unit="bytes" if vocabulary is None else "tokens",
        least=minimum_tokens(declaration, words, None),
        worst=None if worst >= ENDLESS else worst + 1,
        typical=total,
        forced_share=forced / total,
    )


def _count(made: Specimen, vocabulary: Vocabulary) -> tuple[int, int]:
    """Tokens of a specimen, and how many of them are forced whole."""
    total = forced = 0
    for piece in pieces(made.data.decode()):
        place = piece.start
        for token in vocabulary.encode(piece.data.decode()):
            end = place + len(vocabulary.tokens[token])
            total, forced, place = total + 1, forced + all(made.forced[place:end]), end
    return max(total, 1), forced


@cache
def _backend() -> Backend:
    return make_backend("llguidance", bytes_vocabulary())


def specimen(declaration: Declaration) -> Specimen:
    """Make a record: every field filled in, two items to a list, short strings."""
    vocabulary = bytes_vocabulary()
    try:
        tight = bounded(declaration, _ROOM, vocabulary, None)
    except BudgetError as error:
        tight = bounded(declaration, error.minimum, vocabulary, None)
    return _Maker(_backend().constraint(tight, None).matcher()).run()


class _Maker:
    """Writes a record byte by byte."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._scanner = Scanner()
        self._separators: Counter[str] = Counter()  # path of a container -> pieces of structure that it has
        self._data, self._forced = b"", list[bool]()
        self._mask = empty_mask(len(bytes_vocabulary()))

    def run(self) -> Specimen:
        """Write the whole of it."""
        while not self._matcher.is_complete():
            if run := self._matcher.forced():
                self._write(run, forced=True)
                continue
            legal = self._legal()
            if self._matcher.can_end() and (len(self._data) >= _DIGITS or not legal):
                break
            self._write(bytes([self._choose(legal)]), forced=False)
        return Specimen(self._data, tuple(self._forced))

    def _write(self, data: bytes, *, forced: bool) -> None:
        self._matcher.consume(list(data))
        self._data += data
        self._forced += [forced] * len(data)
        for piece in self._scanner.feed(data):
            self._separators[piece.path] += piece.kind == "structure"

    def _legal(self) -> bytes:
        self._matcher.fill_mask(self._mask)
        return bytes(legal_ids(self._mask, 256).tolist())

    def _choose(self, legal: bytes) -> int:
        for byte in self._wishes(legal):
            if byte in legal:
                return byte
        return next((byte for byte in legal if byte not in b'\\"'), legal[0])

    def _wishes(self, legal: bytes) -> bytes:
        written = self._scanner.pending
        if self._scanner.in_string or written[:1] in (b"{", b",", b'"'):  # in a key, too
            return b'"' + _LETTERS if len(written) >= _CHARACTERS else _LETTERS + b'"'
        full = b"]" in legal and self._separators[self._scanner.container] >= _ITEMS
        ends = b"]}," if full else b",]}"
        if written:
            return ends + _LETTERS if len(written) >= _DIGITS else _LETTERS + ends
        openers = _FLAT_OPENERS if self._scanner.depth >= _DEPTH else _OPENERS
        return ends[:1] + openers + ends if full else openers + ends
