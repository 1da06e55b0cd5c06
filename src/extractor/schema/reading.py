"""The bookkeeping of reading one JSON Schema: where one stands, what was seen, what is left for later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from extractor.errors import SchemaError
from extractor.schema.drafts import pointers
from extractor.schema.keywords import JSONSchema
from extractor.schema.merge import Merger
from extractor.schema.negation import Negator
from extractor.schema.nodes import Check, Node, Note
from extractor.schema.notes import notes_of
from extractor.schema.references import resolve

MAX_DEPTH = 64
MAX_NODES = 20_000


@dataclass(frozen=True, slots=True)
class Target:
    """A definition that is still to be read."""

    name: str
    schema: JSONSchema
    path: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A `oneOf` whose options have to be told apart once every definition is read."""

    path: str
    pointer: str
    options: tuple[Node, ...]
    text: str


class Reading:
    """What is known so far of one document."""

    def __init__(self, schema: JSONSchema, overlapping: frozenset[str] = frozenset()) -> None:
        """Make ready.

        Args:
            schema: A document in the form of 2020-12.
            overlapping: Canonical texts of the `oneOf` lists whose options could not be told apart at first sight.
        """
        self._schema = schema
        self._pointers = pointers(schema)
        self._pointer = "#"
        self._merger = Merger(self._resolve)
        self._negator = Negator(self._resolve)
        self._definitions: dict[str, Node] = {}
        self._names: dict[str, str] = {}
        self._waiting: list[Target] = []
        self._choices: list[Choice] = []
        self._overlapping = overlapping
        self.overlaps: set[str] = set()
        self._checks: dict[Check, None] = {}
        self._notes: dict[Note, None] = {}
        self._count = 0

    def _resolve(self, reference: str, path: str) -> JSONSchema:
        return resolve(self._schema, reference, path)

    def _later(self, keyword: str, path: str, detail: str = "") -> None:
        """Leave a keyword to be checked on the whole value: the nodes allow at least what it allows."""
        self._checks.setdefault(Check(self._pointer, keyword, path))
        self._notes[Note(path, keyword, "after", detail or "checked on the whole record")] = None

    def _settle(self, path: str) -> None:
        """Take note of what merging has left out."""
        for keyword in dict.fromkeys(self._merger.undecided):
            self._later(keyword, path)
        self._merger.undecided.clear()

    def _described(self, schema: JSONSchema) -> dict[str, str]:
        """Title and description of a schema, or those of what it refers to; of a list, the description of its items."""
        found: dict[str, str] = {}
        listed = False
        for _ in range(MAX_DEPTH):
            if not isinstance(schema, dict):
                break
            for keyword in ("description",) if listed else ("title", "description"):
                if isinstance(schema.get(keyword), str):
                    found.setdefault(keyword, schema[keyword])
            only = schema.get("allOf")
            if "$ref" in schema:
                schema = self._resolve(schema["$ref"], "$")
            elif isinstance(only, list) and len(only) == 1:
                schema = only[0]
            elif isinstance(schema.get("items"), dict):
                schema, listed = schema["items"], True
            else:
                break
        return found

    def _charge(self, path: str, depth: int) -> None:
        self._count += 1
        if depth > MAX_DEPTH:
            raise SchemaError(
                f"nested more than {MAX_DEPTH} levels deep; flatten the schema", field_path=path, construct="depth"
            )
        if self._count > MAX_NODES:
            raise SchemaError(
                f"more than {MAX_NODES} schemas in one; split it, or share parts with `$ref`",
                field_path=path,
                construct="size",
            )

    def _note(self, path: str, schema: dict[str, Any]) -> None:
        for note in notes_of(path, schema):
            self._notes.setdefault(note)
