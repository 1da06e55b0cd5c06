"""docs/models.md names every command, catalog entry and environment variable of the store."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extractor.cli.model import app
from extractor.store.catalog import catalog, find

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "docs" / "models.md").read_text(encoding="utf-8")


def test_commands_and_entries_are_documented(page: str) -> None:
    commands = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    assert commands == {"list", "info", "verify", "pull", "add"}
    for name in commands:
        assert f"extractor model {name}" in page
    for name in {"embedded", *catalog()}:
        assert f"`{name}`" in page
    gemma = find("gemma-3-270m-it-qat-q4_0")
    assert gemma.licence_url in page and gemma.source in page and f"{gemma.size_bytes:,} bytes" in page


def test_environment_variables_are_documented(page: str) -> None:
    store = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/extractor/store").glob("*.py"))
    read = set(re.findall(r'environ\.get\("(\w+)"', store))
    assert {"EXTRACTOR_HOME", "EXTRACTOR_MODEL", "EXTRACTOR_HUB", "HF_TOKEN"} <= read
    for name in read:
        assert name in page
