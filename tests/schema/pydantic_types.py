"""Types that Pydantic knows, with instances of each: what loads, and what is refused with which construct."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import enum
import ipaddress
import pathlib
import re
import uuid
from collections.abc import Callable, Hashable, Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NamedTuple, NotRequired, Required, TypeVar

import pydantic as pd
from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints
from typing_extensions import TypedDict

UTC = dt.timezone.utc  # noqa: UP017
T = TypeVar("T")


class Color(enum.Enum):
    RED = "red"
    ONE = 1
    HALF = 2.5


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Aliased(BaseModel):
    a: int = Field(alias="A-a")
    b: str = Field(validation_alias=pd.AliasChoices("bb", "bbb"))
    c: int | None = Field(None, serialization_alias="CC")


class ByName(BaseModel):
    model_config = ConfigDict(validate_by_alias=False, validate_by_name=True)
    a: int = Field(alias="A")


class Extra(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int


class TypedExtra(BaseModel):
    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, int]
    a: int


class Box(BaseModel, Generic[T]):
    value: T


class Tree(BaseModel):
    """A tree."""

    label: str
    kids: list[Tree] = []


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    friends: list[Pet] = []


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]
Dog.model_rebuild()


class Partial(TypedDict, total=False):
    a: Required[int]
    b: str
    c: int | None


class Total(TypedDict):
    a: int
    b: NotRequired[list[str]]


@dataclasses.dataclass
class Line:
    a: int
    rest: Line | None = None
    tags: list[str] = dataclasses.field(default_factory=list)
    made: int = dataclasses.field(init=False, default=3)


class Pair(NamedTuple):
    a: int
    b: str = "x"


class Stripped(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True, str_min_length=1)
    a: str


class Packed(BaseModel):
    model_config = ConfigDict(val_json_bytes="base64", ser_json_bytes="base64")
    a: bytes


class Mixed(BaseModel):
    a: pd.Base64Bytes = Field(alias="A")
    b: pd.Json[list[int]]
    c: list[pd.Base64Str]


TAKEN: list[tuple[Any, list[Any]]] = [
    (bool, [True, False]),
    (int, [0, -5, 10**17]),
    (float, [0.0, 1.5, -1e300, 5e-324]),
    (str, ["", "日本", '"\\\n\x00']),
    (None, [None]),
    (Any, [{"a": [1, None]}]),
    (object, [1]),
    (bytes, [b"abc"]),
    (Decimal, [Decimal("1.10"), Decimal("-5"), Decimal("0.1"), Decimal("1e20")]),
    (Annotated[Decimal, Field(max_digits=5, decimal_places=2)], [Decimal("1.10"), Decimal("-999.99")]),
    (Annotated[Decimal, Field(gt=0, le=Decimal("0.5"))], [Decimal("0.5"), Decimal("0.001")]),
    (Annotated[float, Field(multiple_of=0.1, ge=0)], [0.3, 1.1]),
    (dt.date, [dt.date.min, dt.date.max, dt.date(2024, 2, 29)]),
    (dt.time, [dt.time(1, 2), dt.time(1, 2, 3, 4, tzinfo=UTC)]),
    (dt.datetime, [dt.datetime.min, dt.datetime.max, dt.datetime(2020, 2, 29, 1, tzinfo=UTC)]),
    (pd.AwareDatetime, [dt.datetime(2020, 2, 29, 1, tzinfo=UTC)]),
    (pd.NaiveDatetime, [dt.datetime(2020, 2, 29, 1)]),
    (dt.timedelta, [dt.timedelta.min, dt.timedelta.max, dt.timedelta(0), dt.timedelta(days=400, microseconds=1)]),
    (uuid.UUID, [uuid.UUID(int=5)]),
    (pd.UUID4, [uuid.UUID("8cf0160d-6062-498f-9a34-9885773152fe")]),
    (ipaddress.IPv4Address, [ipaddress.IPv4Address("1.2.3.4")]),
    (ipaddress.IPv6Address, [ipaddress.IPv6Address("::1"), ipaddress.IPv6Address(2**128 - 1)]),
    (pd.IPvAnyAddress, [ipaddress.IPv4Address("1.2.3.4"), ipaddress.IPv6Address("::")]),
    (pd.HttpUrl, [pd.HttpUrl("http://a.de"), pd.HttpUrl("https://u:p@a.de:80/x?y=[1]#z")]),
    (pd.AnyUrl, [pd.AnyUrl("mailto:a@b"), pd.AnyUrl("foo://bar"), pd.AnyUrl("file:///etc")]),
    (pd.EmailStr, ["jane.q-doe@mail.example.com", "jürgen@b.de"]),
    (pd.SecretStr, [pd.SecretStr("a")]),
    (pathlib.Path, [pathlib.Path("/a/b")]),
    (Color, list(Color)),
    (Level, list(Level)),
    (Literal[1, True, "a", None], [1, True, "a", None]),
    (Literal[Level.LOW], [Level.LOW]),
    (int | str | None, [1, "1", None]),
    (list, [[1, "a"]]),
    (list[int], [[], [1, 2]]),
    (Sequence[int], [[1]]),
    (set[int], [set(), {1, 2}]),
    (frozenset[str], [frozenset("ab")]),
    (tuple[int, str], [(1, "a")]),
    (tuple[int, ...], [(), (1, 2)]),
    (Pair, [Pair(1, "b")]),
    (collections.deque[int], [collections.deque([1])]),
    (dict, [{"a": 1}]),
    (dict[str, Any], [{"": None}]),
    (dict[int, str], [{1: "a", -5: "b"}]),
    (dict[float, int], [{1.5: 2, 1e20: 1, 5e-8: 3}]),
    (dict[bool, int], [{True: 1}]),
    (dict[dt.date, int], [{dt.date(2020, 1, 1): 1}]),
    (dict[uuid.UUID, int], [{uuid.UUID(int=5): 1}]),
    (dict[Literal["a", "b"], int], [{"a": 1}, {}]),
    (dict[Level, int], [{Level.LOW: 1}]),
    (dict[Annotated[str, Field(pattern="^x", min_length=0)], int], [{"xy": 1}]),
    (dict[Annotated[str, Field(min_length=2)], int], [{"xy": 1}]),
    (Annotated[dict[str, int], Field(min_length=1, max_length=2)], [{"a": 1}]),
    (Annotated[list[int], Field(min_length=1, max_length=2)], [[1]]),
    (Annotated[str, Field(pattern=r"^\d+[\w\s]$")], ["3 ", "٣é"]),
    (Annotated[str, Field(pattern=re.compile(r"^\d+\Z"))], ["3"]),
    (Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)], ["a b"]),
    (Stripped, [Stripped(a="x y")]),
    (Aliased, [Aliased.model_validate({"A-a": 1, "bb": "x"})]),
    (ByName, [ByName.model_validate({"a": 1})]),
    (Extra, [Extra(a=1), Extra.model_validate({"a": 1, "b": [2]})]),
    (TypedExtra, [TypedExtra.model_validate({"a": 1, "b": 2})]),
    (Box[list[int]], [Box[list[int]](value=[1])]),
    (RootModel[list[int]], [RootModel[list[int]]([1])]),
    (Tree, [Tree(label="a", kids=[Tree(label="b")])]),
    (Pet, [Cat(), Dog(friends=[Cat(), Dog()])]),
    (Partial, [{"a": 1, "c": 2}, {"a": 1, "b": "x", "c": None}]),
    (Total, [{"a": 1}, {"a": 1, "b": ["x"]}]),
    (Line, [Line(1), Line(1, Line(2), ["t"])]),
    (list[Tree] | None, [None, [Tree(label="x")]]),
    (Annotated[dt.datetime, Field(ge=dt.datetime(2020, 1, 1))], [dt.datetime(2020, 1, 1), dt.datetime(2024, 5, 4, 1)]),
    (Annotated[dt.time, Field(gt=dt.time(10), lt=dt.time(11))], [dt.time(10, 0, 0, 1), dt.time(10, 59, 59, 999_999)]),
    (Annotated[Decimal, Field(max_digits=5)], [Decimal("0.12345"), Decimal(12345), Decimal("12.345")]),
    (Annotated[str, StringConstraints(to_upper=True, strip_whitespace=True)], ["ABC D"]),
    (Packed, [Packed.model_validate_json('{"a": "_-8="}')]),
]


# Where Pydantic has the last word: the grammar allows more than it takes.
TAKEN_AFTER: list[tuple[Any, list[Any]]] = [
    (Annotated[dt.datetime, Field(gt=dt.datetime(2020, 1, 1, tzinfo=UTC))], [dt.datetime(2024, 5, 4, tzinfo=UTC)]),
    (Annotated[dt.timedelta, Field(ge=dt.timedelta(0))], [dt.timedelta(0), dt.timedelta(days=2, microseconds=1)]),
    (Annotated[pd.Base64Bytes, Field(max_length=3)], [b"", b"abc"]),
    (Annotated[list[int], pd.AfterValidator(sorted), Field(max_length=2)], [[1, 2]]),
    (dict[Annotated[int, Field(ge=0)], int], [{1: 1}]),
    (Mixed, [Mixed.model_validate({"A": "YWJj", "b": "[1]", "c": ["YQ=="]})]),
]


class Endless(BaseModel):
    inner: Endless


class Custom:
    pass


class WithCustom(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    a: list[Custom]


class WithHole(BaseModel):
    a: int = Field(validation_alias=pd.AliasPath("x", 1))


class Tuples(enum.Enum):
    A = (1, 2)


REFUSED: list[tuple[Any, str]] = [
    (Callable, "callable"),
    (type[int], "type"),
    (Hashable, "isinstance"),
    (Iterable[int], "Iterable"),
    (Custom, "Custom"),
    (WithCustom, "is-instance"),
    (WithHole, "WithHole"),
    (Annotated[dt.date, Field(ge=dt.date(2020, 1, 2), lt=dt.date(2020, 1, 2))], "ge"),
    (Annotated[dt.datetime, Field(gt=dt.datetime.max)], "gt"),
    (Endless, "$ref"),
    (Tuples, "enum"),
    (pd.ImportString, "import_string"),
    (Annotated[str, Field(pattern=re.compile("a", re.MULTILINE))], "pattern"),
    (dict[Literal[1, 2], int], "dict"),
    (dict[Color, int], "enum"),
    (Literal[b"a"], "enum"),
    (int | Callable[[], int], "callable"),
    (5, "int"),
    ("Tree", "str"),
    (Cat(), "Cat"),
    (Annotated[int, Field(ge=5, le=4)], "maximum"),
]
