"""Low-rank adapters, and models added by hand: files put into the store under a name.

$EXTRACTOR_HOME/adapters/NAME.gguf   added by `extractor model add`
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from extractor.errors import ModelCorruptError, ModelError, ModelNotFoundError
from extractor.store.catalog import EMBEDDED, catalog
from extractor.store.gguf_header import check_model, read_header
from extractor.store.home import NAME, added_path, home, is_path


@dataclass(frozen=True, slots=True)
class ResolvedAdapter:
    """An adapter whose header has been read.

    Attributes:
        path: The .gguf file.
        name: What to call it in messages.
        architecture: Of the models it fits.
        schemas: Digests of the schemas it was trained for; none: it does not say.
    """

    path: Path
    name: str
    architecture: str
    schemas: tuple[str, ...]

    def check_schema(self, digest: str) -> None:
        """Refuse a schema that the adapter was not trained for.

        Raises:
            ModelError: It says which schemas it was trained for, and this is none of them.
        """
        if self.schemas and digest not in self.schemas:
            raise ModelError(
                f"adapter {self.name} was trained for another schema: {', '.join(s[:12] for s in self.schemas)}, "
                f"not {digest[:12]}; use the schema of its training, or train it again"
            )


def adapter_path(name: str) -> Path:
    """Where an adapter added under that name would be."""
    return home() / "adapters" / f"{name}.gguf"


def adapter_names() -> list[str]:
    """Names of the adapters in the store."""
    folder = home() / "adapters"
    return sorted(path.stem for path in folder.glob("*.gguf") if NAME.match(path.stem)) if folder.is_dir() else []


def resolve_adapter(adapter: str | Path) -> ResolvedAdapter:
    """Find an adapter by name or path and read its header.

    Raises:
        ModelNotFoundError: There is no such adapter.
        ModelCorruptError: The file is no GGUF of a low-rank adapter.
    """
    if is_path(adapter):
        path = Path(adapter).expanduser()
        return _resolved(path, path.name)
    name = str(adapter)
    path = adapter_path(name)
    if not NAME.match(name) or not path.is_file():
        there = ", ".join(adapter_names()) or "none"
        raise ModelNotFoundError(
            f"there is no adapter {name!r}; added so far: {there}. Run: extractor model add {name} FILE.gguf", name=name
        )
    return _resolved(path, name)


def _resolved(path: Path, name: str) -> ResolvedAdapter:
    if not path.is_file():
        raise ModelNotFoundError(f"there is no adapter file {path}", name=name)
    header = read_header(path)
    if not header.is_adapter:
        raise ModelCorruptError(
            f"{path} is no low-rank adapter", path=str(path), expected="general.type adapter", actual="a model"
        )
    schemas = tuple(s for s in (header.text("extractor.schemas") or "").split(",") if s)
    return ResolvedAdapter(path, name, header.architecture, schemas)


def add(name: str, file: Path) -> Path:
    """Copy a model or an adapter into the store under a name.

    Args:
        name: Letters, digits, `.`, `_`, `-`; not a name of the catalog.
        file: A GGUF; which of the two it is stands in its header.

    Returns:
        Where it is now.

    Raises:
        ModelError: The name cannot be used.
        ModelNotFoundError: There is no such file.
        ModelCorruptError: The file is not what it should be.
    """
    if not NAME.match(name) or name == EMBEDDED or name in catalog():
        raise ModelError(f"{name!r} cannot be the name of a file of your own: take letters, digits, '.', '_' and '-'")
    if not file.is_file():
        raise ModelNotFoundError(f"there is no file {file}", name=name)
    header = read_header(file)
    if not header.is_adapter:
        check_model(file)
    target = adapter_path(name) if header.is_adapter else added_path(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    try:
        shutil.copyfile(file, partial)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise ModelError(f"cannot copy {file} to {target}: {error.strerror}") from error
    return target
