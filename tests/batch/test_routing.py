"""Rows go to the adapters that they name; what a row gives does not depend on the rows around it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from extractor import Extractor
from extractor.api.extractor import Extractor as Opened
from extractor.batch.run import BatchOptions, run_batch
from extractor.cli.main import run
from extractor.errors import InputError
from extractor.store.adapters import add
from tests.api.test_adapters import TEXTS, Other, Ticket, write_adapter
from tests.scripted import rows_of

NAMES = ["topics", None, "others", "topics", ""]
ROUTED = BatchOptions(adapter_field="team", parallel=2)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_model: Path) -> None:
    monkeypatch.setenv("EXTRACTOR_HOME", str(tmp_path / "home"))
    add("topics", write_adapter(tiny_model, tmp_path / "a.gguf", seed=3))
    add("others", write_adapter(tiny_model, tmp_path / "b.gguf", seed=4))
    add("foreign", write_adapter(tiny_model, tmp_path / "c.gguf", seed=5, schema=Other))


def source(folder: Path, names: list[Any]) -> Path:
    path = folder / "in.jsonl"
    rows = [{"text": TEXTS[n % len(TEXTS)], "team": name} for n, name in enumerate(names)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_every_row_goes_to_its_adapter(tmp_path: Path, tiny_model: Path) -> None:
    names = NAMES * 4
    end = run_batch(source(tmp_path, names), tmp_path / "out.jsonl", Ticket, ROUTED, model=tiny_model)
    assert (end.rows, end.errors) == (len(names), 0)
    confidences = {}
    for name in ("topics", "others", None):
        with Extractor(Ticket, model=tiny_model, adapter=name, parallel=2) as extractor:
            found = extractor.map(TEXTS)
            confidences[name] = [{path: round(sure, 3) for path, sure in one.confidence.items()} for one in found]
    assert len({json.dumps(one) for one in confidences.values()}) == 3
    for number, (row, name) in enumerate(zip(rows_of(tmp_path / "out.jsonl"), names, strict=True)):
        assert row["confidence"] == confidences[name or None][number % len(TEXTS)]


def test_a_name_that_cannot_be_used_fails_its_own_rows(tmp_path: Path, tiny_model: Path) -> None:
    names = ["topics", "nobody", "foreign", 7, str(tmp_path / "a.gguf"), None, "nobody"]
    run_batch(source(tmp_path, names), tmp_path / "out.jsonl", Ticket, ROUTED, model=tiny_model)
    rows = rows_of(tmp_path / "out.jsonl")
    assert ["record" in row for row in rows] == [True, False, False, False, False, True, False]
    said = [row["error"]["message"] for row in rows if "error" in row]
    assert "no adapter 'nobody'" in said[0] and "topics" in said[0]
    assert "trained for another schema" in said[1]
    assert "must hold the name of an adapter, not a number" in said[2]
    assert "no adapter" in said[3]


def test_an_adapter_is_loaded_once_and_only_where_it_is_named(
    tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    make = Opened.__init__

    def counted(self: Any, schema: Any, **settings: Any) -> None:
        opened.append(settings.get("adapter"))
        make(self, schema, **settings)

    monkeypatch.setattr(Opened, "__init__", counted)
    run_batch(source(tmp_path, ["topics", None] * 20), tmp_path / "out.jsonl", Ticket, ROUTED, model=tiny_model)
    assert opened == [None, "topics"]


def test_a_batch_is_not_resumed_with_other_adapters(tmp_path: Path, tiny_model: Path) -> None:
    resumed = BatchOptions(adapter_field="team", parallel=2, existing="resume")
    whole = source(tmp_path, NAMES)
    run_batch(whole, tmp_path / "out.jsonl", Ticket, ROUTED, model=tiny_model)
    before = (tmp_path / "out.jsonl").read_bytes()
    (tmp_path / "out.jsonl").write_bytes(before.splitlines(keepends=True)[0])
    run_batch(whole, tmp_path / "out.jsonl", Ticket, resumed, model=tiny_model)
    assert (tmp_path / "out.jsonl").read_bytes() == before
    add("topics", write_adapter(tiny_model, tmp_path / "a.gguf", seed=9))
    with pytest.raises(InputError, match="the option adapters was"):
        run_batch(whole, tmp_path / "out.jsonl", Ticket, resumed, model=tiny_model)


def test_the_command(tmp_path: Path, tiny_model: Path) -> None:
    words = [
        "batch",
        str(source(tmp_path, ["nobody", "topics"])),
        "--model",
        str(tiny_model),
        "--adapter-field",
        "team",
    ]
    schema = ["--schema", "tests/api/test_adapters.py:Ticket", "-o", str(tmp_path / "out.jsonl"), "--quiet"]
    assert run([*words, *schema]) == 1
    assert ["record" in row for row in rows_of(tmp_path / "out.jsonl")] == [False, True]
