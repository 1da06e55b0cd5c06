"""Every line of the bad-input table in docs/batch.md: what is printed, what is written, the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extractor.cli.main import run
from extractor.engine.scripted import ScriptedEngine
from tests.batch.bad_inputs import BAD, Bad, table
from tests.scripted import SCHEMA, answer, rows_of

PAGE = Path(__file__).parents[2] / "docs" / "batch.md"


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.kind)
def test_bad_input(bad: Bad, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / bad.output
    if bad.output.startswith("/") and not output.parent.exists():
        pytest.skip(f"this system has no {output.parent}")
    words = bad.make(tmp_path)
    schema = tmp_path / "schema.json"
    schema.write_text(json.dumps(SCHEMA))
    before = output.read_bytes() if output.is_file() else None
    code = run(
        ["batch", *words, "--schema", str(schema), "-o", str(output)], ScriptedEngine(answer, context_tokens=4096)
    )
    told = capsys.readouterr()
    assert (code, told.out) == (bad.code, ""), told.err
    if bad.rows is None:
        assert bad.printed in told.err and "Traceback" not in told.err
        assert (output.read_bytes() if output.is_file() else None) == before
        return
    rows = rows_of(output)
    errors = [row["error"] for row in rows if "error" in row]
    assert (len(rows), len(errors)) == (bad.rows, bad.error_rows)
    assert bad.printed in (errors[0]["message"] if errors and code == 1 else told.err)


def test_the_page_holds_the_table() -> None:
    assert table() in PAGE.read_text(encoding="utf-8"), "python -m tests.batch.bad_inputs prints it anew"


def test_there_are_many_kinds_and_no_kind_twice() -> None:
    assert len({bad.kind for bad in BAD}) == len(BAD) >= 25
