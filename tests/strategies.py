"""Hypothesis strategies over the closed union of nodes: declarations, and records of a declaration."""

from __future__ import annotations

import datetime
import ipaddress
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, assert_never, cast

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from extractor.grammar.quotes import quotes
from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
    Declaration,
    EnumNode,
    Field,
    IntegerNode,
    JSONValue,
    Node,
    Notation,
    NullNode,
    NumberNode,
    ObjectNode,
    QuotedNode,
    RefNode,
    StringNode,
    UnionNode,
    VerbatimNode,
)

ALPHABET = st.characters(codec="utf-8")
WORDS = (
    *("Ada", "café", "naïve", "42", "北京", "한국", "👩‍👩‍👧", "👍🏽", 'say "hi"', "back\\slash", "e\u0301te"),
    *("<table>", "O'Neil", "3 March 2024", "$1,234.50", "14:30"),
)
PATTERNS = ("^[a-z]{1,8}$", "^[A-Z]{2}[0-9]{3}$", "[0-9]", "^(red|green|blue)$", "^[^ ]+$", '^"+$', "^$|^x")
NAMES = st.one_of(
    st.sampled_from(("name", "total", "items", "kind", "a.b", 'q"k', "größe", "x y", "id")),
    st.text(ALPHABET, max_size=6),
)

_FORMATS: dict[str, SearchStrategy[str]] = {
    "date": st.dates().map(datetime.date.isoformat),
    "time": st.times().map(lambda t: t.isoformat() + "Z"),
    "date-time": st.datetimes().map(lambda d: d.isoformat() + "Z"),
    "uuid": st.uuids().map(str),
    "ipv4": st.ip_addresses(v=4).map(str),
    "ipv6": st.integers(0, 2**128 - 1).map(lambda n: ipaddress.IPv6Address(n).exploded),
}
FORMATS = tuple(_FORMATS)


def texts() -> SearchStrategy[str]:
    """Source texts with CJK, emoji, combining marks, quotes, backslashes and newlines; never blank."""
    separators = st.sampled_from((" ", "\n", ", ", " - ", "\t", ". "))
    parts = st.tuples(st.one_of(st.sampled_from(WORDS), st.text(ALPHABET, min_size=1, max_size=8)), separators)
    joined = st.lists(parts, min_size=1, max_size=12).map(lambda found: "".join(a + b for a, b in found))
    return joined.filter(lambda text: not text.isspace())


def json_values() -> SearchStrategy[JSONValue]:
    """Any JSON value of modest size."""
    scalars: SearchStrategy[JSONValue] = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**6), 10**6),
        _decimals(-(10**6), 10**6),
        st.text(ALPHABET, max_size=8),
    )
    return st.recursive(
        scalars,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.text(ALPHABET, max_size=6), inner, max_size=3)
        ),
        max_leaves=5,
    )


def _decimals(low: int, high: int, places: int = 2) -> SearchStrategy[float]:
    scale = 10**places
    return st.integers(low * scale, high * scale).map(lambda n: n / scale)


# Declarations -------------------------------------------------------------------------------------------------------


@st.composite
def string_nodes(draw: DrawFn) -> StringNode:
    """Strings: unbounded, bounded, with a pattern or with a format."""
    kind = draw(st.sampled_from(("free", "free", "bounded", "pattern", "format")))
    if kind == "pattern":
        return StringNode(pattern=draw(st.sampled_from(PATTERNS)))
    if kind == "format":
        return StringNode(format=draw(st.sampled_from(FORMATS)))
    if kind == "free":
        return StringNode()
    low = draw(st.integers(0, 5))
    return StringNode(low, draw(st.none() | st.integers(low, low + 20)))


@st.composite
def integer_nodes(draw: DrawFn) -> IntegerNode:
    """Integers with any mix of bounds and a step; never empty."""
    step = draw(st.none() | st.integers(1, 7))
    low = draw(st.none() | st.integers(-1000, 1000))
    high = draw(st.none() | st.integers(0, 1000).map(lambda n: (0 if low is None else low) + n + (step or 1)))
    return IntegerNode(low, high, step)


