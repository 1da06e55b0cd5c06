"""Throw damaged schemas, records and texts at the package: nothing may crash, hang, or raise what is not its own.

    python -m benchmarks.fuzz --minutes 10 [--seed 0]

A child process does the work, case after case from one seed; the parent restarts it behind a case that crashed it or
took longer than the limit. Findings are printed with the case's number; `--case N` runs one again. Exit code 1 if any.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import traceback
from pathlib import Path
from random import Random
from typing import Any

from extractor.api.compiled import compile
from extractor.api.extractor import Extractor
from extractor.engine.scripted import ScriptedEngine
from extractor.errors import ExtractorError

ROOT = Path(__file__).parents[1]
LIMIT_S = 60  # of one case, on a busy machine
SEEDS: list[Any] = [
    {"type": "object", "properties": {"a": {"type": "string", "pattern": "^[a-z]{1,3}$"}}, "required": ["a"]},
    {"type": "array", "items": {"enum": ["x", 1, None]}, "minItems": 1, "uniqueItems": True},
    {"anyOf": [{"type": "integer", "minimum": 0, "multipleOf": 3}, {"const": {"k": [1.5]}}]},
    {"$ref": "#/$defs/t", "$defs": {"t": {"type": "object", "properties": {"kids": {"items": {"$ref": "#/$defs/t"}}}}}},
    {"type": "string", "x-verbatim": True, "minLength": 2, "maxLength": 9},
    {"oneOf": [{"required": ["a"]}, {"required": ["b"]}], "unevaluatedProperties": False, "properties": {"a": {}}},
    {"if": {"type": "string"}, "then": {"format": "date-time"}, "else": {"not": {"type": "null"}}},
    {"patternProperties": {"^x": {"type": "number", "exclusiveMaximum": 1}}, "propertyNames": {"maxLength": 4}},
    {"type": "array", "prefixItems": [True, False], "contains": {"type": "integer"}, "minContains": 2},
    {"type": "object", "dependentRequired": {"a": ["b"]}, "dependentSchemas": {"b": {"minProperties": 2}}},
]
ODD: list[Any] = [
    None,
    True,
    -1,
    0,
    1.5,
    10**20,
    1e308,
    -0.0,
    "",
    "(",
    "(a+)+$",
    "\ud800",
    "\u0000",
    [],
    {},
    "#",
    "#/$defs/t",
]
ODD += [
    "^(?=a)b",
    r"\p{L}{2,}",
    "[",
    "a{99999}",
    "date",
    "integer",
    "<eos>",
    "🦄\u0301",
    [[]],
    {"$ref": "#"},
    {"not": {}},
]
KEYWORDS = sorted(
    {key for seed in SEEDS for key in seed} | {"minLength", "maximum", "enum", "$id", "$anchor", "x-refused"}
)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a value."""
    found: list[tuple[Any, Any]] = []
    for key, inner in list(value.items()) if isinstance(value, dict) else list(enumerate(value)):
        found.append((value, key))
        if isinstance(inner, dict | list):
            found += _places(inner)
    return found


def _damaged(random: Random) -> Any:
    schema = json.loads(json.dumps(random.choice(SEEDS)))
    for _ in range(random.randrange(1, 5)):
        places = _places(schema)
        if not places:
            break
        held, key = random.choice(places)
        match random.randrange(5):
            case 0:
                held[key] = json.loads(json.dumps(random.choice(ODD)))
            case 1:
                held[key] = json.loads(json.dumps(random.choice(SEEDS)))
            case 2 if isinstance(held, dict):
                held[random.choice(KEYWORDS)] = json.loads(json.dumps(random.choice([*ODD, *SEEDS])))
            case 3 if isinstance(held, dict):
                held[random.choice(KEYWORDS)] = held.pop(key)
            case _ if isinstance(held[key], str):
                held[key] = _bytes(random, held[key].encode(errors="surrogatepass")).decode(errors="replace")
            case _:
                held[key] = [held[key]]
    return schema


