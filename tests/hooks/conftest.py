"""A git repository to try hooks in. Tests with the real pre-commit install packages: they run where they are named."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

MAIL = "jane.roe" + "@contoso.com"
KEY = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "precommit" in config.getoption("-m"):
        return
    skip = pytest.mark.skip(reason="installs packages; run by name: pytest -m precommit")
    for item in items:
        if item.get_closest_marker("precommit"):
            item.add_marker(skip)


def git(*arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments], check=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "repository"
    root.mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setenv("EXTRACTOR_HOME", str(tmp_path / "home"))
    for name in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT_"))]:
        monkeypatch.delenv(name)
    git("init", "-q")
    return root


def stage(root: Path, name: str, content: str | bytes) -> None:
    (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
    git("add", "-f", "--", name)
