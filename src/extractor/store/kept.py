"""What is dear to make and cheap to keep: bytes on disk between processes, check-summed and capped.

    $EXTRACTOR_HOME/kept/DIGEST-OF-THE-KEY

Any of these files may be deleted at any time. A file that is not whole, or belongs to another key, is deleted and
counts as none. Nothing here ever fails: a folder that cannot be written to keeps nothing.
"""

from __future__ import annotations

import hashlib
import os
import threading
from contextlib import suppress
from pathlib import Path

from extractor.store.home import home

_MAGIC = b"extractor kept 1\n"
_DIGEST_BYTES = 32
_MOST_BYTES = 256 << 20
_LARGEST_SHARE = 4  # a file may take so much of the whole


def _digest(key: str, data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES, key=hashlib.sha256(key.encode()).digest()).digest()


class Kept:
    """A folder of kept bytes. Safe to share between threads and processes."""

    def __init__(self, folder: Path, *, most_bytes: int = _MOST_BYTES) -> None:
        """Name the folder; it is made when something is kept.

        Args:
            folder: Where the files are.
            most_bytes: Of all files together; what was used longest ago goes first.
        """
        self._folder, self._most_bytes = folder, most_bytes

    def _file(self, key: str) -> Path:
        return self._folder / hashlib.sha256(key.encode()).hexdigest()

    def read(self, key: str) -> bytes | None:
        """What was kept under a key; None if there is nothing, or it is not whole."""
        file = self._file(key)
        try:
            found = file.read_bytes()
        except OSError:
            return None
        start = len(_MAGIC) + _DIGEST_BYTES
        data = found[start:]
        if found[:start] != _MAGIC + _digest(key, data):
            with suppress(OSError):
                file.unlink()
            return None
        with suppress(OSError):
            os.utime(file)  # lately used
        return data

    def keep(self, key: str, data: bytes) -> None:
        """Keep bytes under a key, if they are not too many."""
        if len(data) > self._most_bytes // _LARGEST_SHARE:
            return
        file = self._file(key)
        temporary = file.with_name(f"{file.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                out.write(_MAGIC + _digest(key, data))
                out.write(data)
            temporary.replace(file)  # not flushed to disk: what a power cut leaves of it fails its check
            self._forget_oldest()
        except OSError:
            with suppress(OSError):
                temporary.unlink()

    def _forget_oldest(self) -> None:
        files = sorted(((entry.stat(), entry) for entry in self._folder.iterdir()), key=lambda one: one[0].st_mtime_ns)
        size_bytes = sum(state.st_size for state, _ in files)
        for state, file in files[:-1]:
            if size_bytes <= self._most_bytes:
                return
            file.unlink(missing_ok=True)
            size_bytes -= state.st_size


def kept_at_home() -> Kept:
    """What is kept in the store's folder; nothing, for a user without a home."""
    try:
        folder = home()
    except RuntimeError:
        folder = Path(os.devnull)  # no folder can be in it
    return Kept(folder / "kept")
