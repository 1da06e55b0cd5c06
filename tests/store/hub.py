"""A hub on this machine that serves one file and misbehaves on request."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Act:
    """How one request is answered; the last one of a script serves every request after it."""

    status: int = 200
    cut_after: int | None = None  # bytes sent before the connection is closed
    stall_after: int | None = None  # bytes sent before silence
    flip: int | None = None  # offset in the file of a byte that is wrong
    redirect: str = ""
    ranges: bool = True
    declare: bool = True  # the LFS digest
    length: bool = True
    extra: bytes = b""  # more bytes than the file has
    delay_s: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Hub:
    """The server's file, its script and what it was asked."""

    data: bytes
    script: list[Act] = field(default_factory=lambda: [Act()])
    asked: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)
    guard: threading.Lock = field(default_factory=threading.Lock)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def next_act(self, path: str, headers: dict[str, str]) -> Act:
        with self.guard:
            self.asked.append(headers)
            self.paths.append(path)
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]


class _Handler(BaseHTTPRequestHandler):
    hub: Hub

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        act = self.hub.next_act(self.path, dict(self.headers.items()))
        self.hub.over.wait(act.delay_s) if act.delay_s else None
        if act.redirect or act.status != 200:
            self._short(act)
            return
        start = self._start(act)
        self._head(act, start)
        self._body(act, start)

    def _declared(self, act: Act) -> None:
        if act.declare:
            self.send_header("X-Linked-ETag", f'"{self.hub.sha256}"')
            self.send_header("X-Linked-Size", str(len(self.hub.data)))
            self.send_header("X-Repo-Commit", "c0ffee")
        for name, value in act.headers.items():
            self.send_header(name, value)

    def _short(self, act: Act) -> None:
        self.send_response(302 if act.redirect else act.status)
        self._declared(act)
        if act.redirect:
            self.send_header("Location", act.redirect)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _start(self, act: Act) -> int:
        asked = re.match(r"bytes=(\d+)-$", self.headers.get("Range", ""))
        current = self.headers.get("If-Range", self._etag()) == self._etag()
        return int(asked[1]) if asked and act.ranges and current else 0

    def _etag(self) -> str:
        return f'"{self.hub.sha256[:32]}"'

    def _head(self, act: Act, start: int) -> None:
        size = len(self.hub.data)
        self.send_response(206 if start else 200)
        self._declared(act)
        if act.declare:
            self.send_header("ETag", self._etag())
        if start:
            self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
        if act.length:
            self.send_header("Content-Length", str(size - start + len(act.extra)))
        self.end_headers()

    def _body(self, act: Act, start: int) -> None:
        data = bytearray(self.hub.data)
        if act.flip is not None:
            data[act.flip] ^= 0x40
        rest = bytes(data[start:]) + act.extra
        try:
            self.wfile.write(rest[: act.cut_after if act.cut_after is not None else act.stall_after])
            self.wfile.flush()
            if act.stall_after is not None:
                self.hub.over.wait(20)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client has gone, as it should
        self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no event here."""


@contextmanager
def serving(data: bytes, *script: Act) -> Iterator[Hub]:
    hub = Hub(data, list(script) or [Act()])
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = _Server(("127.0.0.1", 0), handler)
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        hub.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
