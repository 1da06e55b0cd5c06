"""A store of its own for every test, and an entry of the catalog to pull into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from extractor.store.catalog import CatalogEntry
from extractor.store.pull import Limits
from tests.store.tiny import write_tiny

QUICK = Limits(timeout_s=0.3, attempts=4, first_wait_s=0.01, longest_wait_s=0.05)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("EXTRACTOR_MODEL", "EXTRACTOR_HUB", "HF_TOKEN", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EXTRACTOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_tiny(tmp_path_factory.mktemp("weights") / "tiny.gguf").read_bytes()


@pytest.fixture
def entry_for(monkeypatch: pytest.MonkeyPatch) -> Callable[..., CatalogEntry]:
    """Make an entry whose hub is at `url`, and put it in the catalog."""

    def make(
        url: str, sha256: str | None = None, size_bytes: int | None = None, name: str = "tiny-test"
    ) -> CatalogEntry:
        entry = CatalogEntry(
            name=name,
            source="someone/tiny-GGUF",
            file="tiny.gguf",
            revision="0123abc",
            sha256=sha256,
            sha256_source="a test" if sha256 else "",
            size_bytes=size_bytes,
            licence="a licence",
            licence_url="https://example.org/accept",
            template="gemma",
            description="a test",
            gated=True,
        )
        monkeypatch.setenv("EXTRACTOR_HUB", url)
        monkeypatch.setattr("extractor.store.catalog._FETCHED", (entry,))
        return entry

    return make
