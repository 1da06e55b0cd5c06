"""What is kept on disk comes back whole or not at all, and never takes more room than it may."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.store.kept import Kept, kept_at_home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def _only(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_what_was_kept_is_read_by_another_process(folder: Path) -> None:
    Kept(folder).keep("key", b"data")
    assert Kept(folder).read("key") == b"data"
    assert Kept(folder).read("another key") is None


def test_the_last_word_counts(folder: Path) -> None:
    for data in (b"first", b"second"):
        Kept(folder).keep("key", data)
    assert Kept(folder).read("key") == b"second"
    assert len(list(folder.iterdir())) == 1


@given(at=st.integers(0, 200), bit=st.integers(0, 7))
def test_a_flipped_bit_is_found_and_the_file_deleted(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    Kept(folder).keep("key", bytes(range(150)))
    file = _only(folder)
    data = bytearray(file.read_bytes())
    data[at % len(data)] ^= 1 << bit
    file.write_bytes(data)
    assert Kept(folder).read("key") is None
    assert not file.exists()


@pytest.mark.parametrize("size", [0, 10, 50, 60])
def test_a_file_that_was_cut_short_is_deleted(folder: Path, size: int) -> None:
    Kept(folder).keep("key", b"x" * 20)
    file = _only(folder)
    file.write_bytes(file.read_bytes()[:size])
    assert Kept(folder).read("key") is None
    assert not file.exists()


def test_a_file_of_another_key_is_not_taken(folder: Path) -> None:
    kept = Kept(folder)
    kept.keep("one", b"data of one")
    one = _only(folder)
    kept.keep("other", b"data of the other")
    (other,) = set(folder.iterdir()) - {one}
    one.replace(other)
    assert kept.read("other") is None


def test_the_oldest_use_goes_first(folder: Path) -> None:
    kept = Kept(folder, most_bytes=1000)
    for number in range(4):
        kept.keep(f"{number}", b"x" * 160)
        for file in folder.iterdir():
            os.utime(file, ns=(0, file.stat().st_mtime_ns - 10**9))  # a second passes
    assert kept.read("0") is not None  # used again
    kept.keep("4", b"x" * 160)
    left = [number for number in range(5) if kept.read(f"{number}") is not None]
    assert left == [0, 2, 3, 4]
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 1000


def test_what_is_too_large_is_not_kept(folder: Path) -> None:
    Kept(folder, most_bytes=1000).keep("key", b"x" * 251)
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_to_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file stands here")
    kept = Kept(tmp_path / "kept")
    kept.keep("key", b"data")
    assert kept.read("key") is None


def test_nobody_else_may_read_it(folder: Path) -> None:
    Kept(folder).keep("key", b"an example of the user's")
    assert _only(folder).stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


def test_a_user_without_a_home_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("EXTRACTOR_HOME")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    kept_at_home().keep("key", b"data")
    assert kept_at_home().read("key") is None
