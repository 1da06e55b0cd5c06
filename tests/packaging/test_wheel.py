"""The wheel carries what the package needs, and works from outside the checkout."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from extractor.api import ready_made

ROOT = Path(__file__).resolve().parents[2]
MOST_MODEL_BYTES = 20 << 20


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the project's own backend as pip would, without the network."""
    out = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def _run(unpacked: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python with the unpacked wheel before anything that is installed."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("EXTRACTOR_MODEL", None)
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def test_it_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {
        "extractor",
        next(n for n in names if ".dist-info" in n).split("/")[0],
    }
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    modules = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*.py")}
    assert modules <= set(names)
    assert "extractor/py.typed" in names


def test_it_carries_both_licences(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(next(n for n in archive.namelist() if n.endswith("/METADATA"))).decode()
        licences = {
            name.split("licenses/")[1]: archive.read(name) for name in archive.namelist() if "licenses/" in name
        }
    assert "License-Expression: Apache-2.0 AND CC-BY-SA-4.0" in metadata
    assert licences["LICENSE"] == (ROOT / "LICENSE").read_bytes()
    assert b"CC BY-SA 4.0" in licences["src/extractor/models/LICENSE"]


def test_it_carries_the_ready_made_schemas(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for name in ready_made.names():
        for suffix in (".py", ".txt", ".expected.json"):
            assert f"extractor/ready_made/{name}{suffix}" in names


def test_ready_made_names_resolve_outside_the_checkout(unpacked: Path, tmp_path: Path) -> None:
    code = (
        "import extractor\n"
        "from extractor.api import ready_made as r\n"
        "print(extractor.__file__, r.folder(), r.load('invoice').__name__, *r.names(), sep='\\n')"
    )
    done = _run(unpacked, tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr
    module, folder, loaded, *names = done.stdout.splitlines()
    assert Path(module).is_relative_to(unpacked)
    assert Path(folder) == unpacked / "extractor" / "ready_made"
    assert (loaded, names) == ("Invoice", ready_made.names())


def test_ready_made_names_resolve_outside_the_checkout_when_installed_from_it(tmp_path: Path) -> None:
    code = "from extractor.api import ready_made as r; print(r.load('invoice').__name__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "Invoice"), done.stderr


def test_the_command_line_runs_outside_the_checkout(unpacked: Path, tmp_path: Path) -> None:
    done = _run(unpacked, tmp_path, "-m", "extractor", "--version")
    assert (done.returncode, "0.1.0" in done.stdout) == (0, True), done.stderr
    explained = _run(unpacked, tmp_path, "-m", "extractor", "schema", "explain", "invoice")
    assert explained.returncode == 0, explained.stderr
    assert "total" in explained.stdout


def test_the_embedded_model_is_the_one_its_card_names(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        if "extractor/models/embedded.gguf" not in archive.namelist():
            pytest.skip("the embedded model's weights are not there yet")
        weights = archive.read("extractor/models/embedded.gguf")
        card = json.loads(archive.read("extractor/models/embedded.json"))
    assert hashlib.sha256(weights).hexdigest() == card["sha256"]
    assert len(weights) == card["size_bytes"] <= MOST_MODEL_BYTES


def test_the_model_has_a_licence_and_a_card_beside_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        licence = archive.read("extractor/models/LICENSE").decode()
        card = archive.read("extractor/models/README.md").decode()
    assert "https://creativecommons.org/licenses/by-sa/4.0/" in licence
    assert "English" in card and "CC BY-SA 4.0" in card


@pytest.mark.model
def test_the_wheel_extracts_outside_the_checkout(unpacked: Path, tmp_path: Path) -> None:
    if not (unpacked / "extractor" / "models" / "embedded.gguf").is_file():
        pytest.skip("the embedded model's weights are not there yet")
    text = tmp_path / "text.txt"
    text.write_text("Loved it, best purchase of the year!", encoding="utf-8")
    done = _run(unpacked, tmp_path, "-m", "extractor", "extract", str(text), "--schema", "sentiment", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["record"]["sentiment"] in {"positive", "negative", "ambiguous", "neutral"}


def test_the_licence_names_every_data_set(data_folder: Path) -> None:
    licence = (ROOT / "src" / "extractor" / "models" / "LICENSE").read_text(encoding="utf-8")
    tasks = {path.name for path in data_folder.iterdir() if (path / "schemas").is_dir()} - {"sms_spam"}
    assert {task for task in tasks if f"\n{task} (" not in licence} == set()
    assert "sms_spam" not in licence
