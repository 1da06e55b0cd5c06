"""`extractor-policy`: the user's own rules on paths of the repository.

A rule has patterns, which decide by themselves, and may have a schema, whose record a model fills in. The model only
adds findings: nothing in a file can talk a pattern's finding away.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, get_args

from extractor.errors import InputError
from extractor.hooks import door
from extractor.hooks.allow import is_allowed
from extractor.hooks.content import Lines
from extractor.hooks.deadline import Deadline, OutOfTimeError
from extractor.hooks.finding import Finding
from extractor.hooks.rules import RULES, SEVERITIES, Severity
from extractor.hooks.scan import Outcome, is_among
from extractor.hooks.settings import Configuration, Settings, keys_of
from extractor.hooks.units import Unit, UnitKind, readable, units
from extractor.hooks.verdict import Verdict, placed

if TYPE_CHECKING:
    from extractor.hooks.judge import Judge

_MATCH_SECONDS = 5.0  # a pattern of the user's own may be slow on some text


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy.

    Attributes:
        name: Its rules are called `name.rule`.
        paths: Patterns of the paths it holds for.
        unit: What is judged at a time: a `line`, a `paragraph`, or the whole `file`.
        applies: Only units that this matches are judged; "": all.
        forbid: Rule -> patterns, none of which may match in a unit.
        require: Rule -> patterns, each of which must match in it.
        schema: Schema whose record a model gives: `compliant`, and maybe `rule` and `quote`; "": patterns only.
        model: As for the hook itself; `off` asks no model, whatever `schema` says.
        says: What to do about a finding.
        severity: How bad one is.
        min_confidence: What the model is less sure of is not reported.
    """

    name: str
    paths: tuple[str, ...]
    unit: UnitKind = "file"
    applies: str = ""
    forbid: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    require: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    schema: str = ""
    model: str = "off"
    says: str = "does not comply"
    severity: Severity = "medium"
    min_confidence: float = 0.8


_KEYS = frozenset(keys_of(Policy))


def policies(configuration: Configuration) -> list[Policy]:
    """The `[[policies]]` of a configuration.

    Raises:
        InputError: An entry lacks a key, has one that is not known, or a value of another kind.
    """
    return [_policy(entry, f"{configuration.path}: [[policies]]") for entry in configuration.entries("policies")]


def _policy(entry: Mapping[str, Any], where: str) -> Policy:
    name = entry.get("name")
    if not isinstance(name, str) or not name or name in RULES:
        raise InputError(f"{where}: every policy needs a name that no built-in rule has, not {name!r}", path="policies")
    if unknown := set(entry) - _KEYS:
        raise InputError(f"{where} {name}: no key {', '.join(sorted(unknown))}; there are {', '.join(sorted(_KEYS))}")
    checks = {
        "paths": isinstance(entry.get("paths"), list) and bool(entry["paths"]),
        "unit": entry.get("unit", "file") in get_args(UnitKind),
        "severity": entry.get("severity", "medium") in SEVERITIES,
        "min-confidence": isinstance(entry.get("min-confidence", 0.8), int | float),
        **{key: isinstance(entry.get(key, {}), dict) for key in ("forbid", "require")},
        **{key: isinstance(entry.get(key, ""), str) for key in ("applies", "schema", "model", "says")},
    }
    if wrong := [key for key, right in checks.items() if not right]:
        raise InputError(f"{where} {name}: {wrong[0]} cannot be {entry.get(wrong[0])!r}; see docs/hooks.md", path=name)
    if not any(entry.get(key) for key in ("forbid", "require", "schema")):
        raise InputError(f"{where} {name}: it needs forbid, require or schema, else it holds nothing", path=name)
    given = {key.replace("-", "_"): value for key, value in entry.items()} | {"paths": tuple(entry["paths"])}
    patterns = {key: _patterns(entry.get(key, {})) for key in ("forbid", "require")}
    made = Policy(**given | patterns)
    for pattern in (made.applies, *chain(*made.forbid.values(), *made.require.values())):
        _compiled(pattern, where)
    return made


