"""A node that is nothing but its logs: the API server asks it for them as it asks any kubelet."""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Kubelet:
    """One log for all pods.

    Attributes:
        port: Where it listens.
        lines: What was written so far.
        is_ended: Whether nothing more will be written, so that a follower comes to its end.
        breaks_after: The first connection breaks after so many lines.
        connections: How often the log was asked for.
    """

    port: int = 0
    lines: list[str] = field(default_factory=list)
    is_ended: bool = False
    breaks_after: int | None = None
    connections: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def write(self, *lines: str, end: bool = False) -> None:
        """Write lines to the log, and end it if asked."""
        with self.changed:
            self.lines += lines
            self.is_ended = end
            self.changed.notify_all()

    def await_connection(self, number: int) -> None:
        """Wait until the log was asked for so many times."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.connections >= number, timeout=30)

    def follow(self) -> Iterator[str]:
        """The log from its beginning to its end, or to where this connection breaks."""
        with self.changed:
            self.connections += 1
            self.changed.notify_all()
            last = self.breaks_after if self.connections == 1 else None
        told = 0
        while last is None or told < last:
            if not self._has_line(told):
                return
            yield f"2023-03-02T00:00:00.{told:09}Z {self.lines[told]}\n"
            told += 1

    def _has_line(self, number: int) -> bool:
        """Wait for a line; there is none where the log ends before it."""
        with self.changed:
            self.changed.wait_for(lambda: len(self.lines) > number or self.is_ended, timeout=60)
            return len(self.lines) > number


@contextmanager
def listening(folder: Path) -> Iterator[Kubelet]:
    """Listen on a port of this machine, with a certificate of its own."""
    certificate, key, kubelet = folder / "kubelet.crt", folder / "kubelet.key", Kubelet()
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=node", "-days", "2"]
    subprocess.run([*request, "-keyout", key, "-out", certificate], check=True, capture_output=True)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer with the log."""
            self.send_response(200)
            self.end_headers()
            for line in kubelet.follow():
                self.wfile.write(line.encode())
                self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name of the base class)
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    kubelet.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield kubelet
    finally:
        kubelet.write(end=True)
        server.shutdown()
        server.server_close()
