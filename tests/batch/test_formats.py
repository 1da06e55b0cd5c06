"""One set of rows in every format in, every format out, through one process or two: always the same rows."""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import zstandard

from extractor.api.compiled import compile
from extractor.api.extractor import Extractor
from extractor.batch.manifest import manifest_path
from extractor.batch.pool import Pool
from extractor.batch.routing import Direct
from extractor.batch.row import Columns, RowMaker
from extractor.batch.run import BatchOptions, run_batch
from extractor.batch.sources import Inputs, find_sources
from extractor.batch.worker import Task
from extractor.cli.main import run
from extractor.engine.scripted import ScriptedEngine
from extractor.errors import InputError
from extractor.schema.nodes import JSONValue
from tests.scripted import SCHEMA, answer, rows_of, scripted

ROWS = [{"id": f"r{n}", "text": f"row {n} is {('red', 'blue')[n % 2]}, “ü😀”", "lang": "en"} for n in range(9)]


def write(path: Path) -> Path:
    plain = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
    match path.suffixes:
        case [".jsonl", ".gz"]:
            path.write_bytes(gzip.compress(plain))
        case [".jsonl", ".zst"]:
            path.write_bytes(zstandard.compress(plain[:100]) + zstandard.compress(plain[100:]))
        case [".csv" | ".tsv" as suffix]:
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                table = csv.DictWriter(file, list(ROWS[0]), delimiter="," if suffix == ".csv" else "\t")
                table.writeheader()
                table.writerows(ROWS)
        case [".parquet"]:
            pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
            import pyarrow.parquet as pq

            pq.write_table(pa.Table.from_pylist(ROWS), path)
        case _:
            path.write_bytes(plain)
    return path


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.csv", "a.tsv", "a.parquet"])
def test_every_input_gives_the_same_rows(name: str, tmp_path: Path) -> None:
    source, output = write(tmp_path / name), tmp_path / "out.jsonl"
    options = BatchOptions(keep=("lang",), with_text=True)
    end = run_batch(source, output, SCHEMA, options, model=scripted())
    assert (end.rows, end.errors, end.end) == (9, 0, "complete")
    for given, row in zip(ROWS, rows_of(output), strict=True):
        assert list(row) == ["id", "lang", "text", "record", "spans", "status", "confidence"]
        assert {name: row[name] for name in given} == given and row["record"] == answer(given["text"])
    whole = output.read_bytes()
    output.write_bytes(whole[: len(whole) // 2])
    run_batch(source, output, SCHEMA, BatchOptions(keep=("lang",), with_text=True, existing="resume"), model=scripted())
    assert output.read_bytes() == whole


def test_nested_fields_several_files_and_folders(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.jsonl").write_text('{"doc": {"body": "so red"}}\n')
    output = tmp_path / "out"
    run_batch(str(tmp_path / "*.jsonl"), output, SCHEMA, BatchOptions(text_field="doc.body"), model=scripted())
    assert [(row["line"], Path(row["file"]).name) for row in rows_of(output)] == [(1, "a.jsonl"), (1, "b.jsonl")]
    (tmp_path / "texts" / "sub").mkdir(parents=True)
    (tmp_path / "texts" / "sub" / "one.txt").write_text("so blue\n")
    run_batch(tmp_path / "texts", output, SCHEMA, BatchOptions(existing="overwrite"), model=scripted())
    assert [(row["id"], row["record"]["colour"]) for row in rows_of(output)] == [("sub/one.txt", "blue")]


@pytest.mark.parametrize("name", ["o.jsonl.gz", "o.jsonl.zst", "o.parquet"])
def test_packed_outputs_are_resumed_to_the_same_bytes(name: str, tmp_path: Path) -> None:
    if name == "o.parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    source, output, plain = write(tmp_path / "a.jsonl"), tmp_path / name, tmp_path / "plain.jsonl"
    run_batch(source, output, SCHEMA, model=scripted())
    run_batch(source, plain, SCHEMA, model=scripted())
    whole, manifest = output.read_bytes(), manifest_path(output).read_bytes()
    rows_path = output.with_name(f"{name}.rows.jsonl")
    assert not rows_path.exists()
    again = run_batch(source, output, SCHEMA, BatchOptions(existing="resume"), model=scripted())
    assert (again.rows, again.new_rows, output.read_bytes()) == (9, 0, whole)
    output.unlink()
    rows_path.write_bytes(plain.read_bytes()[:300])
    run_batch(source, output, SCHEMA, BatchOptions(existing="resume"), model=scripted())
    assert (output.read_bytes(), manifest_path(output).read_bytes()) == (whole, manifest)


def test_parquet_has_the_types_of_the_schema(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    import pyarrow.parquet as pq

    source, output = write(tmp_path / "a.jsonl"), tmp_path / "o.parquet"
    with source.open("a") as file:
        file.write("not json\n")
    run_batch(source, output, SCHEMA, model=scripted())
    table = pq.read_table(output)
    assert table.schema.field("record").type == pa.struct([("word", pa.string()), ("colour", pa.string())])
    rows = table.to_pylist()
    assert [row["record"] for row in rows[:9]] == [answer(row["text"]) for row in ROWS]
    assert rows[0]["spans"] == [("word", {"start": 0, "end": 3})] and rows[9]["error"]["type"] == "InputError"


def test_parquet_keeps_members_of_several_kinds(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    import pyarrow.parquet as pq

    schema = {
        "type": "object",
        "properties": {"word": {"type": "string"}},
        "required": ["word"],
        "patternProperties": {"^n_": {"type": "integer"}, "^s_": {"type": "string"}},
        "additionalProperties": False,
    }
    record: dict[str, JSONValue] = {"word": "red", "n_a": 3, "s_a": "x"}
    source, output = write(tmp_path / "a.jsonl"), tmp_path / "o.parquet"
    run_batch(source, output, schema, model=ScriptedEngine(lambda _: record))
    assert [json.loads(row["record"]) for row in pq.read_table(output).to_pylist()] == [record] * 9


def test_parquet_keeps_what_few_rows_have(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    import pyarrow.parquet as pq

    from extractor.batch.parquet_output import write_parquet

    rows = tmp_path / "rows.jsonl"
    row = {"id": "a", "record": answer("red"), "spans": {}, "status": "complete", "confidence": {}}
    rare: dict[str, Any] = {"conflicts": {"colour": ["blue", None]}, "uncertain": {"word": "ü"}}
    rows.write_text("".join(json.dumps(one) + "\n" for one in (row, {**row, **rare})))
    write_parquet(rows, tmp_path / "o.parquet", compile(SCHEMA).loaded.declaration, ())
    plain, full = pq.read_table(tmp_path / "o.parquet").to_pylist()
    assert (plain["conflicts"], plain["uncertain"]) == (None, None)
    assert {name: json.loads(full[name]) for name in rare} == rare


def test_rows_on_standard_output(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source, schema = write(tmp_path / "a.jsonl"), tmp_path / "s.json"
    schema.write_text(json.dumps(SCHEMA))
    stats = tmp_path / "stats.json"
    words = ["batch", str(source), "--schema", str(schema), "-o", "-", "--quiet", "--stats", str(stats)]
    assert run(words, scripted()) == 0
    told = capfd.readouterr()
    assert told.err == "" and [json.loads(line)["id"] for line in told.out.splitlines()] == [row["id"] for row in ROWS]
    figures = json.loads(stats.read_text())
    assert (figures["end"], figures["rows"], figures["error_rows"]) == ("complete", 9, 0)
    assert figures["tokens"] > 0 and figures["cpu_seconds_per_1000_rows"] > 0


def _verified(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code = run(["verify", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_verify_finds_whatever_was_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, output, schema = write(tmp_path / "a.jsonl"), tmp_path / "out.jsonl", tmp_path / "s.json"
    schema.write_text(json.dumps(SCHEMA))
    run_batch(source, output, SCHEMA, model=scripted())
    words = [str(output), "--schema", str(schema), "--source", str(source)]
    assert _verified(capsys, *words) == (0, {"rows": 9, "findings": 0, "shown": []})
    whole = output.read_text()
    for old, new, message in (
        ('"word": "row"', '"word": "cow"', "the text says"),
        ('"colour": "red"', '"colour": "pink"', "doesn't meet the schema"),
        ('{"word": [0, 3]}', '{"word": [1, 4]}', "the text says"),
        ('{"word": [0, 3]}', "{}", "word has none"),
        ('"id": "r0"', '"id": "r7"', "is called"),
        ('"status": "complete"', '"status": "sure"', "status"),
    ):
        assert old in whole
        output.write_text(whole.replace(old, new, 1))
        code, told = _verified(capsys, *words, "--no-manifest")
        assert code == 1 and message in told["shown"][0]["message"], told
    output.write_text(whole.replace("0.9", "0.8", 1) if "0.9" in whole else whole + " ")
    code, told = _verified(capsys, *words)
    assert code == 1 and "it has been changed" in told["shown"][-1]["message"]
    output.write_text("".join(whole.splitlines(keepends=True)[:4]))
    code, told = _verified(capsys, *words)
    assert code == 1 and "5 more of the input have none" in told["shown"][0]["message"]


def _rows(folder: Path) -> Any:
    return Inputs(tuple(find_sources([write(folder / "a.jsonl")]))).rows(RowMaker(Columns()))


@contextmanager
def deadly(folder: str) -> Iterator[Direct]:
    """An extractor whose process ends on one text for good, and on another one the first time."""

    def ends(text: str) -> Any:
        once = Path(folder, "once")
        if text.startswith("row 4") or (text.startswith("row 6") and not once.exists()):
            once.touch()
            os._exit(9)
        return answer(text)

    with Extractor(SCHEMA, model=ScriptedEngine(ends)) as extractor:
        yield Direct(extractor)


def test_a_worker_that_dies_costs_no_row_but_the_one_to_blame(tmp_path: Path) -> None:
    with Pool(partial(deadly, str(tmp_path)), 2, 2, "text") as pool:
        made = list(pool.rows(_rows(tmp_path)))
    rows = [json.loads(one.line) for one in made]
    assert [row["id"] for row in rows] == [row["id"] for row in ROWS]
    assert [row["id"] for row in rows if "error" in row] == ["r4"]
    assert "exit code 9" in rows[4]["error"]["message"]
    assert Task(0, 0, []).deaths == 0


def test_workers_give_the_file_of_one_process(tmp_path: Path, tiny_model: Path) -> None:
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("two workers need two cores")
    source, files = write(tmp_path / "a.jsonl"), []
    for workers, parallel in ((1, 1), (1, 8), (2, 2)):
        output = tmp_path / f"{workers}_{parallel}.jsonl"
        run_batch(source, output, SCHEMA, BatchOptions(workers=workers, parallel=parallel), model=tiny_model)
        files.append(output.read_bytes())
    assert files[0] == files[1] == files[2]


def test_more_workers_than_cores_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="more than the"):
        run_batch(write(tmp_path / "a.jsonl"), tmp_path / "o", SCHEMA, BatchOptions(workers=10_000))