def _patterns(table: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """One pattern or a list of them for each rule -> a tuple."""
    return {rule: tuple(given) if isinstance(given, list) else (given,) for rule, given in table.items()}


def _compiled(pattern: Any, where: str) -> Any:
    import regex  # unlike `re`, it can stop after a time

    try:
        return regex.compile(pattern, regex.MULTILINE)
    except (regex.error, TypeError) as error:
        raise InputError(f"{where}: {pattern!r} is no regular expression: {error}", path="policies") from error


def _each(rules: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(rule, pattern) for rule, patterns in rules.items() for pattern in patterns]


def _forbidden(policy: Policy, unit: Unit) -> Iterator[tuple[str, int, int]]:
    """Rule and span of every match; of those of one rule that overlap, the one whose pattern stands first."""
    taken: list[tuple[str, int, int]] = []
    for rule, pattern in _each(policy.forbid):
        for match in _compiled(pattern, policy.name).finditer(unit.text, timeout=_MATCH_SECONDS):
            start, end = match.span()
            if not any(rule == other and start < last and first < end for other, first, last in taken):
                taken.append((rule, start, end))
    yield from taken


def by_patterns(policy: Policy, unit: Unit) -> Iterator[Verdict]:
    """What a policy's patterns find in a unit.

    Raises:
        OutOfTimeError: A pattern took too long.
    """
    try:
        for rule, start, end in _forbidden(policy, unit):
            yield Verdict(f"{policy.name}.{rule}", unit.start + start, unit.start + end, policy.says, policy.severity)
        for rule, pattern in _each(policy.require):
            if not _compiled(pattern, policy.name).search(unit.text, timeout=_MATCH_SECONDS):
                first = unit.start + len(unit.text) - len(unit.text.lstrip())
                end = first + len(unit.text.strip().split("\n", 1)[0])
                yield Verdict(f"{policy.name}.{rule}", first, end, policy.says, policy.severity)
    except TimeoutError as error:
        raise OutOfTimeError(f"a pattern of {policy.name} took more than {_MATCH_SECONDS:g} s") from error


def holds(policy: Policy, unit: Unit) -> bool:
    """Whether a policy judges a unit at all."""
    try:
        found = not policy.applies or _compiled(policy.applies, policy.name).search(unit.text, timeout=_MATCH_SECONDS)
    except TimeoutError as error:
        raise OutOfTimeError(f"`applies` of {policy.name} took more than {_MATCH_SECONDS:g} s") from error
    return bool(found)


def _body(chosen: argparse.Namespace, configuration: Configuration, settings: Settings) -> Outcome:
    outcome, deadline = Outcome(), Deadline(settings.budget_seconds)
    known = [policy for policy in policies(configuration) if policy.name not in settings.disable]
    if not known:
        return outcome
    judges: dict[str, Judge] = {}
    looked_at = readable(
        chosen.files, all_files=chosen.all_files, environment=door.environment(), settings=settings, outcome=outcome
    )
    try:
        for source, lines in looked_at:
            mine = [policy for policy in known if is_among(source.path, policy.paths)]
            outcome.files += bool(mine)
            try:
                for policy in mine:
                    for unit in units(lines, policy.unit, source.changed):
                        deadline.check()
                        found = _verdicts(policy, unit, chosen, configuration, settings, judges)
                        outcome.findings += _shown(source.path, lines, found, settings)
            except OutOfTimeError:
                outcome.late.append(source.path)
    finally:
        for judge in judges.values():
            judge.close()
    return outcome


def _shown(path: str, lines: Lines, verdicts: Iterator[Verdict], settings: Settings) -> Iterator[Finding]:
    for finding in (placed(path, lines, verdict) for verdict in verdicts):
        names = {finding.rule, finding.rule.partition(".")[0]}
        if names & set(settings.disable):
            continue
        if not any(is_allowed(lines, finding.line, finding.end_line, name) for name in names):
            yield finding


def _verdicts(
    policy: Policy,
    unit: Unit,
    chosen: argparse.Namespace,
    configuration: Configuration,
    settings: Settings,
    judges: dict[str, Judge],
) -> Iterator[Verdict]:
    if not holds(policy, unit):
        return
    found = list(by_patterns(policy, unit))
    yield from found
    model = chosen.model or policy.model
    if found or not policy.schema or model == "off":
        return
    if policy.name not in judges:
        from extractor.hooks.judge import Judge

        judges[policy.name] = Judge(
            door.configured_schema(configuration, policy.schema), model, use_cache=settings.cache
        )
    opinion = judges[policy.name].opinion(unit.text)
    if not opinion.compliant and opinion.confidence >= policy.min_confidence:
        rule = f"{policy.name}.{opinion.rule}" if opinion.rule else policy.name
        start, end = unit.start + opinion.start, unit.start + opinion.end
        yield Verdict(rule, start, end, f"{policy.says} (the model's opinion)", policy.severity, opinion.confidence)


def main(argv: Sequence[str] | None = None) -> int:
    """Check; the exit code."""
    door.utf8_output()
    arguments = door.parser("policy", "Hold files to the policies that the configuration declares.")
    arguments.add_argument("--model", metavar="MODEL", help="ask this model (or auto, or off) whatever a policy says")
    return door.run(
        "policy", arguments, argv, _body, lambda rule: rule not in RULES and not rule.startswith("commit-msg")
    )


if __name__ == "__main__":
    sys.exit(main())
