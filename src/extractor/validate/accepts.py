"""Whether a JSON text is a record that the constraint could produce, by value."""

from __future__ import annotations

from itertools import accumulate

from extractor.errors import RecordError
from extractor.grammar.chunks import chunks
from extractor.grammar.quotes import places_of
from extractor.record.layout import dumps
from extractor.schema.keywords import plain
from extractor.schema.load import LoadedSchema
from extractor.validate.parse import NotJSONError, parse
from extractor.validate.records import instance
from extractor.validate.walk import Reachable, Said, findings


def accepts(loaded: LoadedSchema, json_text: str, text: str | None = None) -> bool:
    """Whether a JSON value is one that the constraint could produce, a token budget aside.

    Key order and white space play no part, 1.0 equals 1, a key with a default may be left out, duplicate keys are
    refused; the user's validators have their say.

    Args:
        loaded: The schema.
        json_text: The value as JSON text.
        text: The source that verbatim values have to be reachable in; None: they count as strings.
    """
    try:
        value = parse(json_text)
    except NotJSONError:
        return False
    try:
        if text is not None and any(findings(loaded.declaration, value, reachable_in(text), said_in(text))):
            return False
        instance(loaded, dumps(value if loaded.declaration.whole_integers else plain(value)))
    except (RecordError, RecursionError):
        return False
    return True


def said_in(text: str) -> Said:
    """Return whether a value could be read from a text.

    Args:
        text: The source.
    """
    return lambda node, value: bool(places_of(node, value, text))


def reachable_in(text: str) -> Reachable:
    """Return whether a string could be decoded verbatim from a text: a run of whole chunks, no white space at its ends.

    Args:
        text: The source.
    """
    ends = set(accumulate((len(chunk) for chunk in chunks(text)), initial=0))

    def reachable(value: str) -> bool:
        if not value or value[0].isspace() or value[-1].isspace():
            return False
        start = text.find(value)
        while start >= 0:
            if start in ends and start + len(value) in ends:
                return True
            start = text.find(value, start + 1)
        return False

    return reachable
