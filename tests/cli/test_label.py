"""`extractor label`: what a person types, and the gold rows that come of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from extractor.cli.main import run
from extractor.evaluate.gold import read_gold
from tests.scripted import SCHEMA, rows_of, scripted

TEXTS = ["deep red", "a \x1b[31mblue one", "green tea", "nothing"]

Label = Callable[..., int]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    rows = [{"id": f"r{n}", "text": text} for n, text in enumerate(TEXTS)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def label(texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Label:
    schema = tmp_path / "colour.json"
    schema.write_text(json.dumps(SCHEMA), encoding="utf-8")

    def session(*typed: str, gold: Path = tmp_path / "gold.jsonl") -> int:
        lines: Iterator[str] = iter(typed)

        def answer(question: str) -> str:
            print(question)
            try:
                return next(lines)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", answer)
        return run(["label", str(texts), "--schema", str(schema), "-o", str(gold)], engine=scripted())

    return session


def test_accepted_edited_and_skipped_rows(label: Label, tmp_path: Path) -> None:
    assert label("a", "e", "word", "one", "a", "s", "e", "3", "red", "a") == 0
    assert rows_of(tmp_path / "gold.jsonl") == [
        {"id": "r0", "text": TEXTS[0], "record": {"word": "deep", "colour": "red"}},
        {"id": "r1", "text": TEXTS[1], "record": {"word": "one", "colour": "blue"}},
        {"id": "r3", "text": TEXTS[3], "record": {"word": "nothing", "colour": "red"}},
    ]
    assert [row.text for row in read_gold(tmp_path / "gold.jsonl")] == [TEXTS[0], TEXTS[1], TEXTS[3]]


def test_a_later_session_goes_on(label: Label, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert label("a", "q") == 0
    before = (tmp_path / "gold.jsonl").read_bytes()
    capsys.readouterr()
    assert label("a") == 0  # then the terminal is closed
    assert "deep" not in capsys.readouterr().out
    assert (tmp_path / "gold.jsonl").read_bytes().startswith(before)
    assert [row["id"] for row in rows_of(tmp_path / "gold.jsonl")] == ["r0", "r1"]


def test_what_is_typed_must_fit(label: Label, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["e", "colour", "pink", "e", "word", "violet", "e", "words", "x", "x", "e", "$", '{"word": null}', "e"]
    assert label(*typed, "word", "", "a", "q") == 0
    said = capsys.readouterr().err
    assert said.count("left as it was") == 4
    assert "colour" in said and "does not stand in the text" in said and "the record has no 'words'" in said
    assert rows_of(tmp_path / "gold.jsonl")[0]["record"] == {"word": None, "colour": "red"}


def test_a_text_cannot_write_to_the_terminal(label: Label, capsys: pytest.CaptureFixture[str]) -> None:
    label("s", "s")
    shown = capsys.readouterr().out
    assert "\x1b" not in shown and "a \\x1b[31mblue one" in shown


def test_a_torn_row_is_cut_away_and_whole_ones_never(label: Label, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    whole = json.dumps({"text": TEXTS[0], "record": {"word": None, "colour": "red"}})
    gold.write_text(f'{whole}\n{{"text": "a bl', encoding="utf-8")
    assert label("q") == 0 and gold.read_text(encoding="utf-8") == f"{whole}\n"
    gold.write_text(whole, encoding="utf-8")
    assert label("a", "q") == 0
    assert [row["text"] for row in rows_of(gold)] == TEXTS[:2]


def test_a_file_of_something_else_is_left_alone(label: Label, texts: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    whole = json.dumps({"text": "x", "record": {"word": None, "colour": "red"}})
    for content in (f"# mine\n{whole}\n", f"{whole}\n\n{whole}\n", "notes\n"):
        gold.write_text(content, encoding="utf-8")
        assert label("a") == 2
        assert gold.read_text(encoding="utf-8") == content
    before = texts.read_bytes()
    assert label("a", gold=texts) == 2 and texts.read_bytes() == before
    assert label("a", gold=tmp_path / "gold.csv") == 2
