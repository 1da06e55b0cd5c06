"""From labelled rows to an expert."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import BaseModel

from extractor import Verbatim
from extractor.api.compiled import CompiledSchema
from extractor.engine.llamacpp import LlamaCppEngine
from extractor.engine.protocol import Work
from extractor.store.gguf_header import read_header

torch = pytest.importorskip("torch", reason="training needs torch, extraction does not")
pytest.importorskip("extractor_training", reason="the training distribution is not installed")

from extractor import Extractor  # noqa: E402
from extractor_training.base import read_gguf  # noqa: E402
from extractor_training.export import export  # noqa: E402
from extractor_training.finetune import Course, finetune, labelled, with_other_values  # noqa: E402
from extractor_training.lora import adapt, write_adapter  # noqa: E402
from extractor_training.model import Model  # noqa: E402
from extractor_training.pretrain import Plan, Run  # noqa: E402
from extractor_training.shape import Shape  # noqa: E402
from extractor_training.tokenizer import train  # noqa: E402


class Order(BaseModel):
    """What is ordered."""

    drink: Annotated[str, Verbatim()]
    size: Literal["small", "large"]


class Person(BaseModel):
    """One of them."""

    name: Annotated[str, Verbatim()]
    role: Literal["host", "guest"]


NAMES = [f"{a}{b}" for a in ("An", "Bel", "Cor", "Dor") for b in ("na", "la", "ina", "othy")]


def _person(name: str, role: str) -> dict[str, str]:
    return {"name": name, "role": role}


DRINKS = ("tea", "cocoa", "coffee", "juice", "milk")
ROWS: list[dict[str, object]] = [
    {"text": f"a {size} {drink} please", "record": {"drink": drink, "size": size}}
    for drink in DRINKS
    for size in ("small", "large")
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    pieces = train([json.dumps(row) for row in ROWS] * 8, 640, 60, min_character_count=2)
    shape = Shape(vocabulary=len(pieces.texts), width=128, layers=3, heads=4, head_width=64, hidden=96, context=512)
    Run(folder, shape, pieces, Plan(minutes=1)).save()
    export(folder / "checkpoint.pt", pieces, folder / "base.gguf", ["none"], quantised=False)
    return folder / "base.gguf"


def _written(rows: list[dict[str, object]], folder: Path) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def course_of(base: Path, folder: Path, out: Path, minutes: float) -> Course:
    return Course(_written(ROWS, folder), base, folder / "run", out, minutes, ["none"])


def test_a_gguf_comes_back_as_the_weights_it_was_made_of(base: Path) -> None:
    known = read_gguf(base)
    saved = torch.load(base.parent / "checkpoint.pt", weights_only=False)
    assert known.shape == saved["shape"]
    assert set(known.weights) == set(saved["model"])
    for name, weight in known.weights.items():
        torch.testing.assert_close(weight, saved["model"][name], atol=1e-6, rtol=1e-6)


def test_an_expert_is_a_model_that_extractor_runs(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "expert.gguf"
    run = finetune(Order, course_of(base, tmp_path, out, 0.15))
    assert run.step > 3
    before, after = (float(part.split()[0]) for part in capsys.readouterr().out.split("rows: ")[1].split(", "))
    assert after < before
    assert read_header(out).text("extractor.schemas") == CompiledSchema(Order).digest
    record = Extractor(Order, model=out).extract("a large tea please").record
    assert isinstance(record, Order)


def test_an_adapter_is_trained_beside_a_base_that_stays(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "adapter.gguf"
    run = finetune(Order, replace(course_of(base, tmp_path, out, 0.1), rank=4))
    assert run.step > 3
    assert any(block.q.b.abs().max() > 0 for block in run.model.b)
    for name, weight in read_gguf(base).weights.items():
        assert torch.equal(run.model.state_dict()[name], weight)


def test_llama_cpp_computes_with_an_adapter_what_torch_computes(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "adapter.gguf"
    model = Model(read_gguf(base).shape)
    model.load_state_dict(read_gguf(base).weights)
    ids = np.random.default_rng(1).integers(300, 500, 24).tolist()
    bare = of_torch(model, ids)
    torch.manual_seed(0)
    adapt(model, 4)
    for block in model.b:
        torch.nn.init.normal_(block.q.b, std=0.3)
        torch.nn.init.normal_(block.d.b, std=0.3)
    write_adapter(model, out, ["none"], [])
    adapted = of_torch(model, ids)
    difference = np.abs(adapted - bare).mean()
    assert np.abs(of_llama_cpp(base, ids, out) - adapted).mean() < difference / 5
    assert np.abs(of_llama_cpp(base, ids, None) - bare).mean() < difference / 5


def of_torch(model: Model, ids: list[int]) -> NDArray[np.float32]:
    with torch.no_grad():
        hidden = model([torch.tensor(ids[:10])], [torch.tensor([ids[10:]])])[0][0]
        return np.asarray((hidden @ model.e.weight.T)[-1], np.float32)


def of_llama_cpp(base: Path, ids: list[int], adapter: Path | None) -> NDArray[np.float32]:
    engine = LlamaCppEngine(base, template="extractor-1", digest="test", adapter=adapter)
    everything = np.full((len(engine.vocabulary.tokens) + 31) // 32, -1, np.int32)
    try:
        return engine.evaluate([Work(5, 0, ids, scored=True)], lambda: [everything])[0].logits
    finally:
        engine.close()


class Guests(BaseModel):
    """Who comes."""

    city: Annotated[str, Verbatim()]
    people: list[Person]


def test_rows_with_other_values_fit_the_schema_and_their_text() -> None:
    cities = [f"{a}{b}" for a in ("North", "South", "East", "West") for b in ("ham", "ton", "field", "bury")]
    rows: list[tuple[str, Any]] = [
        (f"{a} host, {b} guest in {city}", {"city": city, "people": [_person(a, "host"), _person(b, "guest")]})
        for city, a, b in zip(cities, NAMES, NAMES[1:] + NAMES[:1], strict=True)
    ]
    compiled = CompiledSchema(Guests)
    made = with_other_values(rows, compiled)
    assert len(made) > 60
    for text, record in made:
        assert compiled.accepts(json.dumps(record), text)
        guests: Any = record
        host, guest = guests["people"]
        assert text == f"{host['name']} host, {guest['name']} guest in {guests['city']}"
        assert (host["role"], guest["role"]) == ("host", "guest")
    assert any(text not in dict(rows) for text, _ in made)


def test_rows_whose_values_are_a_closed_set_are_left_as_they_are() -> None:
    rows: list[tuple[str, Any]] = [(str(row["text"]), row["record"]) for row in ROWS]
    assert with_other_values(rows, CompiledSchema(Order)) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"text": "a large tea"}, "a row needs a text and a record"),
        ({"text": "a large tea", "record": {"drink": "beer", "size": "large"}}, "does not fit"),
        ({"text": "a large tea", "record": {"drink": "tea", "size": "huge"}}, "does not fit"),
    ],
)
def test_a_row_that_does_not_fit_is_named(row: dict[str, object], said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=rf"rows.jsonl:11: .*{said}"):
        labelled(_written([*ROWS, row], tmp_path), CompiledSchema(Order))
