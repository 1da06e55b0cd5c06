"""Where model files live, and from what a user wrote to a checked file.

    $EXTRACTOR_HOME/models/NAME/FILE.gguf + record.json   pulled from the catalog
    $EXTRACTOR_HOME/models/NAME.gguf                      added by hand

`EXTRACTOR_HOME` is `~/.cache/extractor` unless set; `EXTRACTOR_MODEL` is the model used where none is named.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

from extractor.errors import ModelCorruptError, ModelError, ModelNotFoundError
from extractor.record import layout
from extractor.store.catalog import EMBEDDED, CatalogEntry, catalog, embedded_path, find
from extractor.store.digest import file_sha256
from extractor.store.durable import replace_text
from extractor.store.gguf_header import check_model
from extractor.store.gguf_layout import Header

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_RECORD = "record.json"
_DEFAULT_TEMPLATES = {"gemma3": "gemma"}


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """A model file that has passed the header scan.

    Attributes:
        path: The .gguf file.
        name: What to call it in messages: a catalog name, or the file's name.
        template: Name of the prompt template.
        sha256: Digest it is known by, or None for a file of the user's own. Not computed here: `verify` does.
        embedded: Whether it is the model inside the package.
    """

    path: Path
    name: str
    template: str | None
    sha256: str | None
    embedded: bool


@dataclass(frozen=True, slots=True)
class PullRecord:
    """What was pulled, kept beside the file.

    Attributes:
        sha256: Digest of the file.
        sha256_source: Who vouches for it.
        size_bytes: Its size.
        mtime_ns: Its time of change after the pull: same size and time, same file.
        url: Where it came from.
        revision: Commit it came from, if known.
    """

    sha256: str
    sha256_source: str
    size_bytes: int
    mtime_ns: int
    url: str
    revision: str


def home() -> Path:
    """The store's folder (not created)."""
    if chosen := os.environ.get("EXTRACTOR_HOME"):
        return Path(chosen).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "extractor"


def pulled_path(entry: CatalogEntry) -> Path:
    """Where a pulled catalog entry's file is, or will be."""
    return home() / "models" / entry.name / entry.file


def added_path(name: str) -> Path:
    """Where a file added by hand under that name would be."""
    return home() / "models" / f"{name}.gguf"


def added_names() -> list[str]:
    """Names of the models added by hand."""
    folder = home() / "models"
    return sorted(path.stem for path in folder.glob("*.gguf") if NAME.match(path.stem)) if folder.is_dir() else []


