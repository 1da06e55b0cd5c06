"""`extractor audit`: go through a baseline's findings, and say of each whether it may stay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from extractor.cli.arguments import count, say
from extractor.errors import InputError
from extractor.hooks.baseline import Known, Verdict, read_baseline, write_baseline
from extractor.hooks.finding import printable

_CHOICES: dict[str, Verdict] = {"a": "accepted", "r": "rejected"}
_AROUND = 2


def audit(
    baseline: Annotated[Path, typer.Argument(metavar="BASELINE", help="A file that --write-baseline wrote.")] = Path(
        ".extractor-baseline.json"
    ),
    every: Annotated[bool, typer.Option("--all", help="Ask about those that have a verdict, too.")] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="Print how many there are of each, and ask nothing.")
    ] = False,
) -> None:
    """Go through the findings of a baseline: accept, reject or skip each."""
    if not baseline.is_file():
        raise InputError(f"there is no baseline {baseline}; write one: extractor-pii --all-files --write-baseline")
    known = read_baseline(baseline)
    if not summary:
        waiting = [row for row in _in_order(known) if every or row.verdict == "open"]
        _ask_all(waiting, known, baseline)
    for verdict in ("open", "accepted", "rejected"):
        print(f"{verdict}: {sum(row.verdict == verdict for row in known.values())}")
    if any(row.verdict == "rejected" for row in known.values()):
        say("rejected findings stop the commit again until they are gone from the files")


def _in_order(known: dict[str, Known]) -> list[Known]:
    return sorted(known.values(), key=lambda row: (row.path, row.line, row.column))


def _ask_all(waiting: list[Known], known: dict[str, Known], baseline: Path) -> None:
    for number, row in enumerate(waiting, 1):
        print(
            f"\n{number} of {count(len(waiting), 'finding')}: {row.rule} in {row.path}, line {row.line} ({row.verdict})"
        )
        print(_around(baseline.parent / row.path, row))
        answer = _asked()
        if answer == "q":
            return
        if answer in _CHOICES:
            known[row.fingerprint] = replace(row, verdict=_CHOICES[answer])
            write_baseline(baseline, known.values())  # after each, so that a closed terminal loses nothing


def _asked() -> str:
    while True:
        try:
            answer = input("accept, reject, skip or quit? [a/r/s/q] ").strip().lower()[:1]
        except EOFError:
            return "q"
        if answer in {"a", "r", "s", "q"}:
            return answer


def _around(path: Path, row: Known) -> str:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return "  (the file is not there any more)"
    first, last = max(1, row.line - _AROUND), min(len(lines), row.line + _AROUND)
    return "\n".join(
        f"{'>' if number == row.line else ' '} {number:5} {printable(lines[number - 1])[:160]}"
        for number in range(first, last + 1)
    )
