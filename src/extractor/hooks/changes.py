"""What a hook looks at: staged content, a range of commits, or files as they lie, each with the lines that changed.

Git is asked for blobs by their ids, never through paths, so that a symbolic link, a name with a newline or a file that
changes meanwhile makes no difference.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from extractor.errors import SetupError

Ranges = tuple[tuple[int, int], ...]
_HUNK = re.compile(rb"@@ -\S+ \+(\d+)(?:,(\d+))? @@")
_INDEX = re.compile(rb"index ([0-9a-f]+)\.\.([0-9a-f]+)")
_LINK, _MODULE = "120000", "160000"


@dataclass(frozen=True, slots=True)
class Source:
    """A file to check.

    Attributes:
        path: Relative to the repository, bytes that are no UTF-8 escaped as `os.fsdecode` does.
        data: Its content; None where there is nothing that could be read.
        changed: First and last line, from 1, of every changed stretch; None: all of it.
        skipped: Why it is not looked at, or "".
    """

    path: str
    data: bytes | None
    changed: Ranges | None = None
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class _Entry:
    mode: str
    old: str
    new: str


def sources(names: Sequence[str], *, all_files: bool, environment: Mapping[str, str]) -> Iterator[Source]:
    """Yield what to check.

    `PRE_COMMIT_FROM_REF` and `PRE_COMMIT_TO_REF` come first: they are set only where a range was asked for. Then what
    is staged. A file that was named and is not staged is checked whole: `pre-commit run --all-files` asks for that.

    Args:
        names: Files, as given on the command line; none: everything that is staged.
        all_files: Whole files; with no names, every file that git tracks.
        environment: Environment variables.

    Raises:
        SetupError: Git is not there, or fails.
    """
    root = _root()
    if root is None:
        yield from _from_disk([(name, Path(name)) for name in names], Path.cwd())
        return
    wanted = {os.path.relpath(Path.cwd() / name, root): None for name in names}
    if all_files:
        tracked = wanted or dict.fromkeys(_names(_git(root, "ls-files", "-z")))
        yield from _from_disk([(name, root / name) for name in tracked], root)
        return
    ends = environment.get("PRE_COMMIT_FROM_REF"), environment.get("PRE_COMMIT_TO_REF")
    between = [f"{ends[0]}...{ends[1]}"] if all(ends) else ["--cached"]
    entries = _entries(_git(root, "diff", *between, *_QUIET, "--raw", "-z", "--no-abbrev"))
    chosen = {path: entry for path, entry in entries.items() if not wanted or path in wanted}
    lines = _changed_lines(_git(root, "diff", *between, *_QUIET, "-U0", "--full-index")) if chosen else {}
    yield from _from_objects(root, chosen, lines)
    rest = [name for name in wanted if name not in entries]
    yield from _from_disk([(name, root / name) for name in rest], root)


_QUIET = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--diff-filter=ACMRT", "--ignore-submodules")


def _root() -> Path | None:
    try:
        done = subprocess.run(["git", "rev-parse", "--show-toplevel"], capture_output=True, check=False)
    except FileNotFoundError as error:
        raise SetupError("git is not on PATH; install it, or run where it is") from error
    return Path(os.fsdecode(done.stdout.removesuffix(b"\n"))) if done.returncode == 0 else None


def repository_root() -> Path:
    """The top of the repository that the process is in, else the working directory."""
    return _root() or Path.cwd()


def _git(root: Path, *arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise SetupError(f"git {arguments[0]} failed ({said or done.returncode}); does it run by hand here?")
    return done.stdout


def _names(listed: bytes) -> list[str]:
    return [os.fsdecode(name) for name in listed.split(b"\0") if name]


def _entries(raw: bytes) -> dict[str, _Entry]:
    """Parse `git diff --raw -z`: `:mode mode sha sha status NUL path NUL`."""
    fields = raw.split(b"\0")
    found = {}
    for head, path in zip(fields[::2], fields[1::2], strict=False):
        _, mode, old, new, _ = head.decode().split(" ")
        found[os.fsdecode(path)] = _Entry(mode, old, new)
    return found


def _changed_lines(patch: bytes) -> dict[tuple[str, str], Ranges]:
    """Changed stretches of every pair of blobs in a patch without context; a pair without a hunk has no place in it."""
    found: dict[tuple[str, str], dict[tuple[int, int], None]] = {}  # in order, each stretch once
    pair = ("", "")
    for line in patch.split(b"\n"):
        if match := _INDEX.match(line):
            pair = match[1].decode(), match[2].decode()
        elif match := _HUNK.match(line):
            first, count = int(match[1]), int(match[2] if match[2] is not None else 1)
            stretches = found.setdefault(pair, {})
            if count:
                stretches[first, first + count - 1] = None
    return {pair: tuple(stretches) for pair, stretches in found.items()}


def _from_objects(
    root: Path, entries: Mapping[str, _Entry], lines: Mapping[tuple[str, str], Ranges]
) -> Iterator[Source]:
    readable = {path: entry for path, entry in entries.items() if entry.mode not in {_LINK, _MODULE}}
    for path in entries.keys() - readable.keys():
        yield Source(path, None, skipped="a symbolic link or a submodule")
    if not readable:
        return
    with subprocess.Popen(
        ["git", "cat-file", "--batch"], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        for path, entry in readable.items():
            process.stdin.write(entry.new.encode() + b"\n")
            process.stdin.flush()
            data = _blob(process.stdout, path)
            nothing = "0" * len(entry.new)
            changed = lines.get((entry.old, entry.new), lines.get((nothing, entry.new)))
            if entry.old == entry.new:  # only its mode changed
                changed = ()
            yield Source(path, data, changed)
        process.stdin.close()


def _blob(stream: IO[bytes], path: str) -> bytes:
    head = stream.readline().split()
    if len(head) != 3:
        raise SetupError(f"git has no content for {path!r}; is the repository a partial clone? Fetch it first")
    data = stream.read(int(head[2]))
    stream.read(1)
    return data


def _from_disk(files: Sequence[tuple[str, Path]], root: Path) -> Iterator[Source]:
    inside = root.resolve()
    for name, file in files:
        try:
            if file.is_symlink() or not file.resolve().is_relative_to(inside):
                yield Source(name, None, skipped="a symbolic link, or behind one that leads out of the repository")
            elif file.is_file():
                yield Source(name, file.read_bytes())
            else:
                yield Source(name, None, skipped="no such file" if not file.exists() else "not a file")
        except OSError as error:
            raise SetupError(f"cannot read {name!r}: {error.strerror or error}; check its permissions") from error