@st.composite
def number_nodes(draw: DrawFn) -> NumberNode:
    """Numbers with any mix of bounds and a step; never empty."""
    step = draw(st.none() | st.sampled_from((Decimal("0.01"), Decimal("0.5"), Decimal(3))))
    low = draw(st.none() | st.integers(-10_000, 10_000).map(lambda n: Decimal(n) / 10))
    high = draw(st.none() | st.integers(0, 1000).map(lambda n: (low or Decimal(0)) + n + (step or 1) * 2))
    return NumberNode(
        low,
        high,
        exclusive_minimum=low is not None and draw(st.booleans()),
        exclusive_maximum=high is not None and draw(st.booleans()),
        multiple_of=step,
    )


def enum_nodes() -> SearchStrategy[EnumNode]:
    """Enums of mixed types, containers included; values are distinct."""
    labels = st.sampled_from(("red", "a b", 'say "x"', "日本", "", "<eos>"))
    scalars: SearchStrategy[JSONValue] = st.one_of(
        labels, st.none(), st.booleans(), st.integers(-5, 99), st.sampled_from((0.5, -2.25))
    )
    values = st.one_of(
        scalars, scalars, scalars, st.lists(scalars, max_size=2), st.dictionaries(labels, scalars, max_size=2)
    )
    return st.lists(values.map(canonical), min_size=1, max_size=6, unique=True).map(
        lambda found: EnumNode(tuple(found))
    )


def verbatim_nodes() -> SearchStrategy[VerbatimNode]:
    """Verbatim strings; a text always has a one-character run, so only upper bounds are drawn."""
    return st.one_of(st.just(VerbatimNode()), st.integers(1, 40).map(lambda n: VerbatimNode(1, n)))


def quoted_nodes() -> SearchStrategy[Node]:
    """Numbers, days, times and strings of a form that a text says; or null, since it may say none."""
    numbers = st.builds(QuotedNode, st.one_of(integer_nodes(), number_nodes()), st.just("number"))
    forms: tuple[Notation, ...] = ("date", "time", "date-time")
    times = st.sampled_from(forms).map(lambda form: QuotedNode(StringNode(format=form), form))
    shapes = st.sampled_from(("^[a-z]+$", "^[A-Z][a-z]*( [A-Z][a-z]*)?$", r"^\d+(\.\d+)?$"))
    copied = st.one_of(
        st.builds(StringNode, st.just(1), st.none() | st.integers(2, 9), shapes), st.just(StringNode(1, format="email"))
    )
    copies = st.builds(QuotedNode, copied, st.just("text"))
    return st.one_of(numbers, times, copies).map(lambda node: UnionNode((node, NullNode())))


