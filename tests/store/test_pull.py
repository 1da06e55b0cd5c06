"""A pull ends with the right file in place or with none; what has arrived is gone on from."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from extractor.errors import ModelCorruptError, ModelError, ModelNotFoundError
from extractor.store import pull as pull_module
from extractor.store.catalog import CatalogEntry, catalog
from extractor.store.home import pulled_path, read_record, resolve_model
from extractor.store.pull import Limits, Pulled, pull
from extractor.store.verify import verify_model
from tests.store.conftest import QUICK
from tests.store.hub import Act, Hub, serving

Entries = Callable[..., CatalogEntry]


def parts(entry: CatalogEntry) -> list[str]:
    folder = pulled_path(entry).parent
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock") if folder.exists() else []


def pinned(hub: Hub, entry_for: Entries) -> CatalogEntry:
    return entry_for(hub.url, hub.sha256, len(hub.data))


def test_pulls_whole_file_and_records_it(weights: bytes, entry_for: Entries) -> None:
    seen: list[tuple[int, int | None]] = []
    with serving(weights) as hub:
        entry = pinned(hub, entry_for)
        pulled = pull(entry, limits=QUICK, progress=lambda done, total: seen.append((done, total)))
        assert hub.paths == ["/someone/tiny-GGUF/resolve/0123abc/tiny.gguf"]
    assert pulled.fetched and pulled.path.read_bytes() == weights
    assert parts(entry) == ["record.json", "tiny.gguf"]
    assert seen[-1] == (len(weights), len(weights))
    resolved = resolve_model(entry.name)
    assert (resolved.path, resolved.template, resolved.sha256) == (pulled.path, "gemma", hub.sha256)
    assert verify_model(entry.name).expected == hub.sha256


def test_second_pull_asks_nobody(weights: bytes, entry_for: Entries) -> None:
    with serving(weights) as hub:
        entry = pinned(hub, entry_for)
        pull(entry, limits=QUICK)
        assert not pull(entry, limits=QUICK).fetched
        assert len(hub.asked) == 1


@pytest.mark.parametrize("cut", [0, 1, 4_000, 20_000])
@pytest.mark.parametrize("ranges", [True, False])
def test_cut_connection_is_resumed(weights: bytes, entry_for: Entries, cut: int, ranges: bool) -> None:
    with serving(weights, Act(cut_after=cut), Act(cut_after=cut, ranges=ranges), Act(ranges=ranges)) as hub:
        entry = pinned(hub, entry_for)
        assert pull(entry, limits=QUICK).path.read_bytes() == weights
        assert [asked.get("Range") for asked in hub.asked[:2]] == [None, f"bytes={cut}-" if cut else None]
    assert parts(entry) == ["record.json", "tiny.gguf"]


def test_resumes_in_a_later_run_and_only_the_same_version(weights: bytes, entry_for: Entries) -> None:
    with serving(weights, Act(cut_after=9_000)) as hub:
        entry = pinned(hub, entry_for)
        with pytest.raises(ModelError, match="goes on from"):
            pull(entry, limits=Limits(timeout_s=0.3, attempts=1))
        with pytest.raises(ModelNotFoundError, match="extractor model pull tiny-test"):
            resolve_model(entry.name)
        assert parts(entry) == ["tiny.gguf.part", "tiny.gguf.part.json"]
        hub.script = [Act()]
        assert pull(entry, limits=QUICK).path.read_bytes() == weights
        assert hub.asked[-1]["Range"] == "bytes=9000-"
        assert hub.asked[-1]["If-Range"].startswith('"')


def test_file_that_changed_on_the_server_is_fetched_whole(weights: bytes, entry_for: Entries) -> None:
    other = weights[:-1] + bytes([weights[-1] ^ 1])
    with serving(other, Act(cut_after=9_000)) as hub:
        entry = entry_for(hub.url)
        with pytest.raises(ModelError):
            pull(entry, limits=Limits(timeout_s=0.3, attempts=1))
        hub.data, hub.script = weights, [Act()]
        assert pull(entry, limits=QUICK).path.read_bytes() == weights


def test_stall_is_noticed_and_resumed(weights: bytes, entry_for: Entries) -> None:
    with serving(weights, Act(stall_after=5_000), Act()) as hub:
        said: list[str] = []
        assert pull(pinned(hub, entry_for), limits=QUICK, notify=said.append).path.read_bytes() == weights
        assert hub.asked[1]["Range"] == "bytes=5000-"
        assert any("Trying again" in sentence for sentence in said)


def test_server_that_stays_silent_ends_in_an_error(weights: bytes, entry_for: Entries) -> None:
    with serving(weights, Act(stall_after=0)) as hub:
        entry = pinned(hub, entry_for)
        begun = time.perf_counter()
        with pytest.raises(ModelError, match="4 attempts"):
            pull(entry, limits=QUICK)
        assert time.perf_counter() - begun < 5
        assert len(hub.asked) == QUICK.attempts


@pytest.mark.parametrize("at", [0, 100, -1])
def test_flipped_byte_is_found_and_nothing_is_kept(weights: bytes, entry_for: Entries, at: int) -> None:
    with serving(weights, Act(flip=at)) as hub:
        entry = pinned(hub, entry_for)
        with pytest.raises(ModelCorruptError) as caught:
            pull(entry, limits=QUICK)
        assert caught.value.expected == hub.sha256 != caught.value.actual
        assert parts(entry) == []


def test_byte_flipped_on_disk_before_a_resume_is_found(weights: bytes, entry_for: Entries) -> None:
    with serving(weights, Act(cut_after=9_000)) as hub:
        entry = pinned(hub, entry_for)
        with pytest.raises(ModelError):
            pull(entry, limits=Limits(timeout_s=0.3, attempts=1))
        part = pulled_path(entry).with_name("tiny.gguf.part")
        part.write_bytes(bytes([part.read_bytes()[0] ^ 1]) + part.read_bytes()[1:])
        hub.script = [Act()]
        with pytest.raises(ModelCorruptError):
            pull(entry, limits=QUICK)
        assert parts(entry) == []
        assert pull(entry, limits=QUICK).path.read_bytes() == weights


@pytest.mark.parametrize(
    ("act", "reason"),
    [(Act(extra=b"more"), "another size"), (Act(extra=b"more", length=False), "more bytes came")],
)
def test_too_many_bytes_are_refused(weights: bytes, entry_for: Entries, act: Act, reason: str) -> None:
    with serving(weights, act) as hub:
        entry = pinned(hub, entry_for)
        with pytest.raises(ModelCorruptError, match=reason):
            pull(entry, limits=QUICK)
        assert parts(entry) == []


def test_wrong_digest_declared_is_refused_before_a_byte(weights: bytes, entry_for: Entries) -> None:
    with serving(weights) as hub:
        entry = entry_for(hub.url, "0" * 64)
        with pytest.raises(ModelCorruptError, match="declares another file"):
            pull(entry, limits=QUICK)
        assert parts(entry) == []


def test_file_that_is_no_model_is_not_installed(entry_for: Entries) -> None:
    with serving(b"<html>a proxy's login page</html>") as hub:
        entry = entry_for(hub.url)
        with pytest.raises(ModelCorruptError, match="not a GGUF"):
            pull(entry, limits=QUICK)
        assert parts(entry) == []


def test_without_a_catalogued_digest_the_declared_one_is_pinned(weights: bytes, entry_for: Entries) -> None:
    said: list[str] = []
    with serving(weights) as hub:
        entry = entry_for(hub.url)
        record = pull(entry, limits=QUICK, notify=said.append).record
    assert (record.sha256, record.revision) == (hub.sha256, "c0ffee")
    assert "declared by the server" in record.sha256_source and any(hub.sha256 in sentence for sentence in said)
    assert json.loads((pulled_path(entry).parent / "record.json").read_text())["sha256"] == hub.sha256
    pulled_path(entry).write_bytes(weights[:-1] + b"x")
    with pytest.raises(ModelCorruptError):
        resolve_model(entry.name)


def test_declared_digest_that_does_not_match_is_found(weights: bytes, entry_for: Entries) -> None:
    with serving(weights, Act(flip=7_000)) as hub:
        entry = entry_for(hub.url)
        with pytest.raises(ModelCorruptError):
            pull(entry, limits=QUICK)
        assert parts(entry) == []


def test_neither_size_nor_digest_is_refused(weights: bytes, entry_for: Entries) -> None:
    with serving(weights, Act(declare=False, length=False)) as hub, pytest.raises(ModelError, match="neither"):
        pull(entry_for(hub.url), limits=QUICK)


def test_computed_digest_is_said_to_be_nobodys(weights: bytes, entry_for: Entries) -> None:
    with serving(weights, Act(declare=False)) as hub:
        record = pull(entry_for(hub.url), limits=QUICK).record
    assert record.sha256 == hub.sha256 and "nobody" in record.sha256_source


@pytest.mark.parametrize("status", [401, 403])
def test_gated_repository_says_where_to_accept(weights: bytes, entry_for: Entries, status: int) -> None:
    with serving(weights, Act(status=status)) as hub:
        with pytest.raises(ModelError, match=r"https://example.org/accept.*HF_TOKEN"):
            pull(pinned(hub, entry_for), limits=QUICK)
        assert len(hub.asked) == 1


def test_missing_file_and_busy_server(weights: bytes, entry_for: Entries) -> None:
    with serving(weights, Act(status=404)) as hub, pytest.raises(ModelNotFoundError):
        pull(pinned(hub, entry_for), limits=QUICK)
    busy = Act(status=503, headers={"Retry-After": "3600"})
    with serving(weights, busy, Act(status=429), Act()) as hub:
        assert pull(pinned(hub, entry_for), limits=QUICK).fetched
        assert len(hub.asked) == 3


def test_nobody_there(entry_for: Entries) -> None:
    with pytest.raises(ModelError, match="cannot be reached"):
        pull(entry_for("http://127.0.0.1:9"), limits=QUICK)


def test_token_goes_to_the_hub_and_nowhere_else(
    weights: bytes, entry_for: Entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    with serving(weights) as elsewhere:
        hop = Act(redirect=elsewhere.url + "/again")
        elsewhere.script = [Act(redirect=elsewhere.url + "/cdn", declare=False), Act()]
        with serving(weights, Act(redirect="/renamed"), hop) as hub:
            assert pull(pinned(hub, entry_for), limits=QUICK).path.read_bytes() == weights
            assert [asked.get("Authorization") for asked in hub.asked] == ["Bearer hf_secret"] * 2
        assert [asked.get("Authorization") for asked in elsewhere.asked] == [None, None]


def test_token_is_not_sent_in_the_clear() -> None:
    from extractor.store.transfer import may_carry_token

    assert may_carry_token("https://huggingface.co/x") and may_carry_token("http://127.0.0.1:80/x")
    assert not may_carry_token("http://mirror.example/x")


def test_redirect_to_another_scheme_is_refused(weights: bytes, entry_for: Entries) -> None:
    with serving(weights, Act(redirect="file:///etc/passwd")) as hub, pytest.raises(ModelError):
        pull(pinned(hub, entry_for), limits=QUICK)


def test_redirect_loop_ends(weights: bytes, entry_for: Entries) -> None:
    with serving(weights, Act(redirect="/again")) as hub:
        with pytest.raises(ModelError):
            pull(pinned(hub, entry_for), limits=QUICK)
        assert len(hub.asked) < 40


def test_full_disk_is_said_and_the_part_kept(
    weights: bytes, entry_for: Entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(weights, Act(cut_after=9_000), Act()) as hub:
        entry = pinned(hub, entry_for)

        def full(_target: object, _part: object, done: int) -> None:
            if done:
                raise OSError(errno.ENOSPC, "no space")

        with monkeypatch.context() as patch, pytest.raises(ModelError, match="disk is full"):
            patch.setattr(pull_module, "_reserve", full)
            pull(entry, limits=QUICK)
        assert pulled_path(entry).with_name("tiny.gguf.part").stat().st_size == 9_000
        assert pull(entry, limits=QUICK).path.read_bytes() == weights


def test_concurrent_pulls_fetch_once(weights: bytes, entry_for: Entries) -> None:
    said: list[str] = []
    found: list[Pulled] = []
    with serving(weights, Act(delay_s=0.2)) as hub:
        entry = pinned(hub, entry_for)
        limits = Limits(timeout_s=5)
        threads = [
            threading.Thread(target=lambda: found.append(pull(entry, limits=limits, notify=said.append)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(hub.asked) == 1
    assert sorted(pulled.fetched for pulled in found) == [False, False, False, True]
    assert any("waiting" in sentence for sentence in said)


def _pull_in_child(entry: CatalogEntry) -> None:
    pull(entry, limits=Limits(timeout_s=30, attempts=1))


def test_killed_pull_leaves_nothing_usable_and_is_resumed(weights: bytes, entry_for: Entries) -> None:
    with serving(weights, Act(stall_after=12_000), Act()) as hub:
        entry = pinned(hub, entry_for)
        child = multiprocessing.get_context("spawn").Process(target=_pull_in_child, args=(entry,))
        child.start()
        part = pulled_path(entry).with_name("tiny.gguf.part")
        deadline = time.monotonic() + 20
        while not (part.exists() and part.stat().st_size == 12_000) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        with pytest.raises(ModelNotFoundError):
            resolve_model(entry.name)
        assert pull(entry, limits=QUICK).path.read_bytes() == weights
        assert hub.asked[-1]["Range"] == "bytes=12000-"


def test_killed_between_placing_and_recording_fetches_nothing(weights: bytes, entry_for: Entries) -> None:
    with serving(weights) as hub:
        entry = pinned(hub, entry_for)
        pull(entry, limits=QUICK)
        (pulled_path(entry).parent / "record.json").unlink()
        with pytest.raises(ModelNotFoundError):
            resolve_model(entry.name)
        assert not pull(entry, limits=QUICK).fetched
        assert len(hub.asked) == 1
    assert read_record(pulled_path(entry)) is not None


def test_damaged_file_is_fetched_again(weights: bytes, entry_for: Entries) -> None:
    with serving(weights) as hub:
        entry = pinned(hub, entry_for)
        path = pull(entry, limits=QUICK).path
        path.write_bytes(weights[:-1])
        with pytest.raises(ModelCorruptError):
            resolve_model(entry.name)
        assert pull(entry, limits=QUICK).fetched
        assert path.read_bytes() == weights


def test_real_entries_have_sources_for_what_they_claim() -> None:
    for entry in catalog().values():
        assert entry.sha256 is None or (len(entry.sha256) == 64 and entry.sha256_source)
        assert entry.licence and entry.licence_url.startswith("https://")


def test_folder_that_cannot_be_written(entry_for: Entries, store: Path) -> None:
    store.parent.mkdir(exist_ok=True)
    store.write_text("a file where a folder should be")
    with pytest.raises(ModelError, match="cannot be written"):
        pull(entry_for("http://127.0.0.1:9"), limits=QUICK)
