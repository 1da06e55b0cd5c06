"""The real pre-commit installs this repository from a folder of wheels, and its hooks block and pass commits."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.precommit
ROOT = Path(__file__).resolve().parents[2]
MAIL = "jane.roe" + "@contoso.com"
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
    root = tmp_path_factory.mktemp("repository")
    hooks = "[{id: extractor-pii}, {id: extractor-secrets}, {id: extractor-commit-msg}]"
    (root / ".pre-commit-config.yaml").write_text(
        f"default_install_hook_types: [pre-commit, commit-msg]\nrepos:\n"
        f"  - {{repo: {clone.as_uri()}, rev: {head.stdout.strip()}, hooks: {hooks}}}\n"
    )
    for command in (["git", "init", "-q"], ["git", "add", "."], [sys.executable, "-m", "pre_commit", "install"]):
        subprocess.run(command, cwd=root, env=environment, check=True)
    return root


def _commit(root: Path, environment: dict[str, str], message: str, **files: str) -> subprocess.CompletedProcess[str]:
    for name, text in files.items():
        (root / f"{name}.txt").write_text(text)
    subprocess.run(["git", "add", "."], cwd=root, check=True)
    command = ["git", "commit", "-m", message]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def test_an_installed_configuration(repository: Path, environment: dict[str, str]) -> None:
    clean = _commit(repository, environment, "Begin with a clean file", a="nothing here\n")
    assert clean.returncode == 0, clean.stdout + clean.stderr
    planted = _commit(repository, environment, "Add an address", a=f"nothing here\n{MAIL}\n")
    assert planted.returncode != 0 and "[email]" in planted.stdout + planted.stderr
    allowed = _commit(repository, environment, "Add an address", a=f"nothing here\n{MAIL}  # extractor: allow[email]\n")
    assert allowed.returncode == 0, allowed.stdout + allowed.stderr
    rude = _commit(repository, environment, "fix", b="more\n")
    assert rude.returncode != 0 and "commit-msg.subject" in rude.stdout + rude.stderr


def test_a_baseline(repository: Path, environment: dict[str, str]) -> None:
    assert _commit(repository, environment, "Add another address", c=f"{MAIL}\n").returncode != 0
    write = [sys.executable, "-m", "extractor.hooks.pii", "--all-files", "--write-baseline"]
    subprocess.run(write, cwd=repository, env=environment, check=True)
    known = _commit(repository, environment, "Add another address", c=f"{MAIL}\n")
    assert known.returncode == 0, known.stdout + known.stderr


def test_try_repo(repository: Path, environment: dict[str, str]) -> None:
    (repository / "d.txt").write_text(f"{MAIL} of somebody\n")
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), "extractor-pii", "--files", "d.txt"]
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "[email]" in done.stdout, done.stdout + done.stderr
