"""The ready-made schemas: found by name, from a checkout, an editable install or a wheel.

`schemas/` is their one source. A wheel carries it as `extractor/ready_made/`.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import threading
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from extractor.errors import SchemaError

_PACKAGE = Path(__file__).resolve().parent.parent
_loading = threading.RLock()


def folder() -> Path:
    """Where the ready-made schemas are: inside the installed package, else beside the checkout's `src`."""
    packaged = _PACKAGE / "ready_made"
    return packaged if packaged.is_dir() else _PACKAGE.parent.parent / "schemas"


def names() -> list[str]:
    """Names of the ready-made schemas, sorted."""
    return sorted(path.stem for path in folder().glob("*.py") if not path.stem.startswith("_"))


def load(name: str) -> Any:
    """Return the schema class of that name.

    Raises:
        SchemaError: There is none of that name.
    """
    with _loading:
        module = _module(_known(name))
    return getattr(module, module.__all__[0])


def example(name: str) -> tuple[str, Any]:
    """Return a text for the schema of that name, and the record that it should give.

    Raises:
        SchemaError: There is none of that name.
    """
    stem = folder() / _known(name)
    text = stem.with_suffix(".txt").read_text(encoding="utf-8").rstrip("\n")
    return text, json.loads(stem.with_suffix(".expected.json").read_text(encoding="utf-8"))


def _known(name: str) -> str:
    if name not in (known := names()):
        raise SchemaError(
            f"there is no ready-made schema {name!r}; there are: {', '.join(known)}. "
            "For one of your own, give `file.py:Class`, `package.module:Class` or `file.json`.",
            construct=name,
        )
    return name


@cache
def _module(name: str) -> ModuleType:
    qualified = f"extractor.ready_made.{name}"
    spec = importlib.util.spec_from_file_location(qualified, folder() / f"{name}.py")
    if spec is None or spec.loader is None:
        raise SchemaError(f"the ready-made schema {name!r} cannot be loaded from {folder()}", construct=name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[qualified] = module  # Pydantic looks annotations up there
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[qualified]
        raise
    return module
