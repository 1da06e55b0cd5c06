"""Every decode ends within its budget, and what comes out is valid: random weights, random schemas, tight budgets."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from extractor.engine.llamacpp import EngineOptions, LlamaCppEngine
from extractor.grammar.backends import make_backend
from extractor.schema.nodes import Node
from tests.decode.many import Case, Tally, cases, decode

KINDS = frozenset(kind.__name__ for kind in get_args(Node))
FEATURES = frozenset(("unbounded string", "unbounded array", "unbounded map", "unbounded digits", "recursion"))


def _report(wrong: list[tuple[Case, BaseException]]) -> str:
    """The smallest failures first."""
    shown = sorted(wrong, key=lambda pair: len(repr(pair[0])))[:4]
    return "\n\n".join(f"{error!r}\n{case}" for case, error in shown)


def _run(model: Path, count: int, at_once: int = 500) -> Tally:
    options = EngineOptions(context_tokens=2048, parallel=8, threads=1)
    engine = LlamaCppEngine(model, template="extractor-1", digest="tiny", options=options)
    backend = make_backend("llguidance", engine.vocabulary)
    tally = Tally()
    try:
        number = 0
        while tally.decodes < count:
            number += 1
            wrong = decode(engine, backend, cases(engine, min(at_once, count - tally.decodes), number), tally)
            assert not wrong, f"{len(wrong)} of {tally.decodes} and more\n{_report(wrong)}"
    finally:
        engine.close()
    return tally


def test_a_hundred_decodes(tiny_model: Path) -> None:
    tally = _run(tiny_model, 100)
    assert set(tally.kinds) == KINDS
    assert set(tally.features) == FEATURES
    assert {"complete", "truncated"} <= set(tally.statuses)


@pytest.mark.long
def test_ten_thousand_decodes(tiny_model: Path) -> None:
    tally = _run(tiny_model, 10_000)
    print(tally)
    assert set(tally.kinds) == KINDS
    assert min(tally.kinds.values()) >= 300, tally.kinds
    assert set(tally.features) == FEATURES
    assert min(tally.features.values()) >= 300, tally.features
