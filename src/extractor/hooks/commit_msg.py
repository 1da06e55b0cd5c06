"""`extractor-commit-msg`: a commit message against a policy. For the stage commit-msg."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extractor.errors import InputError
from extractor.hooks import door
from extractor.hooks.content import Lines, decode
from extractor.hooks.scan import Outcome
from extractor.hooks.settings import Configuration, Settings, keys_of
from extractor.hooks.verdict import Verdict, placed
from extractor.hooks.wording import CLAIMS, WORDING

PREFIX = "commit-msg."
_CONVENTIONAL = r"(?:feat|fix|docs|style|refactor|perf|test|build|ci|chore|revert)(?:\([\w./ -]+\))?!?: \S.*"
_MADE_BY_GIT = re.compile(r"(?:Merge |Revert \"|fixup! |squash! |amend! )")
_SCISSORS = "------------------------ >8 ------------------------"
_VAGUE = re.compile(
    r"(?:(?:misc|various|minor|small|some|more|quick|temp(?:orary)?|random|stuff|wip|asdf|todo|foo|test(?:ing)?|update[sd]?|"
    r"change[sd]?|fix(?:es|ed)?|edit(?:s|ed)?|cleanup|commit|work|things|tweaks?|bugs?|code|files?|it|and|the)[\s,.!]*)+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a message must be.

    Attributes:
        subject_max: Most characters of the subject.
        subject_pattern: The whole subject must match it; `conventional` is the form of Conventional Commits.
        ticket: Must match somewhere in the message; "": none is asked for.
        forbid: Name -> what must not match anywhere.
        wording: Whether blaming and abusive words are findings.
        claims: Whether claims that nobody can keep are findings.
    """

    subject_max: int = 72
    subject_pattern: str = ""
    ticket: str = ""
    forbid: Mapping[str, str] = field(default_factory=dict)
    wording: bool = True
    claims: bool = True


_KEYS = frozenset(keys_of(Policy))


def policy(table: Mapping[str, Any], where: str) -> Policy:
    """Read a policy from its table.

    Raises:
        InputError: A value is not of its kind, or a pattern is no regular expression.
    """
    given = {key.replace("-", "_"): value for key, value in table.items() if key in _KEYS}
    kinds = {"subject_max": int, "wording": bool, "claims": bool, "forbid": dict}
    for name, value in given.items():
        kind = kinds.get(name, str)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise InputError(f"{where}: {name.replace('_', '-')} must be {kind.__name__}, not {value!r}", path=name)
    if given.get("subject_pattern") == "conventional":
        given["subject_pattern"] = _CONVENTIONAL
    made = Policy(**given)
    for pattern in (made.subject_pattern, made.ticket, *made.forbid.values()):
        try:
            re.compile(pattern)
        except (re.error, TypeError) as error:
            raise InputError(f"{where}: {pattern!r} is no regular expression: {error}", path="commit-msg") from error
    return made


def message_of(text: str) -> str:
    """What git will keep of a message file: no comments, nothing below the scissors line; places stay the same."""
    kept = text
    for match in re.finditer(r"^.*$", text, re.MULTILINE):
        if match.group().startswith("#"):
            if _SCISSORS in match.group():
                return kept[: match.start()] + " " * (len(text) - match.start())
            kept = kept[: match.start()] + " " * len(match.group()) + kept[match.end() :]
    return kept


def judge(text: str, rules: Policy) -> Iterator[Verdict]:
    """What is wrong with a message.

    Args:
        text: The message as git's file has it.
        rules: The policy.
    """
    message = message_of(text)
    first = re.search(r"\S.*", message)
    if first is None:
        yield _verdict("subject", 0, 0, "the message is empty; say what the commit does")
        return
    subject, start = first.group().rstrip(), first.start()
    if not _MADE_BY_GIT.match(subject):
        yield from _subject(subject, start, rules)
        yield from _form(message, start, subject, rules)
    if rules.wording:
        yield from _named(message, "wording", WORDING, "blames or abuses somebody; describe the code")
    if rules.claims:
        yield from _named(message, "claim", CLAIMS, "claims what nobody can keep; say what was done")
    for name, pattern in rules.forbid.items():
        yield from _named(message, name, re.compile(pattern), "is forbidden by the policy")


def _subject(subject: str, start: int, rules: Policy) -> Iterator[Verdict]:
    end = start + len(subject)
    if len(subject) > rules.subject_max:
        says = f"the subject has {len(subject)} characters; at most {rules.subject_max}, the rest goes into the body"
        yield _verdict("subject", start, end, says)
    if rules.subject_pattern and not re.fullmatch(rules.subject_pattern, subject):
        yield _verdict("subject", start, end, f"the subject must match {rules.subject_pattern}")
    bare = re.sub(r"^\w+(?:\([^)]*\))?!?: ", "", subject)
    if _VAGUE.fullmatch(bare) or len(bare) < 4:
        yield _verdict("subject", start, end, "the subject says nothing; say what the commit does")
    elif subject.endswith("."):
        yield _verdict("subject", start, end, "the subject ends in a full stop; leave it out")


def _form(message: str, start: int, subject: str, rules: Policy) -> Iterator[Verdict]:
    after = message[start + len(subject) :].split("\n")
    if len(after) > 1 and after[1].strip():
        place = start + len(subject) + len(after[0]) + 1
        yield _verdict("subject", place, place + len(after[1]), "the line after the subject must be empty")
    if rules.ticket and not re.search(rules.ticket, message):
        yield _verdict(
            "ticket", start, start + len(subject), f"no ticket; the message must hold one like {rules.ticket}"
        )


def _named(message: str, name: str, pattern: re.Pattern[str], says: str) -> Iterator[Verdict]:
    for match in pattern.finditer(message):
        yield _verdict(name, match.start(), match.end(), says)


def _verdict(name: str, start: int, end: int, says: str) -> Verdict:
    return Verdict(PREFIX + name, start, end, says)


def _body(chosen: argparse.Namespace, configuration: Configuration, settings: Settings) -> Outcome:
    rules = policy(configuration.table("commit-msg"), f"{configuration.path}: commit-msg")
    outcome = Outcome()
    for name in chosen.files:
        text = decode(Path(name).read_bytes())
        if text is None:
            raise InputError(f"{name} is binary; give the file that git writes the message to", path=name)
        lines = Lines(text)
        for verdict in judge(text, rules):
            if not {verdict.rule, verdict.rule.removeprefix(PREFIX)} & set(settings.disable):
                outcome.findings.append(placed(name, lines, verdict))
        outcome.files += 1
    return outcome


def main(argv: Sequence[str] | None = None) -> int:
    """Check the message in the file that git names; the exit code."""
    door.utf8_output()
    arguments = door.parser(
        "commit-msg", "Hold a commit message to a policy. FILE is what git gives a commit-msg hook."
    )
    return door.run("commit-msg", arguments, argv, _body, lambda rule: rule.startswith(PREFIX), _KEYS)


if __name__ == "__main__":
    sys.exit(main())
