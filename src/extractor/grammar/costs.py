"""How many tokens the text of a node can need: at worst as it is, and at worst when bounded as tightly as it can be.

What a model chooses is counted in bytes, since every token it samples holds at least one. A key that must come is
counted as the tokens that `Vocabulary.encode` makes of its piece, or of the rest of the piece where a sampled token
may reach into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from extractor.grammar.bounded_leaves import least_integer, least_number, worst_integer, worst_number
from extractor.grammar.keys import key_frame, least_key
from extractor.grammar.members import ANY_VALUE, always_written, key_piece
from extractor.grammar.strings import least_bytes, worst_bytes
from extractor.grammar.verbatim import Source
from extractor.grammar.vocabulary import Vocabulary
from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
    EnumNode,
    Family,
    Field,
    IntegerNode,
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

ENDLESS = 10**9
SEPARATOR = 2  # ", "
BRACKETS = 2
QUOTES = 2
KEY_FRAME = key_frame()
_PIECES: dict[str, dict[str, int]] = {}  # vocabulary digest -> piece -> tokens
_ANY = ""  # name of the definition that stands for any JSON value
_ESCAPED_POINT = 6  # most bytes of a code point in canonical JSON


class Costs:
    """Measures nodes, in tokens.

    Args:
        definitions: What references point to.
        vocabulary: What forced pieces are tokenised with.
        source: The text that verbatim values come from, if it is known.
    """

    def __init__(self, definitions: Mapping[str, Node], vocabulary: Vocabulary, source: Source | None) -> None:
        self.definitions: dict[str, Node] = {**definitions, _ANY: ANY_VALUE}
        self.source = source
        self._vocabulary = vocabulary
        self._pieces: dict[str, int] = {}
        self._least: dict[tuple[str, bool], int] = {}
        self._worst: dict[tuple[str, bool], int] = {}
        self._open: set[tuple[str, bool]] = set()
        self.recursive = frozenset(name for name in self.definitions if self._reaches(name, name))
        self._settle()

    def _reaches(self, start: str, goal: str) -> bool:
        seen: set[str] = set()
        todo = [start]
        while todo:
            for name in _references(self.definitions[todo.pop()]):
                if name == goal:
                    return True
                if name not in seen:
                    seen.add(name)
                    todo.append(name)
        return False

    def _settle(self) -> None:
        """Find the least cost of every definition: they only ever fall, until none does."""
        changed = True
        while changed:
            changed = False
            for name, node in self.definitions.items():
                for loose in (False, True):
                    found = self.least(node, loose)
                    if found < self._least.get((name, loose), ENDLESS):
                        self._least[name, loose] = found
                        changed = True

    def piece(self, text: str, loose: bool) -> int:
        """Tokens that a piece of structure needs.

        Args:
            text: The piece.
            loose: Whether the model may have to choose between this piece and others that begin like it.
        """
        size = len(text.encode())
        if loose:
            return size
        known = _PIECES.setdefault(self._vocabulary.digest, {}) if self._vocabulary.digest else self._pieces
        if text not in known:
            whole = len(self._vocabulary.encode(text))
            rests = (len(self._vocabulary.encode(text[start:])) for start in range(1, len(text)))
            known[text] = max(whole, min(size, 1 + max(rests, default=0)))
        return known[text]

    # ------------------------------------------------------------------------------------------------ least

    def least(self, node: Node, loose: bool) -> int:  # noqa: C901, PLR0911, PLR0912 - one line a node
        """Tokens that the node can be bounded to; ENDLESS if it has no value."""
        match node:
            case StringNode():
                size = least_bytes(node)
                return ENDLESS if size is None else size + QUOTES
            case VerbatimNode():
                return self._least_verbatim(node)
            case QuotedNode(value):
                return self.least(value, loose)
            case IntegerNode():
                return least_integer(node) or ENDLESS
            case NumberNode():
                return least_number(node) or ENDLESS
            case BooleanNode():
                return len("false")
            case NullNode():
                return len("null")
            case EnumNode(values):
                return min((len(value.encode()) for value in values), default=ENDLESS)
            case ArrayNode():
                return self._least_array(node, loose)
            case ObjectNode():
                return self._least_object(node, loose)
            case UnionNode(options):
                inner = self.loose_inside(node, loose)
                return min((self.least(option, inner) for option in options), default=ENDLESS)
            case RefNode(name):
                return self._least.get((name, loose), ENDLESS)
            case AnyNode():
                return self._least.get((_ANY, loose), ENDLESS)
            case _:
                assert_never(node)

    def loose_inside(self, node: UnionNode, loose: bool) -> bool:
        """Whether a union's options may be told apart only deep inside: more than one is an array or an object."""
        held = [option for option in _flat(node) if isinstance(option, ArrayNode | ObjectNode | RefNode | AnyNode)]
        return loose or len(held) > 1

    def _least_verbatim(self, node: VerbatimNode) -> int:
        if self.source is None:
            points = max(node.min_length, 1)
            return QUOTES + _ESCAPED_POINT * points if points <= (node.max_length or points) else ENDLESS
        points_found = self.source.shortest(node)
        return ENDLESS if points_found is None else QUOTES + self.source.widest(points_found)

    def _least_array(self, node: ArrayNode, loose: bool) -> int:
        inner = list(elements(node, node.min_items))
        if None in inner or (node.max_items is not None and node.max_items < node.min_items):
            return ENDLESS
        costs = sum(self.least(item, loose) for item in inner if item is not None)
        return min(ENDLESS, BRACKETS + costs + SEPARATOR * max(len(inner) - 1, 0))

    def _least_object(self, node: ObjectNode, loose: bool) -> int:
        always, optional = self.members(node)
        total = self.braces(node)
        total += sum(self.member(node, member, loose) + self.least(member.node, loose) for member in always)
        missing = max(node.min_properties - len(always), 0)
        more = sorted(self.member(node, member, loose) + self.least(member.node, loose) for member in optional)
        extra = self.least_extra(node, loose)
        more = sorted([*more, *([extra] * missing if extra < ENDLESS else [])])[:missing]
        if len(more) < missing or (node.max_properties is not None and len(always) > node.max_properties):
            return ENDLESS
        return min(ENDLESS, total + sum(more))

    def members(self, node: ObjectNode) -> tuple[list[Field], list[Field]]:
        """Members that are always written, and those that may be left out."""
        always = [member for member in node.fields if always_written(member, self.definitions)]
        return always, [member for member in node.fields if member not in always]

    def braces(self, node: ObjectNode) -> int:
        """Tokens of an object's braces, as far as its first member's key does not hold one."""
        return 1 if node.fields and always_written(node.fields[0], self.definitions) else BRACKETS

    def member(self, node: ObjectNode, member: Field, loose: bool) -> int:
        """Tokens of a member's key, with what parts it from what stands before."""
        first = bool(node.fields) and node.fields[0] is member
        certain = all(always_written(other, self.definitions) for other in node.fields[: node.fields.index(member) + 1])
        return self.piece(key_piece(member.name, first=first), loose or not certain)

    def least_extra(self, node: ObjectNode, loose: bool) -> int:
        """Tokens that an undeclared member can be bounded to, key included."""
        key = least_key(node)
        if not node.kinds or key is None:
            return ENDLESS
        return min(ENDLESS, KEY_FRAME + key + self.least(node.kinds[0].node, loose))

    # ------------------------------------------------------------------------------------------------ worst

    def worst(self, node: Node, loose: bool) -> int:  # noqa: C901, PLR0911, PLR0912 - one line a node
        """Tokens that the node needs at worst; ENDLESS if there is no limit."""
        match node:
            case StringNode():
                size = worst_bytes(node)
                return ENDLESS if size is None else size + QUOTES
            case VerbatimNode(_, most):
                if self.source is not None:
                    return QUOTES + self.source.widest(ENDLESS if most is None else most)
                return ENDLESS if most is None else QUOTES + _ESCAPED_POINT * most
            case QuotedNode(value):
                return self.worst(value, loose)
            case IntegerNode():
                return worst_integer(node)
            case NumberNode():
                return worst_number(node)
            case BooleanNode():
                return len("false")
            case NullNode():
                return len("null")
            case EnumNode(values):
                return max((len(value.encode()) for value in values), default=0)
            case ArrayNode():
                return self._worst_array(node, loose)
            case ObjectNode():
                return self._worst_object(node, loose)
            case UnionNode(options):
                inner = self.loose_inside(node, loose)
                return max((self.worst(option, inner) for option in options), default=0)
            case RefNode(name):
                return self._worst_definition(name, loose)
            case AnyNode():
                return ENDLESS
            case _:
                assert_never(node)

    def _worst_definition(self, name: str, loose: bool) -> int:
        key = (name, loose)
        if name in self.recursive or key in self._open:
            return ENDLESS
        if key not in self._worst:
            self._open.add(key)
            self._worst[key] = self.worst(self.definitions[name], loose)
            self._open.discard(key)
        return self._worst[key]

    def _worst_array(self, node: ArrayNode, loose: bool) -> int:
        most = node.max_items
        if node.items is None:
            most = len(node.prefix) if most is None else min(most, len(node.prefix))
        if most is None:
            return ENDLESS
        prefix = node.prefix[:most]
        costs = sum(self.worst(item, loose) for item in prefix)
        if node.items is not None and most > len(prefix):
            costs += (most - len(prefix)) * self.worst(node.items, loose)
        return min(ENDLESS, BRACKETS + costs + SEPARATOR * max(most - 1, 0))

    def _worst_object(self, node: ObjectNode, loose: bool) -> int:
        total = self.braces(node)
        total += sum(self.member(node, member, loose) + self.worst(member.node, loose) for member in node.fields)
        if node.kinds:
            if node.max_properties is None:
                return ENDLESS
            always, _ = self.members(node)
            count = max(node.max_properties - len(always), 0)
            total += count * max(self._worst_undeclared(kind, loose) for kind in node.kinds)
        return min(ENDLESS, total)

    def _worst_undeclared(self, kind: Family, loose: bool) -> int:
        key = worst_bytes(kind.names)
        return ENDLESS if key is None else min(ENDLESS, KEY_FRAME + key + self.worst(kind.node, loose))


def elements(node: ArrayNode, count: int) -> Iterator[Node | None]:
    """Yield what the first elements of an array are; None where there can be no element."""
    for index in range(count):
        yield node.prefix[index] if index < len(node.prefix) else node.items


def _flat(node: UnionNode) -> Iterator[Node]:
    for option in node.options:
        if isinstance(option, UnionNode):
            yield from _flat(option)
        else:
            yield option


def _references(node: Node) -> Iterator[str]:
    match node:
        case RefNode(name):
            yield name
        case AnyNode():
            yield _ANY
        case ArrayNode(items, prefix):
            for inner in (*prefix, *(() if items is None else (items,))):
                yield from _references(inner)
        case ObjectNode(fields):
            for inner in (*(member.node for member in fields), *(kind.node for kind in node.kinds)):
                yield from _references(inner)
        case UnionNode(options):
            for inner in options:
                yield from _references(inner)
        case (
            StringNode()
            | VerbatimNode()
            | QuotedNode()
            | IntegerNode()
            | NumberNode()
            | BooleanNode()
            | NullNode()
            | EnumNode()
        ):
            return
        case _:
            assert_never(node)
