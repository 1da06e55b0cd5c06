"""Rows on disk: whole lines at every moment, and what is kept of a file after an accident."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.batch.output import Kept, RowWriter, check_output, kept_rows
from extractor.errors import InputError, OutputError, OutputExistsError
from extractor.store.durable import replace_text

ROWS = ['{"id": "ä", "record": {}}', '{"line": 2, "error": {"type": "InputError"}}', '{"line": 3, "record": null}']
DATA = "".join(f"{row}\n" for row in ROWS).encode()


@given(st.integers(0, len(DATA)), st.binary(max_size=8).filter(lambda tail: b"\n" not in tail))
def test_what_is_kept_is_the_whole_rows(tmp_path_factory: pytest.TempPathFactory, cut: int, tail: bytes) -> None:
    path = tmp_path_factory.mktemp("kept") / "out.jsonl"
    path.write_bytes(DATA[:cut])
    kept = kept_rows(path)
    whole = DATA[:cut].rpartition(b"\n")[0]
    assert kept.rows == DATA[:cut].count(b"\n")
    assert kept.end_byte == (len(whole) + 1 if kept.rows else 0)
    assert kept.cut_bytes == cut - kept.end_byte
    assert kept.errors == (kept.rows >= 2)
    path.write_bytes(DATA[: kept.end_byte] + tail + b"\0" * 4096)
    assert kept_rows(path).end_byte == kept.end_byte


def test_the_last_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(DATA[: len(ROWS[0].encode()) + 1])
    assert kept_rows(path).last_label == (("id", "ä"),)
    path.write_bytes(DATA)
    assert kept_rows(path).last_label == (("line", 3),)
    path.write_bytes(b"")
    assert kept_rows(path) == Kept()


def test_rows_are_on_disk_as_soon_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with RowWriter(path, "refuse") as writer:
        writer.keep(Kept())
        for number, row in enumerate(ROWS, 1):
            writer.write(row)
            assert kept_rows(path).rows == number
    assert path.read_bytes() == DATA


def test_rows_that_are_held_are_on_disk_soon_and_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with RowWriter(path, "refuse", held_s=3600) as writer:
        writer.keep(Kept())
        for row in ROWS:
            writer.write(row)
        assert path.read_bytes() == b""
        writer.flush()
        assert path.read_bytes() == DATA
        writer.write(ROWS[0])
    assert path.read_bytes() == DATA + ROWS[0].encode() + b"\n"
    assert writer.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_going_on_cuts_a_torn_row_away(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(DATA[:-5])
    with RowWriter(path, "resume") as writer:
        writer.keep(kept_rows(path))
        writer.write(ROWS[2])
    assert path.read_bytes() == DATA


def test_two_runs_never_write_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with RowWriter(path, "refuse"), pytest.raises(InputError, match="another run"):
        RowWriter(path, "resume")
    with RowWriter(path, "resume"):
        pass


def test_an_output_that_appears_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("mine")
    with pytest.raises(OutputExistsError):
        RowWriter(path, "refuse")
    assert path.read_text() == "mine"


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(OutputError, match="No space left on device"), RowWriter(full, "overwrite") as writer:
        writer.keep(Kept())
        writer.write(ROWS[0])


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    if not Path("/proc/self").exists():
        pytest.skip("this system has no /proc, a folder that even root cannot write to")
    with pytest.raises(OutputError, match=r"cannot write to /proc/out\.jsonl"):
        RowWriter(Path("/proc/out.jsonl"), "refuse")


def test_outputs_that_cannot_be_meant(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        check_output(tmp_path, "overwrite")
    with pytest.raises(InputError, match="does not exist"):
        check_output(tmp_path / "nowhere" / "out.jsonl", "resume")
    with pytest.raises(InputError, match="File name too long"):
        check_output(tmp_path / ("x" * 300), "refuse")
    path = tmp_path / "out.jsonl"
    check_output(path, "refuse")
    path.touch()
    with pytest.raises(OutputExistsError, match=r"--resume .* --force"):
        check_output(path, "refuse")
    check_output(path, "resume")
    check_output(path, "overwrite")


def test_a_side_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl.manifest.json"
    target.mkdir()
    (target / "in the way").touch()
    with pytest.raises(OSError, match="directory"):
        replace_text(target, "{}")
    assert list(tmp_path.iterdir()) == [target]