def _bytes(random: Random, data: bytes) -> bytes:
    """Flip, drop, double and insert some bytes."""
    found = bytearray(data or b"x")
    for _ in range(random.randrange(1, 6)):
        at = random.randrange(len(found) + 1)
        match random.randrange(4):
            case 0 if at < len(found):
                found[at] ^= 1 << random.randrange(8)
            case 1 if at < len(found) and len(found) > 1:
                del found[at]
            case 2:
                found[at:at] = found[: random.randrange(1, 8)]
            case _:
                found[at:at] = bytes(random.randrange(256) for _ in range(random.randrange(1, 5)))
    return bytes(found)


def _text(random: Random) -> str:
    words = (
        "Ada paid 3.50 € on 2024-02-29",
        "<eos><bos><record>",
        '{"a": "b"}',
        "日本 e\u0301 👩‍👧",
        "\x00\x1b[2J",
        "a" * 400,
    )
    return _bytes(random, random.choice(words).encode()).decode(errors=random.choice(("replace", "surrogateescape")))


def case(seed: int, number: int) -> None:
    """Run one case.

    Args:
        seed: Of the whole run.
        number: Of the case in it.
    """
    random = Random(f"{seed} {number}")
    schema, text = _damaged(random), _text(random)
    try:
        if random.random() < 0.2:  # the document's bytes themselves
            schema = json.loads(_bytes(random, json.dumps(schema).encode()).decode(errors="replace"))
    except ValueError:
        return
    try:
        compiled = compile(schema)
        _ = compiled.grammar
        for _ in range(4):
            compiled.accepts(_text(random), text if random.random() < 0.5 else None)
        compiled.accepts(json.dumps(random.choice(ODD)))
        with Extractor(compiled, model=ScriptedEngine(lambda given: given[:40], context_tokens=4096)) as extractor:
            extractor.extract(text)
    except ExtractorError:
        return


def _child(seed: int, first: int, until: float) -> None:
    number = first
    while time.monotonic() < until:
        print(f"CASE {number}", flush=True)
        try:
            case(seed, number)
        except Exception as error:  # noqa: BLE001  that is what is looked for
            place = traceback.extract_tb(error.__traceback__)[-1]
            told = str(error).replace("\n", " ")[:160]
            print(
                f"FOUND {number} {type(error).__name__} at {Path(place.filename).name}:{place.lineno}: {told}",
                flush=True,
            )
        number += 1


def _run(seed: int, minutes: float) -> int:
    """Run children until time is up; returns how many findings there were."""
    until = time.monotonic() + 60 * minutes
    number, findings = 0, 0
    while time.monotonic() < until:
        left = max(1.0, until - time.monotonic())
        command = [
            sys.executable,
            "-m",
            "benchmarks.fuzz",
            "--seed",
            str(seed),
            "--first",
            str(number),
            "--seconds",
            str(left),
        ]
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        number, more, hung = _follow(child, number)
        findings += more
        if child.returncode or hung:
            findings += 1
            print(
                f"FOUND {number} {'longer than the limit' if hung else f'crash, exit code {child.returncode}'}",
                flush=True,
            )
            number += 1
    print(f"{number + 1} cases, seed {seed}, {findings} findings")
    return findings


def _follow(child: subprocess.Popen[str], number: int) -> tuple[int, int, bool]:
    """Read what a child says; the last case, its findings, and whether it was stopped for taking too long."""
    from threading import Timer

    assert child.stdout is not None
    found = 0
    hung: list[bool] = []

    def stop() -> None:
        hung.append(True)
        child.kill()

    guard = Timer(LIMIT_S, stop)
    guard.start()
    for line in child.stdout:
        guard.cancel()
        guard = Timer(LIMIT_S, stop)
        guard.start()
        if line.startswith("CASE "):
            number = int(line.split()[1])
        else:
            found += line.startswith("FOUND ")
            print(line, end="", flush=True)
    guard.cancel()
    child.wait()
    return number, found, bool(hung)


def main() -> int:
    """Parse arguments; exit code 1 if there were findings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--case", type=int, help="run this case alone")
    parser.add_argument("--first", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.case is not None:
        case(given.seed, given.case)
        return 0
    if given.first is not None:
        _child(given.seed, given.first, time.monotonic() + given.seconds)
        return 0
    return 1 if _run(given.seed, given.minutes) else 0


if __name__ == "__main__":
    sys.exit(main())
