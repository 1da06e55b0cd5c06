"""From what a user wrote to a checked file, and what the message says where there is none."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from extractor.errors import ModelCorruptError, ModelError, ModelNotFoundError
from extractor.store import catalog as catalog_module
from extractor.store import home as home_module
from extractor.store.catalog import CatalogEntry, catalog, embedded_entry, embedded_path, find
from extractor.store.home import home, read_record, resolve_model
from extractor.store.pull import pull
from extractor.store.verify import verify_model
from tests.store.conftest import QUICK
from tests.store.hub import serving
from tests.store.tiny import write_tiny

Entries = Callable[..., CatalogEntry]


@pytest.fixture
def package(tmp_path: Path, weights: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package whose embedded model is the tiny one."""
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "embedded.gguf").write_bytes(weights)
    card = {"sha256": hashlib.sha256(weights).hexdigest(), "size_bytes": len(weights), "parameters": 1}
    (folder / "embedded.json").write_text(json.dumps(card))
    monkeypatch.setattr(catalog_module, "_PACKAGED", folder)
    monkeypatch.setattr(home_module, "embedded_path", lambda: embedded_path(folder))
    monkeypatch.setattr(home_module, "find", lambda name: find(name, folder))
    monkeypatch.setattr("extractor.store.verify.find", lambda name: find(name, folder))
    return folder


def test_nothing_named_is_the_embedded_model(package: Path, weights: bytes) -> None:
    model = resolve_model()
    assert (model.name, model.embedded, model.path) == ("embedded", True, package / "embedded.gguf")
    assert model.sha256 == hashlib.sha256(weights).hexdigest()
    assert model.template == "extractor-1"
    assert verify_model().expected == model.sha256


def test_environment_names_the_default(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_tiny(tmp_path / "mine.gguf", extra={"extractor.template": "extractor-1"})
    monkeypatch.setenv("EXTRACTOR_MODEL", str(path))
    assert resolve_model() == resolve_model(path)
    assert resolve_model("embedded").embedded
    monkeypatch.setenv("EXTRACTOR_MODEL", "")
    assert resolve_model().embedded


def test_a_model_trained_on_another_layout_of_records_is_refused(tmp_path: Path) -> None:
    right: dict[str, str | int] = {"extractor.template": "extractor-1", "extractor.layout": 1}
    assert resolve_model(write_tiny(tmp_path / "right.gguf", extra=right)).template == "extractor-1"
    path = write_tiny(tmp_path / "wrong.gguf", extra={**right, "extractor.layout": 2})
    with pytest.raises(ModelError, match="layout 2; this extractor writes layout 1"):
        resolve_model(path)


def test_embedded_model_that_is_missing_or_damaged_says_so(package: Path, weights: bytes) -> None:
    (package / "embedded.gguf").write_bytes(weights[:-1] + b"x")
    assert resolve_model().embedded  # every byte is read by verify only
    with pytest.raises(ModelCorruptError, match="Install the package again"):
        verify_model()
    (package / "embedded.gguf").write_bytes(weights[:-1])
    with pytest.raises(ModelCorruptError, match="Install the package again"):
        resolve_model()
    (package / "embedded.gguf").unlink()
    with pytest.raises(ModelNotFoundError, match="Install the package again"):
        resolve_model()
    (package / "embedded.json").write_text("{")
    with pytest.raises(ModelCorruptError, match=r"embedded\.json"):
        resolve_model()
    (package / "embedded.json").unlink()
    with pytest.raises(ModelNotFoundError, match="extractor model pull gemma"):
        resolve_model()


def test_any_path_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_tiny(tmp_path / "mine.gguf")
    model = resolve_model(str(path))
    assert (model.path, model.name, model.template, model.sha256) == (path, "mine.gguf", "gemma", None)
    monkeypatch.chdir(tmp_path)
    assert resolve_model("mine.gguf").path == Path("mine.gguf")
    verified = verify_model(path)
    assert verified.expected is None and verified.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("model", ["nope", "../home/models/x", "nope.gguf", "gemma-3-270m-it-qat-q4_0"])
def test_unknown_models_are_not_found(model: str) -> None:
    with pytest.raises(ModelNotFoundError) as caught:
        resolve_model(model)
    if model == "gemma-3-270m-it-qat-q4_0":
        assert "extractor model pull gemma-3-270m-it-qat-q4_0" in str(caught.value)


def test_file_added_by_hand_has_a_name(store: Path) -> None:
    (store / "models").mkdir(parents=True)
    path = write_tiny(store / "models" / "mine-1.gguf", extra={"extractor.template": "gemma"})
    assert resolve_model("mine-1").path == path


def test_template_is_the_files_own_word_first(tmp_path: Path, weights: bytes, entry_for: Entries) -> None:
    own = write_tiny(tmp_path / "own.gguf", extra={"extractor.template": "special"})
    assert resolve_model(own).template == "special"
    with pytest.raises(ModelError, match=r"extractor\.template"):
        resolve_model(write_tiny(tmp_path / "other.gguf", architecture="llama"))


def test_entry_of_another_architecture_is_refused(tmp_path: Path, entry_for: Entries) -> None:
    llama = write_tiny(tmp_path / "llama.gguf", architecture="llama").read_bytes()
    with serving(llama) as hub, pytest.raises(ModelCorruptError, match="architecture"):
        pull(entry_for(hub.url, hub.sha256), limits=QUICK)


def test_copied_store_is_checked_once_and_remembered(
    weights: bytes, entry_for: Entries, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(weights) as hub:
        entry = entry_for(hub.url, hub.sha256)
        path = pull(entry, limits=QUICK).path
    other = store.with_name("other")
    shutil.copytree(store, other, copy_function=shutil.copyfile)
    monkeypatch.setenv("EXTRACTOR_HOME", str(other))
    moved = resolve_model(entry.name)
    assert moved.path != path
    record = read_record(moved.path)
    assert record is not None and record.mtime_ns == moved.path.stat().st_mtime_ns


def test_changed_content_is_found_by_its_time_or_by_verify(weights: bytes, entry_for: Entries) -> None:
    with serving(weights) as hub:
        entry = entry_for(hub.url, hub.sha256)
        path = pull(entry, limits=QUICK).path
    before = path.stat()
    path.write_bytes(weights[:-1] + b"x")
    with pytest.raises(ModelCorruptError, match="changed after it was pulled"):
        resolve_model(entry.name)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # only a full reading finds this
    resolve_model(entry.name)
    with pytest.raises(ModelCorruptError, match="sha256"):
        verify_model(entry.name)


def test_home_is_under_the_cache_unless_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("EXTRACTOR_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert home() == tmp_path / "extractor"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home() == tmp_path / ".cache" / "extractor"


def test_catalog_lists_the_embedded_model_first(package: Path) -> None:
    assert list(catalog(package)) == ["embedded", "gemma-3-270m-it-qat-q4_0"]
    assert embedded_entry(package).licence == "CC-BY-SA-4.0"


def test_the_model_in_the_package_is_the_one_on_its_card() -> None:
    if not embedded_path().is_file():
        pytest.skip("this checkout has no embedded weights yet")
    verified = verify_model("embedded")
    assert verified.model.embedded and verified.expected == verified.sha256
    assert verified.model.path.stat().st_size <= 20_000_000
    assert verified.model.template == "extractor-1"
