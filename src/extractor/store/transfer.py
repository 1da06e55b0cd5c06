"""One HTTP request for (the rest of) a file. The only module that opens a network connection.

The standard library's client is enough: one GET, streamed. A dependency would add nothing that has to be controlled
here (where a token may go, how long silence is borne, what a resumed answer must say).
"""

from __future__ import annotations

import http.client
import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from ipaddress import ip_address
from typing import IO, Protocol
from urllib.parse import urlsplit

from extractor.errors import ModelError

_SHA256 = re.compile(r'(?:W/)?"?([0-9a-f]{64})"?\Z')
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)\Z")
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
USER_AGENT = "extractor-model-pull"


class TransientError(Exception):
    """The connection failed in a way that trying again may mend.

    Attributes:
        retry_after_s: Seconds that the server asked to wait, or None.
    """

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class RefusedError(Exception):
    """The server answered and will go on answering so.

    Attributes:
        status: HTTP status.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Body(Protocol):
    """What a response's bytes are read from."""

    def read1(self, size: int, /) -> bytes:
        """Read what has arrived, up to `size` bytes; wait only where nothing has."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said before the bytes.

    Attributes:
        start: Offset in the file of the first byte that follows.
        total: Size of the whole file, if declared.
        sha256: Digest that the hub declares (an LFS file's entity tag), if any.
        revision: Commit that the hub declares, or "".
        etag: Strong entity tag of the bytes, for `If-Range`; or "".
        body: The bytes.
    """

    start: int
    total: int | None
    sha256: str | None
    revision: str
    etag: str
    body: Body


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, keeps what the hub itself declared, and never takes the token to another host."""

    max_redirections = 5

    def __init__(self, url: str, token: str | None, declared: dict[str, str]) -> None:
        self._origin = _origin(url)
        self._token = token
        self._declared = declared

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        """Make the next request, or refuse to."""
        if urlsplit(newurl).scheme not in {"http", "https"} or _downgrades(req.full_url, newurl):
            raise urllib.error.HTTPError(newurl, code, "redirected away from https", headers, fp)
        remember(self._declared, headers)
        follow = super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]
        if follow is not None and self._token and _origin(newurl) == self._origin:
            follow.add_unredirected_header("Authorization", f"Bearer {self._token}")
        return follow


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _downgrades(old: str, new: str) -> bool:
    return urlsplit(old).scheme == "https" and urlsplit(new).scheme != "https"


def remember(declared: dict[str, str], headers: Mapping[str, str] | Message) -> None:
    """Keep the hub's own words about a file; the first answer that has them counts."""
    for name in ("X-Linked-ETag", "X-Linked-Size", "X-Repo-Commit", "ETag"):
        value = headers.get(name)
        if value and name not in declared:
            declared[name] = value


def may_carry_token(url: str) -> bool:
    """Whether a token may go there: encrypted, or on this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


@contextmanager
def get(url: str, *, token: str | None, start: int, etag: str, timeout_s: float) -> Iterator[Answer]:
    """Ask for a file from byte `start` on.

    Args:
        url: Where it is.
        token: Sent to that host only.
        start: Bytes already here; 0 for the whole file.
        etag: Entity tag of those bytes, so that a file which has changed comes whole; "" if unknown.
        timeout_s: Longest silence, in seconds.

    Raises:
        TransientError: Worth another try.
        RefusedError: Not worth one.
        ModelError: The answer makes no sense.
    """
    declared: dict[str, str] = {}
    request = urllib.request.Request(url, headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
    if start:
        request.add_header("Range", f"bytes={start}-")
        if etag:
            request.add_header("If-Range", etag)
    carried = token if token and may_carry_token(url) else None
    if carried:
        request.add_unredirected_header("Authorization", f"Bearer {carried}")
    opener = urllib.request.build_opener(_Redirects(url, carried, declared))
    with _network_errors(url), opener.open(request, timeout=timeout_s) as response:
        remember(declared, response.headers)
        yield _answer(url, response, declared, start)


def chunks(body: Body, size: int) -> Iterator[bytes]:
    """Read to the end, or to where the connection breaks.

    Raises:
        TransientError: It broke with an error; a connection that is merely closed too early ends the bytes.
    """
    while True:
        try:
            chunk = body.read1(size)
        except (OSError, http.client.HTTPException) as error:
            raise TransientError(f"the connection broke: {error or type(error).__name__}") from error
        if not chunk:
            return
        yield chunk


def _answer(url: str, response: http.client.HTTPResponse, declared: Mapping[str, str], start: int) -> Answer:
    total: int | None
    if response.status == 206:
        match = _RANGE.match(response.headers.get("Content-Range", ""))
        if match is None or int(match[1]) != start:
            raise ModelError(f"{url} answered with a range that was not asked for. Try again, or try another mirror.")
        total = int(match[3])
    else:
        start, length = 0, response.headers.get("Content-Length", "")
        total = int(length) if length.isdigit() else None
    linked = declared.get("X-Linked-Size", "")
    if total is None and linked.isdigit():
        total = int(linked)
    digest = _SHA256.match(declared.get("X-Linked-ETag") or declared.get("ETag", ""))
    etag = response.headers.get("ETag", "")
    return Answer(
        start=start,
        total=total,
        sha256=digest[1] if digest else None,
        revision=declared.get("X-Repo-Commit", ""),
        etag=etag if etag.startswith('"') else "",
        body=response,
    )


@contextmanager
def _network_errors(url: str) -> Iterator[None]:
    """Sort what can go wrong on the way into what may mend and what will not."""
    try:
        yield
    except urllib.error.HTTPError as error:
        with error:
            after = error.headers.get("Retry-After", "") if error.headers else ""
            text = f"{url} answered {error.code} {error.reason}"
            if error.code in _TRANSIENT:
                raise TransientError(text, float(after) if after.isdigit() else None) from error
            raise RefusedError(text, error.code) from error
    except urllib.error.URLError as error:
        raise TransientError(f"{url} cannot be reached: {error.reason}") from error
    except http.client.HTTPException as error:
        raise TransientError(f"{url} broke off: {error!r}") from error
    except (TimeoutError, ConnectionError, ssl.SSLError) as error:
        raise TransientError(f"{url} fell silent or hung up: {error or type(error).__name__}") from error
