"""Time of the hooks from process start to exit on a commit of ten changed files, with and without candidates."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.hooks_clean import library_files

FILES, LINES, RUNS = 10, 200, 3
HOOKS = ("pii", "secrets", "schema", "policy")
_CONTACT = "# ask Zofia Kern, 14 Harbour Street, Bergen, zofia.kern{}" + "@fjordline.com\n"  # extractor: allow[*]


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


def _seconds(command: list[str], folder: Path, home: Path) -> tuple[float, float, bool]:
    """Seconds of one run, of processors in it, and whether llama.cpp was imported in another."""
    environment = os.environ | {"EXTRACTOR_HOME": str(home)}
    begun, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    seconds, now = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    traced = [command[0], "-X", "importtime", *command[1:]]
    said = subprocess.run(traced, cwd=folder, env=environment, capture_output=True, text=True, check=False).stderr
    return seconds, now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime, "llama_cpp" in said


def measure() -> None:
    """Print median and longest time of every hook without candidates, and of extractor-pii with some and a model."""
    print("| hook | files with contact details | model | median s | longest s | processor s | llama.cpp imported |")
    print("|---|---|---|---|---|---|---|")
    cases = [(hook, 0, model) for hook in HOOKS for model in ("off", "auto") if model == "off" or hook == "pii"]
    for hook, contacts, model in [*cases, ("pii", 1, "auto"), ("pii", 3, "auto"), ("pii", FILES, "auto")]:
        with tempfile.TemporaryDirectory() as place:
            folder, home = Path(place) / "repository", Path(place) / "home"
            folder.mkdir()
            staged(folder, contacts)
            flags = ["--model", model] if model != "off" else []
            command = [sys.executable, "-m", f"extractor.hooks.{hook}", "--no-cache", *flags]
            runs = [_seconds(command, folder, home) for _ in range(RUNS)]
        times, used, loaded = zip(*runs, strict=True)
        figures = (statistics.median(times), max(times), statistics.median(used))
        row = (f"extractor-{hook}", contacts, model, *(f"{figure:.2f}" for figure in figures))
        print(f"| {' | '.join(map(str, row))} | {'yes' if any(loaded) else 'no'} |", flush=True)
