"""The real pre-commit installs this repository from a folder of wheels, and its hooks block and pass commits."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.hooks.conftest import KEY, MAIL

pytestmark = pytest.mark.precommit
ROOT = Path(__file__).resolve().parents[2]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that an install of the hooks takes, from pip's own cache where it has been built before."""
    folder = tmp_path_factory.mktemp("wheels")
    command = [*PIP, "wheel", "-q", "-w", str(folder), f"{ROOT}[hooks]", "hatchling", "setuptools"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for own in folder.glob("extractor-*.whl"):
        own.unlink()  # pre-commit has to build it
    return folder


@pytest.fixture(scope="module")
def environment(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """No index, only that folder; a home of its own."""
    home = tmp_path_factory.mktemp("home")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PIP_", "PRE_COMMIT"))}
    own = {"HOME": home, "PRE_COMMIT_HOME": home / "pre-commit", "PIP_FIND_LINKS": wheels, "XDG_CACHE_HOME": home}
    fixed = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "VIRTUALENV_NO_DOWNLOAD": "1"}
    names = ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME")
    mails = ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL")
    who = dict.fromkeys(names, "t") | dict.fromkeys(mails, "t@example.com")
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    return kept | {name: str(value) for name, value in own.items()} | fixed | who | {"PATH": path}


@pytest.fixture(scope="module")
def repository(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository with an installed configuration that names a clone of this one."""
    clone = tmp_path_factory.mktemp("clone") / "extractor"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=clone, capture_output=True, text=True, check=True)
    root = tmp_path_factory.mktemp("repository") / "root"
    shutil.copytree(ROOT / "examples" / "compliance", root)
    settings = root / ".extractor.toml"
    settings.write_text(settings.read_text().replace("budget-seconds = 30", "budget-seconds = 600"))  # a busy machine
    (root / ".pre-commit-config.yaml").write_text(
        "default_install_hook_types: [pre-commit, commit-msg]\nrepos:\n"
        f"  - repo: {clone.as_uri()}\n    rev: {head.stdout.strip()}\n    hooks:\n"
        + "".join(f"      - id: extractor-{hook}\n" for hook in ("pii", "secrets", "schema", "policy", "commit-msg"))
    )
    for command in (["git", "init", "-q"], ["git", "add", "."], [sys.executable, "-m", "pre_commit", "install"]):
        subprocess.run(command, cwd=root, env=environment, check=True)
    return root


def _commit(root: Path, environment: dict[str, str], message: str, **files: str) -> subprocess.CompletedProcess[str]:
    for name, text in files.items():
        (root / f"{name}.txt").write_text(text)
    subprocess.run(["git", "add", "."], cwd=root, check=True)
    command = ["git", "commit", "-m", message, "-m", "SHOP-1"]  # the example's policy asks for a ticket
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def _passes(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout + done.stderr


def _stops(done: subprocess.CompletedProcess[str], rule: str) -> None:
    assert done.returncode != 0 and f"[{rule}]" in done.stdout + done.stderr, done.stdout + done.stderr


def test_an_installed_configuration(repository: Path, environment: dict[str, str]) -> None:
    _passes(_commit(repository, environment, "Begin with clean files", a="nothing here\n"))
    _stops(_commit(repository, environment, "Add an address", a=f"nothing here\n{MAIL}\n"), "email")
    allowed = f"nothing here\n{MAIL}  # extractor: allow[email]\n"
    _passes(_commit(repository, environment, "Add an address", a=allowed))
    _stops(_commit(repository, environment, "Add a key", a=f"{allowed}token = '{KEY}'\n"), "api-key")
    _passes(_commit(repository, environment, "Add no key", a=allowed, b="more\n"))
    _stops(_commit(repository, environment, "fix", b="yet more\n"), "commit-msg.subject")


def test_an_installed_schema_and_policy(repository: Path, environment: dict[str, str]) -> None:
    for name, line, rule in (
        ("CHANGELOG.md", "- Misc fixes\n", "changelog.vague"),
        ("data/feedback.jsonl", '{"id": 3, "stars": 6, "text": "x"}\n', "schema"),
    ):
        file = repository / name
        before = file.read_text()
        file.write_text(before + line)
        _stops(_commit(repository, environment, "Change what the team agreed on"), rule)
        file.write_text(before)
        subprocess.run(["git", "add", "."], cwd=repository, check=True)


def test_a_baseline(repository: Path, environment: dict[str, str]) -> None:
    _stops(_commit(repository, environment, "Add another address", c=f"{MAIL}\n"), "email")
    write = [sys.executable, "-m", "extractor.hooks.pii", "--all-files", "--write-baseline"]
    subprocess.run(write, cwd=repository, env=environment, check=True)
    _passes(_commit(repository, environment, "Add another address", c=f"{MAIL}\n"))


def test_sarif(repository: Path, environment: dict[str, str], sarif_schema: jsonschema.Draft7Validator) -> None:
    configured = (repository / ".pre-commit-config.yaml").read_text()
    other = repository.parent / "sarif.yaml"
    other.write_text(configured.replace("id: extractor-pii", "id: extractor-pii\n        args: [--format, sarif]"))
    (repository / "e.txt").write_text(f"{MAIL}\n")
    command = [sys.executable, "-m", "pre_commit", "run", "-c", str(other), "extractor-pii", "--files", "e.txt"]
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    log, _ = json.JSONDecoder().raw_decode(done.stdout[done.stdout.index("{") :])
    sarif_schema.validate(log)
    assert [result["ruleId"] for result in log["runs"][0]["results"]] == ["email"]


def test_try_repo(repository: Path, environment: dict[str, str]) -> None:
    (repository / "d.txt").write_text(f"{MAIL} of somebody\n")
    (repository / "f.txt").write_text("nothing here\n")
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), "extractor-pii", "--files", "d.txt", "f.txt"]
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "1 finding in 1 file" in done.stdout, done.stdout + done.stderr
    assert "d.txt:1:1: medium: e-mail address" in done.stdout
