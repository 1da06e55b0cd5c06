"""A batch is the map of its lines: same order, same bytes, however often it was stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.api.decoding import Decoding
from extractor.batch import run as run_module
from extractor.batch.figures import BatchState
from extractor.batch.manifest import manifest_path
from extractor.batch.run import BatchOptions, run_batch
from extractor.engine.scripted import ScriptedEngine
from extractor.errors import EngineError, InputError, OutputError, OutputExistsError, SchemaError
from tests.batch.test_lines import BAD_LINES
from tests.scripted import SCHEMA, answer, rows_of, scripted

RESUME = BatchOptions(existing="resume")
FORCE = BatchOptions(existing="overwrite")


def inputs(folder: Path, rows: int, *, bad_every: int = 0) -> Path:
    path = folder / "in.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            if bad_every and number % bad_every == 1:
                file.write("not json\n")
            else:
                row = {"id": f"r{number}", "text": f"row {number} is {('red', 'green', 'blue')[number % 3]} “ü😀”"}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def test_rows_are_in_order_and_hold_record_spans_and_confidence(tmp_path: Path) -> None:
    source, output = inputs(tmp_path, 1000, bad_every=10), tmp_path / "out.jsonl"
    end = run_batch(source, output, SCHEMA, model=scripted())
    assert (end.rows, end.errors, end.kept) == (1000, 100, 0)
    assert end.done_bytes == end.total_bytes == source.stat().st_size
    for number, (row, line) in enumerate(zip(rows_of(output), source.read_text().splitlines(), strict=True)):
        if number % 10 == 1:
            assert row["line"] == number + 1 and row["error"]["type"] == "InputError"
            continue
        text = json.loads(line)["text"]
        assert list(row) == ["id", "record", "spans", "status", "confidence"]
        assert (row["id"], row["record"], row["status"]) == (f"r{number}", answer(text), "complete")
        start, stop = row["spans"]["word"]
        assert text[start:stop] == row["record"]["word"]
        assert all(0 <= value <= 1 and round(value, 3) == value for value in row["confidence"].values())


def test_bad_lines_become_error_rows_and_the_rest_goes_on(tmp_path: Path) -> None:
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    good = json.dumps({"text": "all is red"}).encode()
    more = [b'{"text": ""}', b'{"text": " \\n "}', b'{"text": "a\\ud800"}']
    source.write_bytes(b"".join(line + b"\n" + good + b"\n" for line in [*(bad[0] for bad in BAD_LINES), *more]))
    end = run_batch(source, output, SCHEMA, model=scripted())
    rows = rows_of(output)
    assert (end.rows, end.errors) == (len(rows), len(rows) // 2)
    for bad, fine in zip(rows[::2], rows[1::2], strict=True):
        assert list(bad["error"]) == ["type", "message", "path"] and bad["error"]["type"] == "InputError"
        assert fine["record"] == answer("all is red")
    assert [row["error"]["path"] for row in rows[-6::2]] == ["text"] * 3


def test_a_text_longer_than_the_context_is_an_error_row_with_both_numbers(tmp_path: Path) -> None:
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps({"text": "long " * 1000}) + "\n" + json.dumps({"text": "short is red"}) + "\n")
    end = run_batch(source, output, SCHEMA, model=ScriptedEngine(answer, context_tokens=2000))
    long, short = rows_of(output)
    assert (end.rows, end.errors) == (2, 1)
    assert long["error"]["type"] == "ContextOverflowError" and "2000" in long["error"]["message"]
    assert short["record"] == answer("short is red")


def test_another_text_field(tmp_path: Path) -> None:
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"text": 1, "body": "this is blue"}\n')
    run_batch(source, output, SCHEMA, BatchOptions(text_field="body"), model=scripted())
    assert rows_of(output)[0]["record"] == answer("this is blue")


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_an_input_without_rows_gives_an_output_without_rows(tmp_path: Path, content: str) -> None:
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(content)
    end = run_batch(source, output, SCHEMA, model=scripted())
    assert (end.rows, end.errors, output.read_bytes()) == (0, 0, b"")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, bytes]:
    """An input, and the output and manifest of a run that nothing stopped."""
    folder = tmp_path_factory.mktemp("whole")
    source, output = inputs(folder, 40, bad_every=7), folder / "out.jsonl"
    run_batch(source, output, SCHEMA, model=scripted())
    return source, output.read_bytes(), manifest_path(output).read_bytes()


@given(st.data())
@settings(max_examples=30)
def test_cut_at_any_byte_and_resumed_is_the_same_file(
    whole: tuple[Path, bytes, bytes], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    source, expected, manifest = whole
    output = tmp_path_factory.mktemp("cut") / "out.jsonl"
    cut = data.draw(st.integers(0, len(expected)))
    output.write_bytes(expected[:cut] + b"\0" * data.draw(st.sampled_from([0, 0, 7])))
    manifest_path(output).write_bytes(manifest)
    end = run_batch(source, output, SCHEMA, RESUME, model=scripted())
    assert output.read_bytes() == expected
    assert (end.rows, end.errors) == (40, expected.count(b'"error"'))
    assert end.kept == expected[:cut].count(b"\n")


def test_resuming_what_is_not_there_starts_fresh(whole: tuple[Path, bytes, bytes], tmp_path: Path) -> None:
    source, expected, manifest = whole
    output = tmp_path / "out.jsonl"
    run_batch(source, output, SCHEMA, RESUME, model=scripted())
    assert (output.read_bytes(), manifest_path(output).read_bytes()) == (expected, manifest)
    again = run_batch(source, output, SCHEMA, RESUME, model=scripted())
    assert (again.kept, again.rows, output.read_bytes()) == (40, 40, expected)


def test_an_input_that_grew_is_gone_on_with(tmp_path: Path) -> None:
    source, output = inputs(tmp_path, 5), tmp_path / "out.jsonl"
    run_batch(source, output, SCHEMA, model=scripted())
    before = output.read_bytes()
    inputs(tmp_path, 8)
    end = run_batch(source, output, SCHEMA, RESUME, model=scripted())
    assert (end.kept, end.rows) == (5, 8) and output.read_bytes().startswith(before)


class Otherwise(ScriptedEngine):
    digest = "another model"


def test_resuming_with_something_else_is_refused_and_named(tmp_path: Path) -> None:
    source, output = inputs(tmp_path, 3), tmp_path / "out.jsonl"
    run_batch(source, output, SCHEMA, model=scripted())
    before = output.read_bytes()
    other = {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]}
    cases: list[tuple[Any, BatchOptions, Any, list[str]]] = [
        (other, RESUME, scripted(), ["the schema was"]),
        (SCHEMA, RESUME, Otherwise(answer), ["the model was scripted, now is another mode"]),
        (
            SCHEMA,
            BatchOptions(text_field="id", existing="resume"),
            scripted(),
            ["option text_field was text, now is id"],
        ),
        (
            SCHEMA,
            BatchOptions(decoding=Decoding(long="split"), existing="resume"),
            scripted(),
            ["option long was refuse, now is split"],
        ),
        (other, RESUME, Otherwise(answer), ["the schema was", "the model was"]),
    ]
    for schema, options, engine, named in cases:
        with pytest.raises(InputError) as caught:
            run_batch(source, output, schema, options, model=engine)
        assert all(words in str(caught.value) for words in [*named, "--force"])
    source.write_text(source.read_text().replace("row 0", "row X"))
    with pytest.raises(InputError, match="the input"):
        run_batch(source, output, SCHEMA, RESUME, model=scripted())
    assert output.read_bytes() == before


def test_rows_that_stand_for_other_lines_are_refused(tmp_path: Path) -> None:
    source, output = inputs(tmp_path, 3), tmp_path / "out.jsonl"
    run_batch(source, output, SCHEMA, model=scripted())
    output.write_bytes(b"".join(output.read_bytes().splitlines(keepends=True)[1:]))  # the first row is gone
    with pytest.raises(InputError, match="row 2 of the output"):
        run_batch(source, output, SCHEMA, RESUME, model=scripted())


HALF = '{"schema": "", "model": "", "prompt": "", "options": [], "inputs": []}'


@pytest.mark.parametrize("manifest", [None, "{", "[]", "{}", HALF])
def test_a_file_that_no_run_has_made_is_never_resumed(tmp_path: Path, manifest: str | None) -> None:
    source, output = inputs(tmp_path, 3), tmp_path / "out.jsonl"
    output.write_text("my own notes\n")
    if manifest is not None:
        manifest_path(output).write_text(manifest)
    with pytest.raises(InputError, match="cannot be resumed"):
        run_batch(source, output, SCHEMA, RESUME, model=scripted())
    assert output.read_text() == "my own notes\n"


def test_force_overwrites_and_nothing_else_does(whole: tuple[Path, bytes, bytes], tmp_path: Path) -> None:
    source, expected, _ = whole
    output = tmp_path / "out.jsonl"
    output.write_text("old\n" * 10_000)
    with pytest.raises(OutputExistsError):
        run_batch(source, output, SCHEMA, model=scripted())
    with pytest.raises(SchemaError):
        run_batch(source, output, {"type": "nonsense"}, FORCE, model=scripted())
    assert output.read_text() == "old\n" * 10_000
    run_batch(source, output, SCHEMA, FORCE, model=scripted())
    assert output.read_bytes() == expected


def test_inputs_that_cannot_be_meant(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "in.jsonl.bz2").touch()
    for source, message in (
        (tmp_path / "nowhere", "No such file"),
        (tmp_path, "folder without text files"),
        (tmp_path / "pipe", "pipe"),
        (tmp_path / "in.jsonl.bz2", "compressed"),
        (tmp_path / ("x" * 300), "File name too long"),
    ):
        with pytest.raises(InputError, match=message):
            run_batch(source, output, SCHEMA, model=scripted())
    source = inputs(tmp_path, 2)
    with pytest.raises(InputError, match="same file"):
        run_batch(source, source, SCHEMA, FORCE, model=scripted())
    assert not output.exists() and len(source.read_text().splitlines()) == 2


@pytest.mark.parametrize("held_s", [0.0, 60.0])
def test_a_full_disk_keeps_every_row_that_fitted_and_is_gone_on_with(
    held_s: float, whole: tuple[Path, bytes, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, expected, _ = whole
    monkeypatch.setattr(run_module, "HELD_SECONDS", held_s)  # rows come to the disk one by one, or all at once
    output = tmp_path / "out.jsonl"
    limit = len(expected) // 2
    with pytest.raises(OutputError, match="the rows in it are whole"):
        _with_file_limit(limit, lambda: run_batch(source, output, SCHEMA, model=scripted()))
    kept = output.read_bytes()
    assert expected.startswith(kept) and kept.endswith(b"\n") and limit - 500 < len(kept) <= limit
    run_batch(source, output, SCHEMA, RESUME, model=scripted())
    assert output.read_bytes() == expected


def _with_file_limit(size_bytes: int, act: Any) -> None:
    """No file may grow past a size: the system refuses in the middle of a row, as a full disk does."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        act()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class Failing(ScriptedEngine):
    """Works for some steps, then does what llama.cpp does when it has no memory."""

    steps = 20

    def evaluate(self, works: Any, masks: Any) -> Any:
        self.steps -= 1
        if self.steps < 0:
            raise EngineError("llama_decode failed")
        return super().evaluate(works, masks)