def read_record(file: Path) -> PullRecord | None:
    """What was recorded when `file` was pulled; None where there is no readable record."""
    try:
        return PullRecord(**json.loads((file.parent / _RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_record(file: Path, record: PullRecord) -> None:
    """Keep what was pulled beside `file`."""
    replace_text(file.parent / _RECORD, json.dumps(asdict(record), indent=2) + "\n")


def default_model() -> str:
    """The model used where none is named: `EXTRACTOR_MODEL`, or else the embedded one."""
    return os.environ.get("EXTRACTOR_MODEL") or EMBEDDED


def resolve_model(model: str | Path | None = None) -> ResolvedModel:
    """Find a model file and check its header.

    Args:
        model: A path to a .gguf file; a name from the catalog, or of a file added by hand; None for
            `EXTRACTOR_MODEL`, or else the embedded model.

    Raises:
        ModelNotFoundError: There is no such model here; the message names what to do.
        ModelCorruptError: The file is not what it should be.
        ModelError: It cannot be read, or no prompt template is known for it.
    """
    chosen = model if model is not None else default_model()
    if is_path(chosen):
        path = Path(chosen).expanduser()
        return _resolve_file(path, path.name)
    name = str(chosen)
    if NAME.match(name) and name not in catalog() and name != EMBEDDED and added_path(name).is_file():
        return _resolve_file(added_path(name), name)
    return _resolve_entry(find(name))


def is_path(model: str | Path) -> bool:
    """Whether a user's word for a model is a path rather than a name."""
    return isinstance(model, Path) or model.endswith(".gguf") or os.sep in model or model.startswith("~")


def _resolve_file(path: Path, name: str) -> ResolvedModel:
    return ResolvedModel(path, name, template_of(_checked(path), None), None, embedded=False)


def _checked(path: Path, architecture: str | None = None) -> Header:
    """Check a file's header; once, as long as the file does not change."""
    try:
        state = path.stat()
    except OSError:
        return check_model(path)  # says what is wrong
    return _checked_state(path, architecture, state.st_ino, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=8)
def _checked_state(path: Path, architecture: str | None, *_state: int) -> Header:
    header = check_model(path, None if architecture is None else {architecture})
    trained = header.metadata.get("extractor.layout", layout.VERSION)
    if trained != layout.VERSION:
        raise ModelError(
            f"{path} was trained to write records in layout {trained}; this extractor writes layout {layout.VERSION}. "
            "Export it again with the extractor-training of this version, or install the extractor it was made for."
        )
    return header


def _resolve_entry(entry: CatalogEntry) -> ResolvedModel:
    if entry.name == EMBEDDED:
        path = embedded_path()
        _check_size(path, entry.size_bytes, "Install the package again.")
        sha256 = entry.sha256
    else:
        path = pulled_path(entry)
        sha256 = check_pulled(entry).sha256
    header = _checked(path, entry.architecture)
    return ResolvedModel(path, entry.name, template_of(header, entry), sha256, embedded=entry.name == EMBEDDED)


def check_pulled(entry: CatalogEntry) -> PullRecord:
    """Check that an entry has been pulled and that its file has not changed since.

    Size and time of change are compared; only where the time differs is every byte read.

    Raises:
        ModelNotFoundError: It has not been pulled.
        ModelCorruptError: The file is not the one that was pulled.
    """
    path = pulled_path(entry)
    record = read_record(path)
    advice = f"Run: extractor model pull {entry.name}"
    if record is None or not path.is_file():
        raise ModelNotFoundError(f"{entry.name} has not been pulled to {home()}. {advice}", name=entry.name)
    if entry.sha256 is not None and record.sha256 != entry.sha256:
        raise ModelCorruptError(
            f"{path} is another version than the catalog's. {advice}",
            path=str(path),
            expected=entry.sha256,
            actual=record.sha256,
        )
    _check_size(path, record.size_bytes, advice)
    if path.stat().st_mtime_ns != record.mtime_ns:
        return _check_again(path, record, advice)
    return record


def _check_again(path: Path, record: PullRecord, advice: str) -> PullRecord:
    """A file that was copied or touched since: read every byte once, and remember that it is right."""
    mtime_ns = path.stat().st_mtime_ns
    actual = file_sha256(path)
    if actual != record.sha256:
        raise ModelCorruptError(
            f"{path} was changed after it was pulled: sha256 {actual} instead of {record.sha256}. {advice}",
            path=str(path),
            expected=record.sha256,
            actual=actual,
        )
    fresh = replace(record, mtime_ns=mtime_ns)
    with suppress(OSError):  # a store that cannot be written to is checked again next time
        write_record(path, fresh)
    return fresh


def _check_size(path: Path, size_bytes: int | None, advice: str) -> None:
    if not path.is_file():
        raise ModelNotFoundError(f"There is no model file {path}. {advice}", name=path.name)
    actual = path.stat().st_size
    if size_bytes is not None and actual != size_bytes:
        raise ModelCorruptError(
            f"{path} has {actual} bytes instead of {size_bytes}. {advice}",
            path=str(path),
            expected=f"{size_bytes} bytes",
            actual=f"{actual} bytes",
        )


def template_of(header: Header, entry: CatalogEntry | None) -> str:
    """Name of the prompt template: the file's own word, else the catalog's, else by architecture.

    Raises:
        ModelError: None is known.
    """
    name = header.template or (entry.template if entry else None) or _DEFAULT_TEMPLATES.get(header.architecture)
    if name is None:
        raise ModelError(
            f"No prompt template is known for architecture {header.architecture!r} ({header.path}). "
            "Write its name into the file's metadata as extractor.template, for example extractor.template = gemma."
        )
    return name
