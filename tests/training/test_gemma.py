"""A published Gemma 3 checkpoint: read, trained, exported, and run by extractor as the original is."""

from __future__ import annotations

import json
import pickle
import shutil
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from extractor import Extractor
from extractor.api.compiled import CompiledSchema
from extractor.engine.llamacpp import open_vocabulary
from extractor.store.gguf_header import read_header
from extractor.store.home import resolve_model

torch = pytest.importorskip("torch", reason="training needs torch, extraction does not")
pytest.importorskip("safetensors", reason="published checkpoints need safetensors, extraction does not")
pytest.importorskip("extractor_training", reason="the training distribution is not installed")

from extractor_training.base import read_base, read_gguf  # noqa: E402
from extractor_training.cli import main  # noqa: E402
from extractor_training.export import metadata, write_model  # noqa: E402
from extractor_training.finetune import finetune  # noqa: E402
from extractor_training.gemma_tokenizer import check_tokenizer, read_tokenizer  # noqa: E402
from extractor_training.gguf_writer import write_vocabulary  # noqa: E402
from extractor_training.model import Model  # noqa: E402
from extractor_training.shape import Shape  # noqa: E402
from tests.training.gemma_checkpoint import CONFIG, write_checkpoint  # noqa: E402
from tests.training.test_finetune import DRINKS, ROWS, Order, course_of, of_llama_cpp, of_torch  # noqa: E402

TEXTS = [json.dumps(row) for row in ROWS] * 8 + ["Extract one JSON record from the text.\n\nSchema:\n"] * 4
HARD = [
    "a large tea, please",
    " two  spaces   and three",
    "déjà vu 漢字 👍",
    "lines\n\nand\n\n\nlines\r\n\ttabs",
    "<table> 12345 1,000.50 ▁ end ",
    "unusual Zq%$#@ words",
]


@pytest.fixture(scope="module", params=["tokenizer.json", "tokenizer.model"])
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if request.param == "tokenizer.json":
        pytest.importorskip("tokenizers", reason="tokenizer.json needs tokenizers")
    folder = tmp_path_factory.mktemp("gemma") / "checkpoint"
    return write_checkpoint(folder, TEXTS, sentencepiece=request.param == "tokenizer.model")


def test_llama_cpp_tokenises_as_the_original_does(checkpoint: Path, tmp_path: Path) -> None:
    config = json.loads((checkpoint / "config.json").read_bytes())
    known = read_tokenizer(checkpoint, config["vocab_size"], config)
    write_vocabulary(known.pieces, tmp_path / "v.gguf")
    with open_vocabulary(tmp_path / "v.gguf") as vocabulary:
        assert len(vocabulary) == config["vocab_size"] and (vocabulary.bos, vocabulary.eos) == (2, 1)
        assert {"<start_of_turn>", "<end_of_turn>", "<bos>"} <= set(vocabulary.controls)
        check_tokenizer(vocabulary, known.original, [text.replace("▁", "") for text in HARD + TEXTS])
        assert vocabulary.encode("a\n\nb")[1:-1] == [known.pieces.texts.index("\n\n")]
        with pytest.raises(ValueError, match="would tokenise 'tea'"):
            check_tokenizer(vocabulary, lambda text: [0], ["tea"])


def test_torch_and_llama_cpp_compute_what_the_original_computes(checkpoint: Path, tmp_path: Path) -> None:
    """Sliding layers, a layer that sees everything, several key heads, two rotary bases; a prefix and its rows."""
    known = read_base(checkpoint)
    model = Model(known.shape)
    model.load_state_dict(known.weights)
    ids = np.random.default_rng(1).integers(8, known.shape.vocabulary, 40).tolist()
    ours = of_torch(model, ids)
    about = metadata(known.licences, (), known.origin)
    write_model(tmp_path / "m.gguf", known.shape, known.pieces, known.weights, about, quantised=False)
    np.testing.assert_allclose(of_llama_cpp(tmp_path / "m.gguf", ids, None), ours, atol=0.02 * np.abs(ours).max())
    back = read_gguf(tmp_path / "m.gguf")
    assert (back.shape, back.pieces, back.origin, back.licences) == (
        known.shape, known.pieces, known.origin, known.licences
    )  # fmt: skip
    transformers = pytest.importorskip("transformers", reason="the original's library is not installed")
    config = transformers.Gemma3TextConfig.from_pretrained(checkpoint)
    original = transformers.Gemma3ForCausalLM.from_pretrained(checkpoint, config=config, attn_implementation="eager")
    with torch.no_grad():
        theirs = original(torch.tensor([ids])).logits[0, -1].numpy()
    np.testing.assert_allclose(ours, theirs, atol=1e-3 * np.abs(theirs).max())


