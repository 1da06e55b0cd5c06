"""Pydantic's own tables of supported types, row by row: instances of each, or why it is refused.

Source: the sections "Standard Library Types", "Pydantic Types" and "Network Types" of pydantic's API reference, read
2026-11; `test_pydantic_table.py` compares them with the installed version's own lists.
"""

from __future__ import annotations

import collections
import datetime as dt
import fractions
import ipaddress
import os
import pathlib
import re
import types
import typing
import uuid
import zoneinfo
from collections import abc
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

import pydantic as pd
import pydantic.networks as pn
import pydantic.types as pt
from hypothesis import strategies as st
from pydantic import Field

from tests.schema.pydantic_examples import (
    Box,
    Cat,
    Colour,
    Computed,
    Dog,
    Even,
    Kind,
    Level,
    Line,
    NewId,
    Open,
    Pair,
    Renamed,
    Right,
    Total,
    Tree,
    Word,
)
from tests.strategies import ALPHABET

UTC = dt.timezone.utc  # noqa: UP017
Strategy = st.SearchStrategy[Any]


@dataclass(frozen=True)
class Row:
    """A row of the table.

    Attributes:
        section: `Standard library`, `Pydantic` or `Network`.
        name: As people write the type.
        kind: The type.
        instances: Of it; None: it is refused.
        names: What the installed pydantic's own lists call it; the name if there are none.
    """

    section: str
    name: str
    kind: Any
    instances: Strategy | None
    names: tuple[str, ...] = ()


INTS = st.integers(-(10**17), 10**17)
TEXT = st.text(ALPHABET, max_size=8)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
DATETIMES = st.datetimes() | st.datetimes(timezones=st.just(UTC))
PATHS = st.sampled_from((".", "/tmp/x", "a b/c.txt", "ü/日"))
HOSTS = st.sampled_from(("a.example", "localhost", "10.0.0.1", "[::1]", "x-y.example.com"))
JSON_VALUES = st.recursive(st.none() | st.booleans() | st.integers(-99, 99) | TEXT, st.lists, max_leaves=4)


def _urls(made: Any, *schemes: str, path: str = "/x?y=1#z") -> Strategy:
    def build(scheme: str, host: str, port: int | None, rest: str) -> Any:
        return made(f"{scheme}://{host}{'' if port is None else f':{port}'}{rest}")

    return st.builds(
        build, st.sampled_from(schemes), HOSTS, st.none() | st.integers(1, 65535), st.sampled_from(("", path))
    )


def _networks(kind: Any, bits: int) -> Strategy:
    def build(address: int, size: int) -> Any:
        return kind((address >> (bits - size) << (bits - size), size))

    return st.builds(build, st.integers(0, 2**bits - 1), st.integers(0, bits))


