"""A server between the job and a store or catalog, through which a test makes them fail; the job knows no more."""

import http.client
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass(frozen=True)
class Request:
    """What the job asks for: the n-th request of all, counted from 1."""

    number: int
    method: str
    path: str
    operation: str
    """The operation of a catalog, such as `AWSGlue.UpdateTable`; empty for S3."""

    @property
    def changes_something(self) -> bool:
        """Whether it writes."""
        if self.operation:
            return self.operation.split(".")[-1].startswith(("Create", "Update", "Delete"))
        return self.method in ("PUT", "POST", "DELETE")

    def __str__(self) -> str:
        return f"{self.number} {self.operation or self.method} {self.path}"


@dataclass(frozen=True)
class Fate:
    """What becomes of a request: first something else happens; then it is done or not, and answered truly, by a
    status, or not at all.
    """

    done: bool = True
    status: int | None = None
    answered: bool = True
    first: Callable[[], object] = bool


PASS = Fate()
GONE = Fate(done=False, answered=False)
LOST = Fate(answered=False)
BUSY = Fate(done=False, status=503)
FAILED_AFTER_SUCCESS = Fate(status=500)

Rule = Callable[[Request], Fate]


def untouched(request: Request) -> Fate:
    """The rule of an undisturbed run."""
    return PASS


def once(when: Callable[[Request], bool], fate: Fate, then: Callable[[], object] = bool) -> Rule:
    """Treat the first request of this kind so, after doing something else; all others pass."""
    met: list[Request] = []

    def rule(request: Request) -> Fate:
        if met or not when(request):
            return PASS
        met.append(request)
        return replace(fate, first=then)

    return rule


@dataclass
class Director:
    """Decides by its rule what becomes of each request, and remembers them."""

    rule: Rule = untouched
    seen: list[Request] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def decide(self, method: str, path: str, operation: str) -> Fate:
        """The fate of a request; rules are asked one at a time, and what comes first holds up nobody else."""
        with self._lock:
            request = Request(len(self.seen) + 1, method, path, operation)
            self.seen.append(request)
            fate = self.rule(request)
        fate.first()
        return fate


@contextmanager
def proxy(target: str, director: Director, host: str = "127.0.0.1") -> Iterator[str]:
    """A server before another one, at a name of this machine, while the block runs; its address."""
    server = ThreadingHTTPServer((host, 0), _handler(urlsplit(target).netloc, director))
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _handler(target: str, director: Director) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *words: object) -> None:
            """Say nothing."""

        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):
                return self._handle
            raise AttributeError(name)

        def _handle(self) -> None:
            with suppress(ConnectionError):  # whoever asked may have been killed
                self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fate = director.decide(self.command, self.path, self.headers.get("X-Amz-Target", ""))
            status, headers, content = (
                _forward(target, self.command, self.path, list(self.headers.items()), body)
                if fate.done
                else (503, [], b"")
            )
            if not fate.answered:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            if fate.status is not None:
                status, headers, content = fate.status, [], b""
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            if self.command != "HEAD":
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

    return Handler


def _forward(
    target: str, method: str, path: str, headers: list[tuple[str, str]], body: bytes
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Ask the real server the very same, also under the name that was signed."""
    connection = http.client.HTTPConnection(target, timeout=120)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            if name.lower() not in ("connection", "expect"):
                connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        kept = [
            (name, value)
            for name, value in response.getheaders()
            if name.lower() not in _HOP_BY_HOP or (method == "HEAD" and name.lower() == "content-length")
        ]
        return response.status, kept, response.read()
    finally:
        connection.close()