def test_an_engine_that_fails_stops_the_batch_and_loses_nothing(
    whole: tuple[Path, bytes, bytes], tmp_path: Path
) -> None:
    source, expected, _ = whole
    output = tmp_path / "out.jsonl"
    with pytest.raises(EngineError, match=r"llama_decode failed .*--resume"):
        run_batch(source, output, SCHEMA, model=Failing(answer))
    kept = output.read_bytes()
    assert 0 < len(kept) < len(expected) and expected.startswith(kept)
    run_batch(source, output, SCHEMA, RESUME, model=scripted())
    assert output.read_bytes() == expected


def test_the_input_is_read_as_it_is_needed(tmp_path: Path) -> None:
    source, output = inputs(tmp_path, 300), tmp_path / "out.jsonl"
    ahead: list[int] = []

    def look(state: BatchState) -> None:
        if state.rows == 1:
            with source.open("a", encoding="utf-8") as file:
                file.write('{"text": "added while it ran, red"}\n')
        ahead.append(state.rows)

    end = run_batch(source, output, SCHEMA, model=scripted(), progress=look)
    assert end.rows == 301 and ahead == list(range(302))


@pytest.mark.parametrize("send", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_stopped_at_any_time_and_resumed_is_the_same_file(
    whole: tuple[Path, bytes, bytes], tmp_path: Path, send: signal.Signals
) -> None:
    source, expected, _ = whole
    output = tmp_path / "out.jsonl"
    code = (
        "import signal, sys; from tests.scripted import slow; from extractor.cli.main import run;"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"  # a shell's background jobs begin without it
        "sys.exit(run(sys.argv[1:], slow()))"
    )
    schema = tmp_path / "schema.json"
    schema.write_text(json.dumps(SCHEMA))
    words = ["batch", str(source), "--schema", str(schema), "-o", str(output), "--resume"]
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words], stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    deadline = time.monotonic() + 60
    while process.poll() is None and (not output.exists() or output.stat().st_size < 300):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(send)
    told = process.communicate()[1]
    kept = output.read_bytes()
    assert 0 < len(kept) < len(expected) and expected.startswith(kept) and kept.endswith(b"\n")
    if send == signal.SIGINT:
        assert process.returncode == 130 and "--resume" in told and "Traceback" not in told
    run_batch(source, output, SCHEMA, RESUME, model=scripted())
    assert output.read_bytes() == expected


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        source, output = tmp_path / f"{rows}.jsonl", tmp_path / f"{rows}.out"
        source.write_bytes(b"not json\n" * rows)
        tracemalloc.start()
        run_batch(source, output, SCHEMA, model=scripted())
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)  # what is loaded once
    assert peak(10_000) - peak(100) < 200_000
