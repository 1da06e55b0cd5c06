"""`extractor-schema`: JSONL, JSON and YAML files against a declared schema. No model."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from extractor.errors import InputError, RecordError
from extractor.hooks import door
from extractor.hooks.changes import Ranges
from extractor.hooks.content import Lines
from extractor.hooks.deadline import Deadline, OutOfTimeError
from extractor.hooks.scan import Outcome, is_among
from extractor.hooks.settings import Configuration, Settings
from extractor.hooks.units import Unit, readable, units
from extractor.hooks.verdict import Verdict, placed

RULE = "schema"
_KEYS = {"paths", "schema", "each"}
_MOST_ALIASES = 100  # a YAML file of a few lines can unfold to gigabytes through its aliases


@dataclass(frozen=True, slots=True)
class Declared:
    """Files and the schema they are held to.

    Attributes:
        paths: Patterns of paths.
        schema: As `extractor --schema` takes it, relative to the configuration's folder.
        each: Whether a JSON or YAML file is a list of records.
    """

    paths: tuple[str, ...]
    schema: str
    each: bool = False


def declared(configuration: Configuration) -> list[Declared]:
    """The `[[schemas]]` of a configuration.

    Raises:
        InputError: An entry lacks a key or has one that is not known.
    """
    found = []
    for entry in configuration.entries("schemas"):
        if not {"paths", "schema"} <= set(entry) <= _KEYS:
            raise InputError(
                f"{configuration.path}: each of [[schemas]] takes paths, schema and each, not {dict(entry)}"
            )
        paths, schema, each = entry["paths"], entry["schema"], entry.get("each", False)
        if not isinstance(schema, str) or not isinstance(each, bool) or not isinstance(paths, list):
            raise InputError(
                f"{configuration.path}: paths is a list, schema a string, each true or false: {dict(entry)}"
            )
        found.append(Declared(tuple(map(str, paths)), schema, each))
    return found


def _body(chosen: argparse.Namespace, configuration: Configuration, settings: Settings) -> Outcome:
    from_flags = [Declared(("*",), chosen.schema, chosen.each)] if chosen.schema else []
    rules = from_flags or declared(configuration)
    outcome, deadline = Outcome(), Deadline(settings.budget_seconds)
    if not rules:
        return outcome
    looked_at = readable(
        chosen.files, all_files=chosen.all_files, environment=door.environment(), settings=settings, outcome=outcome
    )
    loaded: dict[str, Any] = {}
    place = Configuration(None, {}) if from_flags else configuration
    for source, lines in looked_at:
        rule = next((rule for rule in rules if is_among(source.path, rule.paths)), None)
        if rule is None:
            continue
        outcome.files += 1
        try:
            schema = _loaded(rule.schema, place, loaded)
            for verdict in verdicts(source.path, lines, schema, rule.each, source.changed, deadline):
                outcome.findings.append(placed(source.path, lines, verdict))
        except OutOfTimeError:
            outcome.late.append(source.path)
    return outcome


def _loaded(name: str, configuration: Configuration, known: dict[str, Any]) -> Any:
    if name not in known:
        from extractor.schema.load import load

        known[name] = load(door.configured_schema(configuration, name))
    return known[name]


def verdicts(
    path: str, lines: Lines, loaded: Any, each: bool, changed: Ranges | None, deadline: Deadline
) -> Iterator[Verdict]:
    """What does not meet the schema.

    Args:
        path: Says by its ending what the file is: .jsonl or .ndjson, .yaml or .yml, else JSON.
        lines: The file.
        loaded: The schema.
        each: Whether the file is a list of records.
        changed: Changed lines: of JSONL only those are looked at, anything else is looked at whole.
        deadline: When to stop.
    """
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in {".jsonl", ".ndjson"}:
        for unit in units(lines, "line", changed):
            deadline.check()
            yield from _checked(unit, [unit.text], loaded)
    elif changed is None or changed:
        unit = Unit(0, lines.text)
        try:
            records = _yaml(lines.text) if suffix in {".yaml", ".yml"} else _json(lines.text)
        except _UnreadableError as error:
            yield _verdict(unit, error.offset, error.offset, str(error))
            return
        if each:
            records = [item for record in records for item in (record if isinstance(record, list) else [record])]
        for record in records:
            deadline.check()
            yield from _checked(unit, [json.dumps(record, default=str)], loaded)


class _UnreadableError(Exception):
    """A file that is not of its format, and where that shows."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def _json(text: str) -> list[Any]:
    try:
        return [json.loads(text)]
    except json.JSONDecodeError as error:
        raise _UnreadableError(f"is not JSON: {error.msg}", min(error.pos, len(text))) from error
    except (RecursionError, ValueError) as error:
        raise _UnreadableError(f"is not JSON that can be read: {error}", 0) from error


def _yaml(text: str) -> list[Any]:
    door.need("yaml", "hooks", "reading YAML")
    import yaml

    try:
        aliases = sum(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader))
        if aliases > _MOST_ALIASES:
            raise _UnreadableError(f"has {aliases} YAML aliases; at most {_MOST_ALIASES} are read", 0)
        return [record for record in yaml.safe_load_all(text) if record is not None]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _UnreadableError(f"is not YAML: {getattr(error, 'problem', error)}", mark.index if mark else 0) from error
    except (RecursionError, ValueError) as error:
        raise _UnreadableError(f"is not YAML that can be read: {error}", 0) from error


def _checked(unit: Unit, records: list[str], loaded: Any) -> Iterator[Verdict]:
    from extractor.validate.records import instance

    for record in records:
        try:
            instance(loaded, record)
        except RecordError as error:
            for path, message in error.field_errors.items():
                start, end = _quote(unit, path)
                yield _verdict(unit, start, end, f"{path} {message}")


def _quote(unit: Unit, path: str) -> tuple[int, int]:
    """Where the member that a path names is written; the start of the text, where that cannot be told."""
    for name in reversed(re.findall(r"[^.\[\]$]+", path)):
        found = None if name.isdigit() else re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", unit.text)
        if found:
            return found.span()
    return 0, 0


def _verdict(unit: Unit, start: int, end: int, says: str) -> Verdict:
    return Verdict(RULE, unit.start + start, unit.start + end, says, "high", 1.0)


def _flags(made: argparse.ArgumentParser) -> argparse.ArgumentParser:
    made.add_argument("--schema", metavar="SCHEMA", help="hold every file to this schema, whatever is configured")
    made.add_argument("--each", action="store_true", help="with --schema: a JSON or YAML file is a list of records")
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Check; the exit code."""
    door.utf8_output()
    arguments = _flags(door.parser("schema", "Hold JSONL, JSON and YAML files to a schema."))
    return door.run("schema", arguments, argv, _body, RULE.__eq__)


if __name__ == "__main__":
    sys.exit(main())
