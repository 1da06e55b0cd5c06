"""Templates filled with planted values and look-alikes, with the place of every planted value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.planted.identity import IDENTITY
from benchmarks.planted.keys import KEYS, password, private_key, token
from benchmarks.planted.values import LOOK_ALIKES, PERSONAL

SEED = 20261123
ROUNDS = 14
TEMPLATES = Path(__file__).parent / "templates"
KINDS = ("code", "config", "logs", "prose", "secrets")
_HOLE = re.compile(r"\{\{|\}\}|\{(\w+)\}")


@dataclass(frozen=True)
class Planted:
    """A value and where it is: `text[start:end]`; `kind` is its rule, `shape` how it was made."""

    kind: str
    shape: str
    start: int
    end: int


@dataclass(frozen=True)
class Document:
    """A filled template."""

    name: str
    text: str
    planted: tuple[Planted, ...]


def templates(kind: str) -> list[str]:
    r"""The templates of a kind, one a line; `\n` in one is a line end."""
    lines = (TEMPLATES / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
    return [line.replace("\\n", "\n") for line in lines if line.strip()]


def corpus(seed: int = SEED, rounds: int = ROUNDS) -> Iterator[Document]:
    """Every template, `rounds` times."""
    random = Random(seed)
    shapes = list(KEYS)
    for turn in range(rounds):
        for kind in KINDS:
            for index, template in enumerate(templates(kind)):
                shape = shapes[(turn * len(templates(kind)) + index) % len(shapes)]
                yield _filled(f"{kind}:{index + 1}", template, shape, random)


def _filled(name: str, template: str, shape: str, random: Random) -> Document:
    text, planted, last = "", [], 0
    for hole in _HOLE.finditer(template):
        text += template[last : hole.start()]
        last = hole.end()
        if hole[1] is None:
            text += hole.group()[0]
            continue
        kind, made, value = _value(hole[1], shape, random)
        if kind:
            planted.append(Planted(kind, made, len(text), len(text) + len(value)))
        text += value
    return Document(name, text + template[last:], tuple(planted))


def _value(name: str, shape: str, random: Random) -> tuple[str, str, str]:
    if name in PERSONAL or name in IDENTITY:
        kind, make = PERSONAL.get(name) or IDENTITY[name]
        return kind, name, make(random)
    match name:
        case "key":
            return "secret", shape, KEYS[shape](random)
        case "password":
            return "secret", "password", password(random)
        case "token":
            return "secret", "token", token(random)
        case "pem":
            return "secret", "private key", private_key(random)
    return "", "", LOOK_ALIKES[name](random)
