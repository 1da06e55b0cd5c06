"""Templates filled with planted values and look-alikes, with the place of every planted value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.planted import identity, keys, values
from benchmarks.planted.draw import Maker
from benchmarks.planted.held_out import identity as other_identity
from benchmarks.planted.held_out import keys as other_keys
from benchmarks.planted.held_out import values as other_values

FOLDER = Path(__file__).parent
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


@dataclass(frozen=True)
class Sample:
    """Templates and what fills their holes.

    Attributes:
        folder: One file of templates for each of `KINDS`.
        personal: Hole -> rule and maker of a value.
        secrets: Hole -> maker of a secret without a vendor's shape.
        keys: Vendor's shape -> maker; the hole `key` takes them in turn.
        look_alikes: Hole -> maker of what is no finding.
        seed: What chance begins with.
        rounds: How often every template is filled.
    """

    folder: Path
    personal: Mapping[str, tuple[str, Maker]]
    secrets: Mapping[str, Maker]
    keys: Mapping[str, Maker]
    look_alikes: Mapping[str, Maker]
    seed: int
    rounds: int


TUNED = Sample(
    FOLDER / "templates",
    values.PERSONAL | identity.IDENTITY,
    {"password": keys.password, "token": keys.token, "pem": keys.private_key},
    keys.KEYS,
    values.LOOK_ALIKES,
    20261123,
    14,
)
HELD_OUT = Sample(
    FOLDER / "held_out" / "templates",
    other_values.PERSONAL | other_identity.IDENTITY,
    {"password": other_keys.password, "token": other_keys.token, "pem": other_keys.private_key},
    other_keys.KEYS,
    other_values.LOOK_ALIKES,
    20261127,
    28,
)
SAMPLES = {"tuned": TUNED, "held-out": HELD_OUT}


def templates(sample: Sample, kind: str) -> list[str]:
    r"""The templates of a kind, one a line; `\n` in one is a line end."""
    lines = (sample.folder / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
    return [line.replace("\\n", "\n") for line in lines if line.strip()]


def corpus(sample: Sample) -> Iterator[Document]:
    """Every template, as often as the sample says."""
    random = Random(sample.seed)
    shapes = list(sample.keys)
    for turn in range(sample.rounds):
        for kind in KINDS:
            listed = templates(sample, kind)
            for index, template in enumerate(listed):
                shape = shapes[(turn * len(listed) + index) % len(shapes)]
                yield _filled(sample, f"{kind}:{index + 1}", template, shape, random)


def _filled(sample: Sample, name: str, template: str, shape: str, random: Random) -> Document:
    text, planted, last = "", [], 0
    for hole in _HOLE.finditer(template):
        text += template[last : hole.start()]
        last = hole.end()
        if hole[1] is None:
            text += hole.group()[0]
            continue
        kind, made, value = _value(sample, hole[1], shape, random)
        if kind:
            planted.append(Planted(kind, made, len(text), len(text) + len(value)))
        text += value
    return Document(name, text + template[last:], tuple(planted))


def _value(sample: Sample, hole: str, shape: str, random: Random) -> tuple[str, str, str]:
    if hole in sample.personal:
        kind, make = sample.personal[hole]
        return kind, hole, make(random)
    if hole == "key":
        return "secret", shape, sample.keys[shape](random)
    if hole in sample.secrets:
        return "secret", hole, sample.secrets[hole](random)
    return "", "", sample.look_alikes[hole](random)
