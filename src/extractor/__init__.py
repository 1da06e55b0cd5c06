"""Text to validated records on your own machine.

    from extractor import extract
    extract("Invoice AB-4412 of 3 March 2024, 1234 EUR", Invoice)

Importing this package loads nothing heavy; a name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extractor.api.compiled import CompiledSchema, compile
    from extractor.api.decoding import Decoding
    from extractor.api.extractor import Extractor
    from extractor.api.functions import extract
    from extractor.engine.scripted import ScriptedEngine
    from extractor.errors import ExtractorError
    from extractor.record.extraction import Extraction, Span
    from extractor.schema.verbatim import Verbatim

__version__ = "0.1.0"

__all__ = [
    "CompiledSchema",
    "Decoding",
    "Extraction",
    "Extractor",
    "ExtractorError",
    "ScriptedEngine",
    "Span",
    "Verbatim",
    "compile",
    "extract",
]

_HOMES = {
    "CompiledSchema": "extractor.api.compiled",
    "Decoding": "extractor.api.decoding",
    "Extraction": "extractor.record.extraction",
    "Extractor": "extractor.api.extractor",
    "ExtractorError": "extractor.errors",
    "ScriptedEngine": "extractor.engine.scripted",
    "Span": "extractor.record.extraction",
    "Verbatim": "extractor.schema.verbatim",
    "compile": "extractor.api.compiled",
    "extract": "extractor.api.functions",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'extractor' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
