"""The prompt this project makes of a text, as one string, for systems that take strings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from benchmarks.workloads import WORKLOADS, Workload
from extractor import compile as compile_schema
from extractor.prompt.schema_text import render
from extractor.prompt.template import TEMPLATES, Brief, Control, Part
from extractor.store.home import resolve_model


def prompt(workload: Workload, text: str, model: str) -> str:
    """Prefix and text, control tokens by name; without `<bos>`, which every system puts there itself."""
    name = resolve_model(model).template
    if name is None:
        raise ValueError(f"{model} does not say which prompt template it was made for")
    return _prefix(workload.name, name) + _joined(TEMPLATES[name].body(text))


@lru_cache(maxsize=8)
def _prefix(workload: str, template: str) -> str:
    declaration = compile_schema(WORKLOADS[workload].schema).loaded.declaration
    return _joined(TEMPLATES[template].prefix(Brief(render(declaration)))).removeprefix("<bos>")


def _joined(parts: Sequence[Part]) -> str:
    return "".join(part.name if isinstance(part, Control) else part.text for part in parts)
