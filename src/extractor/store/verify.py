"""Checking every byte of a model file against the digest it is known by."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from extractor.errors import ModelCorruptError
from extractor.store.catalog import find
from extractor.store.digest import Progress, file_sha256
from extractor.store.home import ResolvedModel, pulled_path, read_record, resolve_model


@dataclass(frozen=True, slots=True)
class Verified:
    """A file that was read to its last byte.

    Attributes:
        model: The file.
        sha256: Its digest as computed.
        expected: The digest it is known by; None for a file of the user's own, of which only the header was checked.
        source: Who vouches for `expected`.
    """

    model: ResolvedModel
    sha256: str
    expected: str | None
    source: str


def verify_model(model: str | Path | None = None, progress: Progress | None = None) -> Verified:
    """Check a model's header, its tensors' extents and, where a digest is known, every byte.

    Args:
        model: As for `resolve_model`.
        progress: Told how far the reading is.

    Raises:
        ModelNotFoundError: There is no such model here.
        ModelCorruptError: The file is not what it should be.
        ModelError: It cannot be read.
    """
    resolved = resolve_model(model)
    actual = file_sha256(resolved.path, progress)
    if resolved.sha256 is not None and actual != resolved.sha256:
        advice = "Install the package again." if resolved.embedded else f"Run: extractor model pull {resolved.name}"
        raise ModelCorruptError(
            f"{resolved.path} has sha256 {actual} instead of {resolved.sha256}. {advice}",
            path=str(resolved.path),
            expected=resolved.sha256,
            actual=actual,
        )
    return Verified(resolved, actual, resolved.sha256, _source(resolved))


def _source(resolved: ResolvedModel) -> str:
    if resolved.sha256 is None:
        return ""
    entry = find(resolved.name)
    record = None if resolved.embedded else read_record(pulled_path(entry))
    return record.sha256_source if record else entry.sha256_source