def _standard() -> list[Row]:
    def row(name: str, kind: Any, instances: Strategy | None, *names: str) -> Row:
        return Row("Standard library", name, kind, instances, names)

    numbers = {"a": st.integers(1, 9)}
    return [
        row("None", None, st.none(), "None", "NoneType"),
        row("bool", bool, st.booleans()),
        row("int", int, INTS),
        row("float", float, FLOATS),
        row("complex", complex, st.complex_numbers(allow_nan=False, allow_infinity=False, max_magnitude=10**9)),
        row("Decimal", Decimal, st.decimals(-(10**9), 10**9, places=4)),
        row("Fraction", fractions.Fraction, st.fractions(max_denominator=10**9)),
        row("str", str, TEXT),
        row("bytes", bytes, TEXT.map(str.encode)),
        row("date", dt.date, st.dates()),
        row("datetime", dt.datetime, DATETIMES),
        row("time", dt.time, st.times() | st.times(timezones=st.just(UTC))),
        row("timedelta", dt.timedelta, st.timedeltas()),
        row("UUID", uuid.UUID, st.uuids()),
        row("Enum", Colour, st.sampled_from(Colour)),
        row("IntEnum", Level, st.sampled_from(Level)),
        row("StrEnum", Word, st.sampled_from(Word)),
        row("IntFlag", Right, st.sampled_from([Right.READ, Right.WRITE])),
        row("Literal", Literal["a", 3, None, True], st.sampled_from(["a", 3, None, True])),
        row("Any", Any, JSON_VALUES),
        row("object", object, JSON_VALUES),
        row("list[T]", list[int], st.lists(INTS), "list", "MutableSequence"),
        row("Sequence[T]", abc.Sequence[int], st.lists(INTS), "Sequence"),
        row("tuple[A, B]", tuple[int, str], st.tuples(INTS, TEXT), "tuple"),
        row("tuple[T, ...]", tuple[int, ...], st.lists(INTS).map(tuple)),
        row("NamedTuple", Pair, st.builds(Pair, INTS, TEXT)),
        row("set[T]", set[int], st.sets(INTS), "set", "MutableSet"),
        row("frozenset[T]", frozenset[str], st.frozensets(TEXT), "frozenset", "Set"),
        row("deque[T]", collections.deque[int], st.lists(INTS).map(collections.deque), "deque"),
        row("dict[K, V]", dict[str, int], st.dictionaries(TEXT, INTS), "dict"),
        row("dict[int, V]", dict[int, str], st.dictionaries(INTS, TEXT)),
        row(
            "dict[Annotated[str, Field(pattern=...)], V]",
            dict[Annotated[str, Field(pattern="^x[0-9]$")], int],
            st.dictionaries(st.sampled_from(("x1", "x2")), INTS),
        ),
        row("Mapping[K, V]", abc.Mapping[str, int], st.dictionaries(TEXT, INTS), "Mapping", "MutableMapping"),
        row(
            "OrderedDict[K, V]",
            collections.OrderedDict[str, int],
            st.fixed_dictionaries(numbers).map(collections.OrderedDict),
            "OrderedDict",
        ),
        row(
            "defaultdict[K, V]",
            collections.defaultdict[str, int],
            st.fixed_dictionaries(numbers).map(lambda found: collections.defaultdict(int, found)),
            "defaultdict",
        ),
        row("Counter[T]", collections.Counter[str], st.fixed_dictionaries(numbers).map(collections.Counter), "Counter"),
        row("TypedDict", Total, st.fixed_dictionaries({"a": INTS}, optional={"b": TEXT})),
        row("dataclass", Line, st.builds(Line, INTS, st.none() | TEXT)),
        row("T | None", int | None, st.none() | INTS),
        row("A | B", int | str, INTS | TEXT),
        row("NewType", NewId, INTS),
        row("Final[T]", typing.Final[int], INTS),
        row("IPv4Address", ipaddress.IPv4Address, st.ip_addresses(v=4)),
        row(
            "IPv4Interface",
            ipaddress.IPv4Interface,
            st.ip_addresses(v=4).map(lambda a: ipaddress.IPv4Interface(f"{a}/9")),
        ),
        row("IPv4Network", ipaddress.IPv4Network, _networks(ipaddress.IPv4Network, 32)),
        row("IPv6Address", ipaddress.IPv6Address, st.ip_addresses(v=6)),
        row(
            "IPv6Interface",
            ipaddress.IPv6Interface,
            st.ip_addresses(v=6).map(lambda a: ipaddress.IPv6Interface(f"{a}/9")),
        ),
        row("IPv6Network", ipaddress.IPv6Network, _networks(ipaddress.IPv6Network, 128)),
        row("Path", pathlib.Path, PATHS.map(pathlib.Path), "Path", "PosixPath"),
        row("PurePath", pathlib.PurePath, PATHS.map(pathlib.PurePath), "PurePath", "PurePosixPath"),
        row("PureWindowsPath", pathlib.PureWindowsPath, PATHS.map(pathlib.PureWindowsPath)),
        row("os.PathLike", os.PathLike, PATHS.map(pathlib.PurePath), "PathLike"),
        row("re.Pattern", re.Pattern, st.sampled_from(("a+", "[0-9]{2}")).map(re.compile), "Pattern"),
        row(
            "ZoneInfo", zoneinfo.ZoneInfo, st.sampled_from(("UTC", "Europe/Berlin", "Etc/GMT+1")).map(zoneinfo.ZoneInfo)
        ),
        row("type[T]", type[int], None, "type"),
        row("Callable", Callable[[int], int], None, "Callable"),
        row("Hashable", abc.Hashable, None),
        row("Iterable[T]", abc.Iterable[int], None, "Iterable", "Generator"),
        row("EllipsisType", types.EllipsisType, None, "ellipsis"),
    ]


