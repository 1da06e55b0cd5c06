"""`accepts` and the constraint agree: an engine that insists on a value gets it where it is accepted, else not."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import uuid
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from extractor import Extractor, ScriptedEngine, compile
from extractor.schema.nodes import JSONValue

CASES: list[tuple[Any, list[JSONValue], list[JSONValue]]] = [
    (
        uuid.UUID,
        ["2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2EB8AA08-AA98-11EA-B4AA-73B441D16380"],
        ["2eb8aa08aa9811eab4aa73b441d16380", 5],
    ),
    (ipaddress.IPv6Address, ["2001:DB8::1", "2001:db8::1"], ["2001:DB8"]),
    ({"type": "string", "format": "ipv6"}, ["2001:DB8::1"], ["1::2::3"]),
    (dt.date, ["2024-02-29"], ["2023-02-29", "2024-02-29T00:00:00", 1700000000]),
    (Annotated[int, Field(multiple_of=7, ge=-20)], [-14, 0, 70], [-21, 8]),
    (Annotated[str, Field(min_length=2, max_length=3)], ["ab", "漢字", '""', "\\\\", "e\u0301x"], ["a", "abcd"]),
    (Literal["a", "ab", "<eos>", '"', "", 1, True], ["a", "ab", "<eos>", '"', "", 1, True], ["abc", "1", False, 0]),
    (dict[str, int], [{}, {"": 0, '"': 1, "\\": 2, "\n": 3}], [{"a": "x"}]),
    (tuple[int, str], [[1, "a"]], [[1], [1, "a", 2]]),
]


def always(value: JSONValue) -> ScriptedEngine:
    return ScriptedEngine(lambda _text: value)


@pytest.mark.parametrize(("schema", "inside", "outside"), CASES, ids=repr)
def test_what_is_accepted_is_what_can_be_decoded(
    schema: Any, inside: list[JSONValue], outside: list[JSONValue]
) -> None:
    compiled = compile(schema)
    for wanted in inside + outside:
        with Extractor(compiled, model=always(wanted)) as extractor:
            decoded = extractor.extract("text").json
        written = json.dumps(wanted, ensure_ascii=False)
        assert compiled.accepts(written) == (decoded == written) == (wanted in inside)
        assert compiled.accepts(decoded)
