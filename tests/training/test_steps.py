"""The steps of a run as the command line takes them, on a small data set and a small model."""

from __future__ import annotations

import json
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

torch = pytest.importorskip("torch", reason="training needs torch, extraction does not")
pytest.importorskip("extractor_training", reason="the training distribution is not installed")

from extractor.api.compiled import CompiledSchema  # noqa: E402
from extractor_training.agreement import REQUIRED, agreement, texts  # noqa: E402
from extractor_training.cli import main  # noqa: E402
from extractor_training.corpus import Row, task_names  # noqa: E402
from extractor_training.dataset import Group, Tokeniser  # noqa: E402
from extractor_training.export import export  # noqa: E402
from extractor_training.gguf_writer import write_vocabulary  # noqa: E402
from extractor_training.mixture import groups, plain_groups, varied_groups, weighted  # noqa: E402
from extractor_training.pretrain import Plan, Run, advanced  # noqa: E402
from extractor_training.shape import Shape  # noqa: E402
from extractor_training.tokenizer import Pieces, train  # noqa: E402
from extractor_training.variants import variant  # noqa: E402

LABELS = ["refund", "delay", "praise", "question", "cancel"]
SCHEMA: dict[str, Any] = {
    "title": "Message",
    "type": "object",
    "properties": {
        "kind": {"type": "string", "enum": LABELS},
        "name": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "tags": {"type": "array", "items": {"type": "string", "enum": ["red", "green", "blue", "grey"]}},
    },
    "required": ["kind", "name", "tags"],
    "additionalProperties": False,
}


def _row(i: int) -> dict[str, Any]:
    name = ("Ann Lee", "Bob Ray", None)[i % 3]
    record = {"kind": LABELS[i % 5], "name": name, "tags": [["red"], ["green", "blue"], []][i % 3]}
    return {
        "schema": "message",
        "text": f"{name or 'Somebody'} wrote number {i} about {LABELS[i % 5]}",
        "record": record,
    }


def _task(root: Path, name: str, schema: str = "message") -> None:
    folder = root / name
    (folder / "schemas").mkdir(parents=True)
    (folder / "schemas" / f"{schema}.json").write_text(json.dumps(SCHEMA))
    (folder / "verbatim_fields.json").write_text(json.dumps({schema: {"name": True}}))
    lines = "".join(json.dumps({**_row(i), "schema": schema}) + "\n" for i in range(60))
    for split in ("train", "dev"):
        (folder / f"{split}.jsonl").write_text(lines)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    for task in ("snips", "wikigold", "sms_spam"):
        _task(root, task)
    return root


@pytest.fixture(scope="module")
def pieces() -> Pieces:
    return train([json.dumps(SCHEMA), *(_row(i)["text"] for i in range(60))] * 4, 640, 60, min_character_count=2)


@pytest.fixture(scope="module")
def shape(pieces: Pieces) -> Shape:
    return Shape(vocabulary=len(pieces.texts), width=128, layers=3, heads=4, head_width=64, hidden=96, context=512)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, pieces: Pieces, shape: Shape) -> Path:
    """A GGUF to go on from."""
    folder = tmp_path_factory.mktemp("base")
    Run(folder, shape, pieces, Plan(minutes=1)).save()
    export(folder / "checkpoint.pt", pieces, folder / "base.gguf", ["none"])
    return folder / "base.gguf"