def canonical(value: JSONValue) -> str:
    """Canonical JSON text of a value."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "), allow_nan=False)


def leaf_nodes(*, verbatim: bool = False) -> SearchStrategy[Node]:
    """Every node that holds no other; verbatim ones only if asked for."""
    leaves: list[SearchStrategy[Node]] = [
        string_nodes(),
        integer_nodes(),
        number_nodes(),
        st.just(BooleanNode()),
        st.just(NullNode()),
        enum_nodes(),
        st.just(AnyNode()),
    ]
    return st.one_of(*leaves, verbatim_nodes(), quoted_nodes()) if verbatim else st.one_of(*leaves)


@st.composite
def array_nodes(draw: DrawFn, inner: SearchStrategy[Node]) -> ArrayNode:
    """Arrays: prefix or not, open or closed, bounded or not, sometimes of unique items."""
    prefix = tuple(draw(st.lists(inner, max_size=2))) if draw(st.booleans()) else ()
    items = draw(inner) if not prefix or draw(st.booleans()) else None
    most = len(prefix) if items is None else len(prefix) + 3
    low = draw(st.integers(0, most))
    unique = not prefix and low == 0 and draw(st.integers(0, 4)) == 0
    if items is None:
        return ArrayNode(None, prefix, low, draw(st.none() | st.integers(max(low, 1), most)))
    return ArrayNode(items, prefix, low, draw(st.none() | st.integers(max(low, 1), most + 2)), unique)


@st.composite
def object_nodes(draw: DrawFn, inner: SearchStrategy[Node]) -> ObjectNode:
    """Objects with fields, maps with or without a key pattern, and both at once."""
    kind = draw(st.sampled_from(("fields", "fields", "map", "pattern map", "both")))
    fields: tuple[Field, ...] = ()
    if kind in {"fields", "both"}:
        names = draw(st.lists(NAMES, min_size=0 if kind == "fields" else 1, max_size=4, unique=True))
        fields = tuple(Field(name, draw(inner), draw(st.booleans())) for name in names)
    if kind == "fields":
        return ObjectNode(fields, open_by_silence=draw(st.booleans()), title=draw(st.sampled_from(("", "Thing"))))
    low = draw(st.integers(len(fields), len(fields) + 1))
    high = draw(st.none() | st.integers(low, low + 3).map(lambda n: max(n, 1)))
    pattern = draw(st.sampled_from(("^[a-z]{1,4}$", "^x"))) if kind == "pattern map" else None
    return ObjectNode(fields, draw(inner), pattern, low, high)


def nodes(*, verbatim: bool = False, refs: SearchStrategy[Node] | None = None) -> SearchStrategy[Node]:
    """Nodes of any kind and modest depth; `refs` adds references where recursion is sure to end."""

    def extend(inner: SearchStrategy[Node]) -> SearchStrategy[Node]:
        held = inner if refs is None else inner | refs
        return st.one_of(
            array_nodes(inner),
            held.map(ArrayNode),
            object_nodes(inner),
            st.lists(held, min_size=1, max_size=2).map(lambda found: UnionNode((NullNode(), *found))),
            st.lists(inner, min_size=2, max_size=3).map(lambda found: UnionNode(tuple(found))),
        )

    return st.recursive(leaf_nodes(verbatim=verbatim), extend, max_leaves=6)


@st.composite
def declarations(draw: DrawFn, *, verbatim: bool = False) -> Declaration:
    """Whole schemas: every node kind occurs, recursion too; each has a finite record.

    Args:
        draw: Hypothesis's.
        verbatim: Whether verbatim strings may occur.
    """
    title = draw(st.sampled_from(("", "Invoice", "Entities in a text")))
    if draw(st.integers(0, 2)):
        return Declaration(draw(nodes(verbatim=verbatim)), {}, title)
    refs: SearchStrategy[Node] = st.just(RefNode("tree"))
    label = draw(leaf_nodes(verbatim=verbatim))
    fields = [Field("label", label), Field("more", draw(nodes(verbatim=verbatim, refs=refs)))]
    shape = draw(st.sampled_from(("list", "optional", "map")))
    held: Node
    if shape == "list":
        held = ArrayNode(RefNode("tree"))
    elif shape == "map":
        held = ObjectNode((), RefNode("tree"))
    else:
        held = UnionNode((RefNode("tree"), NullNode()))
    tree = ObjectNode((*fields, Field("children", held)))
    root: Node = RefNode("tree") if draw(st.booleans()) else ObjectNode((Field("trees", ArrayNode(RefNode("tree"))),))
    return Declaration(root, {"tree": tree}, title)


# Records ------------------------------------------------------------------------------------------------------------


def records(declaration: Declaration, text: str | None = None) -> SearchStrategy[JSONValue]:
    """JSON values of a declaration: keys in declaration order, every field present.

    Args:
        declaration: The schema.
        text: What verbatim values are taken from; None: any words will do.
    """
    return _Records(declaration, text).of(declaration.root, 3)


@dataclass(frozen=True)
class _Records:
    declaration: Declaration
    text: str | None

    def of(self, node: Node, depth: int) -> SearchStrategy[JSONValue]:  # noqa: C901, PLR0911, PLR0912
        match node:
            case StringNode():
                return _strings(node)
            case VerbatimNode(low, high):
                return _verbatim(self.text, low, high)
            case QuotedNode():
                return self.quoted(node, depth)
            case IntegerNode():
                return _integers(node)
            case NumberNode():
                return _numbers(node)
            case BooleanNode():
                return st.booleans()
            case NullNode():
                return st.none()
            case EnumNode(values):
                return st.sampled_from(values).map(json.loads)
            case AnyNode():
                return json_values()
            case RefNode(name):
                return st.deferred(lambda: self.of(self.declaration.definitions[name], depth - 1))
            case UnionNode(options):
                return st.one_of(*(self.of(option, depth) for option in self._ending(options, depth)))
            case ArrayNode():
                return self.arrays(node, depth)
            case ObjectNode():
                return self.objects(node, depth)
            case _:
                assert_never(node)

    def quoted(self, node: QuotedNode, depth: int) -> SearchStrategy[JSONValue]:
        if self.text is None:
            return self.of(node.value, depth)
        said = quotes(node, self.text)
        return st.sampled_from(said).map(lambda quote: json.loads(quote.json)) if said else st.nothing()

    def _ending(self, options: tuple[Node, ...], depth: int) -> tuple[Node, ...]:
        if depth > 0:
            return options
        return tuple(option for option in options if isinstance(option, NullNode)) or options

    def arrays(self, node: ArrayNode, depth: int) -> SearchStrategy[JSONValue]:
        most = node.max_items if node.max_items is not None else node.min_items + 3
        if node.items is None:
            most = min(most, len(node.prefix))
        if depth <= 0:
            most = max(node.min_items, 0)

        @st.composite
        def build(draw: DrawFn) -> JSONValue:
            size = draw(st.integers(node.min_items, max(node.min_items, most)))
            found: list[JSONValue] = []
            for index in range(size):
                inner = node.prefix[index] if index < len(node.prefix) else cast(Node, node.items)
                found.append(draw(self.of(inner, depth - 1)))
            return _unique(found) if node.unique else found

        return build()

    def objects(self, node: ObjectNode, depth: int) -> SearchStrategy[JSONValue]:
        @st.composite
        def build(draw: DrawFn) -> JSONValue:
            found: dict[str, JSONValue] = {member.name: draw(self.of(member.node, depth)) for member in node.fields}
            if node.extra is None:
                return found
            low = max(node.min_properties - len(found), 0)
            high = low + 2 if node.max_properties is None else node.max_properties - len(found)
            size = draw(st.integers(low, max(low, high if depth > 0 else low)))
            taken = set(found)
            keys = _from_regex(node.extra_pattern) if node.extra_pattern else st.text(ALPHABET, max_size=5)
            for key in draw(st.lists(keys.filter(lambda k: k not in taken), min_size=size, max_size=size, unique=True)):
                found[key] = draw(self.of(node.extra, depth - 1))
            return found

        return build()


def _unique(values: list[JSONValue]) -> list[JSONValue]:
    seen: dict[str, JSONValue] = {json.dumps(value, sort_keys=True): value for value in values}
    kept = list(seen.values())
    return [v for i, v in enumerate(kept) if not any(_same(v, w) for w in kept[:i])]


def _same(a: Any, b: Any) -> bool:
    return bool(a == b)  # coarser than JSON's equality (true is 1 here), which only makes lists shorter


def _from_regex(pattern: str) -> SearchStrategy[str]:
    return st.from_regex(pattern, alphabet=ALPHABET).filter(lambda s: not s.endswith("\n"))


def _strings(node: StringNode) -> SearchStrategy[str]:
    if node.format is not None and node.format in _FORMATS:
        return _FORMATS[node.format]
    if node.pattern is not None:
        return _from_regex(node.pattern)
    return st.text(ALPHABET, min_size=node.min_length, max_size=node.max_length or node.min_length + 20)


def _verbatim(text: str | None, low: int, high: int | None) -> SearchStrategy[str]:
    fits: Callable[[str], bool] = lambda s: low <= len(s) <= (high or math.inf)  # noqa: E731
    if text is None:
        return st.sampled_from((*WORDS, "x", "Jo")).filter(fits)
    runs = [word for word in text.split() if word.isalnum() and word.isascii() and fits(word)]
    return st.sampled_from(runs) if runs else st.nothing()


def _integers(node: IntegerNode) -> SearchStrategy[int]:
    step = node.multiple_of or 1
    low = -(10**6) if node.minimum is None else node.minimum
    high = max(low, 0) + 10**6 if node.maximum is None else node.maximum
    if node.minimum is None:
        low = min(low, high - 10**6)
    return st.integers(-(-low // step), high // step).map(lambda n: n * step)


def _numbers(node: NumberNode) -> SearchStrategy[float]:
    step = node.multiple_of or Decimal("0.01")
    low = Decimal(-(10**6)) if node.minimum is None else node.minimum
    high = max(low, Decimal(0)) + 10**6 if node.maximum is None else node.maximum
    if node.minimum is None:
        low = min(low, high - 10**6)
    first = math.ceil(low / step) + (1 if node.exclusive_minimum and math.ceil(low / step) * step == low else 0)
    last = math.floor(high / step) - (1 if node.exclusive_maximum and math.floor(high / step) * step == high else 0)
    return st.integers(first, last).map(lambda n: float(n * step))
