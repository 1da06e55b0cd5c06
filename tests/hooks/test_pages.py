"""The pages about hooks: commands, configurations and policies are run, CI files are held to published schemas."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from extractor.hooks import commit_msg, pii, policy, schema
from extractor.hooks.settings import Settings, keys_of, read_configuration
from tests.docs.markdown import ROOT, Block, blocks
from tests.hooks.conftest import stage, stored_schema

HOOKS, POLICIES = ROOT / "docs" / "hooks.md", ROOT / "docs" / "policies.md"
EXAMPLE = ROOT / "examples" / "compliance"


def _marked(page: Path, mark: str) -> list[tuple[str, Block]]:
    """What stands after `mark` in the comment before a block, and the block."""
    found = [(block.mark.removeprefix(mark).removeprefix(": "), block) for block in blocks(page)]
    return [(rest, block) for rest, block in found if block.mark.startswith(mark)]


@pytest.mark.parametrize("published", ["pre-commit", "github", "gitlab"])
def test_files_for_ci_are_valid(published: str) -> None:
    held = [yaml.safe_load(block.code) for rest, block in _marked(HOOKS, published) if not rest]
    assert held
    for loaded in held:
        if True in loaded:
            loaded["on"] = loaded.pop(True)  # what YAML 1.1 makes of a workflow's key
        stored_schema(published).validate(loaded)


def test_hook_ids_exist() -> None:
    declared = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    configured = yaml.safe_load((EXAMPLE / ".pre-commit-config.yaml").read_text())
    assert {hook["id"] for repository in configured["repos"] for hook in repository["hooks"]} == declared
    for _, block in _marked(HOOKS, "pre-commit"):
        if block.language == "yaml":
            named = {hook["id"] for repository in yaml.safe_load(block.code)["repos"] for hook in repository["hooks"]}
            assert named <= declared
    assert all(f"`{name}`" in HOOKS.read_text() for name in declared)


def test_the_first_commands(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tour,) = [block for block in blocks(HOOKS) if block.language == "console"]
    content = re.search(r"printf '(.*)\\n' > notes\.txt", tour.code)
    assert content
    stage(repository, "notes.txt", content[1] + "\n")
    assert pii.main([]) == 1
    said = capsys.readouterr()
    assert said.out + said.err == tour.code.partition("$ extractor-pii\n")[2].partition("$ echo")[0]


@pytest.mark.parametrize(("name", "message"), [("pre-commit hook", "Say more"), ("commit-msg hook", "fix")])
def test_hooks_of_plain_git(repository: Path, name: str, message: str) -> None:
    ((_, block),) = _marked(HOOKS, name)
    hook = repository / ".git" / "hooks" / name.split(maxsplit=1)[0]
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(block.code)
    hook.chmod(0o755)
    content = "nothing\n" if name.startswith("commit-msg") else "jane.roe" + "@contoso.com\n"
    stage(repository, "a.txt", content)
    environment = os.environ | {"PATH": f"{_scripts(repository.parent)}{os.pathsep}{os.environ['PATH']}"}
    commit = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-m"]
    stopped = subprocess.run([*commit, message], env=environment, capture_output=True, text=True, check=False)
    assert stopped.returncode != 0 and "1 finding in 1 file" in stopped.stderr, stopped.stderr
    stage(repository, "a.txt", "nothing\n")
    subprocess.run([*commit, "Say that there is nothing"], env=environment, check=True)


def _scripts(folder: Path) -> Path:
    """The hooks as commands, as an install makes them."""
    made = folder / "bin"
    made.mkdir(exist_ok=True)
    for hook in ("pii", "secrets", "schema", "policy", "commit-msg"):
        script = made / f"extractor-{hook}"
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m extractor.hooks.{hook.replace("-", "_")} "$@"\n')
        script.chmod(0o755)
    return made


def test_the_configuration_is_read(tmp_path: Path) -> None:
    ((_, block),) = _marked(HOOKS, "configuration")
    (tmp_path / ".extractor.toml").write_text(block.code)
    (tmp_path / "pyproject.toml").write_text("[tool.extractor]\nbudget-seconds = 1\n")
    read = read_configuration(tmp_path, None)
    assert read.settings("pii").budget_seconds == 30
    assert read.settings("pii").disable == ("ip-address",)
    assert read.settings("secrets").min_severity == "high"
    rules = commit_msg.policy(read.table("commit-msg"), "")
    assert (rules.subject_max, set(rules.forbid)) == (60, {"wip"})
    assert len(schema.declared(read)) == 1


def test_precedence(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stage(repository, "a.txt", "jane.roe" + "@contoso.com\n")
    (repository / "pyproject.toml").write_text('[tool.extractor]\ndisable = ["email"]\n')
    assert pii.main([]) == 0
    (repository / ".extractor.toml").write_text("")
    assert pii.main([]) == 1  # not merged
    (repository / ".extractor.toml").write_text('disable = ["email"]\n')
    assert pii.main([]) == 0
    (repository / ".extractor.toml").write_text('disable = ["email"]\n[pii]\ndisable = ["phone"]\n')
    assert pii.main([]) == 1
    assert pii.main(["--disable", "email"]) == 0
    (repository / "other.toml").write_text('[pii]\ndisable = ["email"]\n')
    assert pii.main(["--config", "other.toml"]) == 0


def test_all_keys_are_documented() -> None:
    for page, table in ((HOOKS, Settings), (POLICIES, policy.Policy)):
        text = page.read_text()
        assert [key for key in keys_of(table) if f"| `{key}` |" not in text] == []
    assert [key for key in keys_of(commit_msg.Policy) if f"`{key}`" not in HOOKS.read_text()] == []


@pytest.mark.parametrize("name", [rest for rest, _ in _marked(POLICIES, "policy")])
def test_policies_of_the_page_are_those_of_the_example(name: str) -> None:
    (block,) = [block for rest, block in _marked(POLICIES, "policy") if rest == name]
    assert block.code.strip() in (EXAMPLE / ".extractor.toml").read_text()
    (written,) = tomllib.loads(block.code)["policies"]
    made = (EXAMPLE / written["schema"].partition(":")[0]).read_text()
    (class_block,) = [b for rest, b in _marked(POLICIES, "schema") if rest == written["schema"].partition(":")[2]]
    assert class_block.code.strip() in made
    ast.parse(class_block.code)


def test_there_are_five_policies() -> None:
    example = tomllib.loads((EXAMPLE / ".extractor.toml").read_text())["policies"]
    assert [rest for rest, _ in _marked(POLICIES, "policy")] == [entry["name"] for entry in example]
    assert len(example) == 5


@pytest.mark.parametrize("path", [rest for rest, _ in _marked(POLICIES, "file")])
def test_policies_find_what_the_page_says(repository: Path, path: str, capsys: pytest.CaptureFixture[str]) -> None:
    (content,) = [block for rest, block in _marked(POLICIES, "file") if rest == path]
    (expected,) = [block for rest, block in _marked(POLICIES, "findings") if rest == path]
    (repository / path).parent.mkdir(parents=True, exist_ok=True)
    stage(repository, path, content.code)
    config = str(EXAMPLE / ".extractor.toml")
    assert policy.main(["--config", config, "--format", "json", "--show-values"]) == 1
    rows = sorted(json.loads(capsys.readouterr().out), key=lambda row: (row["line"], row["column"], row["rule"]))
    found = [f"{row['line']} {row['rule']} {json.dumps(row['quote'])}" for row in rows]
    assert found == expected.code.strip().split("\n")
