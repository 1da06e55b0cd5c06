"""One record being decoded: what the matcher forces, what the model chose, where it stands in the layout."""

from __future__ import annotations

from extractor.decode.choice import Choice
from extractor.decode.repeats import Repeats
from extractor.decode.rounds import LastSaidAgain, Rounds
from extractor.errors import DecodeError
from extractor.grammar.constraint import Mask, Matcher
from extractor.grammar.vocabulary import Vocabulary
from extractor.record.layout import Piece, Scanner


class RecordSequence:
    """Follows one record from its first byte to its last.

    Forced bytes become tokens as training made them: whole pieces of the layout, tokenised on their own. What the
    matcher forces of a piece that is not whole yet is left to the model, whose mask already holds it to those bytes.
    """

    def __init__(self, matcher: Matcher, vocabulary: Vocabulary, last_said_again: LastSaidAgain | None = None) -> None:
        self._matcher, self._vocabulary = matcher, vocabulary
        self._scanner = Scanner()
        self._piece_tokens: list[int] | None = []  # tokens of the unfinished piece; None: a token crossed into it
        self._repeats = Repeats()
        self._rounds = Rounds(last_said_again)
        self.choices: list[Choice] = []
        self.data = b""
        self.tokens: list[int] = []
        self.pieces = 0  # that are whole
        self.done = False

    @property
    def token_count(self) -> int:
        """Tokens so far, forced ones included."""
        return len(self.tokens)

    @property
    def depth(self) -> int:
        """Objects and arrays that are open."""
        return self._scanner.depth

    @property
    def begins_value(self) -> bool:
        """Whether a value begins here (or an empty list ends)."""
        return self._scanner.begins_value

    @property
    def begins_scalar_or_content(self) -> bool:
        """Whether a value begins here, or what stands between its quotes."""
        return self._scanner.begins_value or self._scanner.begins_content

    @property
    def may_end_list(self) -> bool:
        """Whether an item of a list, or its end, comes next."""
        return self._scanner.begins_first_item or self._scanner.after_item

    @property
    def place(self) -> str:
        """Path of the value that is written."""
        return self._scanner.place

    def fill_mask(self, mask: Mask) -> None:
        """Write the legal next tokens."""
        self._matcher.fill_mask(mask)

    def repeats(self, token: int) -> bool:
        """Whether a token would end a key that its object has already, or go on with a list that has come round."""
        data, scanner = self._vocabulary.tokens[token], self._scanner
        if scanner.after_item and data[:1] == b",":
            return self._rounds.has_come_round(scanner.container, self.data, scanner.closing)
        return self._repeats.ends_known_key(scanner.container, scanner.pending, data)

    def choose(self, token: int, probability: float) -> list[int]:
        """Follow the model's choice; return the tokens to evaluate next (it, and what is now forced)."""
        if token == self._vocabulary.eos:
            self.done = True
            return []
        self.choices.append(Choice(len(self.data), probability))
        self._take([token])
        return [token, *self.force()]

    def replay(self, tokens: list[int], choices: list[Choice]) -> None:
        """Take tokens again that a record of the same constraint began with; nothing has been taken yet."""
        self._take(tokens)
        self.choices = choices

    def force(self) -> list[int]:
        """Take every token that is forced from here."""
        forced: list[int] = []
        while tokens := self._forced_tokens():
            self._take(tokens)
            forced += tokens
        self.done = self._matcher.is_complete()
        return forced

    def _take(self, tokens: list[int]) -> None:
        self._matcher.consume(tokens)
        self.tokens += tokens
        for token in tokens:
            data = self._vocabulary.tokens[token]
            self.data += data
            finished = self._scanner.feed(data)
            self._repeats.watch(finished)
            self._rounds.watch(finished, self.data)
            self.pieces += len(finished)
            if not finished and self._piece_tokens is not None:
                self._piece_tokens.append(token)
            elif finished:
                self._piece_tokens = None if self._scanner.pending else []

    def _forced_tokens(self) -> list[int]:
        forced = self._matcher.forced()
        if not forced:
            return []
        whole = self._scanner.copy().feed(forced)
        standing_alone = self._scanner.at_root and not self._scanner.in_string
        if not whole and standing_alone and self._matcher_ends_with(forced):
            whole = self._scanner.copy().feed(forced, final=True)
        tokens: list[int] = []
        for index, piece in enumerate(whole):
            rest = self._rest(piece) if index == 0 else self._vocabulary.encode(piece.data.decode())
            if rest is None:
                break
            tokens += rest
        return tokens

    def _matcher_ends_with(self, forced: bytes) -> bool:
        """Whether the record is whole after these bytes (a number or literal that stands alone)."""
        try:
            tokens = self._vocabulary.encode(forced.decode())
        except UnicodeDecodeError:  # the rest of a character that was begun in bytes: no number, no literal
            return False
        probe = self._matcher.copy()
        probe.consume(tokens)
        return probe.is_complete()

    def _rest(self, piece: Piece) -> list[int] | None:
        """Tokens of what is missing of the unfinished piece, as training cut it where that is still possible."""
        begun = self._piece_tokens
        canonical = self._vocabulary.encode(piece.data.decode())
        if begun is not None and canonical[: len(begun)] == begun:
            return canonical[len(begun) :]
        try:
            missing = piece.data[len(self._scanner.pending) :].decode()
        except UnicodeDecodeError:  # a token ended inside a character: the model finishes it
            return None
        return self._vocabulary.encode(missing)

    def finished(self) -> tuple[str, list[Choice]]:
        """The record as decoded, and the choices that made it; keys that were written twice are taken out.

        Raises:
            DecodeError: It is not UTF-8, which no constraint should let happen.
        """
        data, choices = self._repeats.cut(self.data, self.choices)
        try:
            return data.decode(), choices
        except UnicodeDecodeError as error:
            raise DecodeError(f"the constraint let through bytes that are not text: {error}") from error
