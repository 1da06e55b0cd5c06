"""The tests with the real pre-commit install packages: they run where they are asked for by their mark."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "precommit" in config.getoption("-m"):
        return
    skip = pytest.mark.skip(reason="installs packages; run by name: pytest -m precommit")
    for item in items:
        if item.get_closest_marker("precommit"):
            item.add_marker(skip)
