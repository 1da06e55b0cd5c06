"""Adapters: one base model, a small file a task."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import gguf
import numpy as np
import pytest
from pydantic import BaseModel

from extractor import Extractor, compile
from extractor.cli.main import run
from extractor.errors import ModelCorruptError, ModelError, ModelNotFoundError
from extractor.store.adapters import adapter_names, add, resolve_adapter
from extractor.store.gguf_header import check_model


class Ticket(BaseModel):
    """What is asked."""

    topic: Literal["card", "loan", "app", "fee", "other"]
    urgent: bool


class Other(BaseModel):
    """Something else."""

    name: str


TEXTS = ["my card is lost", "why this fee", "the app does not open", "a loan for a house", "thanks"]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXTRACTOR_HOME", str(tmp_path / "home"))


@pytest.fixture
def adapter(tiny_model: Path, tmp_path: Path) -> Path:
    return write_adapter(tiny_model, tmp_path / "topics.gguf", seed=3)


def write_adapter(model: Path, path: Path, *, seed: int, schema: Any = Ticket) -> Path:
    """Random thin matrices on the queries and the way down of every block, strong enough to be seen."""
    random = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(str(path), "gemma3")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, 8.0)
    writer.add_string("extractor.schemas", compile(schema).digest)
    for tensor in gguf.GGUFReader(model).tensors:
        if "attn_q.weight" in tensor.name or "ffn_down" in tensor.name:
            inputs, outputs = (int(n) for n in tensor.shape)
            writer.add_tensor(f"{tensor.name}.lora_a", random.standard_normal((4, inputs)).astype(np.float32))
            writer.add_tensor(f"{tensor.name}.lora_b", random.standard_normal((outputs, 4)).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _confidences(model: Path, adapter: str | Path | None) -> list[dict[str, float]]:
    with Extractor(Ticket, model=model, adapter=adapter, parallel=2) as extractor:
        return [dict(found.confidence) for found in extractor.map(TEXTS)]


def test_an_adapter_changes_what_its_extractor_says_and_no_other(tiny_model: Path, adapter: Path) -> None:
    before = _confidences(tiny_model, None)
    with Extractor(Ticket, model=tiny_model, adapter=adapter, parallel=2) as adapted:
        assert _confidences(tiny_model, None) == before
        assert [dict(found.confidence) for found in adapted.map(TEXTS)] != before
    assert _confidences(tiny_model, None) == before


def test_an_adapter_of_another_schema_is_refused(tiny_model: Path, adapter: Path) -> None:
    with pytest.raises(ModelError, match="trained for another schema"):
        Extractor(Other, model=tiny_model, adapter=adapter)


def test_an_adapter_is_added_and_used_by_name(
    tiny_model: Path, adapter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["model", "add", "topics", str(adapter), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "adapter"
    assert adapter_names() == ["topics"]
    assert _confidences(tiny_model, "topics") == _confidences(tiny_model, adapter)
    assert resolve_adapter("topics").schemas == (compile(Ticket).digest,)


def test_a_model_is_added_and_used_by_name(tiny_model: Path) -> None:
    add("mine", tiny_model)
    with Extractor(Ticket, model="mine", parallel=2) as extractor:
        assert extractor.extract(TEXTS[0]).status == "complete"


def test_what_cannot_be_an_adapter_is_named(tiny_model: Path, adapter: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError, match="extractor model add nobody"):
        resolve_adapter("nobody")
    with pytest.raises(ModelNotFoundError, match="no adapter file"):
        resolve_adapter(tmp_path / "none.gguf")
    with pytest.raises(ModelCorruptError, match="no low-rank adapter"):
        resolve_adapter(tiny_model)
    with pytest.raises(ModelCorruptError, match="is a low-rank adapter"):
        check_model(adapter)
    with pytest.raises(ModelError, match="cannot be the name"):
        add("../escape", adapter)
    with pytest.raises(ModelError, match="cannot be the name"):
        add("embedded", adapter)
