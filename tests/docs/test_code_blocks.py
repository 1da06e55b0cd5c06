"""The Python blocks of the documentation run, page by page, with an engine that is told what to answer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from extractor import ScriptedEngine
from extractor.api import extractor as api
from extractor.api import functions, models
from extractor.engine.protocol import Engine
from extractor.schema.nodes import JSONValue
from tests.docs.markdown import Block, blocks, name_of, pages

# What the model is told to say of the texts in the documentation; of any other, nothing.
ANSWERS: dict[str, JSONValue] = {
    "Order 7741902 still has not arrived!": {"topic": "delivery", "order": "7741902"},
    "I was charged twice.": {"topic": "billing", "order": None},
    "Five stars for this kettle!": {"product": "kettle", "stars": 5},
    "Where is order 4471? I need it today!": {"topic": "order", "urgent": True, "order_number": "4471"},
    "You have won a prize, click here": "spam",
    "Ada is 36": {"age": 36},
    "Please pay $1,234.50 by 03/04/2024.": {"amount": 1234.5, "due": "2024-04-03"},
    "Zoë Müller moved to 京都 in May.": {"name": "Zoë Müller", "city": "京都"},
    "Ada lives here.": {"name": "Ada", "city": None},
    "Dr. Ada King arrived in London.": {"name": "Ada King", "city": "London"},
}
WITH_PYTHON = [page for page in pages() if any(block.language == "python" for block in blocks(page))]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Put a scripted engine in the default model's place; the texts it was asked about."""
    asked: list[str] = []

    def answer(text: str) -> JSONValue:
        asked.append(text)
        return ANSWERS.get(text, {})

    engine = ScriptedEngine(answer)
    acquire = models.acquire

    def acquired(model: str | Path | Engine | None, **options: Any) -> Any:
        return acquire(engine if model is None else model, **options)

    monkeypatch.setattr(api, "acquire", acquired)
    monkeypatch.setattr(functions, "_kept", type(functions._kept)())
    yield asked
    for kept in functions._kept.values():
        kept.extractor.close()


def _run(page: Path, block: Block, names: dict[str, Any]) -> None:
    code = compile("\n" * (block.line - 1) + block.code, str(page), "exec", dont_inherit=True)
    exec(code, names)


@pytest.mark.parametrize("page", WITH_PYTHON, ids=name_of)
def test_python_blocks_run(
    page: Path, told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "documentation"}
    for block in blocks(page):
        if block.language == "python" and not block.mark.startswith("skip: "):
            _run(page, block, names)
    assert not set(told) - set(ANSWERS), "texts of the documentation that ANSWERS should have an answer for"


def test_a_block_is_left_out_for_a_reason() -> None:
    for page in pages():
        for block in blocks(page):
            assert block.mark not in {"skip", "skip:"}, f"{name_of(page)}:{block.line}"


@pytest.mark.model
def test_the_readme_runs_with_the_model_in_the_box() -> None:
    from extractor.store.catalog import embedded_path

    if not embedded_path().is_file():
        pytest.skip("the embedded model's weights are not there yet")
    if "EXTRACTOR_MODEL" in os.environ:
        pytest.skip("EXTRACTOR_MODEL names another default model")
    page = pages()[0]
    names: dict[str, Any] = {"__name__": "documentation"}
    for block in blocks(page):
        if block.language == "python":
            _run(page, block, names)
