"""Types of the user's own, for the table of supported types."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import typing
from typing import Annotated, Generic, Literal, NamedTuple, TypeVar

import pydantic as pd
from pydantic import Field
from typing_extensions import TypedDict

UTC = dt.timezone.utc  # noqa: UP017
T = TypeVar("T")


class Colour(enum.Enum):
    RED = "red"
    ONE = 1


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Word(enum.StrEnum):
    YES = "yes"
    NO = "no"


class Right(enum.IntFlag):
    READ = 1
    WRITE = 2


class Total(TypedDict):
    a: int
    b: typing.NotRequired[str]


class Pair(NamedTuple):
    a: int
    b: str = "x"


@dataclasses.dataclass
class Line:
    a: int
    b: str | None = None


class Tree(pd.BaseModel):
    label: str
    kids: list[Tree] = []


class Box(pd.BaseModel, Generic[T]):
    value: T


class Cat(pd.BaseModel):
    kind: Literal["cat"] = "cat"


class Dog(pd.BaseModel):
    kind: Literal["dog"] = "dog"
    name: str


class Open(pd.BaseModel):
    model_config = pd.ConfigDict(extra="allow")
    a: int


class Renamed(pd.BaseModel):
    a: int = Field(alias="A-a", serialization_alias="SA")
    b: str = Field(validation_alias=pd.AliasChoices("bb", "bbb"))
    c: int = Field(0, validation_alias=pd.AliasPath("x", "y"))


class Computed(pd.BaseModel):
    a: int

    @pd.computed_field  # type: ignore[prop-decorator]
    @property
    def double(self) -> int:
        return 2 * self.a


class Even(pd.BaseModel):
    n: int

    @pd.field_validator("n")
    @classmethod
    def is_even(cls, n: int) -> int:
        if n % 2:
            raise ValueError("odd")
        return n


Kind = Annotated[Cat | Dog, Field(discriminator="kind")]
NewId = typing.NewType("NewId", int)
