"""The mean of runs."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training needs torch, extraction does not")
pytest.importorskip("extractor_training", reason="the training distribution is not installed")

from extractor_training.cli import main  # noqa: E402
from extractor_training.pretrain import Plan, Run, read_checkpoint  # noqa: E402
from extractor_training.shape import Shape  # noqa: E402
from extractor_training.tokenizer import Pieces, train  # noqa: E402


@pytest.fixture(scope="module")
def pieces() -> Pieces:
    return train(["an order of twelve lamps for Ann Lee"] * 8, 600, 20, min_character_count=2)


def _run(folder: Path, pieces: Pieces, seed: int, width: int = 128) -> Path:
    shape = Shape(vocabulary=len(pieces.texts), width=width, layers=3, heads=4, head_width=64, hidden=96, context=128)
    Run(folder, shape, pieces, Plan(minutes=1, seed=seed)).save()
    pieces.save(folder / "pieces.json")
    return folder


def test_the_mean_lies_between_and_can_be_exported(pieces: Pieces, tmp_path: Path) -> None:
    a, b = _run(tmp_path / "a", pieces, 1), _run(tmp_path / "b", pieces, 2)
    main(["average", str(a), str(b), "--shares", "1", "3", "-o", str(tmp_path / "mean")])
    mean, one, other = (read_checkpoint(tmp_path / name / "checkpoint.pt") for name in ("mean", "a", "b"))
    for got, x, y in zip(mean.parameters(), one.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(got, 0.25 * x + 0.75 * y)
    main(["export", str(tmp_path / "mean"), "-o", str(tmp_path / "mean.gguf")])
    assert (tmp_path / "mean.gguf").stat().st_size > 0


def test_what_has_no_mean_is_refused(pieces: Pieces, tmp_path: Path) -> None:
    a, wide = _run(tmp_path / "a", pieces, 1), _run(tmp_path / "wide", pieces, 1, width=192)
    out = str(tmp_path / "mean")
    with pytest.raises(SystemExit, match="different shapes"):
        main(["average", str(a), str(wide), "-o", out])
    with pytest.raises(SystemExit, match="one of the runs"):
        main(["average", str(a), str(a / ".." / "wide"), "-o", str(wide)])
    (wide / "pieces.json").write_text("[]")
    with pytest.raises(SystemExit, match="different vocabularies"):
        main(["average", str(a), str(wide), "-o", out])
    with pytest.raises(SystemExit, match="give one for each"):
        main(["average", str(a), str(a), "--shares", "1", "-o", out])
    assert not Path(out).exists()
