"""Files that are either whole or not there: written beside, flushed to disk, then moved into place."""

from __future__ import annotations

import os
from pathlib import Path


def replace_file(temporary: Path, target: Path) -> None:
    """Move a finished file into place, atomically and durably. Both are in the same folder."""
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(target)
    _flush_folder(target.parent)


def replace_text(target: Path, text: str) -> None:
    """Write a small text file, atomically and durably; where that fails, nothing is left of it."""
    temporary = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        replace_file(temporary, target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
