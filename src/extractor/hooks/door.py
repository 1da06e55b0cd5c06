"""What all hooks share: arguments, what is printed where, and exit codes.

0 clean, 1 findings, 2 configuration, 3 environment (git, a package, a model, a disk, or time that ended), 130 Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from extractor.errors import ExtractorError, InputError, SchemaError
from extractor.hooks.baseline import is_known, read_baseline, updated, write_baseline
from extractor.hooks.changes import repository_root
from extractor.hooks.finding import Finding, printable, shown_path
from extractor.hooks.report import FORMATS, render
from extractor.hooks.scan import Outcome
from extractor.hooks.settings import Configuration, Settings, checked, read_configuration

Body = Callable[[argparse.Namespace, Configuration, Settings], Outcome]
_FLAGS = ("exclude", "disable", "min_confidence", "min_severity", "baseline", "budget_seconds", "on_timeout", "model")


def parser(name: str, description: str) -> argparse.ArgumentParser:
    """The arguments that every hook takes."""
    made = argparse.ArgumentParser(prog=f"extractor-{name}", description=description, allow_abbrev=False)
    made.add_argument("files", nargs="*", help="files to check; none: everything that is staged")
    made.add_argument(
        "--all-files", action="store_true", help="whole files, not changed lines; without FILES all tracked"
    )
    made.add_argument("--format", choices=FORMATS, default="text", help="how findings are printed (default: text)")
    made.add_argument("--show-values", action="store_true", help="print values as they are; by default they are masked")
    made.add_argument("--config", metavar="FILE", help="configuration file (default: .extractor.toml, pyproject.toml)")
    made.add_argument("--baseline", metavar="FILE", help="known findings (default: .extractor-baseline.json)")
    made.add_argument("--write-baseline", action="store_true", help="write what is found into the baseline, and exit 0")
    made.add_argument("--exclude", action="append", metavar="GLOB", help="paths to leave out")
    made.add_argument("--disable", action="append", metavar="RULE", help="rules to leave out")
    made.add_argument("--min-confidence", type=float, metavar="X", help="least confidence to report (default: 0.5)")
    made.add_argument("--min-severity", metavar="S", help="low, medium, high or critical (default: low)")
    made.add_argument("--budget-seconds", type=float, metavar="S", help="time the hook may take (default: 60)")
    made.add_argument("--on-timeout", metavar="CHOICE", help="closed: then fail (default); open: then pass, and say so")
    made.add_argument("--no-cache", action="store_true", help="use and keep no results of other runs")
    made.add_argument("--verbose", action="store_true", help="say what was skipped, and why")
    return made


def run(
    section: str,
    arguments: argparse.ArgumentParser,
    argv: Sequence[str] | None,
    body: Body,
    owns: Callable[[str], bool],
    own_keys: frozenset[str] = frozenset(),
) -> int:
    """Parse, run, print, and return the exit code.

    Args:
        section: The hook's table in the configuration.
        arguments: What it takes.
        argv: Words after the program's name; None: the process's own.
        body: Does the work.
        owns: Whether a rule is this hook's, in a baseline that several share.
        own_keys: Keys of its table that only the hook understands.
    """
    try:
        chosen = arguments.parse_args(argv)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    try:
        root = repository_root()
        configuration = read_configuration(root, chosen.config)
        settings = _with_flags(configuration.settings(section, own_keys), chosen)
        outcome = body(chosen, configuration, settings)
        return _conclude(outcome, chosen, settings, owns, root / settings.baseline)
    except (InputError, SchemaError) as error:
        return _failed(error, 2)
    except (ExtractorError, OSError) as error:
        return _failed(error, 3)
    except KeyboardInterrupt:
        return 130


def say(message: str) -> None:
    """Write a line for people to stderr."""
    print(message, file=sys.stderr, flush=True)


def _failed(error: Exception, code: int) -> int:
    say(f"error: {printable(' '.join(str(error).split()))}")
    return code


def _with_flags(settings: Settings, chosen: argparse.Namespace) -> Settings:
    given = {name: getattr(chosen, name, None) for name in _FLAGS}
    changes = {
        name: checked(name, value, f"--{name.replace('_', '-')}") for name, value in given.items() if value is not None
    }
    if chosen.no_cache:
        changes["cache"] = False
    return replace(settings, **changes)


def _conclude(
    outcome: Outcome, chosen: argparse.Namespace, settings: Settings, owns: Callable[[str], bool], baseline: Path
) -> int:
    known = read_baseline(baseline)
    if chosen.write_baseline:
        if outcome.late:
            return _late(outcome, settings)
        write_baseline(baseline, updated(known, outcome.findings, owns))
        say(f"{_count(len(outcome.findings), 'finding')} in {settings.baseline}; go through them: extractor audit")
        return 0
    fresh = [finding for finding in outcome.findings if not is_known(known, finding)]
    _print(fresh, chosen)
    if chosen.verbose:
        for name, why in outcome.skipped:
            say(f"skipped {shown_path(name)}: {why}")
    if fresh:
        files = len({finding.path for finding in fresh})
        say(
            f"{_count(len(fresh), 'finding')} in {_count(files, 'file')}. See docs/hooks.md for how to let one through."
        )
    late = _late(outcome, settings)
    return 1 if fresh else late


def _print(findings: Sequence[Finding], chosen: argparse.Namespace) -> None:
    shown = render(findings, chosen.format, show_values=chosen.show_values)
    if shown:
        sys.stdout.write(shown.encode("utf-8", "backslashreplace").decode() + "\n")
        sys.stdout.flush()


def _late(outcome: Outcome, settings: Settings) -> int:
    if not outcome.late:
        return 0
    names = ", ".join(shown_path(name) for name in outcome.late[:5]) + (", ..." if len(outcome.late) > 5 else "")
    say(
        f"the time budget of {settings.budget_seconds:g} s ended before {_count(len(outcome.late), 'file')} had been "
        f"checked: {names}. on-timeout is {settings.on_timeout}; raise budget-seconds to check them"
    )
    return 3 if settings.on_timeout == "closed" else 0


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def utf8_output() -> None:
    """Print UTF-8 whatever the terminal's language is."""
    import io

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def environment() -> dict[str, str]:
    """The process's environment: this is where a hook may read it."""
    return dict(os.environ)


def need(package: str, extra: str, why: str) -> None:
    """Make sure that an optional package is there, before any work.

    Raises:
        SetupError: It is not.
    """
    from importlib.util import find_spec

    from extractor.errors import SetupError

    if find_spec(package) is None:
        raise SetupError(f"{package} is not installed, and {why} needs it: pip install 'extractor[{extra}]'")


def configured_schema(configuration: Configuration, name: str) -> Any:
    """The schema that a configuration names; a file's path is taken from the configuration's folder.

    Raises:
        InputError: There is none of that name.
        SchemaError: It cannot be promised.
    """
    from extractor.api.schema_argument import load_schema

    is_file = name.endswith(".json") or name.partition(":")[0].endswith(".py")
    folder = configuration.path.parent if configuration.path else Path.cwd()
    return load_schema(str(folder / name) if is_file else name)
