"""Fixtures for every room's tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from extractor.engine.llamacpp import EngineOptions, LlamaCppEngine, open_vocabulary
from extractor.grammar.vocabulary import Vocabulary
from tests.engine.tiny_gguf import write_tiny_gguf

settings.register_profile("extractor", derandomize=True, deadline=None, max_examples=100)
settings.load_profile("extractor")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that take long run only where they are asked for by their mark."""
    for mark, why in (("long", "takes minutes"), ("cluster", "starts a Ray cluster")):
        if mark in config.getoption("-m"):
            continue
        skip = pytest.mark.skip(reason=f"{why}; run by name: pytest -m {mark}")
        for item in items:
            if item.get_closest_marker(mark):
                item.add_marker(skip)


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A store's folder of these tests' own, also for the processes that they start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXTRACTOR_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GGUF of random weights and about 600 tokens; llama.cpp loads it in milliseconds."""
    return write_tiny_gguf(tmp_path_factory.mktemp("tiny") / "tiny.gguf")


@pytest.fixture(scope="session")
def tiny_vocabulary(tiny_model: Path) -> Iterator[Vocabulary]:
    """The tokens of `tiny_model`."""
    with open_vocabulary(tiny_model) as vocabulary:
        yield vocabulary


@pytest.fixture
def tiny_engine(tiny_model: Path) -> Iterator[LlamaCppEngine]:
    """`tiny_model` in llama.cpp, for one test."""
    engine = LlamaCppEngine(
        tiny_model, template="extractor-1", digest="tiny", options=EngineOptions(parallel=4, threads=1)
    )
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The shared training data; the test is skipped where it is not there."""
    folder = os.environ.get("EXTRACTOR_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("EXTRACTOR_DATA does not name a folder of data")
    return Path(folder)
