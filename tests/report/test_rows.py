"""Rows of a file as the page shows them: texts, spans that hold their value, lines that are none, figures."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.cli.main import run
from extractor.errors import InputError
from extractor.record.extraction import Span
from extractor.record.layout import dumps
from extractor.record.layout import leaves as layout_leaves
from extractor.report.batch_page import batch_report, write_page
from extractor.report.page import Report, escaped_json, page_data, render
from extractor.report.values import Leaf, Row, Value, leaves
from tests.report.made_rows import HOSTILE, hostile_rows, some_rows, write_rows

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_leaves_stand_where_spans_and_confidence_say(record: object) -> None:
    found = {leaf.path: leaf for leaf in leaves(record) if leaf.kind != "empty"}  # type: ignore[arg-type]
    by_layout = dict(layout_leaves(dumps(record)))  # type: ignore[arg-type]
    assert set(found) == set(by_layout)
    for path, value in by_layout.items():
        assert found[path].shown == (value if isinstance(value, str) else json.dumps(value))


@given(st.text(st.characters(), max_size=30), st.data())
def test_spans_are_in_utf16_units_on_the_page(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    value = Value("a", "a", Leaf("a", "a", "string", text[start:end]), Span(start, end))
    line = page_data(Report("t", [Row("r", text, (value,))]))["rows"][0]["values"][0]
    units = text.encode("utf-16-le", "surrogatepass")
    first, last = line[3]
    assert units[2 * first : 2 * last] == text[start:end].encode("utf-16-le", "surrogatepass")


@given(st.text(max_size=20) | st.sampled_from(HOSTILE))
def test_data_can_stand_in_a_script_element(text: str) -> None:
    written = escaped_json({"text": text})
    assert json.loads(written) == {"text": text}
    assert not re.search("[<>&\ud800-\udfff\u2028\u2029]", written)


def test_the_page_allows_its_own_blocks_and_nothing_else() -> None:
    page = render(Report("a <title> & {{data}} \ud83d", [Row("r", "{{program}}</script>")]))
    page.encode("utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None and "default-src &#x27;none&#x27;" in policy[1] and "unsafe" not in policy[1]
    assert page.count("<script") == page.count("</script>") == 2 and page.count("<style>") == 1
    assert "<title>a &lt;title&gt; &amp; {{data}} ?</title>" in page
    assert (
        not re.search(r"""(src|href|url)\s*[=(]\s*["']?(https?:)?//""", page)
        and "http:" not in page
        and "https:" not in page
    )
    assert "innerHTML" not in page and "eval(" not in page and "document.write" not in page


def test_texts_come_from_the_rows_or_from_the_source(tmp_path: Path) -> None:
    rows = some_rows(40)
    with_text = batch_report(write_rows(tmp_path / "with.jsonl", rows))
    bare = write_rows(tmp_path / "bare.jsonl", [{k: v for k, v in row.items() if k != "text"} for row in rows])
    source = write_rows(tmp_path / "in.jsonl", [{"id": row["id"], "body": {"words": row["text"]}} for row in rows])
    assert [row.text for row in batch_report(bare).rows] == [None] * 40
    assert "--source" in batch_report(bare).notes[0]
    page = tmp_path / "page.html"
    arguments = ["report", str(bare), "-o", str(page), "--source", str(source), "--text-field", "body.words"]
    assert run(arguments) == 0
    data = json.loads(re.search(r'id="data">(.*?)</script>', page.read_text("utf-8"), re.DOTALL)[1])  # type: ignore[index]
    assert data == json.loads(json.dumps({**page_data(with_text), "title": "bare.jsonl"}))


def test_rows_of_one_name_take_their_texts_in_order(tmp_path: Path) -> None:
    rows = [{"id": 1, "record": {"a": number}} for number in range(3)]
    texts = [(("id", "1", ""), f"text {number}") for number in range(3)]
    found = batch_report(write_rows(tmp_path / "out.jsonl", rows), texts=texts)
    assert [row.text for row in found.rows] == ["text 0", "text 1", "text 2"]


def test_a_span_that_does_not_hold_its_value_is_not_shown(tmp_path: Path) -> None:
    spans = {"a": [0, 3], "b": [4, 9], "c": [-1, 2], "d": "x"}
    row = {"id": "x", "text": "Ada Byron", "record": {"a": "Ada", "b": "Bryon", "c": "y", "d": "z"}, "spans": spans}
    found = batch_report(write_rows(tmp_path / "out.jsonl", [row]))
    assert [value.span for value in found.rows[0].values] == [Span(0, 3), None, None, None]
    assert any(note.startswith("1 spans do not hold") for note in found.notes)


def test_lines_that_are_no_rows_are_counted(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "out.jsonl", some_rows(5))
    path.write_text(path.read_text("utf-8") + '[1]\n{"id": 3}\n\n{"id": "torn", "rec', encoding="utf-8")
    found = batch_report(path)
    assert len(found.rows) == 5 and any(note.startswith("3 lines") for note in found.notes)
    limited = batch_report(path, limit=2)
    assert len(limited.rows) == 2 and "--limit" in limited.notes[0]


def test_long_numbers_stay_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text('{"line": 1, "record": {"n": 12345678901234567890123, "x": 1.10, "big": ' + "9" * 5000 + "}}\n")
    assert [value.found and value.found.shown for value in batch_report(path).rows[0].values] == [
        "12345678901234567890123", "1.10", "9" * 5000
    ]  # fmt: skip


def test_figures_of_the_run_are_told(tmp_path: Path) -> None:
    stats = tmp_path / "stats.json"
    stats.write_text(json.dumps({"rows_per_s": 12.34567, "end": "complete", "by": {"x": 2, "none": None}, "list": [1]}))
    found = batch_report(write_rows(tmp_path / "out.jsonl", some_rows(3)), stats=stats)
    assert found.speed == {"rows per s": 12.346, "end": "complete", "by: x": 2}


@pytest.mark.parametrize("content", ["", "\n\n", "[]\n", '{"text": "x"}\n'])
def test_a_file_without_rows_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text(content)
    with pytest.raises(InputError, match="holds no rows"):
        batch_report(path)


def test_inputs_and_folders_are_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = write_rows(tmp_path / "out.jsonl", hostile_rows())
    before = rows.read_bytes()
    for output in (rows, tmp_path, tmp_path / "no" / "page.html"):
        assert run(["report", str(rows), "-o", str(output)]) == 2
        assert capsys.readouterr().err.startswith("error: the output")
    assert run(["report", str(tmp_path / "gone.jsonl"), "-o", str(tmp_path / "page.html")]) == 2
    assert rows.read_bytes() == before and not (tmp_path / "page.html").exists()
    write_page(batch_report(rows), tmp_path / "page.html", inputs=[rows])
    assert run(["report", str(rows), "-o", str(tmp_path / "page.html")]) == 0
