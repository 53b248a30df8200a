"""An S3 server of objects in memory, before which a test puts a lie."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.file_stores.doors import Reply, Request, refusal

WRITTEN = "Wed, 01 Mar 2023 12:00:00 GMT"

Lie = Callable[[Request, Reply], Reply]
"""What is answered in place of the true answer to a request."""


def truth(request: Request, reply: Reply) -> Reply:
    """The answer as it is."""
    return reply


@dataclass
class Lake:
    """Objects by bucket and key, such as `lake/pings.csv`; `unlike` leaves out headers that S3 obeys."""

    objects: dict[str, bytes] = field(default_factory=dict)
    lie: Lie = truth
    unlike: tuple[str, ...] = ()

    def answer(self, request: Request) -> Reply:
        """The answer to a request: the lie about the true one."""
        headers = {name: value for name, value in request.headers.items() if name not in self.unlike}
        return self.lie(request, self._truth(replace(request, headers=headers)))

    def _truth(self, request: Request) -> Reply:
        path, query = urlsplit(request.path).path, parse_qs(urlsplit(request.path).query)
        if "list-type" in query:
            return self._list(path.strip("/"), query)
        body = self.objects.get(unquote(path).lstrip("/"))
        if body is None:
            return refusal(404, "NoSuchKey")
        headers = {"ETag": etag(body), "Last-Modified": WRITTEN}
        if request.headers.get("if-match", etag(body)) != etag(body):
            return refusal(412, "PreconditionFailed")
        if request.method == "HEAD":
            return Reply(200, b"", headers | {"Content-Length": str(len(body))})
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers.get("range", ""))
        if asked is None:
            return Reply(200, body, headers)
        begin, end = int(asked[1]), min(int(asked[2]) + 1, len(body))
        return Reply(206, body[begin:end], headers | {"Content-Range": span(begin, end, len(body))})

    def _list(self, bucket: str, query: dict[str, list[str]]) -> Reply:
        prefix = f"{bucket}/{query.get('prefix', [''])[0]}"
        found = [path for path in sorted(self.objects) if path.startswith(prefix)]
        return page("".join(entry(path, self.objects[path]) for path in found))


def etag(body: bytes) -> str:
    """The ETag of an object that came in one piece."""
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def span(begin: int, end: int, size: int) -> str:
    """A Content-Range."""
    return f"bytes {begin}-{end - 1}/{size}"


def entry(path: str, body: bytes) -> str:
    """An object in a list."""
    key = escape(path.partition("/")[2])
    return (
        f"<Contents><Key>{key}</Key><Size>{len(body)}</Size><ETag>{escape(etag(body))}</ETag>"
        "<LastModified>2023-03-01T12:00:00.000Z</LastModified></Contents>"
    )


def page(entries: str, more: str = "<IsTruncated>false</IsTruncated>") -> Reply:
    """A page of a list."""
    text = f"<ListBucketResult>{more}{entries}</ListBucketResult>"
    return Reply(200, text.encode(), {"Content-Type": "application/xml"})
