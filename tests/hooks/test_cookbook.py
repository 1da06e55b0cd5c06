"""The policies of the example on 40 texts each that were written after their patterns; right ones start with `+`."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.hooks import commit_msg, policy
from extractor.hooks.settings import read_configuration
from extractor.hooks.units import Unit

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "compliance"
TEXTS = Path(__file__).parent / "cookbook"
LEAST = {"changelog": 0.9, "licence-header": 1.0, "release-note": 0.825, "marketing": 0.9, "config": 0.975}
LEAST_OF_MESSAGES = 0.975


def _texts(name: str) -> list[tuple[bool, str]]:
    lines = (TEXTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [(line[0] == "+", line[2:].replace("\\n", "\n")) for line in lines]


@pytest.mark.parametrize("name", LEAST)
def test_policies(name: str) -> None:
    found = {made.name: made for made in policy.policies(read_configuration(EXAMPLE, None))}
    texts = _texts(name)
    wrong = [text for fine, text in texts if fine != (not list(policy.by_patterns(found[name], Unit(0, text))))]
    assert len(texts) == 40
    assert 1 - len(wrong) / len(texts) >= LEAST[name], wrong


def test_commit_messages() -> None:
    texts = _texts("commit-msg")
    wrong = [text for fine, text in texts if fine != (not list(commit_msg.judge(text, commit_msg.Policy())))]
    assert len(texts) == 40
    assert 1 - len(wrong) / len(texts) >= LEAST_OF_MESSAGES, wrong
