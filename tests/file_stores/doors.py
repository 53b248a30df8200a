"""A server before the S3 server of the tests: it notes each request, and answers some of them by itself."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOP_BY_HOP = ("connection", "transfer-encoding", "content-length", "date", "server")


@dataclass(frozen=True)
class Request:
    """A request: its method, path with query, headers in small letters, and body."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        """The id of the access key that it is signed with; empty where it is not signed."""
        found = re.search(r"Credential=([^/]+)/", self.headers.get("authorization", ""))
        return found.group(1) if found else ""


@dataclass(frozen=True)
class Reply:
    """An answer; of the body only `sent` bytes are sent, where that is given, and then the line is cut."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    sent: int | None = None


Rule = Callable[[Request], Reply | None]


@dataclass
class Door:
    """The server: what it was asked, and the rule by which it answers; where that gives None, the S3 server does."""

    behind: str
    rule: Rule = lambda request: None
    asked: list[Request] = field(default_factory=list)
    address: str = ""

    def answer(self, request: Request) -> Reply:
        """The answer to a request."""
        self.asked.append(request)
        return self.rule(request) or self._passed_on(request)

    def _passed_on(self, request: Request) -> Reply:
        connection = HTTPConnection(urlsplit(self.behind).netloc)
        connection.request(request.method, request.path, request.body, request.headers)
        answer = connection.getresponse()
        headers = {name: value for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP}
        if request.method == "HEAD":
            headers["Content-Length"] = answer.getheader("Content-Length", "0")
        return Reply(answer.status, answer.read(), headers)


@contextmanager
def opened(behind: str) -> Iterator[Door]:
    """A door before the server of an address, while the block runs."""
    door = Door(behind)

    class _Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send(door.answer(Request(self.command, self.path, headers, body)))

        def send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else reply.body[: reply.sent])
            self.close_connection = self.close_connection or reply.sent is not None

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    door.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield door
    finally:
        server.shutdown()
        server.server_close()


def refusal(status: int, code: str) -> Reply:
    """A refusal as S3 writes it."""
    text = f"<Error><Code>{code}</Code><Message>words of S3</Message><RequestId>1</RequestId></Error>"
    return Reply(status, text.encode(), {"Content-Type": "application/xml"})
