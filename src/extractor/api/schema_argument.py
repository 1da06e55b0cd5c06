"""SCHEMA as a user names it: `pkg.mod:Class`, `file.py:Class`, `file.json`, or the name of a ready-made one."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from extractor.errors import ExtractorError, InputError

FORMS = "`package.module:Class`, `file.py:Class`, `file.json` or the name of a ready-made schema"


def load_schema(argument: str) -> Any:
    """The schema that a user named.

    Raises:
        InputError: There is no such schema; the message says what was tried.
        SchemaError: It was found and cannot be promised.
    """
    if argument.endswith(".json"):
        return _from_json(Path(argument))
    if ":" in argument:
        source, _, name = argument.rpartition(":")
        if not source or not name or (source.startswith(".") and not source.endswith(".py")):
            raise InputError(f"no schema {argument!r}. SCHEMA is {FORMS}", path=argument)
        module = _from_file(Path(source)) if source.endswith(".py") else _from_package(source, argument)
        return _attribute(module, name, argument)
    return _ready_made(argument)


def _from_json(path: Path) -> Any:
    try:
        schema = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"cannot read the schema {path}: {error.strerror or error}", path=str(path)) from error
    except ValueError as error:
        raise InputError(f"the schema {path} is not JSON: {error}", path=str(path)) from error
    if not isinstance(schema, dict | bool):
        raise InputError(f"{path} is not a JSON Schema: that is an object, true or false", path=str(path))
    return schema


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise InputError(f"there is no Python file {path} to take a schema from", path=str(path))
    # A name of its own: two files called the same must not be taken for each other.
    name = f"{path.stem}_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InputError(f"{path} cannot be loaded as Python", path=str(path))
    module = importlib.util.module_from_spec(spec)
    _importable(path.resolve().parent)
    sys.modules[name] = module  # Pydantic looks annotations up there
    try:
        spec.loader.exec_module(module)
    except ExtractorError:
        raise
    except (Exception, SystemExit) as error:  # a script that ends by itself
        raise InputError(f"{path} cannot be loaded: {_said(error)}", path=str(path)) from error
    return module


def _from_package(source: str, argument: str) -> ModuleType:
    _importable(Path.cwd())
    try:
        return importlib.import_module(source)
    except ExtractorError:
        raise
    except ModuleNotFoundError as error:
        if error.name is not None and (source == error.name or source.startswith(f"{error.name}.")):
            raise InputError(
                f"no schema {argument!r}: there is no module {source!r} (looked in the working directory and in what "
                f"is installed). SCHEMA is {FORMS}",
                path=argument,
            ) from error
        raise InputError(f"the module {source!r} cannot be imported: {_said(error)}", path=argument) from error
    except (Exception, SystemExit) as error:
        raise InputError(f"the module {source!r} cannot be imported: {_said(error)}", path=argument) from error


def _attribute(module: ModuleType, name: str, argument: str) -> Any:
    found: Any = module
    for part in name.split("."):
        try:
            found = getattr(found, part)
        except AttributeError as error:
            known = ", ".join(_classes(module)) or "none"
            raise InputError(
                f"no schema {argument!r}: {getattr(module, '__file__', module.__name__)} has no {name!r}; "
                f"classes there: {known}",
                path=argument,
            ) from error
    return found


def _classes(module: ModuleType) -> list[str]:
    return [
        name
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__ and not name.startswith("_")
    ]


def _ready_made(argument: str) -> Any:
    from extractor.api import ready_made

    if argument not in (names := ready_made.names()):
        raise InputError(
            f"no schema {argument!r}: there is no ready-made one of that name (there are: {', '.join(names)}). "
            f"SCHEMA is {FORMS}",
            path=argument,
        )
    return ready_made.load(argument)


def _importable(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def _said(error: BaseException) -> str:
    first = str(error).strip().split("\n", 1)[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__
