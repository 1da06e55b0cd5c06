"""Rows made on a cluster are those of one machine, and frames get what rows get."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from extractor.api.extractor import Extractor
from extractor.batch.crew import CrewPlan, open_same_extractor
from extractor.batch.identity import model_identity
from extractor.batch.making import Made, made_rows
from extractor.batch.output import kept_rows
from extractor.batch.reading import Reading
from extractor.batch.routing import Direct
from extractor.batch.row import Columns
from extractor.batch.run import BatchOptions, run_batch
from extractor.batch.sources import Inputs, find_sources
from extractor.errors import InputError, ModelError, SetupError
from tests.batch.test_formats import ROWS, deadly, write
from tests.scripted import SCHEMA, answer, scripted

ROOT = Path(__file__).parents[2]


@pytest.mark.cluster
def test_a_cluster_of_two_nodes_makes_the_file_of_one_machine_and_a_killed_worker_costs_nothing(
    tmp_path: Path, tiny_model: Path
) -> None:
    pytest.importorskip("ray.data", reason="Ray is not installed")
    environment = os.environ | {"RAY_worker_niceness": "0", "RAY_USAGE_STATS_ENABLED": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.batch.two_nodes", str(tmp_path), str(tiny_model), "96"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["one"] == found["ray"] == found["ray_killed"]
    assert (found["killed"], found["nodes"]) == (1, 2)


@contextmanager
def opened() -> Iterator[Any]:
    """An extractor, in whatever process."""
    with Extractor(SCHEMA, model=scripted()) as extractor:
        yield Direct(extractor)


def reading(folder: Path, **more: Any) -> Reading:
    return Reading(Inputs(tuple(find_sources([write(folder / "a.jsonl")]))), Columns(), **more)


@contextmanager
def broken() -> Iterator[Any]:
    """An extractor that cannot be opened."""
    raise ModelError("there is no such model")
    yield


def worked(plan: CrewPlan, given: Reading, most_rows: int) -> list[Any]:
    """What an actor answers to the chunks of a reading, as it travels."""
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from extractor.batch.ray_crew import RowWorker, read_chunks

    worker = RowWorker(pickle.loads(pickle.dumps(plan)))
    chunks = list(pickle.loads(pickle.dumps(partial(read_chunks, given, most_rows)))())
    assert all(chunk.num_rows == 1 for chunk in chunks)
    with closing(worker):
        return [pickle.loads(worker(chunk)["made"].to_pylist()[0]) for chunk in chunks]


def test_chunks_make_the_rows_of_one_machine(tmp_path: Path) -> None:
    given = reading(tmp_path)
    answers = worked(CrewPlan(opened, "text", 1, 2), given, 4)
    assert [len(made) for made in answers] == [4, 4, 1]
    with opened() as extractor:
        expected: list[Made] = list(made_rows(extractor, given.rows(), "text"))
    assert [one for made in answers for one in made] == expected


def test_errors_of_reading_and_of_opening_come_in_their_place(tmp_path: Path) -> None:
    (kept, error) = worked(CrewPlan(opened, "text", 1, 2), broken_reading(tmp_path), 4)
    assert len(kept) == 1 and isinstance(error, InputError) and "cannot be read any further" in str(error)
    (answered,) = worked(CrewPlan(broken, "text", 1, 2), reading(tmp_path), 100)
    assert isinstance(answered, ModelError)


def test_a_text_that_ends_its_process_is_an_error_row_and_the_actor_goes_on(tmp_path: Path) -> None:
    answers = worked(CrewPlan(partial(deadly, str(tmp_path)), "text", 1, 1), reading(tmp_path), 6)
    rows = [json.loads(one.line) for made in answers for one in made]
    assert [row["id"] for row in rows] == [row["id"] for row in ROWS]
    assert [row["id"] for row in rows if "error" in row] == ["r4"]


def broken_reading(folder: Path) -> Reading:
    """One row, and then a file that ends too soon."""
    (folder / "b.jsonl").write_text('{"text": "all red"}\n')
    (folder / "c.jsonl.gz").write_bytes(b"\x1f\x8b\x08\x00")
    return Reading(Inputs(tuple(find_sources([folder / "b.jsonl", folder / "c.jsonl.gz"]))), Columns())


def test_what_was_kept_is_left_out_and_must_fit(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    run_batch(write(tmp_path / "a.jsonl"), output, SCHEMA, model=scripted())
    kept = kept_rows(output)
    assert list(reading(tmp_path, kept_rows=kept.rows, last_label=kept.last_label).rows()) == []
    with pytest.raises(InputError, match="row 3 of the output"):
        reading(tmp_path, kept_rows=3, last_label=kept.last_label).rows()


@pytest.mark.parametrize(
    ("nodes", "workers", "share"),
    [([1, 1], None, (2, 1)), ([4, 2], 2, (2, 2)), ([4, 2], 1, (1, 4)), ([8], 3, (3, 2)), ([16, 16, 0], 4, (4, 8))],
)
def test_workers_share_the_cores_so_that_all_find_room(
    nodes: list[int], workers: int | None, share: tuple[int, int]
) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from extractor.batch.ray_crew import cores_each

    assert cores_each(nodes, workers) == share
    with pytest.raises(InputError, match="more than the"):
        cores_each(nodes, sum(nodes) + 1)


def test_another_model_on_a_node_is_refused(tiny_model: Path) -> None:
    here = model_identity(tiny_model, routed=False)
    with open_same_extractor(opened, tiny_model, here, routed=False) as mapper:
        assert isinstance(mapper, Direct)
    for other, told in (
        (replace(here, version="0.0"), "another version;"),
        (replace(here, model="x", beside={"calibration": {}}), "another model, another calibration"),
    ):
        with pytest.raises(ModelError, match=told), open_same_extractor(opened, tiny_model, other, routed=False):
            pass


def test_a_cluster_is_not_given_an_engine(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be handed"):
        run_batch(
            write(tmp_path / "a.jsonl"),
            tmp_path / "o",
            SCHEMA,
            BatchOptions(cluster="ray"),
            model=scripted(),
        )


def test_what_is_not_installed_is_said(tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SetupError, match=r"extractor\[ray\]"):
        run_batch(write(tmp_path / "a.jsonl"), tmp_path / "o", SCHEMA, BatchOptions(cluster="ray"), model=tiny_model)


def test_a_cluster_cannot_read_standard_input(tmp_path: Path, tiny_model: Path) -> None:
    with pytest.raises(InputError, match="standard input cannot be read"):
        run_batch("-", tmp_path / "o", SCHEMA, BatchOptions(cluster="ray"), model=tiny_model)


def test_frames_keep_their_columns_and_get_records(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    from extractor.batch.frames import COLUMNS, SPARK_COLUMNS, FrameExtractor, extract_frames

    frame = pandas.DataFrame(
        {"n": range(len(ROWS) + 2), "text": [*(row["text"] for row in ROWS), None, ""]}, index=None
    )
    frames = [frame[:4].set_index("n", drop=False), frame[4:], frame[:0]]
    made = list(extract_frames(iter(frames), SCHEMA, model=scripted()))
    assert [list(one.columns) for one in made] == [["n", "text", *COLUMNS]] * 3
    assert ", ".join(f"{name} string" for name in COLUMNS) == SPARK_COLUMNS
    whole = pandas.concat(made)
    assert list(whole.n) == list(frame.n)
    for row, given in zip(whole[:-2].to_dict("records"), ROWS, strict=True):
        assert (json.loads(row["record"]), row["status"]) == (answer(given["text"]), "complete")
        start, end = json.loads(row["spans"])["word"]
        assert given["text"][start:end] == answer(given["text"])["word"]  # type: ignore[index, call-overload]
        assert pandas.isna(row["error"])
    assert list(whole.status[-2:]) == ["failed"] * 2 and whole.record[-2:].isna().all()
    assert [json.loads(error)["type"] for error in whole.error[-2:]] == ["InputError"] * 2
    with FrameExtractor(SCHEMA, "body", model=scripted()) as extractor, pytest.raises(InputError, match="no column"):
        extractor(frame)
    with FrameExtractor(SCHEMA, model=scripted()) as extractor, pytest.raises(InputError, match="already"):
        extractor(made[0])


def test_files_behind_urls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for name in ("in/b.jsonl.gz", "in/a.parquet", "in/deep/c.jsonl", "in/deep/d.csv"):
        write(tmp_path / name)
    url = f"file://{tmp_path}"
    plain, far = tmp_path / "plain.jsonl", tmp_path / "far.jsonl"
    for pattern, files in (("in/*.jsonl.gz", 1), ("in/**/*.jsonl*", 2), ("in/a.parquet", 1), ("in/*/*", 2)):
        run_batch(f"{url}/{pattern}", plain, SCHEMA, BatchOptions(existing="overwrite"), model=scripted())
        assert len(plain.read_bytes().splitlines()) == 9 * files
    run_batch(f"{url}/in/deep/c.jsonl", f"{url}/far.jsonl", SCHEMA, model=scripted())
    run_batch(tmp_path / "in/deep/c.jsonl", plain, SCHEMA, BatchOptions(existing="overwrite"), model=scripted())
    assert far.read_bytes() == plain.read_bytes() == Path("far.jsonl").read_bytes()
    assert far.with_name("far.jsonl.manifest.json").is_file()
    for source, message in (
        (f"{url}/nowhere.jsonl", "cannot read file://"),
        (f"{url}/*.nothing", "no file matches"),
        (f"{url}/in", "is a folder"),
        ("nothing://x/y.jsonl", "cannot be reached"),
    ):
        with pytest.raises(InputError, match=message):
            run_batch(source, plain, SCHEMA, BatchOptions(existing="overwrite"), model=scripted())
    with pytest.raises(InputError, match="exists"):
        run_batch(f"{url}/in/deep/c.jsonl", f"{url}/far.jsonl", SCHEMA, model=scripted())
