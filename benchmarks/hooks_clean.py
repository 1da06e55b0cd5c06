"""False findings on text that is known to be clean: Python's own library and this repository."""

from __future__ import annotations

import subprocess
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.hooks import found
from extractor.hooks.allow import is_allowed
from extractor.hooks.content import Lines, decode, is_generated

ROOT = Path(__file__).resolve().parents[1]
_TESTS = {"test", "tests", "idle_test", "lib2to3", "site-packages", "__pycache__", "ensurepip"}


def library_files() -> list[Path]:
    """Python's `Lib/` without tests and without what is installed into it."""
    lib = Path(sysconfig.get_path("stdlib"))
    files = [path for path in lib.rglob("*") if path.suffix in {".py", ".txt", ".cfg", ".rst", ".def"}]
    return sorted(path for path in files if not _TESTS & set(path.relative_to(lib).parts))


def repository_files() -> list[Path]:
    """What git tracks here."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def _findings(path: Path) -> tuple[int, list[str]]:
    text = decode(path.read_bytes())
    if text is None or is_generated(path.name, text):
        return 0, []
    lines, rows = Lines(text), []
    for offset, piece in lines.pieces(None):
        for candidate in found(piece):
            line, column = lines.place(candidate.start + offset)
            last, _ = lines.place(candidate.end + offset)
            if not is_allowed(lines, line, last, candidate.rule):
                quote = lines.text[candidate.start + offset : candidate.end + offset]
                rows.append(
                    f"{path.name}:{line}:{column}: {candidate.rule} {quote!r} | {lines.line(line).strip()[:100]}"
                )
    return text.count("\n"), rows


def _groups(folders: list[Path]) -> Iterator[tuple[str, list[Path]]]:
    if folders:
        yield from ((str(folder), sorted(p for p in folder.rglob("*") if p.is_file())) for folder in folders)
        return
    yield "Python's Lib/ without tests", library_files()
    yield "this repository", repository_files()


def clean(folders: list[Path]) -> int:
    """Print every finding, and how many there are per 10,000 lines; people judge which of them are true."""
    for name, files in _groups(folders):
        begun = time.perf_counter()
        count, rows = 0, []
        for file in files:
            lines, findings = _findings(file)
            count += lines
            rows += findings
            print(*findings, sep="\n", end="\n" if findings else "", flush=True)
        seconds = time.perf_counter() - begun
        print(
            f"{name}: {len(files)} files, {count} lines, {len(rows)} findings, "
            f"{10_000 * len(rows) / max(1, count):.2f} per 10,000 lines, {count / seconds:,.0f} lines/s"
        )
    return 0
