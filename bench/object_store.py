"""A small S3 server over a folder: objects are read whole or in ranges, looked at and listed; nothing is written.

The bench starts it as a process of its own, `python -m bench.object_store FOLDER`, whose work is not counted.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from bench.surroundings import ROOT

BUCKET = "bench"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the files of the folder as objects of BUCKET for as long as the block runs; gives the server's address."""
    words = [sys.executable, "-m", "bench.object_store", str(folder)]
    server = subprocess.Popen(words, stdout=subprocess.PIPE, cwd=ROOT, text=True)  # noqa: S603 - our own words
    try:
        assert server.stdout is not None  # noqa: S101 - it was asked for
        yield server.stdout.readline().strip()
    finally:
        server.kill()
        server.wait()


def path(file: Path) -> str:
    """Where a file of the folder is for clients of S3."""
    return f"s3://{BUCKET}/{file.name}"


def variables(address: str) -> dict[str, str]:
    """The environment by which clients of S3 find this server; it lets everybody in."""
    return {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_REGION": "us-east-1",
    }


class Objects(BaseHTTPRequestHandler):
    """Answers one client, request after request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, folder: Path, *rest: object) -> None:
        self.folder = folder
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_HEAD(self) -> None:
        """Say how large an object is, or that the bucket is there."""
        self._answer(with_body=False)

    def do_GET(self) -> None:
        """Give an object or a range of it, or a page of the list of objects."""
        self._answer(with_body=True)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base has it
        """Keep quiet: a line for each request is work."""

    def _answer(self, *, with_body: bool) -> None:
        url = urlsplit(self.path)
        bucket, _, key = unquote(url.path).lstrip("/").partition("/")
        if bucket != BUCKET:
            self._say(HTTPStatus.NOT_FOUND, "<Error><Code>NoSuchBucket</Code></Error>", with_body)
        elif not key:
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            self._say(HTTPStatus.OK, _listed(self.folder, query.get("prefix", "")), with_body)
        elif ".." in key or not (self.folder / key).is_file():
            self._say(HTTPStatus.NOT_FOUND, "<Error><Code>NoSuchKey</Code></Error>", with_body)
        else:
            self._give(self.folder / key, with_body)

    def _give(self, file: Path, with_body: bool) -> None:
        with file.open("rb") as content:
            size = os.fstat(content.fileno()).st_size
            begin, end = _range(self.headers.get("Range", ""), size)
            if begin >= end:
                self._say(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "", with_body)
                return
            is_part = end - begin < size
            self.send_response(HTTPStatus.PARTIAL_CONTENT if is_part else HTTPStatus.OK)
            if is_part:
                self.send_header("Content-Range", f"bytes {begin}-{end - 1}/{size}")
            self.send_header("Content-Length", str(end - begin))
            self.send_header("ETag", f'"{_tag(file)}"')
            self.send_header("Last-Modified", self.date_time_string(int(file.stat().st_mtime)))
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Type", "application/octet-stream")
            self.end_headers()
            if with_body:
                self.wfile.flush()
                self.connection.sendfile(content, begin, end - begin)

    def _say(self, status: HTTPStatus, text: str, with_body: bool) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/xml")
        self.end_headers()
        if with_body:
            self.wfile.write(body)


def _range(asked: str, size: int) -> tuple[int, int]:
    """The first byte that is asked for and the end; the whole object where no range is named."""
    found = _RANGE.match(asked)
    if not found:
        return 0, size
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size


def _tag(file: Path) -> str:
    status = file.stat()
    return f"{status.st_size:x}-{status.st_mtime_ns:x}"


def _listed(folder: Path, prefix: str) -> str:
    """All objects whose names begin with the prefix, on one page."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    keys = [(path, str(path.relative_to(folder))) for path in files]
    entries = "".join(
        f"<Contents><Key>{escape(key)}</Key><Size>{path.stat().st_size}</Size><ETag>&quot;{_tag(path)}&quot;</ETag>"
        "<LastModified>2023-03-01T00:00:00.000Z</LastModified></Contents>"
        for path, key in keys
        if key.startswith(prefix)
    )
    return (
        f'<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>{BUCKET}</Name>'
        f"<Prefix>{escape(prefix)}</Prefix><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>"
    )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main() -> None:
    """Serve the folder that the first argument names, on a free port of this machine, until the process is ended."""
    with _Server(("127.0.0.1", 0), partial(Objects, Path(sys.argv[1]))) as server:
        sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