def test_a_run_goes_on_from_a_gguf_and_its_export_is_checked(
    base: Path, pieces: Pieces, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, out = tmp_path / "run", tmp_path / "out.gguf"
    main(["tokenizer", "--base", str(base), "-o", str(run)])
    assert Pieces.load(run / "pieces.json").texts == pieces.texts
    few = ["--long-rows", "0", "--refilled-rows", "0", "--swapped-rows", "0", "--without", "wikigold"]
    main(["data", str(data), "-o", str(run), *few])
    going_on = ["pretrain", str(run), "--base", str(base), "--batch-tokens", "500", "--threads", "1"]
    main([*going_on, "--minutes", "0.02", "--quantised", "1"])
    assert (run / "before_quantised.pt").exists()
    main(["export", str(run), "-o", str(out), "--check", str(data), "--texts", "6"])
    assert "tokens of 6 texts equal torch's" in capsys.readouterr().out
    assert json.loads(out.with_suffix(".json").read_text())["size_bytes"] == out.stat().st_size


def test_a_vocabulary_that_is_not_the_bases_is_refused(base: Path, tmp_path: Path) -> None:
    main(["tokenizer", "--base", str(base), "-o", str(tmp_path)])
    spoilt = json.loads((tmp_path / "pieces.json").read_text())
    spoilt["texts"][-1] = "other"
    (tmp_path / "pieces.json").write_text(json.dumps(spoilt))
    with pytest.raises(SystemExit, match="tokenizer --base"):
        main(["pretrain", str(tmp_path), "--base", str(base), "--minutes", "0.01"])


def test_an_export_that_decides_otherwise_is_found_out(
    pieces: Pieces, shape: Shape, data: Path, tmp_path: Path
) -> None:
    rows = texts([data], 4)
    assert len(rows) == 4
    run = Run(tmp_path / "one", shape, pieces, Plan(minutes=1))
    run.save()
    export(run.folder / "checkpoint.pt", pieces, tmp_path / "one.gguf", ["none"], quantised=False)
    same = agreement(tmp_path / "one.gguf", run.folder / "checkpoint.pt", rows, quantised=False)
    assert same.tokens > 10
    assert same.share >= REQUIRED
    other = Run(tmp_path / "two", shape, pieces, Plan(minutes=1, seed=1))
    other.save()
    assert agreement(tmp_path / "one.gguf", other.folder / "checkpoint.pt", rows, quantised=False).share < REQUIRED


def test_a_stop_from_outside_lets_the_rate_fall_no_faster_than_the_rest_of_the_time_asks() -> None:
    steady, stopped = 0.0, 0.0
    for minute in range(60):
        steady = advanced(steady, 1 / 60, 1 - (minute + 1) / 60)
    assert steady == 1.0
    for left in (9.5, 9.0, 4.0, 3.5):  # five minutes are lost between the second and the third step
        stopped = advanced(stopped, 5.0 if left == 4.0 else 0.5, left)
    assert stopped == pytest.approx(0.3)  # not 0.65, where the clock alone would be
    assert advanced(stopped, 0.5, 0.0) == 1.0


def test_a_run_ends_when_it_was_told_to_and_leaves_signals_as_they_were(
    shape: Shape, pieces: Pieces, tmp_path: Path
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    run = Run(tmp_path, shape, pieces, Plan(minutes=0, until=0.0))  # long ago
    run.train([], {"full": 1.0})
    assert run.step == 0
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("seed", range(8))
def test_a_variant_asks_for_a_part_and_its_records_fit(seed: int) -> None:
    asked = variant(random.Random(seed), SCHEMA)
    compiled = CompiledSchema(asked.schema)
    assert set(asked.schema["properties"]) <= {"kind", "name", "tags"}
    found = list(asked.rows(Row("t", "message", r["text"], r["record"]) for r in map(_row, range(30))))
    assert found
    for text, record in found:
        assert compiled.accepts(json.dumps(record), text)


def test_every_source_weighs_its_share_however_many_schemas_it_has(make: Callable[[str, float], Group]) -> None:
    found = weighted([make("a/1", 5), make("a/2", 15), make("b/1", 400), make("c/1", 1)], {"a": 8, "b": 2, "c": 0})
    assert [(g.name, g.weight) for g in found] == [("a/1", 2), ("a/2", 6), ("b/1", 2)]
    found = weighted([make("a/1", 5), make("a/2", 15), make("a/3", 9)], {"a": 8, "a/2": 3})
    assert [(g.name, g.weight) for g in found] == [
        ("a/1", pytest.approx(8 * 5 / 14)),
        ("a/2", 3),
        ("a/3", pytest.approx(8 * 9 / 14)),
    ]


@pytest.fixture
def make() -> Callable[[str, float], Group]:
    return lambda name, weight: Group(name, weight, [], [])


def test_what_is_left_out_is_nowhere(data: Path, pieces: Pieces, tmp_path: Path) -> None:
    from extractor.engine.llamacpp import open_vocabulary

    write_vocabulary(pieces, tmp_path / "v.gguf")
    _task(tmp_path, "composed_lists", schema="people_list")
    without = frozenset({"wikigold", "person_name"})
    with open_vocabulary(tmp_path / "v.gguf") as vocabulary:
        tokeniser = Tokeniser(vocabulary)
        found = groups([data, tmp_path], tokeniser, without, most=10)
        varied = varied_groups([data, tmp_path], tokeniser, without)
        plain = list(plain_groups(found, [data, tmp_path], tokeniser))
    assert [(g.name, len(g.examples)) for g in found] == [("snips/message", 10)]
    assert {g.name.split("/")[1] for g in varied} == {"snips"}
    assert [g.name for g in plain] == ["plain/snips/message"]
    assert plain[0].examples == found[0].examples
    assert [p.tolist() for p in plain[0].prefixes] != [p.tolist() for p in found[0].prefixes]
    assert task_names(data, frozenset({"wikigold"})) == ["sms_spam", "snips"]


def test_a_log_becomes_a_picture(tmp_path: Path) -> None:
    lines = [{"tokens": 1000 * i, "loss": 4.0 / i, "quantised": i > 3} for i in range(1, 6)]
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    main(["plot", str(tmp_path), "-o", str(tmp_path / "loss.svg")])
    drawn = ElementTree.parse(tmp_path / "loss.svg").getroot()
    line = drawn.find("{*}polyline")
    assert line is not None
    heights = [float(point.split(",")[1]) for point in line.attrib["points"].split()]
    assert heights == sorted(heights)  # y grows downwards, the loss falls
    assert drawn.find("{*}rect") is not None
    (tmp_path / "log.jsonl").write_text(json.dumps(lines[0]) + "\n")
    with pytest.raises(ValueError, match="one every 50 steps"):
        main(["plot", str(tmp_path), "-o", str(tmp_path / "loss.svg")])
