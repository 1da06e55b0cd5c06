"""The hooks on a real git repository: staged lines, what lets a finding through, hostile content, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from extractor.hooks import commit_msg, pii, policy, schema, secrets
from tests.hooks.conftest import KEY, MAIL, git, stage

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "compliance"


def _rows(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


def test_only_changed_lines_of_what_is_staged(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stage(repository, "a.txt", f"old {MAIL}\n")
    git("commit", "-qm", "x")
    stage(repository, "a.txt", f"old {MAIL}\n\n\n\n\nnew\n")
    assert pii.main([]) == 0
    stage(repository, "a.txt", f"old {MAIL}\n\n\n\n\nnew {MAIL}\n")
    (repository / "a.txt").write_text("the working tree does not count\n")
    capsys.readouterr()
    assert pii.main(["--format", "json", "--show-values"]) == 1
    (row,) = _rows(capsys)
    assert (row["line"], row["column"], row["quote"], row["rule"]) == (6, 5, MAIL, "email")


def test_a_range_of_commits(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage(repository, "a.txt", f"{MAIL}\n")
    git("commit", "-qm", "x")
    stage(repository, "b.txt", f"token: {KEY}\n")
    git("commit", "-qm", "y")
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "HEAD~1")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    assert (pii.main([]), secrets.main([])) == (0, 1)


def test_values_are_masked(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stage(repository, "a.txt", f"{MAIL} {KEY}\n")
    for form in ("text", "json", "sarif", "github"):
        assert (pii.main(["--format", form]), secrets.main(["--format", form])) == (1, 1)
    said = capsys.readouterr()
    assert MAIL not in said.out + said.err and KEY not in said.out + said.err


@pytest.mark.parametrize(
    "comment", ["# extractor: allow[email]", "# extractor: allow[*]", "# extractor: allow[x, email]"]
)
def test_an_allow_comment(repository: Path, comment: str) -> None:
    stage(repository, "a.py", f"a = '{MAIL}'  {comment}\n{comment}\nb = '{MAIL}'\n")
    assert pii.main([]) == 0


def test_an_allow_comment_for_another_rule(repository: Path) -> None:
    stage(repository, "a.py", f"a = '{MAIL}'  # extractor: allow[phone]\n")
    assert pii.main([]) == 1


def test_a_baseline_and_its_verdicts(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stage(repository, "a.txt", f"{MAIL}\n")
    assert pii.main(["--write-baseline"]) == 0
    assert pii.main([]) == 0
    path = repository / ".extractor-baseline.json"
    assert MAIL not in path.read_text()
    path.write_text(path.read_text().replace('"open"', '"rejected"'))
    assert pii.main([]) == 1
    path.write_text("{}")
    assert pii.main([]) == 2


def test_sarif_is_valid(
    repository: Path, sarif_schema: jsonschema.Draft7Validator, capsys: pytest.CaptureFixture[str]
) -> None:
    stage(repository, "a b\n.txt", f"{MAIL}\ud83d\ude00\n".encode("utf-8", "surrogatepass"))
    assert pii.main(["--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    sarif_schema.validate(log)
    assert log["runs"][0]["results"][0]["ruleId"] == "email"
    assert pii.main(["--format", "sarif", "--disable", "email"]) == 0
    sarif_schema.validate(json.loads(capsys.readouterr().out))


@pytest.mark.parametrize("text", ["[pii]\nnonsense = 1\n", "min-confidence = 7\n", "no toml"])
def test_bad_configuration(repository: Path, text: str) -> None:
    (repository / ".extractor.toml").write_text(text)
    assert pii.main([]) == 2


def test_the_example_s_policies(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in (".extractor.toml", "policies.py"):
        stage(repository, name, (EXAMPLE / name).read_bytes())
    stage(repository, "CHANGELOG.md", "- Orders can be exported as CSV\n")
    assert (policy.main([]), schema.main([])) == (0, 0)
    stage(repository, "CHANGELOG.md", "- Orders can be exported as CSV\n- Misc fixes\n")
    (repository / "data").mkdir()
    stage(repository, "data/x.jsonl", '{"id": 1, "stars": 6, "text": "a"}\n')
    capsys.readouterr()
    assert policy.main(["--format", "json"]) == 1
    (row,) = _rows(capsys)
    assert (row["rule"], row["line"]) == ("changelog.vague", 2)
    assert schema.main(["--format", "json", "--show-values"]) == 1
    (row,) = _rows(capsys)
    assert (row["rule"], row["quote"], row["line"]) == ("schema", "stars", 1)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Orders can be exported as CSV\n\nThe column order is that of the screen.\n# a comment\n", 0),
        ("Merge branch 'x'\n", 0),
        ("fix\n", 1),
        ("Orders can be exported.\n", 1),
        ("Clean up the mess that some idiot left\n", 1),
        ("# only a comment\n", 1),
    ],
)
def test_commit_messages(repository: Path, message: str, code: int) -> None:
    (repository / "MSG").write_text(message)
    assert commit_msg.main(["MSG"]) == code
