"""Loaded models, shared: several extractors of one model use one engine, one scheduler, one backend of a kind."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from extractor.decode.biases import Biases
from extractor.decode.calibration import Calibration
from extractor.decode.exclusion import TokenIndex
from extractor.decode.scheduler import Scheduler
from extractor.decode.schedulers import Schedulers, Spare
from extractor.engine.protocol import Engine
from extractor.errors import ModelError
from extractor.grammar.backends import Backend, make_backend
from extractor.prompt.template import TEMPLATES, Template
from extractor.store.adapters import ResolvedAdapter
from extractor.store.calibration import read_biases, read_curves
from extractor.store.home import ResolvedModel, resolve_model
from extractor.store.kept import kept_at_home

_Key: TypeAlias = tuple[str, int]
_SMALL = 64 << 20  # bytes of a file; the matrices of a larger model have enough in them for several threads
_MOST_ENGINES = 4  # more would wait for the interpreter's lock instead of each other's threads


@dataclass(slots=True)
class LoadedModel:
    """An engine at work.

    Attributes:
        name: For messages and manifests.
        engine: What runs the model: the first one of perhaps several.
        scheduler: What it is used through.
        template: How prompts are laid out for it.
        owned: Whether its engines were opened here, and are closed here.
        calibration: What its probabilities mean; of a model with an adapter nobody has measured that.
        biases: What to add to scores, as calibrated for this model.
    """

    name: str
    engine: Engine
    scheduler: Schedulers
    template: Template
    owned: bool = False
    calibration: Calibration = field(default_factory=Calibration)
    biases: Biases = field(default_factory=Biases)
    _users: int = field(default=0, repr=False)
    _backends: dict[str, Backend] = field(default_factory=dict, repr=False)
    _index: TokenIndex | None = field(default=None, repr=False)
    _making: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def backend(self, name: str) -> Backend:
        """Return the constraint backend of that name for this model's vocabulary.

        Raises:
            SchemaError: There is no such backend, or it is not installed.
        """
        with self._making:
            if name not in self._backends:
                self._backends[name] = make_backend(name, self.engine.vocabulary)
            return self._backends[name]

    def token_index(self) -> TokenIndex:
        """Return the index of this model's tokens by their bytes; it is made where a record is first repaired."""
        with self._making:
            if self._index is None:
                self._index = TokenIndex(self.engine.vocabulary)
            return self._index

    def close(self) -> None:
        """Stop its scheduler; free the engine if it was opened here."""
        if self.owned:
            self.scheduler.close()
        else:
            self.scheduler.stop()


_lock = threading.Lock()
_loaded: dict[_Key, LoadedModel] = {}


def acquire(
    model: str | Path | Engine | None, *, parallel: int = 8, adapter: ResolvedAdapter | None = None
) -> LoadedModel:
    """Give a loaded model out, loading it if no one has yet.

    Args:
        model: A name, a path to a .gguf, None for the default, or an engine of the caller's own, which stays open.
        parallel: Texts in flight at once in an engine; one of the caller's own knows its own number.
        adapter: A low-rank adapter to compute with; loaded beside the model, whose weights are shared.

    Raises:
        ModelError: There is no such model, or its file is not what it should be.
    """
    if model is None or isinstance(model, str | Path):
        found = resolve_model(model)
        key = (_state(found.path) + (f" + {_state(adapter.path)}" if adapter else ""), parallel)
        return _shared(key, lambda: _open(found, key, parallel, adapter))
    if adapter is not None:
        raise ModelError("an engine of your own has its adapter already; give one or the other")
    if not isinstance(getattr(model, "template", None), str):
        raise ModelError(f"a model is a name, a path to a .gguf or an engine, not {type(model).__name__}")
    return _shared((f"engine {id(model)}", 0), lambda: _run(model, "engine"))


def _state(path: Path) -> str:
    status = path.stat()
    return f"{path.resolve()}:{status.st_mtime_ns}:{status.st_size}"


def _shared(key: _Key, load: Callable[[], LoadedModel]) -> LoadedModel:
    with _lock:
        if key not in _loaded or _loaded[key].scheduler.stopped:
            _loaded[key] = load()
        _loaded[key]._users += 1
        return _loaded[key]


def _open(found: ResolvedModel, key: _Key, parallel: int, adapter: ResolvedAdapter | None) -> LoadedModel:
    from extractor.engine.llamacpp import EngineOptions, LlamaCppEngine

    if found.template is None:
        raise ModelError(f"{found.path} does not say which prompt template it was made for")
    _check_template(found.template)
    keeper = kept_at_home()
    options = EngineOptions(parallel=parallel, keeper=keeper)
    calibration = Calibration({} if adapter else read_curves(found.path))
    biases = Biases() if adapter else Biases(**read_biases(found.path))
    open_engine = partial(
        LlamaCppEngine,
        found.path,
        template=found.template,
        digest=key[0] if adapter or found.sha256 is None else found.sha256,
        adapter=adapter.path if adapter else None,
    )
    engine = open_engine(options=options)
    small = found.path.stat().st_size <= _SMALL and parallel > 1
    most = min(engine.threads, _MOST_ENGINES) if small else 1
    cores, share = engine.threads, engine.threads // most

    def another() -> Scheduler:
        return Scheduler(open_engine(options=replace(options, threads=share)), keeper)

    def divide(others: bool) -> None:
        engine.threads = share if others else cores

    return LoadedModel(
        f"{found.name} + {adapter.name}" if adapter else found.name,
        engine,
        Schedulers(Scheduler(engine, keeper), Spare(another, most, divide) if most > 1 else None),
        TEMPLATES[found.template],
        owned=True,
        calibration=calibration,
        biases=biases,
    )


def _check_template(name: str) -> None:
    if name not in TEMPLATES:
        raise ModelError(f"no prompt template {name!r}; there are {', '.join(TEMPLATES)}")


def _run(engine: Engine, name: str) -> LoadedModel:
    """Put an engine of the caller's own to work."""
    _check_template(engine.template)
    return LoadedModel(name, engine, Schedulers(Scheduler(engine)), TEMPLATES[engine.template])


def release(model: LoadedModel) -> None:
    """Give a model back; the last one to do so closes it."""
    with _lock:
        model._users -= 1
        if model._users > 0:
            return
        for key in [key for key, value in _loaded.items() if value is model]:
            del _loaded[key]
    model.close()


@atexit.register
def _close_all() -> None:
    """A thread inside llama.cpp must not outlive the interpreter."""
    for model in list(_loaded.values()):
        model.close()
    _loaded.clear()
