"""Links resolve, commands are documented, the README's commands are what CI runs, nothing private is told."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from extractor.engine import scripted
from tests.docs.markdown import ROOT, anchors, blocks, command, links, name_of, pages


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_links_resolve(page: Path) -> None:
    for target in links(page):
        if re.match(r"[a-z]+://|mailto:", target):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), f"{name_of(page)} links to {target}"
        assert linked.is_relative_to(ROOT), f"{name_of(page)} links out of the repository: {target}"
        if anchor and linked.suffix == ".md":
            assert anchor in anchors(linked), f"{name_of(page)} links to {target}"


def test_every_page_can_be_found_from_the_index() -> None:
    seen: set[Path] = set()
    open_pages = [ROOT / "docs" / "index.md"]
    while open_pages:
        page = open_pages.pop()
        if page in seen:
            continue
        seen.add(page)
        for target in links(page):
            linked = (page.parent / target.partition("#")[0]).resolve()
            if linked.suffix == ".md" and linked.exists():
                open_pages.append(linked)
    assert set((ROOT / "docs").rglob("*.md")) <= seen


def _commands(command: Any, path: str) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path
    else:
        for name, held in inner.items():
            yield from _commands(held, f"{path} {name}")


def _shown(page: Path) -> Iterator[str]:
    """Command lines of `extractor` that a page shows."""
    for block in blocks(page):
        if block.language in {"", "bash", "console"}:
            lines = (line.removeprefix("$ ") for line in block.code.splitlines())
            yield from (line for line in lines if re.match(r"extractor [a-z]", line))


def test_every_command_is_documented() -> None:
    main = pytest.importorskip("extractor.cli.main", reason="the command line's entry point is not there yet")
    text = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md"))
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    found = list(_commands(typer.main.get_command(main.app), "extractor"))
    assert {"extractor extract", "extractor batch", "extractor eval", "extractor schema explain"} <= set(found)
    for name in found:
        assert name in (text if name.startswith("extractor model") else page), name


def test_commands_that_the_documentation_shows_exist() -> None:
    main = pytest.importorskip("extractor.cli.main", reason="the command line's entry point is not there yet")
    known = set(_commands(typer.main.get_command(main.app), "extractor"))
    for page in pages():
        for block in blocks(page):
            for line in block.code.splitlines():
                if (
                    block.language in {"", "bash"}
                    and line.startswith("extractor ")
                    and not line.startswith("extractor -")
                ):
                    assert any(line == name or line.startswith(f"{name} ") for name in known), (name_of(page), line)


def test_the_readme_s_first_screen() -> None:
    """One sentence, then the two commands, each on one line, before anything else."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    head = text.split("\n## ")[0]
    assert len(head.splitlines()) <= 40
    assert command("main") in head and command("test") in head
    for mark in ("main", "test"):
        assert "\n" not in command(mark)
    assert "examples/signature.txt" in command("main") and (ROOT / "examples" / "signature.txt").is_file()
    assert command("test").endswith(" -m pytest")
    assert re.search(r"minutes", head), "says that the first install takes minutes"
    assert "English" in text and "Linux" in text


def test_ci_runs_the_readme_s_commands() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "set -euo pipefail" in script
    function = re.search(r"^readme_command\(\) \{.*?^\}", script, re.DOTALL | re.MULTILINE)
    assert function is not None
    for mark in ("main", "test"):
        code = f"{function[0]}\nreadme_command {mark}"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == command(mark)
        assert f"$(readme_command {mark})" in script


def test_the_changelog_knows_the_version() -> None:
    assert (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").startswith("# Changelog")
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_decisions_have_the_four_parts_and_guards_that_exist() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [page.name[:4] for page in decisions] == [f"{i:04}" for i in range(1, len(decisions) + 1)]
    for page in decisions:
        text = page.read_text(encoding="utf-8")
        for part in ("## Context", "## Decision", "## Consequences", "## Guarded by"):
            assert part in text, f"{page.name} lacks {part}"
        for guard in re.findall(r"`(tests/[^`]+)`", text.split("## Guarded by")[1]):
            assert (ROOT / guard).exists(), f"{page.name} names {guard}"


def test_the_scripted_engine_s_docstring_shows_how_to_use_it() -> None:
    assert "Extractor(" in (scripted.__doc__ or "")
