"""One browser for all tests of the report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from extractor.report.batch_page import batch_report, write_page
from tests.report.browser import chromium
from tests.report.made_rows import some_rows, write_rows

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def page_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of 120 rows."""
    folder = tmp_path_factory.mktemp("report")
    path = folder / "report.html"
    write_page(batch_report(write_rows(folder / "out.jsonl", some_rows(120))), path)
    return path