def _pydantic() -> list[Row]:
    def row(name: str, kind: Any, instances: Strategy | None, *names: str) -> Row:
        return Row("Pydantic", name, kind, instances, names)

    def version(number: int) -> Strategy:
        return st.uuids().map(lambda found: uuid.UUID(int=found.int, version=number))

    def fixed(number: int) -> Strategy:  # Python 3.11 has no constructor for the later versions
        mask = ~(0xF << 76) & ~(0x3 << 62)
        return st.uuids().map(lambda found: uuid.UUID(int=found.int & mask | number << 76 | 0x2 << 62))

    past, future = st.dates(max_value=dt.date(2020, 1, 1)), st.dates(min_value=dt.date(2500, 1, 1))
    return [
        row("BaseModel", Tree, _trees()),
        row("RootModel[T]", pd.RootModel[list[int]], st.lists(INTS).map(pd.RootModel[list[int]])),
        row("generic model", Box[list[int]], st.lists(INTS).map(lambda found: Box[list[int]](value=found))),
        row("discriminated union", Kind, st.just(Cat()) | TEXT.map(lambda name: Dog(name=name))),
        row('extra="allow"', Open, INTS.map(lambda n: Open(a=n))),
        row(
            "aliases",
            Renamed,
            st.builds(lambda a, b, c: Renamed.model_validate({"A-a": a, "bb": b, "x": {"y": c}}), INTS, TEXT, INTS),
        ),
        row("computed fields", Computed, INTS.map(lambda a: Computed(a=a))),
        row("validators", Even, st.integers(-99, 99).map(lambda n: Even(n=2 * n))),
        row("StrictStr", pd.StrictStr, TEXT),
        row("StrictBool", pd.StrictBool, st.booleans()),
        row("StrictBytes", pd.StrictBytes, TEXT.map(str.encode)),
        row("StrictInt", pd.StrictInt, INTS),
        row("StrictFloat", pd.StrictFloat, FLOATS),
        row("PositiveInt", pd.PositiveInt, st.integers(1, 10**9)),
        row("NegativeInt", pd.NegativeInt, st.integers(-(10**9), -1)),
        row("NonNegativeInt", pd.NonNegativeInt, st.integers(0, 10**9)),
        row("NonPositiveInt", pd.NonPositiveInt, st.integers(-(10**9), 0)),
        row("PositiveFloat", pd.PositiveFloat, st.floats(1e-9, 1e9)),
        row("NegativeFloat", pd.NegativeFloat, st.floats(-1e9, -1e-9)),
        row("NonNegativeFloat", pd.NonNegativeFloat, st.floats(0, 1e9)),
        row("NonPositiveFloat", pd.NonPositiveFloat, st.floats(-1e9, 0)),
        row("FiniteFloat", pd.FiniteFloat, FLOATS),
        row("conint", pd.conint(gt=-5, le=40, multiple_of=5), st.integers(0, 8).map(lambda n: 5 * n)),
        row("confloat", pd.confloat(ge=-0.5, lt=1e6), st.floats(-0.5, 1e6, exclude_max=True)),
        row("condecimal", pd.condecimal(max_digits=6, decimal_places=2), st.decimals(-9999, 9999, places=2)),
        row("constr", pd.constr(min_length=1, max_length=3), st.text(ALPHABET, min_size=1, max_size=3)),
        row(
            "StringConstraints",
            Annotated[str, pd.StringConstraints(to_lower=True, strip_whitespace=True)],
            st.sampled_from(("", "ab c", "é")),
        ),
        row("conbytes", pd.conbytes(min_length=2, max_length=4), st.sampled_from((b"ab", "äö".encode()))),
        row("conlist", pd.conlist(int, min_length=1, max_length=3), st.lists(INTS, min_size=1, max_size=3)),
        row("conset", pd.conset(int, max_length=3), st.sets(INTS, max_size=3)),
        row("confrozenset", pd.confrozenset(int, max_length=3), st.frozensets(INTS, max_size=3)),
        row(
            "condate",
            pd.condate(ge=dt.date(2020, 1, 1), lt=dt.date(2024, 2, 29)),
            st.dates(dt.date(2020, 1, 1), dt.date(2024, 2, 28)),
        ),
        row("PastDate", pd.PastDate, past),
        row("FutureDate", pd.FutureDate, future),
        row("PastDatetime", pd.PastDatetime, st.datetimes(max_value=dt.datetime(2020, 1, 1))),
        row("FutureDatetime", pd.FutureDatetime, st.datetimes(min_value=dt.datetime(2500, 1, 1))),
        row("AwareDatetime", pd.AwareDatetime, st.datetimes(timezones=st.just(UTC))),
        row("NaiveDatetime", pd.NaiveDatetime, st.datetimes()),
        row("UUID1", pd.UUID1, version(1)),
        row("UUID3", pd.UUID3, version(3)),
        row("UUID4", pd.UUID4, version(4)),
        row("UUID5", pd.UUID5, version(5)),
        row("UUID6", pd.UUID6, fixed(6)),
        row("UUID7", pd.UUID7, fixed(7)),
        row("UUID8", pd.UUID8, fixed(8)),
        row("FilePath", pd.FilePath, st.just(pathlib.Path(__file__))),
        row("DirectoryPath", pd.DirectoryPath, st.just(pathlib.Path(__file__).parent)),
        row("NewPath", pd.NewPath, st.just(pathlib.Path(__file__).parent / "not there")),
        row("SocketPath", pt.SocketPath, st.nothing()),
        row("Json[T]", pd.Json[list[int]], st.lists(INTS), "Json"),
        row("Secret[T]", pd.Secret[int], INTS.map(pd.Secret[int]), "Secret"),
        row("SecretStr", pd.SecretStr, TEXT.map(pd.SecretStr)),
        row("SecretBytes", pd.SecretBytes, TEXT.map(lambda word: pd.SecretBytes(word.encode()))),
        row("PaymentCardNumber", pt.PaymentCardNumber, st.just("4242424242424242")),
        row("ByteSize", pd.ByteSize, st.integers(0, 10**12).map(pd.ByteSize)),
        row("Base64Bytes", pd.Base64Bytes, st.binary(max_size=8), "Base64Bytes", "EncodedBytes", "Base64Encoder"),
        row("Base64Str", pd.Base64Str, TEXT, "Base64Str", "EncodedStr"),
        row("Base64UrlBytes", pd.Base64UrlBytes, st.binary(max_size=8)),
        row("Base64UrlStr", pd.Base64UrlStr, TEXT),
        row("JsonValue", pd.JsonValue, JSON_VALUES),
        row("OnErrorOmit[T]", list[pd.OnErrorOmit[int]], st.lists(INTS), "OnErrorOmit"),
        row("ImportString", pd.ImportString, None),
        row("InstanceOf[T]", pd.InstanceOf[pathlib.PurePath], PATHS.map(pathlib.PurePath)),
    ]


