"""Configuration. Flags come first, then `.extractor.toml`, else `[tool.extractor]` of pyproject.toml, then defaults.

A hook's own table (`[tool.extractor.pii]`) comes before the shared one (`[tool.extractor]`). A key that nobody knows
is an error: a rule that silently does not hold is worse than a commit that waits.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from extractor.errors import InputError
from extractor.hooks.rules import SEVERITIES, Severity

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

OnTimeout = Literal["closed", "open"]
_OWN_FILE, _SHARED_FILE = ".extractor.toml", "pyproject.toml"
_SECTIONS = ("pii", "secrets", "commit-msg", "policy", "schema", "policies", "schemas")


@dataclass(frozen=True, slots=True)
class Settings:
    """How a hook runs. The names are those of the configuration file, with `-` for `_`.

    Attributes:
        exclude: Patterns of paths that are not looked at.
        disable: Rules that are off.
        min_confidence: What is less sure than this is not reported.
        min_severity: What is less severe than this is not reported.
        baseline: File of known findings, relative to the repository.
        budget_seconds: Time that the hook may take.
        on_timeout: `closed`: what was not looked at in time stops the commit; `open`: it lets it through, and says so.
        cache: Whether results of earlier runs are used.
        regions: Countries whose national phone numbers are known, as ISO 3166 codes.
        model: `off`; `auto`: the model inside the package; or a model's name or path.
    """

    exclude: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    min_confidence: float = 0.5
    min_severity: Severity = "low"
    baseline: str = ".extractor-baseline.json"
    budget_seconds: float = 60.0
    on_timeout: OnTimeout = "closed"
    cache: bool = True
    regions: tuple[str, ...] = ()
    model: str = "off"


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration file as it was read.

    Attributes:
        path: The file, or None where there is none.
        tables: Its table for this program.
    """

    path: Path | None
    tables: Mapping[str, Any]

    def settings(self, section: str, own_keys: frozenset[str] = frozenset()) -> Settings:
        """Settings of one hook: its own table over the shared one over the defaults.

        Args:
            section: The hook's table.
            own_keys: Keys of that table that only the hook itself understands.

        Raises:
            InputError: A key is not known or a value is not of its kind.
        """
        shared = {key: value for key, value in self.tables.items() if key not in _SECTIONS}
        own = self.tables.get(section, {})
        if not isinstance(own, dict):
            raise InputError(f"{self.path}: {section} must be a table", path=section)
        common = {key: value for key, value in own.items() if key not in own_keys}
        return self._over(self._over(Settings(), shared, ""), common, f"{section}.")

    def table(self, section: str) -> Mapping[str, Any]:
        """A hook's own table; empty where there is none."""
        found = self.tables.get(section, {})
        return found if isinstance(found, dict) else {}

    def entries(self, section: str) -> list[Mapping[str, Any]]:
        """The tables of an array of tables, such as `policies`.

        Raises:
            InputError: It is something else.
        """
        found = self.tables.get(section, [])
        if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
            raise InputError(f"{self.path}: write [[...{section}]] once for each entry", path=section)
        return found

    def _over(self, settings: Settings, table: Mapping[str, Any], prefix: str) -> Settings:
        known = keys_of(Settings)
        changes = {}
        for key, value in table.items():
            if key not in known:
                raise InputError(
                    f"{self.path}: no setting {prefix}{key!r}; there are {', '.join(sorted(known))}", path=prefix + key
                )
            changes[known[key]] = checked(known[key], value, f"{self.path}: {prefix}{key}")
        return replace(settings, **changes)


def keys_of(table: type[DataclassInstance]) -> dict[str, str]:
    """Key of the configuration file -> field, for a dataclass that a table is read into."""
    return {field.name.replace("_", "-"): field.name for field in fields(table)}


def checked(name: str, value: Any, where: str) -> Any:  # noqa: PLR0911 - one case a kind of value
    """A value for the field of that name.

    Raises:
        InputError: It is not of the kind that the field takes.
    """
    match name, value:
        case (("exclude" | "disable" | "regions"), list()) if all(isinstance(item, str) for item in value):
            return tuple(value)
        case "min_confidence", int() | float() if not isinstance(value, bool) and 0 <= value <= 1:
            return float(value)
        case "budget_seconds", int() | float() if not isinstance(value, bool) and value > 0:
            return float(value)
        case "min_severity", str() if value in SEVERITIES:
            return value
        case "on_timeout", str() if value in get_args(OnTimeout):
            return value
        case "cache", bool():
            return value
        case (("baseline" | "model"), str()) if value:
            return value
    kinds = {
        "min_confidence": "a number from 0 to 1",
        "budget_seconds": "a number of seconds above 0",
        "min_severity": f"one of {', '.join(SEVERITIES)}",
        "on_timeout": "closed or open",
        "cache": "true or false",
        "baseline": "a path",
        "model": "off, auto, or a model's name or path",
    }
    raise InputError(f"{where} must be {kinds.get(name, 'a list of strings')}, not {value!r}", path=name)


def read_configuration(root: Path, named: str | None) -> Configuration:
    """Read the file that was named, else `.extractor.toml`, else pyproject.toml.

    Raises:
        InputError: The named file is not there, or one is no TOML.
    """
    candidates = [Path(named)] if named else [root / _OWN_FILE, root / _SHARED_FILE]
    for path in candidates:
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            if named:
                raise InputError(f"there is no configuration file {named}", path=named) from error
            continue
        except (OSError, ValueError) as error:
            raise InputError(f"{path} cannot be read as TOML: {error}", path=str(path)) from error
        if path.name == _SHARED_FILE:
            tables = tables.get("tool", {}).get("extractor", {})
        if tables or path.name != _SHARED_FILE:
            return Configuration(path, tables)
    return Configuration(None, {})
