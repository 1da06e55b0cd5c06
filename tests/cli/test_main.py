"""Commands from their words to their exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from extractor import __version__
from extractor.cli.main import app, exit_code, run
from extractor.engine.scripted import ScriptedEngine
from extractor.errors import (
    BudgetError,
    ContextOverflowError,
    DecodeError,
    EngineError,
    ExtractorError,
    InputError,
    ModelCorruptError,
    ModelError,
    ModelNotFoundError,
    OutputError,
    OutputExistsError,
    RecordError,
    SchemaError,
    SetupError,
)
from tests.scripted import SCHEMA, answer, rows_of, scripted

EMBEDDED = Path(sys.modules["extractor"].__path__[0]) / "models" / "embedded.gguf"
CODES: list[tuple[ExtractorError, int]] = [
    (SchemaError("x"), 2),
    (InputError("x"), 2),
    (OutputExistsError("x"), 2),
    (OutputError("x", path="p"), 3),
    (ModelError("x"), 3),
    (ModelNotFoundError("x", name="m"), 3),
    (ModelCorruptError("x", path="p"), 3),
    (EngineError("x"), 3),
    (SetupError("x"), 3),
    (ContextOverflowError("x", prompt_tokens=2, limit=1), 1),
    (DecodeError("x"), 1),
    (BudgetError("x", minimum=2, max_tokens=1), 1),
    (RecordError("x", raw="", field_errors={}), 1),
]


@pytest.fixture
def schema(tmp_path: Path) -> str:
    path = tmp_path / "colour.json"
    path.write_text(json.dumps(SCHEMA))
    return str(path)


@pytest.fixture
def text(tmp_path: Path) -> str:
    path = tmp_path / "text.txt"
    path.write_text("\ufeffünï is red 😀\r\nindeed\r\n\n", encoding="utf-8")
    return str(path)


def shell(*words: str, stdin: bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "extractor", *words], input=stdin, capture_output=True, cwd=cwd, check=False
    )


@pytest.mark.parametrize(("error", "code"), CODES, ids=lambda value: type(value).__name__)
def test_every_error_has_its_exit_code(error: ExtractorError, code: int) -> None:
    assert exit_code(error) == code


def test_no_error_was_forgotten() -> None:
    def leaves(kind: type[ExtractorError]) -> set[type[ExtractorError]]:
        return {kind}.union(*map(leaves, kind.__subclasses__())) if kind.__module__ == "extractor.errors" else set()

    assert leaves(ExtractorError) - {ExtractorError} == {type(error) for error, _ in CODES}


def test_python_m_extractor_and_the_version() -> None:
    done = shell("--version")
    assert (done.returncode, done.stdout.decode().split()) == (0, ["extractor", __version__])
    assert run(["--version"]) == 0


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["extract"],
        ["extract", "a", "b", "--schema", "sentiment"],
        ["batch", "in.jsonl", "--schema", "sentiment"],
        ["batch", "in.jsonl", "--schema", "sentiment", "-o", "out", "--parallel", "0"],
        ["batch", "in.jsonl", "--schema", "sentiment", "-o", "out", "--resume", "--force"],
        ["eval", "gold.jsonl"],
        ["eval", "gold.jsonl", "--schema", "sentiment", "--schemas", "."],
        ["eval", "gold.jsonl", "--schema", "sentiment", "--limit", "0"],
        ["--nonsense"],
    ],
)
def test_usage_errors_exit_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words, scripted()) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err


def test_extract_for_people(schema: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["extract", text, "--schema", schema], scripted()) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert json.loads(told.out.split("\n\n")[0]) == {"word": "ünï", "colour": "red"}
    assert re.search(r'word +0-3 +"ünï"', told.out)


def test_extract_as_a_row(schema: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["extract", text, "--schema", schema, "--json"], scripted()) == 0
    told = capsys.readouterr()
    row = json.loads(told.out)
    assert told.out.count("\n") == 1 and told.err == ""
    assert list(row) == ["id", "record", "spans", "status", "confidence"]
    assert (row["id"], row["spans"], row["status"]) == (text, {"word": [0, 3]}, "complete")


def test_the_end_of_a_file_is_no_part_of_the_text(schema: str, text: str) -> None:
    seen: list[str] = []

    def look(given: str) -> Any:
        seen.append(given)
        return answer(given)

    assert run(["extract", text, "--schema", schema, "--json"], ScriptedEngine(look)) == 0
    assert seen == ["ünï is red 😀\r\nindeed"]


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"", "is empty"), (b" \n\t\n", "is empty"), (b"\xef\xbb\xbf\n", "is empty"), (b"ab\xff", "byte 0xff at byte 3")],
)
def test_texts_that_cannot_be_used(
    schema: str, tmp_path: Path, data: bytes, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(data)
    assert run(["extract", str(path), "--schema", schema], scripted()) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.startswith("error: ") and message in told.err and told.err.count("\n") == 1


def test_a_text_longer_than_the_context(schema: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "long.txt"
    path.write_text("long " * 1000)
    engine = ScriptedEngine(answer, context_tokens=2000)
    assert run(["extract", str(path), "--schema", schema, "--json"], engine) == 1
    told = capsys.readouterr()
    row = json.loads(told.out)
    assert (row["error"]["type"], row["id"]) == ("ContextOverflowError", str(path))
    assert told.err.startswith("error: ") and "2000" in told.err


def test_a_record_that_a_validator_refuses(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "strict.py").write_text(
        "from pydantic import BaseModel, field_validator\n"
        "class Strict(BaseModel):\n"
        "    yes: bool\n"
        "    @field_validator('yes')\n"
        "    @classmethod\n"
        "    def never(cls, value):\n"
        "        raise ValueError('never good enough')\n"
    )
    engine = ScriptedEngine(lambda _: {"yes": True})
    assert run(["extract", text, "--schema", f"{tmp_path / 'strict.py'}:Strict", "--json"], engine) == 1
    told = capsys.readouterr()
    row = json.loads(told.out)
    assert (row["error"]["type"], row["error"]["path"]) == ("RecordError", "yes")
    assert "never good enough" in told.err and "Traceback" not in told.err


def test_a_schema_that_cannot_be_promised(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.json"
    path.write_text('{"type": "object", "properties": {"price": {"type": "nonsense"}}, "required": ["price"]}')
    assert run(["extract", text, "--schema", str(path)], scripted()) == 2
    assert "error: price: " in capsys.readouterr().err


def test_a_bug_shows_its_traceback(schema: str, text: str) -> None:
    class Buggy(ScriptedEngine):
        @property
        def digest(self) -> str:  # type: ignore[override]
            raise ZeroDivisionError("a bug")

    engine: Any = Buggy(answer)
    with pytest.raises(ZeroDivisionError):
        run(["batch", text, "--schema", schema, "-o", f"{text}.out"], engine)


def test_batch_exits_with_1_where_rows_have_errors(
    schema: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"text": "so red"}\n')
    words = ["batch", str(source), "--schema", schema, "-o", str(output)]
    assert run(words, scripted()) == 0
    told = capsys.readouterr()
    assert told.out == "" and "1 row, 0 error rows" in told.err and told.err.count("\n") == 1
    assert run(words, scripted()) == 2
    assert "--resume" in capsys.readouterr().err
    with source.open("a") as file:
        file.write("not json\n")
    assert run([*words, "--resume"], scripted()) == 1
    assert "2 rows (1 were there before)" in capsys.readouterr().err
    assert run([*words, "--resume"], scripted()) == 1
    assert [("error" in row, "record" in row) for row in rows_of(output)] == [(False, True), (True, False)]
    assert run([*words, "--force"], scripted()) == 1


def test_a_full_disk_exits_with_3(schema: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "so red"}\n')
    assert run(["batch", str(source), "--schema", schema, "-o", "/dev/full", "--force"], scripted()) == 3
    assert "No space left on device" in capsys.readouterr().err


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_behind_standard_output_exits_with_3(unbuffered: str) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    command = f"{sys.executable} -m extractor schema explain invoice > /dev/full"
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1 and "No space left" in done.stderr


def test_a_closed_standard_output_is_no_bug() -> None:
    command = f"{sys.executable} -m extractor schema explain sentiment >&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("imported", ["typer", "extractor.cli.main", "extractor.api.extractor"])
def test_ctrl_c_ends_quietly_at_any_time(imported: str, schema: str, text: str) -> None:
    code = (
        "import builtins, sys\n"
        "real = builtins.__import__\n"
        "def interrupted(name, *rest):\n"
        f"    if name == {imported!r}: raise KeyboardInterrupt\n"
        "    return real(name, *rest)\n"
        "from extractor.__main__ import main\n"
        "builtins.__import__ = interrupted\n"
        f"sys.argv[1:] = ['extract', {text!r}, '--schema', {schema!r}]\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, "", "")


def gold_file(folder: Path) -> str:
    path = folder / "gold.jsonl"
    rows = [{"text": text, "record": answer(text), "schema": "colour"} for text in ("so red", "so green", "so what")]
    rows.append({"text": "so blue", "record": {"word": "so", "colour": "red"}, "schema": "other"})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_eval_prints_one_line_of_json(schema: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = gold_file(tmp_path)
    assert run(["eval", gold, "--schema", schema, "--json"], scripted()) == 0
    told = capsys.readouterr()
    assert told.out.count("\n") == 1 and told.err == ""
    figures = json.loads(told.out)
    assert (figures["n"], figures["exact"], figures["micro_f1"]) == (4, 0.75, 0.875)
    assert run(["eval", gold, "--schema", schema, "--json", "--only", "colour", "--limit", "2"], scripted()) == 0
    assert json.loads(capsys.readouterr().out)["n"] == 2
    assert run(["eval", gold, "--schemas", str(tmp_path), "--json", "--only", "colour"], scripted()) == 0
    assert json.loads(capsys.readouterr().out)["by_schema"]["colour"]["exact"] == 1.0
    assert run(["eval", gold, "--schemas", str(tmp_path)], scripted()) == 2
    assert "no schema 'other'" in capsys.readouterr().err


def test_eval_for_people(schema: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", gold_file(tmp_path), "--schema", schema], scripted()) == 0
    told = capsys.readouterr().out
    assert "colour" in told and "0.750" in told and "4 records: micro-F1 0.875" in told and "exact 75.0%" in told


def test_eval_exits_with_1_where_a_row_has_no_valid_record(
    schema: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"text": "", "record": {"word": "a", "colour": "red"}}\n')
    assert run(["eval", str(path), "--schema", schema, "--json"], scripted()) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["valid"] == 0.0 and "line 1" in told.err


def test_schema_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "explain", "invoice"]) == 0
    told = capsys.readouterr().out
    assert "items[].price" in told and "vendor: quote or null. Company" in told


def test_a_model_that_is_not_there_or_not_whole(schema: str, text: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(20))
    for model in ("no-such-model", str(tmp_path / "nowhere.gguf"), str(broken), text + ".gguf"):
        done = shell("extract", text, "--schema", schema, "--model", model)
        assert done.returncode == 3, done.stderr
        assert done.stdout == b"" and done.stderr.startswith(b"error: ") and done.stderr.count(b"\n") == 1
    assert run(["model", "info", "no-such-model"]) == 3


def test_a_reader_that_stops_reading(tmp_path: Path) -> None:
    command = f"{sys.executable} -m extractor schema explain invoice | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout.strip() in {"0", "1"} and done.stderr == ""


def test_help_names_every_command() -> None:
    names = {info.name or info.callback.__name__ for info in app.registered_commands if info.callback}
    assert {"extract", "batch", "eval", "verify"} <= names
    told = shell("--help").stdout.decode()
    assert all(name in told for name in [*names, "schema", "model"])


def test_what_is_printed_is_utf_8_in_every_language(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"title": "Größe 😀", "enum": ["klein"]}', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "extractor", "schema", "explain", str(tmp_path / "s.json")],
        env={**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert "Größe 😀" in done.stdout.decode("utf-8")


def test_a_path_that_looks_like_markup_is_shown_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "s.json").write_text(
        json.dumps({"type": "object", "properties": {"[red]": {"enum": ["a"]}}, "required": ["[red]"]})
    )
    (tmp_path / "gold.jsonl").write_text('{"text": "x", "record": {"[red]": "a"}}')
    words = ["eval", str(tmp_path / "gold.jsonl"), "--schema", str(tmp_path / "s.json")]
    assert run(words, ScriptedEngine(lambda _: {"[red]": "a"})) == 0
    assert '["[red]"]' in capsys.readouterr().out


def test_a_real_engine_from_a_shell(tiny_model: Path, schema: str, text: str, tmp_path: Path) -> None:
    done = shell("extract", text, "--schema", schema, "--model", str(tiny_model), "--json")
    assert (done.returncode, done.stderr, done.stdout.count(b"\n")) == (0, b"", 1)
    row = json.loads(done.stdout)
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(json.dumps({"text": f"row {number} is red"}) + "\n" for number in range(4)))
    words = ("batch", str(source), "--schema", schema, "--model", str(tiny_model), "-o", str(output), "--parallel", "1")
    assert shell(*words).returncode == 0
    whole = output.read_bytes()
    output.write_bytes(whole[:-20])
    done = shell(*words, "--resume")
    assert done.returncode == 0 and b"torn row" in done.stderr
    assert output.read_bytes() == whole
    assert list(rows_of(output)[0])[1:] == list(row)[1:]
    other = shell(*words, "--resume", "--text-field", "body")
    assert other.returncode == 2 and b"option text_field was text, now is body" in other.stderr


@pytest.mark.model
def test_the_embedded_model_from_a_shell(tmp_path: Path) -> None:
    if not EMBEDDED.exists():
        pytest.skip("the embedded model is not in this checkout: src/extractor/models/embedded.gguf")
    example = Path(__file__).parents[2] / "examples" / "invoice.txt"
    done = shell("extract", "-", "--schema", "invoice", "--json", stdin=example.read_bytes(), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    row = json.loads(done.stdout)
    text = example.read_text(encoding="utf-8")
    assert row["id"] == "-" and row["spans"]
    assert all(0 <= start < end <= len(text) for start, end in row["spans"].values())
    reviews = example.with_name("reviews.jsonl")
    for name in ("one", "two"):
        done = shell("batch", str(reviews), "--schema", "sentiment", "-o", name, "--parallel", "2", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert len(rows_of(tmp_path / "one")) == len(reviews.read_text().splitlines())