@st.composite
def _trees(draw: st.DrawFn) -> Tree:
    kids = [Tree(label=word, kids=[]) for word in draw(st.lists(TEXT, max_size=2))]
    return Tree(label=draw(TEXT), kids=kids)


def _network() -> list[Row]:
    def row(name: str, kind: Any, instances: Strategy | None) -> Row:
        return Row("Network", name, kind, instances)

    either = st.ip_addresses()
    return [
        row("AnyUrl", pd.AnyUrl, _urls(pd.AnyUrl, "http", "foo") | st.just(pd.AnyUrl("mailto:a@b"))),
        row("AnyHttpUrl", pd.AnyHttpUrl, _urls(pd.AnyHttpUrl, "http", "https")),
        row("HttpUrl", pd.HttpUrl, _urls(pd.HttpUrl, "http", "https")),
        row("AnyWebsocketUrl", pd.AnyWebsocketUrl, _urls(pd.AnyWebsocketUrl, "ws", "wss")),
        row("WebsocketUrl", pd.WebsocketUrl, _urls(pd.WebsocketUrl, "ws", "wss")),
        row("FileUrl", pd.FileUrl, st.just(pd.FileUrl("file:///etc/x"))),
        row("FtpUrl", pd.FtpUrl, _urls(pd.FtpUrl, "ftp")),
        row("PostgresDsn", pd.PostgresDsn, _urls(pd.PostgresDsn, "postgres", "postgresql+asyncpg", path=",b:5/db")),
        row("CockroachDsn", pd.CockroachDsn, _urls(pd.CockroachDsn, "cockroachdb", "cockroachdb+psycopg2")),
        row("AmqpDsn", pd.AmqpDsn, _urls(pd.AmqpDsn, "amqp", "amqps")),
        row("RedisDsn", pd.RedisDsn, _urls(pd.RedisDsn, "redis", "rediss", path="/1")),
        row("MongoDsn", pd.MongoDsn, _urls(pd.MongoDsn, "mongodb", "mongodb+srv", path=",b/db")),
        row("KafkaDsn", pd.KafkaDsn, _urls(pd.KafkaDsn, "kafka")),
        row("NatsDsn", pd.NatsDsn, _urls(pd.NatsDsn, "nats", "tls", path=",b:4222")),
        row("MySQLDsn", pd.MySQLDsn, _urls(pd.MySQLDsn, "mysql", "mysql+aiomysql")),
        row("MariaDBDsn", pd.MariaDBDsn, _urls(pd.MariaDBDsn, "mariadb")),
        row("ClickHouseDsn", pd.ClickHouseDsn, _urls(pd.ClickHouseDsn, "clickhouse", "clickhouse+http")),
        row("SnowflakeDsn", pd.SnowflakeDsn, _urls(pd.SnowflakeDsn, "snowflake")),
        row(
            "UrlConstraints",
            Annotated[pn.AnyUrl, pd.UrlConstraints(allowed_schemes=["s3"], max_length=40)],
            st.just(pn.AnyUrl("s3://bucket/x")),
        ),
        row("EmailStr", pd.EmailStr, st.sampled_from(("jane.q-doe@mail.example.com", "a@b.de"))),
        row("NameEmail", pd.NameEmail, st.just(pd.NameEmail("Jane Doe", "jane@example.com"))),
        row("IPvAnyAddress", pd.IPvAnyAddress, either),
        row("IPvAnyInterface", pd.IPvAnyInterface, either.map(lambda a: ipaddress.ip_interface(f"{a}/7"))),
        row(
            "IPvAnyNetwork",
            pd.IPvAnyNetwork,
            _networks(ipaddress.IPv4Network, 32) | _networks(ipaddress.IPv6Network, 128),
        ),
    ]


# Marks, functions and base classes of those lists that are no types of their own.
NO_TYPES = {
    *("Strict", "AllowInfNan", "EncoderProtocol", "GetPydanticSchema", "Tag", "Discriminator", "FailFast"),
    "validate_email",
}
ROWS = [*_standard(), *_pydantic(), *_network()]
