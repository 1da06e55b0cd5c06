"""docs/cli.md names every command and every option, and nothing that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from extractor.cli.main import app

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if not inner:
        yield name, command
        return
    for word, below in inner.items():
        yield from commands(below, f"{name} {word}")


ALL = dict(commands(typer.main.get_command(app), "extractor"))


def options(command: Any) -> set[str]:
    return {word for param in command.params for word in param.opts if word.startswith("-")} - {"--help"}


def test_every_command_is_there_with_its_synopsis() -> None:
    assert set(ALL) >= {"extractor extract", "extractor batch", "extractor eval", "extractor schema explain"}
    for name in ALL:
        assert re.search(rf"^{name}\b.*", PAGE, re.MULTILINE), name


def test_every_option_stands_in_its_command_s_section() -> None:
    sections = dict(re.findall(r"^## `(extractor[^`]*)`\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
    for name, command in ALL.items():
        section = next(body for title, body in sections.items() if name.startswith(title))
        for option in options(command):
            assert option in section, f"{name} {option}"
        synopsis = "".join(re.findall(rf"^{name}\b.*$", section, re.MULTILINE))
        assert set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", synopsis)) <= options(command), name


def test_options_of_the_app_itself_are_there() -> None:
    assert "--version" in PAGE and "--help" in PAGE
