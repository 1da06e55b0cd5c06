"""From labelled rows to an expert."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel

from extractor import Verbatim
from extractor.api.compiled import CompiledSchema
from extractor.store.gguf_header import read_header

torch = pytest.importorskip("torch", reason="training needs torch, extraction does not")
pytest.importorskip("extractor_training", reason="the training distribution is not installed")

from extractor import Extractor  # noqa: E402
from extractor_training.base import read_gguf  # noqa: E402
from extractor_training.export import export  # noqa: E402
from extractor_training.finetune import finetune, labelled  # noqa: E402
from extractor_training.pretrain import Plan, Run  # noqa: E402
from extractor_training.shape import Shape  # noqa: E402
from extractor_training.tokenizer import train  # noqa: E402


class Order(BaseModel):
    """What is ordered."""

    drink: Annotated[str, Verbatim()]
    size: Literal["small", "large"]


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
    run = finetune(_written(ROWS, tmp_path), Order, base, tmp_path / "run", out, 0.15, ["none"])
    assert run.step > 3
    before, after = (float(part.split()[0]) for part in capsys.readouterr().out.split("rows: ")[1].split(", "))
    assert after < before
    assert read_header(out).text("extractor.schemas") == CompiledSchema(Order).digest
    record = Extractor(Order, model=out).extract("a large tea please").record
    assert isinstance(record, Order)


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
