"""Loaded models, shared: several extractors of one model use one engine, one scheduler, one constraint backend."""

from __future__ import annotations

import atexit
import threading
from dataclasses import dataclass, field
from pathlib import Path

from extractor.decode.scheduler import Scheduler
from extractor.engine.protocol import Engine
from extractor.errors import ModelError
from extractor.grammar.backends import Backend, make_backend
from extractor.prompt.template import TEMPLATES, Template
from extractor.store.home import resolve_model


@dataclass(slots=True)
class LoadedModel:
    """An engine at work.

    Attributes:
        name: For messages and manifests.
        engine: What runs the model.
        scheduler: What owns the engine.
        template: How prompts are laid out for it.
        backend: What compiles constraints for its vocabulary.
    """

    name: str
    engine: Engine
    scheduler: Scheduler
    template: Template
    backend: Backend
    _users: int = field(default=0, repr=False)


_lock = threading.Lock()
_loaded: dict[tuple[str, int, str], LoadedModel] = {}


def acquire(model: str | Path | Engine | None, *, parallel: int = 8, backend: str = "llguidance") -> LoadedModel:
    """Give a loaded model out, loading it if no one has yet.

    Args:
        model: A name, a path to a .gguf, None for the default, or an engine of the caller's own.
        parallel: Texts in flight at once.
        backend: Name of the constraint backend.

    Raises:
        ModelError: There is no such model, or its file is not what it should be.
    """
    if model is not None and not isinstance(model, str | Path):
        return _run(model, "engine", backend)
    found = resolve_model(model)
    key = (f"{found.path.resolve()}:{found.path.stat().st_mtime_ns}", parallel, backend)
    with _lock:
        if key not in _loaded:
            from extractor.engine.llamacpp import EngineOptions, LlamaCppEngine

            if found.template is None:
                raise ModelError(f"{found.path} does not say which prompt template it was made for")
            engine = LlamaCppEngine(
                found.path,
                template=found.template,
                digest=found.sha256 or key[0],
                options=EngineOptions(parallel=parallel),
            )
            _loaded[key] = _run(engine, found.name, backend)
        _loaded[key]._users += 1
        return _loaded[key]


def _run(engine: Engine, name: str, backend: str) -> LoadedModel:
    if engine.template not in TEMPLATES:
        raise ModelError(f"no prompt template {engine.template!r}; there are {', '.join(TEMPLATES)}")
    scheduler = Scheduler(engine)
    return LoadedModel(name, engine, scheduler, TEMPLATES[engine.template], make_backend(backend, engine.vocabulary))


def release(model: LoadedModel) -> None:
    """Give a model back; the last one to do so closes it."""
    with _lock:
        model._users -= 1
        if model._users > 0:
            return
        for key in [key for key, value in _loaded.items() if value is model]:
            del _loaded[key]
    model.scheduler.close()


@atexit.register
def _close_all() -> None:
    """A thread inside llama.cpp must not outlive the interpreter."""
    for model in list(_loaded.values()):
        model.scheduler.close()
    _loaded.clear()
