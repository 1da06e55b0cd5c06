"""Declarations bounded so that every record fits a budget of tokens, whatever the model chooses.

`bounded` gives a guarantee, at the price of tight limits; `roomy` gives practical limits and no guarantee. Strings,
numbers, arrays, maps and any-values get shorter, members that may be left out are dropped where they don't fit,
recursion is unrolled into definitions that each have a budget of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from extractor.errors import BudgetError
from extractor.grammar.bounded_leaves import bounded_integer, bounded_number
from extractor.grammar.costs import BRACKETS, ENDLESS, KEY_FRAME, QUOTES, SEPARATOR, Costs
from extractor.grammar.keys import bounded_key, least_key
from extractor.grammar.possible import possible_part
from extractor.grammar.roomy import roomy
from extractor.grammar.shares import Part, share
from extractor.grammar.strings import bounded_string
from extractor.grammar.verbatim import Source, source_of
from extractor.grammar.vocabulary import Vocabulary
from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
    Declaration,
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

_END = 1  # the token that ends a record
_COMFORT = 24  # tokens that a string is glad to have before a list gets one more item
_KEY_COMFORT = 16
_MOST_ITEMS = 256
_LEVEL = 1.15  # budgets of a recursive definition are rounded down to powers of this, to have few of them


def minimum_tokens(declaration: Declaration, vocabulary: Vocabulary, source_chunks: Sequence[str] | None) -> int:
    """Return a budget that `bounded` is sure to meet, the end token included.

    Args:
        declaration: The schema.
        vocabulary: The model's tokens.
        source_chunks: Chunks of the text; None: verbatim values may be any string.

    Raises:
        InputError: The text has no value for a required verbatim string.
        SchemaError: No finite record fits the schema.
    """
    source = None if source_chunks is None else source_of(source_chunks)
    part, _ = possible_part(declaration, source)
    return Costs(part.definitions, vocabulary, source).least(part.root, False) + _END


def bounded(
    declaration: Declaration, max_tokens: int, vocabulary: Vocabulary, source_chunks: Sequence[str] | None
) -> Declaration:
    """Bound a declaration so that every text of its grammar needs at most `max_tokens`, the end token included.

    Args:
        declaration: The schema.
        max_tokens: The budget.
        vocabulary: The model's tokens.
        source_chunks: Chunks of the text; None: verbatim values may be any string.

    Raises:
        BudgetError: The smallest record does not fit.
        InputError: The text has no value for a required verbatim string.
        SchemaError: No finite record fits the schema.
    """
    source = None if source_chunks is None else source_of(source_chunks)
    part, _ = possible_part(declaration, source)
    costs = Costs(part.definitions, vocabulary, source)
    minimum = costs.least(part.root, False) + _END
    bounder = _Bounder(costs)
    root = bounder.fit(part.root, max_tokens - _END, False) if minimum <= max_tokens else None
    if root is None:
        raise BudgetError(
            f"the smallest record may need {minimum} tokens and only {max_tokens} are allowed; raise max_tokens or "
            "make fields optional",
            minimum=max(minimum, max_tokens + 1),
            max_tokens=max_tokens,
        )
    return replace(part, root=root, definitions=bounder.definitions)


class _Bounder:
    """Fits nodes into budgets."""

    def __init__(self, costs: Costs) -> None:
        self._costs = costs
        self.definitions: dict[str, Node] = {}
        self._open: set[tuple[str, int, bool]] = set()
        self._dead: set[str] = set()

    @property
    def _source(self) -> Source | None:
        return self._costs.source

    def fit(self, node: Node, budget: int, loose: bool) -> Node | None:  # noqa: C901, PLR0911, PLR0912
        """Return the node so bounded that it needs at most `budget` tokens; None if it cannot be."""
        match node:
            case StringNode():
                return bounded_string(node, budget - QUOTES)
            case VerbatimNode():
                return self._verbatim(node, budget - QUOTES)
            case QuotedNode(value):
                return self.fit(value, budget, loose)
            case IntegerNode():
                return bounded_integer(node, budget)
            case NumberNode():
                return bounded_number(node, budget)
            case BooleanNode() | NullNode():
                return node if self._costs.worst(node, loose) <= budget else None
            case EnumNode(values):
                kept = tuple(value for value in values if len(value.encode()) <= budget)
                return EnumNode(kept) if kept else None
            case ArrayNode():
                return self._array(node, budget, loose)
            case ObjectNode():
                return self._object(node, budget, loose)
            case UnionNode(options):
                inner = self._costs.loose_inside(node, loose)
                parts = [part for option in options if (part := self.fit(option, budget, inner)) is not None]
                return None if not parts else parts[0] if len(parts) == 1 else UnionNode(tuple(parts))
            case RefNode(name):
                return self._reference(name, budget, loose)
            case AnyNode():
                return self._reference("", budget, loose)
            case _:
                assert_never(node)

    def _verbatim(self, node: VerbatimNode, room: int) -> Node | None:
        if self._source is None:
            most = room // 6
            if most < max(node.min_length, 1):
                return None
            return replace(node, max_length=most if node.max_length is None else min(node.max_length, most))
        shortest = self._source.shortest(node)
        most = self._source.longest_within(room)
        if shortest is None or shortest > most:
            return None
        if node.max_length is not None and node.max_length <= most:
            return node
        return node if self._source.widest(ENDLESS) <= room else replace(node, max_length=most)

    # --------------------------------------------------------------------------------------------- references

    def _reference(self, name: str, budget: int, loose: bool) -> Node | None:
        """Bound what a reference points to: in place, or as a definition of its own where it is recursive."""
        if name not in self._costs.recursive:
            return self.fit(self._costs.definitions[name], budget, loose)
        least = self._costs.least(RefNode(name) if name else AnyNode(), loose)
        if least > budget:
            return None
        level = _level(least, budget)
        key = (name, level, loose)
        made = f"{name or 'any'} within {level}{' loose' if loose else ''}"
        if made in self.definitions:
            return RefNode(made)
        if key in self._open:
            return None  # a union that leads back to itself without a step adds nothing
        self._open.add(key)
        part = self.fit(self._costs.definitions[name], level, loose)
        self._open.discard(key)
        if part is None:
            return None
        self.definitions[made] = part
        return RefNode(made)

    # ------------------------------------------------------------------------------------------------- arrays

    def _array(self, node: ArrayNode, budget: int, loose: bool) -> Node | None:
        if self._costs.least(node, loose) > budget:
            return None
        inner = budget - BRACKETS
        prefix, items = self._array_size(node, inner, loose)
        count = len(prefix) + items
        parts = [self._part(item, loose) for item in prefix]
        if items and node.items is not None:
            parts += [self._part(node.items, loose)] * items
        shares = share(parts, inner - SEPARATOR * max(count - 1, 0))
        fitted = [self.fit(item, given, loose) for item, given in zip(prefix, shares, strict=False)]
        if None in fitted:
            return None
        rest = None
        if items and node.items is not None:
            rest = self.fit(node.items, min(shares[len(prefix) :]), loose)
            if rest is None:
                return None
        found = tuple(item for item in fitted if item is not None)
        if count == 0:
            return ArrayNode(None, (), node.min_items, 0, node.unique)
        most = count if node.max_items is None else min(count, node.max_items)
        return replace(node, items=rest, prefix=found, max_items=most)

    def _array_size(self, node: ArrayNode, budget: int, loose: bool) -> tuple[list[Node], int]:
        """How many elements there may be: of the prefix, and of the items after it."""
        left = budget + SEPARATOR
        most = _MOST_ITEMS + node.min_items if node.max_items is None else node.max_items
        prefix: list[Node] = []
        for index, item in enumerate(node.prefix[:most]):
            must = max(node.min_items - index - 1, 0)
            reserve = must * SEPARATOR + sum(
                self._costs.least(other, loose)
                for other in [*node.prefix[index + 1 :], *([node.items] * must if node.items is not None else [])][
                    :must
                ]
            )
            if index >= node.min_items and self._costs.least(item, loose) + SEPARATOR + reserve > left:
                return prefix, 0
            prefix.append(item)
            left -= self._costs.least(item, loose) + SEPARATOR
        if node.items is None:
            return prefix, 0
        least = self._costs.least(node.items, loose) + SEPARATOR
        fewest = max(node.min_items - len(prefix), 0)
        room = max(most - len(prefix), 0)
        wanted = left // (max(self._comfort(node.items, loose), least - SEPARATOR) + SEPARATOR)
        possible = left // least if least < ENDLESS else 0
        return prefix, min(room, _MOST_ITEMS + fewest, max(fewest, min(possible, max(wanted, 1))))

    def _part(self, node: Node, loose: bool) -> Part:
        return Part(self._costs.least(node, loose), self._costs.worst(node, loose), self._weight(node))

    def _weight(self, node: Node) -> int:
        match node:
            case ArrayNode() | RefNode() | AnyNode():
                return 4
            case ObjectNode(fields):
                return 1 + sum(self._weight(member.node) for member in fields) + (4 if node.kinds else 0)
            case UnionNode(options):
                return max(self._weight(option) for option in options)
            case _:
                return 1

    def _comfort(self, node: Node, loose: bool) -> int:
        """Tokens that let a node say what it usually has to."""
        worst = self._costs.worst(node, loose)
        match node:
            case ObjectNode(fields):
                keys = sum(self._costs.member(node, member, loose) for member in fields)
                usual = self._costs.braces(node) + keys + sum(self._comfort(member.node, loose) for member in fields)
            case UnionNode(options):
                usual = max(self._comfort(option, loose) for option in options)
            case RefNode(name) if name not in self._costs.recursive:
                usual = self._comfort(self._costs.definitions[name], loose)
            case ArrayNode(items):
                usual = BRACKETS + (0 if items is None else 2 * self._comfort(items, loose))
            case _:
                usual = _COMFORT
        return min(worst, max(usual, self._costs.least(node, loose)))

    # ------------------------------------------------------------------------------------------------ objects

    def _object(self, node: ObjectNode, budget: int, loose: bool) -> Node | None:
        costs = self._costs
        least = costs.least(node, loose)
        if least > budget:
            return None
        kept, sure, extras = self._kept_members(node, budget, loose)
        keys = sum(costs.member(node, member, loose) for member in kept)
        parts = [self._part(member.node, loose) for member in kept]
        kind = node.kinds[0].node if node.kinds else None
        if extras and kind is not None:
            key_least = least_key(node) or 0
            parts += [Part(costs.least_extra(node, loose), ENDLESS, 1 + self._weight(kind))] * extras
        shares = share(parts, budget - costs.braces(node) - keys)
        fields = []
        for member, given in zip(kept, shares, strict=False):
            part = self.fit(member.node, given, loose)
            if part is None:
                return None
            fields.append(replace(member, node=part, required=member.name in sure))
        left = replace(node, fields=tuple(fields), extra=None, families=())
        if not extras or kind is None:
            return left
        return self._with_extra(left, node, min(shares[len(kept) :]), key_least, extras, loose)

    def _with_extra(
        self, left: ObjectNode, node: ObjectNode, room: int, key_least: int, extras: int, loose: bool
    ) -> Node | None:
        kind = node.kinds[0].node
        value_least = self._costs.least(kind, loose)
        key_room = min(max(key_least, min(_KEY_COMFORT, (room - KEY_FRAME) // 3)), room - KEY_FRAME - value_least)
        key = bounded_key(node, key_room)
        value = self.fit(kind, room - KEY_FRAME - key_room, loose)
        if key is None or value is None:
            return None
        most = sum(member.required for member in left.fields) + extras
        if node.max_properties is not None:
            most = min(most, node.max_properties)
        if key == StringNode(key.min_length, key.max_length, key.pattern):  # the pattern says the lengths, too
            return replace(left, extra=value, extra_pattern=key.pattern, max_properties=most)
        return replace(left, families=(Family(key, value),), max_properties=most)

    def _kept_members(self, node: ObjectNode, budget: int, loose: bool) -> tuple[list[Field], set[str], int]:
        """Members that fit, in order; names of those to be always written; how many undeclared ones there may be."""
        costs = self._costs
        always, optional = costs.members(node)
        cost = {m.name: costs.member(node, m, loose) + costs.least(m.node, loose) for m in node.fields}
        extra = costs.least_extra(node, loose)
        spent = costs.braces(node) + sum(cost[member.name] for member in always)
        missing = max(node.min_properties - len(always), 0)
        chosen = {member.name for member in always}
        for member in sorted(optional, key=lambda m: cost[m.name]):
            if missing > 0 and cost[member.name] <= extra:
                chosen.add(member.name)
                spent += cost[member.name]
                missing -= 1
        sure = set(chosen)  # null may not fit where it could stand, and a count must be met: these are written
        extras = missing
        spent += missing * extra if missing else 0
        for member in optional:
            if member.name not in chosen and spent + cost[member.name] <= budget:
                chosen.add(member.name)
                spent += cost[member.name]
        if extra < ENDLESS and node.kinds:
            most = ENDLESS if node.max_properties is None else node.max_properties - len(always) - extras
            usual = KEY_FRAME + _KEY_COMFORT + max(self._comfort(node.kinds[0].node, loose), extra)
            wanted = max((budget - spent) // usual, 1 if extra <= budget - spent else 0)
            extras += max(0, min(most, wanted, _MOST_ITEMS))
        return [member for member in node.fields if member.name in chosen], sure, extras


def _level(least: int, budget: int) -> int:
    """Round a budget down to one of few levels, never below `least`."""
    level = float(least)
    while (higher := max(level * _LEVEL, level + 1)) <= budget:
        level = higher
    return int(level)


__all__ = ["bounded", "minimum_tokens", "roomy"]