def test_an_expert_from_a_checkpoint(checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "expert.gguf"
    course = replace(course_of(checkpoint, tmp_path, out, 0.1), rate=20.0)
    run = finetune(Order, course)
    assert run.step > 3
    before, after = (float(part.split()[0]) for part in capsys.readouterr().out.split("rows: ")[1].split(", "))
    assert after < before
    assert torch.equal(run.model.e.weight, read_base(checkpoint).weights["e.weight"])
    header = read_header(out)
    assert resolve_model(out).template == "gemma" and header.text("general.license") == "gemma"
    assert header.text("extractor.schemas") == CompiledSchema(Order).digest
    with Extractor(Order, model=out, parallel=1) as extractor:
        found = [extractor.extract(f"a small {drink} please") for drink in DRINKS]
    assert all(isinstance(one.record, Order) and one.spans["drink"] for one in found)


def test_an_adapter_beside_an_exported_checkpoint(checkpoint: Path, tmp_path: Path) -> None:
    base, out = tmp_path / "base.gguf", tmp_path / "adapter.gguf"
    main(["export", str(checkpoint), "-o", str(base)])
    rows = course_of(checkpoint, tmp_path, out, 0.05).rows
    schema = "tests/training/test_finetune.py:Order"
    words = ["lora", str(rows), "--schema", schema, "--base", str(checkpoint), "-o", str(out), "--minutes", "0.05"]
    main([*words, "--rate", "10"])
    kept = read_gguf(base).weights
    trained = torch.load(tmp_path / "adapter.run" / "checkpoint.pt", weights_only=False)["model"]
    for name, weight in kept.items():
        torch.testing.assert_close(trained[name], weight, atol=2e-3, rtol=2e-3)  # what it was trained beside
    assert any(matrix.abs().max() > 0 for name, matrix in trained.items() if name.endswith(".b"))
    with Extractor(Order, model=base, adapter=out, parallel=1) as extractor:
        assert isinstance(extractor.extract("a small tea please").record, Order)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"model_type": "gemma3"}, "its model_type is 'gemma3'"),
        ({"tie_word_embeddings": False}, "output head"),
        ({"query_pre_attn_scalar": 168}, "not scaled by their width"),
        ({"rope_scaling": {"rope_type": "linear", "factor": 8.0}}, "positions are scaled"),
        ({"rope_local_base_freq": 5000.0}, "rotary base"),
        ({"layer_types": ["full_attention"] * 7}, "6th slides"),
        ({"num_hidden_layers": 8}, "lacks 13 tensors"),
    ],
)
def test_what_llama_cpp_would_compute_otherwise_is_refused(
    changed: dict[str, Any], said: str, checkpoint: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(checkpoint, folder)
    config = json.loads((folder / "config.json").read_bytes())
    (folder / "config.json").write_text(json.dumps({**config, **changed}), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read_base(folder)


def test_newer_configurations_say_the_same(checkpoint: Path, tmp_path: Path) -> None:
    folder = tmp_path / "newer"
    shutil.copytree(checkpoint, folder)
    config = json.loads((folder / "config.json").read_bytes())
    for name in ("rope_theta", "rope_local_base_freq", "rope_scaling"):
        del config[name]
    bases = {"full_attention": CONFIG["rope_theta"], "sliding_attention": CONFIG["rope_local_base_freq"]}
    config["rope_parameters"] = {kind: {"rope_type": "default", "rope_theta": base} for kind, base in bases.items()}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    assert read_base(folder).shape == read_base(checkpoint).shape


def test_a_pickled_shape_from_before_a_field_was_there_has_its_default() -> None:
    shape = Shape(width=96, rope_base=5.0)
    older = Shape.__new__(Shape)
    older.__setstate__([getattr(shape, field.name) for field in fields(shape)][:8])
    assert older == shape == pickle.loads(pickle.dumps(shape))


def test_a_gguf_that_scales_its_positions_is_refused(checkpoint: Path, tmp_path: Path) -> None:
    known = read_base(checkpoint)
    about = {**metadata(known.licences, (), known.origin), "gemma3.rope.scaling.type": "linear"}
    write_model(tmp_path / "m.gguf", known.shape, known.pieces, known.weights, about)
    with pytest.raises(ValueError, match="scales its positions"):
        read_base(tmp_path / "m.gguf")


@pytest.mark.parametrize("missing", ["config.json", "tokenizer"])
def test_a_folder_that_is_no_checkpoint_is_refused(missing: str, checkpoint: Path, tmp_path: Path) -> None:
    folder = tmp_path / "part"
    shutil.copytree(checkpoint, folder)
    for path in folder.glob(f"{missing}*"):
        path.unlink()
    with pytest.raises(ValueError, match=f"has no {missing}"):
        read_base(folder)
