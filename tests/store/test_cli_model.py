"""`extractor model ...`: exit codes, and JSON that programs can read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from extractor.cli.model import app
from extractor.store import pull as pull_module
from extractor.store.catalog import CatalogEntry
from tests.store.hub import Act, serving
from tests.store.tiny import write_tiny

Entries = Callable[..., CatalogEntry]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_list_pull_info_verify(weights: bytes, entry_for: Entries) -> None:
    with serving(weights) as hub:
        entry = entry_for(hub.url, hub.sha256, len(weights))
        assert {"tiny-test": "not pulled"}.items() <= states().items()
        told = json.loads(run("info", "tiny-test", "--json").stdout)
        assert (told["state"], told["template"], told["architecture"]) == ("not pulled", "gemma", "gemma3")
        assert run("verify", "tiny-test").exit_code == 3
        pulled = run("pull", "tiny-test", "--json")
    assert pulled.exit_code == 0, pulled.output
    assert json.loads(pulled.stdout)["sha256"] == hub.sha256
    assert entry.licence_url in pulled.stderr
    assert states()["tiny-test"] == "pulled"
    verified = json.loads(run("verify", "tiny-test", "--json").stdout)
    assert verified["matches"] is True and verified["sha256"] == hub.sha256
    facts = json.loads(run("info", "tiny-test", "--json").stdout)
    assert (facts["architecture"], facts["vocabulary_size"], facts["template"]) == ("gemma3", 300, "gemma")
    assert "tiny-test" in run("list").stdout and hub.sha256 in run("info", "tiny-test").stdout


def test_list_gives_programs_the_whole_entry() -> None:
    rows = {row["name"]: row for row in json.loads(run("list", "--json").stdout)}
    assert "embedded" in rows
    gemma = rows["gemma-3-270m-it-qat-q4_0"]
    assert {"source", "file", "sha256", "size_bytes", "licence", "template"} <= set(gemma)
    assert gemma["state"] == "not pulled" and len(gemma["sha256"]) == 64


def states() -> dict[str, str]:
    return {row["name"]: row["state"] for row in json.loads(run("list", "--json").stdout)}


def test_added_and_damaged_files_are_listed(store: Path, weights: bytes, entry_for: Entries) -> None:
    with serving(weights) as hub:
        entry_for(hub.url, hub.sha256, len(weights))
        assert run("pull", "tiny-test").exit_code == 0
    (store / "models" / "tiny-test" / "tiny.gguf").write_bytes(weights[:-1])
    write_tiny(store / "models" / "mine.gguf")
    assert {"tiny-test": "broken", "mine": "added"}.items() <= states().items()
    assert run("verify", "mine").exit_code == 0
    damaged = run("verify", "tiny-test")
    assert damaged.exit_code == 3 and "extractor model pull tiny-test" in damaged.stderr


def test_path_of_a_file(tmp_path: Path) -> None:
    path = write_tiny(tmp_path / "mine.gguf", extra={"extractor.template": "extractor-1", "extractor.made": "today"})
    assert json.loads(run("info", str(path), "--json").stdout)["extractor.made"] == "today"
    assert json.loads(run("verify", str(path), "--json").stdout)["matches"] is None
    path.write_bytes(b"not a model")
    for command in ("info", "verify"):
        result = run(command, str(path))
        assert result.exit_code == 3 and "not a GGUF" in result.stderr and result.stdout == ""


@pytest.mark.parametrize("arguments", [("pull", "nope"), ("pull", "embedded"), ("info", "nope"), ("verify", "no.gguf")])
def test_models_that_are_not_there_exit_3(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 3 and result.stderr.startswith("error: ")


def test_usage_exits_2() -> None:
    assert run("pull").exit_code == 2
    assert run("fetch").exit_code == 2


def test_gated_without_token_exits_3_and_says_what_to_do(weights: bytes, entry_for: Entries) -> None:
    with serving(weights, Act(status=401)) as hub:
        entry_for(hub.url)
        result = run("pull", "tiny-test")
    assert result.exit_code == 3 and "HF_TOKEN" in result.stderr


def test_ctrl_c_exits_130(entry_for: Entries, monkeypatch: pytest.MonkeyPatch) -> None:
    entry_for("http://127.0.0.1:9")

    def stop(*_arguments: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pull_module, "pull", stop)
    assert run("pull", "tiny-test").exit_code == 130
