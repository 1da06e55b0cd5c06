"""Writes the tables of docs/quality.md from what `benchmarks.quality --out` kept.

    python -m benchmarks.quality_page RESULTS --measured "when, on what" [--page docs/quality.md]

RESULTS is a folder: `constrained.json`, and where they were measured `free_strings.json`, `free.json` and `plain.json`
(the same run's weights before quantisation, in F32).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

Figures: TypeAlias = Mapping[str, Mapping[str, float]]
_BEGIN, _END = "<!-- {} -->", "<!-- /{} -->"
_MAIN = ("exact", "valid", "valid_wrong", "invented", "missed")
_OTHERS = {
    "free_strings": "any string for a quote",
    "free": "no grammar",
    "plain": "F32, before Q4_0",
}


def main_table(found: Figures) -> str:
    """Every line of the evaluation."""
    heads = ("task", "rows", "micro-F1", "95 %", *(name.replace("valid_wrong", "valid but wrong") for name in _MAIN))
    lines = [
        [
            name,
            f"{row['n']}",
            f"{row['micro_f1']:.3f}",
            f"{row['low']:.2f} - {row['high']:.2f}",
            *(f"{row[key]:.3f}" for key in _MAIN),
        ]
        for name, row in found.items()
    ]
    return _table(heads, lines)


def beside(found: Figures, others: Mapping[str, Figures]) -> str:
    """Micro-F1, and the share of valid records, as shipped and otherwise; on the same rows."""
    names = [
        name for name in found if all(found[name]["n"] == other.get(name, {}).get("n") for other in others.values())
    ]
    heads = ["task", "as shipped", *(_OTHERS[way] for way in others)]
    lines = [[name, _short(found[name]), *(_short(other[name]) for other in others.values())] for name in names]
    return _table(heads, lines)


def _short(row: Mapping[str, float]) -> str:
    valid = "" if row["valid"] == 1 else f" ({row['valid']:.0%} valid)"
    return f"{row['micro_f1']:.3f}{valid}"


def _table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *lines))


def between_marks(page: str, mark: str, text: str) -> str:
    """Put a text between the marks of that name.

    Raises:
        ValueError: The page has no such marks.
    """
    begin, end = _BEGIN.format(mark), _END.format(mark)
    if begin not in page or end not in page:
        raise ValueError(f"the page has no {begin} ... {end}")
    before, rest = page.split(begin, 1)
    return f"{before}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}"


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def main() -> None:
    """Write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("--measured", required=True, help="when and on what, in words")
    parser.add_argument("--page", type=Path, default=Path("docs/quality.md"))
    chosen = parser.parse_args()
    found = _read(chosen.results / "constrained.json")
    others = {way: _read(path) for way in _OTHERS if (path := chosen.results / f"{way}.json").exists()}
    page = chosen.page.read_text(encoding="utf-8")
    page = between_marks(page, "quality", f"{chosen.measured}\n\n{main_table(found)}")
    if others:
        page = between_marks(page, "ways", beside(found, others))
    chosen.page.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
