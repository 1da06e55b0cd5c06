"""What a run's rows are made with: the digests of a model, and of what it is told of a schema."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from extractor import __version__
from extractor.api.compiled import CompiledSchema
from extractor.engine.protocol import Engine
from extractor.prompt.schema_text import render
from extractor.prompt.template import TEMPLATES, Brief
from extractor.store.adapters import adapter_names, adapter_path
from extractor.store.calibration import read_biases, read_curves
from extractor.store.digest import file_sha256
from extractor.store.home import resolve_model


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """What a model is known by.

    Attributes:
        model: SHA-256 of its file.
        template: Name of the prompt template.
        beside: What else of it decides rows, as a manifest's options say it: `calibration`,
            `calibrated_null_bias` and `calibrated_end_bias`, where it is a file, and `adapters`, where rows name them.
        version: Of this package.
    """

    model: str
    template: str
    beside: Mapping[str, Any]
    version: str = __version__

    def differences(self, other: ModelIdentity) -> list[str]:
        """Names of what differs."""
        names = [field.name for field in fields(self) if field.name != "beside"]
        beside = [name for name in {**self.beside, **other.beside} if self.beside.get(name) != other.beside.get(name)]
        return [name for name in names if getattr(self, name) != getattr(other, name)] + beside


def model_identity(model: str | Path | Engine | None, routed: bool) -> ModelIdentity:
    """What a model is known by.

    Args:
        model: As for `Extractor`.
        routed: Whether rows name adapters.

    Raises:
        ModelError: There is no such model.
    """
    beside: dict[str, Any] = {}
    if routed:
        beside["adapters"] = {name: file_sha256(adapter_path(name)) for name in adapter_names()}
    if model is not None and not isinstance(model, str | Path):
        return ModelIdentity(model.digest, model.template, beside)
    found = resolve_model(model)
    beside["calibration"] = {kind: list(curve) for kind, curve in read_curves(found.path).items()} or None
    beside |= {f"calibrated_{name}_bias": bias for name, bias in read_biases(found.path).items() if bias}
    return ModelIdentity(found.sha256 or file_sha256(found.path), found.template or "", beside)


def prompt_digest(compiled: CompiledSchema, template: str) -> str:
    """SHA-256 of what the model is told of a schema, as text; with the model's own digest it decides the tokens."""
    parts = TEMPLATES[template].prefix(Brief(render(compiled.loaded.declaration, "full"))) if template else []
    return hashlib.sha256(repr((template, parts)).encode("utf-8", "backslashreplace")).hexdigest()
