"""What is kept between processes changes nothing: prefixes to the last bit, vocabularies to the last token."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from extractor.decode.prefixes import Prefixes
from extractor.engine.llamacpp import EngineOptions, LlamaCppEngine
from extractor.engine.protocol import PREFIX_SEQUENCES, Work
from extractor.engine.token_table import table_of, unpacked
from extractor.errors import EngineError
from tests.engine.test_company import EMBEDDED


class Drawer:
    """Keeps in memory, and counts."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.found = 0

    def read(self, key: str) -> bytes | None:
        self.found += key in self.held
        return self.held.get(key)

    def keep(self, key: str, data: bytes) -> None:
        self.held[key] = data


def _open(path: Path, keeper: Drawer | None = None, digest: str = "any") -> LlamaCppEngine:
    options = EngineOptions(parallel=3, threads=1, context_tokens=512, keeper=keeper)
    return LlamaCppEngine(path, template="extractor-1", digest=digest, options=options)


@pytest.fixture(params=["tiny", "embedded"])
def path(request: pytest.FixtureRequest, tiny_model: Path) -> Path:
    return tiny_model if request.param == "tiny" else EMBEDDED


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


PREFIX = tuple(range(20, 170))
OTHER = tuple(range(90, 30, -1))


def _scores(engine: LlamaCppEngine, prefixes: Prefixes, prefix: tuple[int, ...], sequence: int) -> bytes:
    every = np.full((len(engine.vocabulary) + 31) // 32, -1, np.int32)
    engine.share(prefixes.sequence(prefix), sequence, len(prefix))
    (scores,) = engine.evaluate([Work(sequence, len(prefix), [40, 41, 42], scored=True)], lambda: [every])
    return scores.logits.tobytes()


def test_a_kept_prefix_gives_the_same_bits(path: Path, drawer: Drawer) -> None:
    with closing(_open(path)) as engine:
        wanted = [_scores(engine, Prefixes(engine), prefix, PREFIX_SEQUENCES) for prefix in (PREFIX, OTHER)]
    for run in range(3):
        with closing(_open(path)) as engine:
            prefixes = Prefixes(engine, drawer)
            order = (PREFIX, OTHER) if run < 2 else (OTHER, PREFIX)  # its cells lie elsewhere, the third time
            found = {
                prefix: _scores(engine, prefixes, prefix, PREFIX_SEQUENCES + at) for at, prefix in enumerate(order)
            }
            assert [found[PREFIX], found[OTHER]] == wanted
        assert (len(drawer.held), drawer.found) == (2, 2 * run)


def test_what_is_kept_survives_a_collection(path: Path, drawer: Drawer) -> None:
    with closing(_open(path)) as engine:
        prefixes = Prefixes(engine, drawer)
        wanted = _scores(engine, prefixes, PREFIX, PREFIX_SEQUENCES)
    with closing(_open(path)) as engine:
        prefixes = Prefixes(engine, drawer)
        for _ in range(60):  # more dead cells than are ever let lie
            assert _scores(engine, prefixes, PREFIX, PREFIX_SEQUENCES) == wanted
            engine.evaluate([Work(PREFIX_SEQUENCES, len(PREFIX) + 3, [50] * 40, scored=False)], list)
            engine.forget(PREFIX_SEQUENCES)


def test_models_and_llama_cpp_of_another_kind_have_prefixes_of_their_own(path: Path, drawer: Drawer) -> None:
    for digest, layout in (("one", ""), ("other", ""), ("one", "another llama.cpp")):
        with closing(_open(path, digest=digest)) as engine:
            engine.layout = layout or engine.layout
            Prefixes(engine, drawer).sequence(PREFIX)
    assert (len(drawer.held), drawer.found) == (3, 0)


@pytest.mark.parametrize(("digest", "layout"), [("", "some"), ("some", "")])
def test_what_has_no_name_is_not_kept(path: Path, drawer: Drawer, digest: str, layout: str) -> None:
    with closing(_open(path, digest=digest)) as engine:
        engine.layout = layout
        Prefixes(engine, drawer).sequence(PREFIX)
    assert not drawer.held


def test_bytes_that_llama_cpp_refuses_count_as_none(path: Path, drawer: Drawer) -> None:
    with closing(_open(path)) as engine:
        wanted = _scores(engine, Prefixes(engine, drawer), PREFIX, PREFIX_SEQUENCES)
    whole = next(iter(drawer.held.values()))
    for wrong in (b"", b"\0" * 64, whole[:-100], whole + b"\0" * 8):
        drawer.held = dict.fromkeys(drawer.held, wrong)
        with closing(_open(path)) as engine:
            assert _scores(engine, Prefixes(engine, drawer), PREFIX, PREFIX_SEQUENCES) == wanted
        assert list(drawer.held.values()) == [whole]  # kept anew


def test_a_prefix_that_does_not_fit_is_refused(path: Path) -> None:
    with closing(_open(path)) as engine:
        Prefixes(engine).sequence(PREFIX)
        saved = engine.save(0)
        with pytest.raises(EngineError, match="no room"):
            engine.restore(1, engine.cells, saved)


def test_a_kept_vocabulary_is_the_models(path: Path, drawer: Drawer) -> None:
    with closing(_open(path)) as engine:
        wanted = engine.vocabulary
        for _ in range(2):
            with closing(_open(path, drawer)) as second:
                found = second.vocabulary
                assert list(found.tokens) == list(wanted.tokens)
                assert (found.controls, found.eos, found.bos, found.digest) == (
                    wanted.controls,
                    wanted.eos,
                    wanted.bos,
                    wanted.digest,
                )
                assert found.encode("naïve 北京 <bos>") == wanted.encode("naïve 北京 <bos>")
    assert (len(drawer.held), drawer.found) == (1, 1)


def test_a_file_that_changed_has_a_vocabulary_of_its_own(tiny_model: Path, tmp_path: Path, drawer: Drawer) -> None:
    copy = tmp_path / "copy.gguf"
    for _ in range(2):
        copy.write_bytes(tiny_model.read_bytes())
        _open(copy, drawer).close()
    assert (len(drawer.held), drawer.found) == (2, 0)


@pytest.fixture
def tokens() -> Iterator[list[tuple[bytes, bool]]]:
    yield [(b"<eos>", True), (b"", False), (b"\xff\0", False), ("北京".encode(), False), (b"<x>", True)]


def test_a_table_survives_packing(tokens: list[tuple[bytes, bool]]) -> None:
    table = table_of(tokens)
    again = unpacked(table.packed())
    assert (list(again.tokens), list(again.controls), again.digest) == (
        [piece for piece, _ in tokens],
        [0, 4],
        table.digest,
    )
    assert table_of(tokens[:-1]).digest != table.digest
    json.dumps(list(again.controls))  # plain numbers, not numpy's
