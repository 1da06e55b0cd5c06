"""The records of a text's parts as one record, by the schema.

- Lists are united: items that stand at the same place of the text are one; so are equal items that stand nowhere.
- Objects are put together member by member.
- Of anything else, the value that the model was surest of is taken; where others differ, that is a conflict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from extractor.grammar.leaf import fits
from extractor.record.extraction import Span
from extractor.record.layout import dumps, item_path, member_path
from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
    Declaration,
    EnumNode,
    IntegerNode,
    JSONValue,
    Node,
    NullNode,
    NumberNode,
    ObjectNode,
    QuotedNode,
    RefNode,
    StringNode,
    UnionNode,
    VerbatimNode,
)


@dataclass(frozen=True, slots=True)
class Part:
    """What was found in a part of a text.

    Attributes:
        record: The record.
        spans: Record path -> where in the whole text the value stands.
        confidence: Record path -> how sure the model was.
    """

    record: JSONValue
    spans: Mapping[str, Span]
    confidence: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Merged:
    """What was found in the whole text.

    Attributes:
        record: The record.
        spans: Record path -> where in the text the value stands.
        confidence: Record path -> how sure the model was.
        conflicts: Record path -> the values that other parts gave and that were not taken.
    """

    record: JSONValue
    spans: dict[str, Span] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)
    conflicts: dict[str, list[JSONValue]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A value of one part, and its path there."""

    part: Part
    path: str
    value: JSONValue

    def member(self, name: str) -> _Candidate | None:
        if not isinstance(self.value, dict) or name not in self.value:
            return None
        return _Candidate(self.part, member_path(self.path, name), self.value[name])

    def items(self) -> Iterator[_Candidate]:
        if isinstance(self.value, list):
            for index, value in enumerate(self.value):
                yield _Candidate(self.part, item_path(self.path, index), value)

    def places(self) -> tuple[Span, ...]:
        """Where its verbatim values stand."""
        return tuple(self.part.spans[old] for old, _ in _paths(self.value, self.path, "") if old in self.part.spans)

    def sure(self) -> float:
        """How sure the model was of its least sure value."""
        known = self.part.confidence
        return min((known[old] for old, _ in _paths(self.value, self.path, "") if old in known), default=0.0)


def merge(parts: Sequence[Part], declaration: Declaration) -> Merged:
    """Put the records of parts together.

    Args:
        parts: What was found in each, in the order of the text; at least one.
        declaration: The schema.

    Returns:
        One record. It is of the shape of the schema; rules on the whole of it (most items) are not checked here.
    """
    merger = _Merger(declaration)
    candidates = [_Candidate(part, "$", part.record) for part in parts]
    record = merger.merge(declaration.root, candidates, "$")
    return Merged(record, merger.spans, merger.confidence, merger.conflicts)


class _Merger:
    def __init__(self, declaration: Declaration) -> None:
        self._definitions = declaration.definitions
        self.spans: dict[str, Span] = {}
        self.confidence: dict[str, float] = {}
        self.conflicts: dict[str, list[JSONValue]] = {}

    def merge(self, node: Node, candidates: Sequence[_Candidate], path: str) -> JSONValue:
        """One value of several, written at `path`."""
        match node:
            case RefNode(name):
                return self.merge(self._definitions[name], candidates, path)
            case UnionNode(options):
                return self._union(options, candidates, path)
            case ArrayNode(items, prefix, _, _, unique) if items is not None and not prefix:
                return self._list(candidates, path, unique)
            case ObjectNode():
                return self._object(node, candidates, path)
            case (
                ArrayNode() | StringNode() | VerbatimNode() | QuotedNode() | IntegerNode() | NumberNode()
                | BooleanNode() | NullNode() | EnumNode() | AnyNode()
            ):  # fmt: skip
                return self._surest(candidates, path)
            case _:
                assert_never(node)

    def _union(self, options: Sequence[Node], candidates: Sequence[_Candidate], path: str) -> JSONValue:
        """Of lists only, or objects only, that one option can hold: as that option; nothing gives way to something."""
        given = [candidate for candidate in candidates if candidate.value is not None]
        for kind, held in ((list, ArrayNode), (dict, ObjectNode)):
            fitting = [option for option in map(self._resolved, options) if isinstance(option, held)]
            if given and len(fitting) == 1 and all(isinstance(candidate.value, kind) for candidate in given):
                return self.merge(fitting[0], given, path)
        return self._surest(candidates, path)

    def _resolved(self, node: Node) -> Node:
        while isinstance(node, RefNode):
            node = self._definitions[node.name]
        return node

    def _object(self, node: ObjectNode, candidates: Sequence[_Candidate], path: str) -> JSONValue:
        declared = {member.name: member.node for member in node.fields}
        names = dict.fromkeys(name for one in candidates if isinstance(one.value, dict) for name in one.value)
        ordered = [*(name for name in declared if name in names), *(name for name in names if name not in declared)]
        return {
            name: self.merge(
                declared.get(name) or _undeclared(node, name),
                [found for one in candidates if (found := one.member(name)) is not None],
                member_path(path, name),
            )
            for name in ordered
        }

    def _list(self, candidates: Sequence[_Candidate], path: str, unique: bool) -> JSONValue:
        kept: dict[object, _Candidate] = {}
        for one in candidates:
            alike: dict[object, int] = {}
            for item in one.items():
                places = item.places()
                same: object = dumps(item.value) if unique or not places else places
                # Two alike in one part were meant as two; they are one with the two of another part.
                alike[same] = alike.get(same, 0) + 1
                key = (same, 1 if unique else alike[same])
                if key not in kept or item.sure() > kept[key].sure():
                    kept[key] = item
        items = list(kept.values())
        if all(item.places() for item in items):
            items.sort(key=lambda item: item.places()[0])
        if not items:
            self._take(max(candidates, key=_Candidate.sure), path)
        return [self._take(item, item_path(path, index)) for index, item in enumerate(items)]

    def _surest(self, candidates: Sequence[_Candidate], path: str) -> JSONValue:
        given = [candidate for candidate in candidates if candidate.value is not None] or candidates
        best = max(given, key=_Candidate.sure)  # the first of equals
        others = {dumps(candidate.value): candidate.value for candidate in given}
        del others[dumps(best.value)]
        if others:
            self.conflicts[path] = list(others.values())
        return self._take(best, path)

    def _take(self, taken: _Candidate, path: str) -> JSONValue:
        """Copy a value, and what is known of it, to its new path."""
        for old, new in _paths(taken.value, taken.path, path):
            if old in taken.part.spans:
                self.spans[new] = taken.part.spans[old]
            if old in taken.part.confidence:
                self.confidence[new] = taken.part.confidence[old]
        return taken.value


def _undeclared(node: ObjectNode, name: str) -> Node:
    """What the undeclared member of that name holds."""
    return next((kind.node for kind in node.kinds if fits(kind.names, name)), AnyNode())


def _paths(value: JSONValue, old: str, new: str) -> Iterator[tuple[str, str]]:
    """The paths of a value and of all in it, there and here."""
    yield old, new
    match value:
        case dict():
            for name, inner in value.items():
                yield from _paths(inner, member_path(old, name), member_path(new, name))
        case list():
            for index, inner in enumerate(value):
                yield from _paths(inner, item_path(old, index), item_path(new, index))
