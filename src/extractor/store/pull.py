"""Fetching a catalog entry: resumed where it broke off, checked while it streams, in place only when it is whole.

FILE.part, FILE.part.json    what has arrived, and of which version it is a part
FILE, record.json            the whole file, and what it was checked against
.lock                        held by the process that is fetching
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from extractor.errors import ModelCorruptError, ModelError, ModelNotFoundError
from extractor.store.catalog import EMBEDDED, CatalogEntry
from extractor.store.digest import CHUNK_BYTES, Progress, file_sha256
from extractor.store.durable import replace_file, replace_text
from extractor.store.gguf_header import check_model
from extractor.store.home import PullRecord, check_pulled, pulled_path, read_record, write_record
from extractor.store.transfer import Answer, RefusedError, TransientError, chunks, get

DEFAULT_HUB = "https://huggingface.co"
READ_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient a pull is.

    Attributes:
        timeout_s: Longest silence of the server.
        attempts: Connections tried in all.
        first_wait_s: Wait before the second attempt; doubled each time.
        longest_wait_s: Longest wait between two attempts, whatever the server asks for.
    """

    timeout_s: float = 30.0
    attempts: int = 6
    first_wait_s: float = 1.0
    longest_wait_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull left behind.

    Attributes:
        path: The file.
        record: What it was checked against.
        fetched: False where it was there already.
    """

    path: Path
    record: PullRecord
    fetched: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """Of which version the bytes in the partial file are a part."""

    url: str
    sha256: str | None
    total: int | None
    etag: str


@dataclass(frozen=True, slots=True)
class _Target:
    """What is fetched, and where to."""

    entry: CatalogEntry
    url: str
    path: Path

    @property
    def part(self) -> Path:
        return self.path.with_name(self.path.name + ".part")

    @property
    def part_note(self) -> Path:
        return self.path.with_name(self.path.name + ".part.json")

    def drop_part(self) -> None:
        for path in (self.part, self.part_note):
            path.unlink(missing_ok=True)

    def read_note(self) -> _Part | None:
        try:
            return _Part(**json.loads(self.part_note.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


def _silent(_done: int, _total: int | None) -> None:
    """Tell nobody."""


def _quiet(_message: str) -> None:
    """Tell nobody."""


def file_url(entry: CatalogEntry) -> str:
    """Where an entry's file is fetched from: `EXTRACTOR_HUB` (Hugging Face unless set), at the entry's revision."""
    hub = (os.environ.get("EXTRACTOR_HUB") or DEFAULT_HUB).rstrip("/")
    return f"{hub}/{quote(entry.source)}/resolve/{quote(entry.revision or 'main')}/{quote(entry.file)}"


def pull(
    entry: CatalogEntry,
    *,
    progress: Progress = _silent,
    notify: Callable[[str], None] = _quiet,
    limits: Limits = Limits(),
) -> Pulled:
    """Make sure that a catalog entry's file is in the store, whole and right.

    Args:
        entry: What to fetch.
        progress: Told how many bytes have arrived, and how many there are.
        notify: Told what a person waiting would like to know, one sentence at a time.
        limits: How patient to be.

    Raises:
        ModelNotFoundError: The hub has no such file.
        ModelCorruptError: What came is not what it should be; nothing of it is kept.
        ModelError: It could not be fetched; the message says why, and what has arrived is kept to go on from.
    """
    if entry.name == EMBEDDED:
        raise ModelError("The embedded model is part of the package: there is nothing to pull.")
    target = _Target(entry, file_url(entry), pulled_path(entry))
    with _disk_errors(target):
        target.path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(target.path.parent / ".lock", notify):
            present = _already_there(target, notify)
            return present if present is not None else _fetch(target, progress, notify, limits)


@contextmanager
def _locked(path: Path, notify: Callable[[str], None]) -> Iterator[None]:
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            notify(f"Another process is fetching this model; waiting for it to finish ({path}).")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _disk_errors(target: _Target) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise ModelError(
                f"The disk is full: {target.path.parent} has no room for the rest of {target.entry.name}. Free some "
                "space, or set EXTRACTOR_HOME to another disk, and run the same command again: it goes on from here."
            ) from error
        raise ModelError(f"{target.path.parent} cannot be written to: {error.strerror or error}.") from error


def _already_there(target: _Target, notify: Callable[[str], None]) -> Pulled | None:
    """A file that is right is kept; one that is not is removed."""
    if not target.path.exists():
        return None
    with suppress(ModelNotFoundError, ModelCorruptError):
        record = check_pulled(target.entry)
        check_model(target.path, {target.entry.architecture})
        return Pulled(target.path, record, fetched=False)
    known = target.entry.sha256 is not None and file_sha256(target.path) == target.entry.sha256
    if known:  # killed between placing the file and recording it
        return Pulled(target.path, _record(target, target.entry.sha256 or "", "", None), fetched=False)
    notify(f"{target.path} is not the file it should be: fetching it again.")
    target.path.unlink()
    return None


def _fetch(target: _Target, progress: Progress, notify: Callable[[str], None], limits: Limits) -> Pulled:
    wait_s = limits.first_wait_s
    for attempt in range(1, limits.attempts + 1):
        try:
            return _attempt(target, progress, notify, limits)
        except TransientError as error:
            if attempt == limits.attempts:
                raise ModelError(
                    f"{target.entry.name} could not be fetched after {attempt} attempts: {error}. "
                    "Check the connection and run the same command again: it goes on from what has arrived."
                ) from error
            pause_s = min(max(wait_s, error.retry_after_s or 0.0), limits.longest_wait_s)
            notify(f"{error}. Trying again in {pause_s:g} s (attempt {attempt + 1} of {limits.attempts}).")
            time.sleep(pause_s)
            wait_s *= 2
        except RefusedError as error:
            if error.status != 416:
                raise _refusal(target.entry, error) from error
            target.drop_part()  # the partial file is longer than what the server has
    raise ModelError(f"{target.url} refuses to say what comes after the bytes it sent. Run the same command again.")


def _attempt(target: _Target, progress: Progress, notify: Callable[[str], None], limits: Limits) -> Pulled:
    note = target.read_note()
    here = target.part.stat().st_size if target.part.exists() else 0
    if note is None or note.url != target.url or not (note.sha256 or note.etag):
        here = 0  # nothing says that what is here belongs to what would come
    elif note.total is not None and here == note.total:  # it broke off after the last byte
        return _install(target, note, file_sha256(target.part), "", notify)
    token = os.environ.get("HF_TOKEN") or None
    etag = note.etag if note else ""
    with get(target.url, token=token, start=here, etag=etag, timeout_s=limits.timeout_s) as answer:
        part = _part_of(target, answer)
        if answer.start and note is not None and (note.sha256, note.total) != (part.sha256, part.total):
            target.drop_part()
            raise TransientError("the file has changed on the server, so it is fetched from its beginning")
        replace_text(target.part_note, json.dumps(asdict(part)))
        digest = _stream(target, answer, part, progress)
    return _install(target, part, digest, answer.revision, notify)


def _part_of(target: _Target, answer: Answer) -> _Part:
    """Check what the server declares against the catalog before a byte is taken."""
    entry = target.entry
    if entry.sha256 and answer.sha256 and answer.sha256 != entry.sha256:
        raise _wrong(target, "the server declares another file", entry.sha256, answer.sha256)
    if entry.size_bytes is not None and answer.total is not None and answer.total != entry.size_bytes:
        raise _wrong(target, "the server declares another size", f"{entry.size_bytes}", f"{answer.total} bytes")
    part = _Part(target.url, entry.sha256 or answer.sha256, entry.size_bytes or answer.total, answer.etag)
    if part.sha256 is None and part.total is None:
        raise ModelError(
            f"{target.url} declares neither size nor digest, so a cut could not be told from the end. "
            "Fetch the file by other means and give its path."
        )
    return part


def _stream(target: _Target, answer: Answer, part: _Part, progress: Progress) -> str:
    """Append what comes to the partial file; return the digest of the whole."""
    digest = hashlib.sha256()
    done = answer.start
    with target.part.open("r+b" if done else "wb") as file:
        left = done
        while left and (kept := file.read(min(CHUNK_BYTES, left))):
            digest.update(kept)
            left -= len(kept)
        file.seek(done)
        file.truncate()
        _reserve(target, part, done)
        for chunk in chunks(answer.body, READ_BYTES):
            done += len(chunk)
            if part.total is not None and done > part.total:
                target.drop_part()
                raise _wrong(target, "more bytes came than the file has", f"{part.total} bytes", f"{done} or more")
            file.write(chunk)
            file.flush()  # a process that is killed leaves what had arrived
            digest.update(chunk)
            progress(done, part.total)
    if part.total is not None and done < part.total:
        raise TransientError(f"{target.url} hung up after {done} of {part.total} bytes")
    return digest.hexdigest()


def _reserve(target: _Target, part: _Part, done: int) -> None:
    """Say that the disk is too full before an hour of fetching rather than after it."""
    room = os.statvfs(target.path.parent)
    if part.total is not None and part.total - done > room.f_bavail * room.f_frsize:
        raise OSError(errno.ENOSPC, "no room for the file")


def _install(target: _Target, part: _Part, digest: str, revision: str, notify: Callable[[str], None]) -> Pulled:
    if part.sha256 is not None and digest != part.sha256:
        target.drop_part()
        raise _wrong(target, "the bytes that came are not those of the file", part.sha256, digest)
    try:
        check_model(target.part, {target.entry.architecture})
    except ModelCorruptError:
        target.drop_part()
        raise
    replace_file(target.part, target.path)
    target.part_note.unlink(missing_ok=True)
    return Pulled(target.path, _record(target, digest, revision, part, notify), fetched=True)


def _record(
    target: _Target, digest: str, revision: str, part: _Part | None, notify: Callable[[str], None] = _quiet
) -> PullRecord:
    """Write down what the file was checked against."""
    state = target.path.stat()
    if target.entry.sha256 is not None:
        vouched = f"catalog ({target.entry.sha256_source})"
    elif part is not None and part.sha256 is not None:
        vouched = "declared by the server at the first pull, and pinned"
    else:
        vouched = "computed at the first pull, and pinned; nobody vouches for it"
    if target.entry.sha256 is None:
        notify(f"The catalog has no digest for this model. Its sha256 {digest} is {vouched}.")
    record = PullRecord(
        digest, vouched, state.st_size, state.st_mtime_ns, target.url, revision or target.entry.revision
    )
    write_record(target.path, record)
    return record


def _wrong(target: _Target, what: str, expected: str, actual: str) -> ModelCorruptError:
    return ModelCorruptError(
        f"{target.url}: {what} (expected {expected}, found {actual}). Nothing of it was kept. Run the same command "
        "again; if it fails again, the file was replaced on the server.",
        path=str(target.path),
        expected=expected,
        actual=actual,
    )


def _refusal(entry: CatalogEntry, error: RefusedError) -> ModelError:
    if error.status in {401, 403}:
        return ModelError(
            f"{error}. Accept the licence at {entry.licence_url} while logged in, make a read token there, "
            "and set it in the environment as HF_TOKEN; then run the same command again."
        )
    if error.status in {404, 410}:
        return ModelNotFoundError(
            f"{error}. The file has been moved or removed, or the repository is hidden from you: see "
            f"{entry.licence_url}, or fetch the file by other means and give its path.",
            name=entry.name,
        )
    return ModelError(f"{error}. Try again later, or fetch the file by other means and give its path.")


def recorded(entry: CatalogEntry) -> PullRecord | None:
    """What was recorded when an entry was pulled, without checking the file."""
    path = pulled_path(entry)
    return read_record(path) if path.is_file() else None
