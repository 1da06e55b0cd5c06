"""The training recipe: what it promises to the runtime."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from extractor.engine.llamacpp import LlamaCppEngine, open_vocabulary
from extractor.engine.protocol import Work

torch = pytest.importorskip("torch", reason="training needs torch, extraction does not")
pytest.importorskip("extractor_training", reason="the training distribution is not installed")

from extractor_training.card import with_figures  # noqa: E402
from extractor_training.dataset import Example, Group, batches  # noqa: E402
from extractor_training.export import export  # noqa: E402
from extractor_training.gguf_writer import write_vocabulary  # noqa: E402
from extractor_training.model import Model  # noqa: E402
from extractor_training.pretrain import Plan, Run, held_out_loss, loss_of  # noqa: E402
from extractor_training.quantise import fake_q4_0  # noqa: E402
from extractor_training.shape import Shape  # noqa: E402
from extractor_training.tokenizer import SPACE, Pieces, train  # noqa: E402

TEXTS = [
    "Acme GmbH sent invoice AB-12 to Jane Doe in Paris, and Acme paid.",
    'the card_arrival of Acme Håndværk "is" late: 3 March 2024, 10.50 EUR',
    "Jane Doe wrote to Acme in Berlin about the card and the invoice",
] * 8


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> Pieces:
    return train(TEXTS, 640, 60, min_character_count=2)


@pytest.fixture(scope="module")
def shape(pieces: Pieces) -> Shape:
    return Shape(vocabulary=len(pieces.texts), width=128, layers=3, heads=4, head_width=64, hidden=96, context=512)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, pieces: Pieces, shape: Shape) -> Run:
    return Run(tmp_path_factory.mktemp("run"), shape, pieces, Plan(minutes=1))


def test_a_word_is_cut_alike_with_and_without_a_space_before_it(pieces: Pieces, tmp_path: Path) -> None:
    path = tmp_path / "vocabulary.gguf"
    write_vocabulary(pieces, path)
    with open_vocabulary(path) as vocabulary:
        for word in ("Acme", "GmbH", "invoice", "Håndværk", "Zanzibar", "card", "don't"):
            bare = [vocabulary.tokens[i] for i in vocabulary.encode(word)]
            spaced = [vocabulary.tokens[i] for i in vocabulary.encode(f"x {word}")][1:]
            joined = [spaced[0].removeprefix(b" "), *spaced[1:]]
            assert [piece for piece in joined if piece] == bare


def test_text_survives_tokenisation_and_controls_never_come_from_text(pieces: Pieces, tmp_path: Path) -> None:
    path = tmp_path / "vocabulary.gguf"
    write_vocabulary(pieces, path)
    with open_vocabulary(path) as vocabulary:
        for text in ["<text> <eos> <record>", '日本 👍🏽 \n\t\\ "x": ', SPACE, "a  b", *TEXTS[:3]]:
            ids = vocabulary.encode(text)
            assert vocabulary.decode(ids).decode() == text
            assert not set(ids) & set(vocabulary.controls.values())


def test_fake_q4_0_is_what_llama_cpp_does() -> None:
    from gguf import GGMLQuantizationType, quants

    weight = np.random.default_rng(0).standard_normal((8, 96)).astype(np.float32)
    weight[3, :32] = 0
    real = quants.dequantize(quants.quantize(weight, GGMLQuantizationType.Q4_0), GGMLQuantizationType.Q4_0)
    fake = fake_q4_0(torch.from_numpy(weight)).numpy()
    np.testing.assert_allclose(fake, real, atol=1e-6)


def test_fake_q4_0_passes_gradients_straight_through() -> None:
    weight = torch.randn(2, 64, requires_grad=True)
    fake_q4_0(weight).sum().backward()
    assert weight.grad is not None
    assert torch.equal(weight.grad, torch.ones(2, 64))


def test_rows_that_share_a_prefix_see_it_and_not_each_other(shape: Shape) -> None:
    torch.manual_seed(0)
    model = Model(shape)
    prefix = torch.randint(0, shape.vocabulary, (7,))
    rows = torch.randint(0, shape.vocabulary, (3, 5))
    with torch.no_grad():
        together = model([prefix], [rows])[0]
        for i in range(3):
            alone = model([torch.cat([prefix, rows[i]])[:1]], [torch.cat([prefix, rows[i]])[None, 1:]])[0]
            torch.testing.assert_close(together[i], alone[0, -5:], atol=1e-4, rtol=1e-4)


def test_exported_weights_compute_in_llama_cpp_what_torch_computes(run: Run, pieces: Pieces, tmp_path: Path) -> None:
    run.save()
    out = tmp_path / "model.gguf"
    export(run.folder / "checkpoint.pt", pieces, out, ["none"], quantised=False)
    ids = np.random.default_rng(1).integers(300, len(pieces.texts), 40).tolist()
    with torch.no_grad():
        hidden = run.model([torch.tensor(ids[:10])], [torch.tensor([ids[10:]])])[0][0]
        expected = (hidden @ run.model.e.weight.T).numpy()[-1]
    everything = np.full((len(pieces.texts) + 31) // 32, -1, np.int32)
    engine = LlamaCppEngine(out, template="extractor-1", digest="test")
    try:
        scores = engine.evaluate([Work(5, 0, ids, scored=True)], lambda: [everything])[0]
    finally:
        engine.close()
    np.testing.assert_allclose(scores.logits, expected, atol=0.02)


def test_a_run_learns_and_goes_on_where_it_stopped(
    pieces: Pieces, shape: Shape, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    prefix = rng.integers(300, 600, 6).astype(np.int32)
    examples = [_copying(rng) for _ in range(40)]
    groups = [Group("copy", 1.0, [prefix] * 3, examples)]
    first = next(batches(groups, 500, 400, 0, {"full": 1.0}))
    run = Run(tmp_path, shape, pieces, Plan(minutes=0.1, batch_tokens=500, group_tokens=400))
    before = loss_of(run.model, first).item()
    run.train(groups, {"full": 1.0})
    assert loss_of(run.model, first).item() < before
    again = Run(tmp_path, shape, pieces, Plan(minutes=0.1))
    assert (again.step, again.tokens) == (run.step, run.tokens)
    for ours, theirs in zip(run.model.parameters(), again.model.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def test_dropout_holds_while_training_only(pieces: Pieces, shape: Shape, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    group = Group("copy", 1.0, [rng.integers(300, 600, 6).astype(np.int32)] * 3, [_copying(rng) for _ in range(4)])
    batch = next(batches([group], 500, 400, 0, {"full": 1.0}))
    held, losses = [], []
    for share in (0.0, 0.4):
        model = Run(tmp_path, shape, pieces, Plan(minutes=0.1, dropout=share)).model
        losses.append({round(loss_of(model, batch).item(), 6) for _ in range(3)})
        held.append(held_out_loss(model, group))
    assert [len(found) for found in losses] == [1, 3]
    assert held[0] == pytest.approx(held[1])


def _copying(rng: np.random.Generator) -> Example:
    text = rng.integers(300, 600, 12)
    ids = np.concatenate([text, text[3:7]]).astype(np.int32)
    return Example(ids, np.array([False] * 13 + [True] * 3))


def test_a_card_holds_the_figures_it_was_given() -> None:
    figures: dict[str, dict[str, float]] = {
        "snips": {"n": 3, **dict.fromkeys(("micro_f1", "precision", "recall", "exact", "valid"), 0.5)}
    }
    figures["snips"]["valid_wrong"] = 0.25
    card = with_figures("# Card\n<!-- measured -->\nold\n<!-- /measured -->\nend\n", figures, "today")
    assert "old" not in card
    assert "| snips | 3 | 0.500 | 0.500 | 0.500 | 0.500 | 0.500 | 0.250 |" in card
    assert card.endswith("end\n")
    with pytest.raises(ValueError, match="measured"):
        with_figures("# Card\n", figures, "today")
