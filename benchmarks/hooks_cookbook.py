"""The example's policies and the default commit-message policy on texts that their patterns were not made with."""

from __future__ import annotations

from pathlib import Path

from extractor.hooks import commit_msg, door, policy
from extractor.hooks.judge import Judge
from extractor.hooks.settings import read_configuration
from extractor.hooks.units import Unit

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "compliance"
TEXTS = ROOT / "tests" / "hooks" / "cookbook"
MESSAGES = "commit-msg"


def texts(name: str) -> list[tuple[bool, str]]:
    r"""Whether a text complies (`+`), and the text; `\n` in a line of the file is a line end."""
    lines = (TEXTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [(line[0] == "+", line[2:].replace("\\n", "\n")) for line in lines]


def named() -> dict[str, policy.Policy]:
    """The example's policies by name."""
    return {made.name: made for made in policy.policies(read_configuration(EXAMPLE, None))}


def by_patterns(name: str, text: str) -> bool:
    """Whether the patterns of a policy let a text through."""
    if name == MESSAGES:
        return not list(commit_msg.judge(text, commit_msg.Policy()))
    return not list(policy.by_patterns(named()[name], Unit(0, text)))


def accuracy(said: list[bool], name: str) -> float:
    """Share of a file's texts that are judged as they are marked."""
    marked = texts(name)
    return sum(fine == here for (fine, _), here in zip(marked, said, strict=True)) / len(marked)


def cookbook(model: str) -> None:
    """Print accuracy of patterns, of a model asked about every text, and of both as the hook combines them."""
    configuration = read_configuration(EXAMPLE, None)
    print("| policy | patterns | model | both |\n|---|---|---|---|")
    for name, held in named().items():
        patterns = [by_patterns(name, text) for _, text in texts(name)]
        row = [accuracy(patterns, name)]
        if model != "off":
            judge = Judge(door.configured_schema(configuration, held.schema), model, use_cache=False)
            opinions = [judge.opinion(text) for _, text in texts(name)]
            judge.close()
            alone = [opinion.compliant or opinion.confidence < held.min_confidence for opinion in opinions]
            both = [one and other for one, other in zip(patterns, alone, strict=True)]
            row += [accuracy(alone, name), accuracy(both, name)]
        print(f"| {name} | {' | '.join(f'{value:.3f}' for value in row)} |", flush=True)
    messages = [by_patterns(MESSAGES, text) for _, text in texts(MESSAGES)]
    print(f"| {MESSAGES} | {accuracy(messages, MESSAGES):.3f} |")
