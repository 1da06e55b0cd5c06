"""The closed union of nodes: what is promised about a record, and nothing else.

Every schema, whatever it was written in, becomes a `Declaration`: a tree of these frozen nodes. Each walker over
them (grammar, prompt, cost, test strategies) is one `match` that ends in `assert_never`, so a new node makes the
type checker list every place to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

JSONValue: TypeAlias = "bool | int | float | str | list[JSONValue] | dict[str, JSONValue] | None"
Notation = Literal["number", "date", "time", "date-time", "text"]


@dataclass(frozen=True, slots=True)
class StringNode:
    """A string. Lengths are in Unicode code points; patterns are searched, not anchored, as in JSON Schema.

    Attributes:
        min_length: Fewest code points.
        max_length: Most code points; None: no limit.
        pattern: What has to be found in it.
        format: One of the formats of JSON Schema.
        also: More patterns that have to be found in it.
        never: Patterns that may not be found in it.
    """

    min_length: int = 0
    max_length: int | None = None
    pattern: str | None = None
    format: str | None = None
    also: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[str, ...]:
        """Every pattern that has to be found in it."""
        return self.also if self.pattern is None else (self.pattern, *self.also)


@dataclass(frozen=True, slots=True)
class VerbatimNode:
    """A string that is a run of the source text, whole words, no white space at its ends. Lengths in code points."""

    min_length: int = 1
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class QuotedNode:
    """A number, day or time that the source text says, in any of several notations; or a run of it of a given form.

    Attributes:
        value: What it may be.
        notation: What it is written as; `text`: as it is, whole words, as long as its form allows.
        day_first: Whether `03/04/2024` is the third of April; else it is the fourth of March.
        decimal_comma: Whether a comma stands before the decimals and a point between groups of digits.
    """

    value: StringNode | IntegerNode | NumberNode
    notation: Notation
    day_first: bool = False
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class IntegerNode:
    """An integer; bounds are inclusive."""

    minimum: int | None = None
    maximum: int | None = None
    multiple_of: int | None = None


@dataclass(frozen=True, slots=True)
class NumberNode:
    """A decimal number; bounds are inclusive unless said otherwise.

    `decimal`: the record holds a number, and its digits as a string (as Pydantic dumps a Decimal) count as the same.
    """

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    exclusive_minimum: bool = False
    exclusive_maximum: bool = False
    multiple_of: Decimal | None = None
    decimal: bool = False


@dataclass(frozen=True, slots=True)
class BooleanNode:
    """`true` or `false`."""


@dataclass(frozen=True, slots=True)
class NullNode:
    """`null`: nothing found."""


@dataclass(frozen=True, slots=True)
class EnumNode:
    """One of some JSON values, each kept as its canonical JSON text (so that 1 and true stay apart)."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArrayNode:
    """`prefix` values first, then any number of `items` (None: nothing after the prefix)."""

    items: Node | None
    prefix: tuple[Node, ...] = ()
    min_items: int = 0
    max_items: int | None = None
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A named member of an object.

    Attributes:
        name: Its key.
        node: What it holds.
        required: False: the key may be left out.
        description: What it is, for the prompt.
        explicit_null: Where the key may be left out and the value may be null, null is written in place of leaving
            it out. False: both are written, since the two mean different things.
    """

    name: str
    node: Node
    required: bool = True
    description: str = ""
    explicit_null: bool = True


@dataclass(frozen=True, slots=True)
class Family:
    """Undeclared members of one kind.

    Attributes:
        names: Which names they have. No name is in two families of an object.
        node: What they hold.
    """

    names: StringNode
    node: Node


@dataclass(frozen=True, slots=True)
class ObjectNode:
    """An object: its fields in declaration order, then undeclared members if any.

    Attributes:
        fields: The declared members.
        extra: What undeclared members hold; None: there are none.
        extra_pattern: A pattern that the names of undeclared members match (searched), or None.
        min_properties: Fewest members, declared ones included.
        max_properties: Most members, declared ones included; None: no limit.
        open_by_silence: Never said additionalProperties: undeclared members that `extra` doesn't cover are accepted
            (where `extra` is None, under names that match `extra_pattern`) and never decoded.
        families: Kinds of undeclared members, where there are several; `extra` is None then.
        forbidden: Names that no member may have.
        title: The schema's own name for it.
        description: What it is, for the prompt.
    """

    fields: tuple[Field, ...]
    extra: Node | None = None
    extra_pattern: str | None = None
    min_properties: int = 0
    max_properties: int | None = None
    open_by_silence: bool = False
    title: str = ""
    description: str = ""
    families: tuple[Family, ...] = ()
    forbidden: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[Family, ...]:
        """Kinds of undeclared members, whichever way they are written."""
        if self.extra is None:
            return self.families
        return (Family(StringNode(pattern=self.extra_pattern), self.extra), *self.families)


@dataclass(frozen=True, slots=True)
class UnionNode:
    """Any of the options."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class RefNode:
    """A named definition of the `Declaration`; this is how recursion is written."""

    name: str


@dataclass(frozen=True, slots=True)
class AnyNode:
    """Any JSON value."""


Node: TypeAlias = (
    StringNode
    | VerbatimNode
    | QuotedNode
    | IntegerNode
    | NumberNode
    | BooleanNode
    | NullNode
    | EnumNode
    | ArrayNode
    | ObjectNode
    | UnionNode
    | RefNode
    | AnyNode
)


NOTHING = EnumNode(())  # no value meets it


@dataclass(frozen=True, slots=True)
class Note:
    """A keyword and how it is kept.

    Attributes:
        path: Record path of the field (`items[].price`, `$` for the root).
        keyword: The schema's keyword or type.
        enforced: `decoding` (in the grammar) or `after` (checked on the whole value; refused if it fails).
        detail: One sentence for people, may be empty.
    """

    path: str
    keyword: str
    enforced: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A keyword that the nodes only come near: they allow at least what it allows, and a whole value is checked for it.

    Attributes:
        pointer: JSON pointer of the schema that holds the keyword (`#/properties/a`).
        keyword: The keyword.
        path: Record path of the values concerned (`items[].price`, `$` for the root).
    """

    pointer: str
    keyword: str
    path: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """A whole schema as nodes.

    Attributes:
        root: The node of the record.
        definitions: Named nodes that `RefNode` points to.
        title: The schema's name, for the prompt.
        description: What it is for, for the prompt.
        notes: How each keyword is kept, in schema order.
        checks: What is left to check on a whole value (`validate.checks`); none: the nodes decide alone.
        document: The schema in the form of 2020-12, which the checks are made against.
        whole_integers: 1.0 is no integer, as drafts 3 and 4 have it.
    """

    root: Node
    definitions: Mapping[str, Node] = field(default_factory=dict)
    title: str = ""
    description: str = ""
    notes: tuple[Note, ...] = ()
    checks: tuple[Check, ...] = ()
    document: JSONValue = True
    whole_integers: bool = False
