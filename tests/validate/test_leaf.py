from __future__ import annotations

import datetime as dt
import ipaddress
import json
import random
from typing import Annotated, Any

import numpy as np
import outlines.types as outlines_types
import pydantic as pd
import pytest
from pydantic import Field, StringConstraints

from extractor.errors import SchemaError
from extractor.grammar import leaf
from extractor.schema.from_json_schema import from_json_schema
from extractor.schema.load import load
from extractor.schema.nodes import StringNode

EOS = 256


def sampled(pattern: str, choose: random.Random, stop: float) -> str:
    """A string that a pattern lets through, byte by byte at random."""
    matcher = leaf._pattern_matcher(pattern).deep_copy()
    found = b""
    while True:
        words = np.frombuffer(matcher.compute_bitmask(), dtype=np.uint32)
        legal = [byte for byte in range(EOS) if words[byte // 32] >> np.uint32(byte % 32) & np.uint32(1)]
        if not legal or (matcher.is_accepting() and choose.random() < stop):
            return found.decode()
        plain = [byte for byte in legal if 32 <= byte < 127]
        byte = choose.choice(plain if plain and choose.random() < 0.8 else legal)
        found += bytes([byte])
        matcher.try_consume_tokens([byte])
        stop = 1.0 if len(found) > 120 else stop


PARSED: list[Any] = [
    dt.datetime,
    dt.time,
    dt.timedelta,
    pd.AwareDatetime,
    pd.NaiveDatetime,
    pd.UUID4,
    pd.EmailStr,
    pd.HttpUrl,
    pd.AnyUrl,
    pd.FileUrl,
    ipaddress.IPv6Address,
    Annotated[str, StringConstraints(strip_whitespace=True)],
    Annotated[str, Field(pattern=r"^\w{1,5}\d[^\s]{2}$")],
    Annotated[str, outlines_types.date],
    Annotated[str, outlines_types.Regex(r"\w{3}[^\d]\s")],
]


@pytest.mark.parametrize("kind", PARSED, ids=lambda kind: str(kind)[:60])
def test_whatever_the_pattern_of_a_type_lets_through_its_parser_takes(kind: Any) -> None:
    loaded = load(kind)
    node = loaded.declaration.root
    assert isinstance(node, StringNode)
    assert node.pattern is not None
    assert loaded.adapter is not None
    choose = random.Random(7)
    for _ in range(25):
        text = sampled(node.pattern, choose, choose.choice((0.9, 0.3, 0.05)))
        if leaf.fits(node, text):
            loaded.adapter.validate_json(json.dumps(text))


@pytest.mark.parametrize(
    ("form", "value", "fits"),
    [
        ("date", "2024-02-29", True),
        ("date", "2023-02-29", False),
        ("date", "0000-01-01", False),
        ("date-time", "2024-02-29T10:00:00+05:30", True),
        ("date-time", "2023-02-29t10:00:00z", False),
        ("date-time", "1998-12-31T23:59:60Z", True),
        ("date-time", "1998-12-31T15:59:60-08:00", True),
        ("date-time", "1998-12-31T22:59:60Z", False),
        ("time", "08:30:06Z", True),
        ("time", "22:59:60Z", False),
        ("duration", "P3DT4H", True),
        ("duration", "P", False),
        ("uuid", "2EB8AA08-aa98-11ea-b4aa-73b441d16380", True),
        ("email", "joe.bloggs@example.com", True),
        ("email", "joe", False),
        ("hostname", "www.example.com", True),
        ("hostname", "a." * 126 + "a", True),
        ("hostname", "a." * 126 + "aa", False),
        ("hostname", "a--b.com", True),
        ("hostname", "ab--c.com", False),
        ("hostname", "xn--9n2bp8q.com", False),
        ("date", "0000-01-01", False),
        ("date-time", "2024-02-29T10:00:00", False),
        ("time", "10:00:00", False),
        ("ipv4", "127.0.0.1", True),
        ("ipv4", "127.0.0.256", False),
        ("ipv6", "::ffff:192.168.0.1", True),
        ("ipv6", "fe80::1%eth0", False),
        ("uri", "https://example.com/x?y#z", True),
        ("uri", "not a uri", False),
        ("uri", 'a"b', False),
        ("date", "\ud800", False),
    ],
)
def test_formats(form: str, value: str, fits: bool) -> None:
    assert leaf.has_format(form, value) is fits


def test_lengths_are_characters() -> None:
    assert leaf.fits(StringNode(2, 2), "😀é")
    assert not leaf.fits(StringNode(2, 2), "😀")
    assert not leaf.fits(StringNode(), "\udc00")


@pytest.mark.parametrize("pattern", ["(", "[z-a]", "a{3,2}", r"\q"])
def test_patterns_that_do_not_compile_are_refused_with_their_path(pattern: str) -> None:
    schema = {
        "type": "object",
        "properties": {"rows": {"type": "array", "items": {"anyOf": [{"type": "string", "pattern": pattern}]}}},
        "additionalProperties": {"$ref": "#/$defs/x"},
        "$defs": {"x": {"type": "array", "prefixItems": [{"type": "null"}]}},
    }
    with pytest.raises(SchemaError) as caught:
        leaf.check(from_json_schema(schema))
    assert caught.value.field_path == "rows[]"
    assert caught.value.construct == "pattern"
