"""Reading the project's Markdown: code blocks, links, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(
    r"(?:<!-- (?P<mark>[^\n]*?) -->\n)?^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE
)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (?P<title>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced code block.

    Attributes:
        language: As the fence says.
        code: What it holds.
        line: Its first line's number in the page.
        mark: The HTML comment right above it, or "".
    """

    language: str
    code: str
    line: int
    mark: str


def pages() -> list[Path]:
    """Every page of the documentation."""
    tops = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
    cards = [ROOT / "src" / "extractor" / "models" / "README.md", ROOT / "schemas" / "README.md"]
    training = sorted((ROOT / "training").glob("*.md"))
    return [*tops, *cards, *training, *sorted((ROOT / "docs").rglob("*.md"))]


def name_of(page: Path) -> str:
    """A page's path, for test ids."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    """The code blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(m["language"], m["code"], text.count("\n", 0, m.start("code")) + 1, m["mark"] or "")
        for m in _BLOCK.finditer(text)
    ]


def links(page: Path) -> Iterator[str]:
    """Targets of the links of a page, code blocks left out."""
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    yield from (m["target"] for m in _LINK.finditer(text))


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub makes them."""
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    titles = (m["title"].lower() for m in _HEADING.finditer(text))
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


def command(mark: str) -> str:
    """The README's command of that name: the one line of the block marked `<!-- command: NAME -->`."""
    (block,) = [b for b in blocks(ROOT / "README.md") if b.mark == f"command: {mark}"]
    return block.code.strip()
