"""Time of the hooks from process start to exit on a commit of ten changed files, with and without candidates."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.hooks_clean import library_files

FILES, LINES, RUNS = 10, 200, 3
HOOKS = ("pii", "secrets", "schema", "policy")
_CONTACT = "# ask Zofia Kern, 14 Harbour Street, Bergen, zofia.kern{}" + "@fjordline.com\n"  # extractor: allow[address]


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments], cwd=folder, check=True)


def staged(folder: Path, contacts: int) -> None:
    """A repository with ten changed files of Python; so many of them have a line with contact details."""
    _git(folder, "init", "-q")
    plain = [file for file in library_files() if file.suffix == ".py"]
    clean = [text for file in plain if len(text := file.read_text(errors="replace").splitlines(True)) > LINES + 100]
    for number in range(FILES):
        lines = [line for line in clean[number * 7][100 : 100 + LINES] if "@" not in line]
        (folder / f"file{number}.py").write_text("".join(lines))
    _git(folder, "add", ".")
    _git(folder, "commit", "-qm", "before")
    for number in range(FILES):
        file = folder / f"file{number}.py"
        file.write_text(file.read_text() + "\n\nchanged = 1\n" + (_CONTACT.format(number) if number < contacts else ""))
    _git(folder, "add", ".")


def _seconds(command: list[str], folder: Path, home: Path) -> tuple[float, bool]:
    """Seconds of one run, and whether llama.cpp was imported in it."""
    environment = os.environ | {"EXTRACTOR_HOME": str(home)}
    begun = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    seconds = time.perf_counter() - begun
    traced = [command[0], "-X", "importtime", *command[1:]]
    said = subprocess.run(traced, cwd=folder, env=environment, capture_output=True, text=True, check=False).stderr
    return seconds, "llama_cpp" in said


def measure() -> None:
    """Print median and longest time of every hook without candidates, and of extractor-pii with some and a model."""
    print("| hook | files with contact details | model | median s | longest s | llama.cpp imported |")
    print("|---|---|---|---|---|---|")
    cases = [(hook, 0, model) for hook in HOOKS for model in ("off", "auto") if model == "off" or hook == "pii"]
    for hook, contacts, model in [*cases, ("pii", 1, "auto"), ("pii", 3, "auto"), ("pii", FILES, "auto")]:
        with tempfile.TemporaryDirectory() as place:
            folder, home = Path(place) / "repository", Path(place) / "home"
            folder.mkdir()
            staged(folder, contacts)
            flags = ["--model", model] if model != "off" else []
            command = [sys.executable, "-m", f"extractor.hooks.{hook}", "--no-cache", *flags]
            runs = [_seconds(command, folder, home) for _ in range(RUNS)]
        times, loaded = [seconds for seconds, _ in runs], any(imported for _, imported in runs)
        row = (f"extractor-{hook}", contacts, model, f"{statistics.median(times):.2f}", f"{max(times):.2f}")
        print(f"| {' | '.join(map(str, row))} | {'yes' if loaded else 'no'} |", flush=True)
