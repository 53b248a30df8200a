"""Objects of S3 as botocore's client gives them, with its own further attempts."""

# ruff: noqa: N803 - names of botocore
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError

from tests.simulation.world import Busy, Lost, World

ATTEMPTS = 4
"""How often botocore asks, as the job sets it."""

PAGE = 3
"""So many objects come with one answer to a list, so that lists take several."""


@dataclass(frozen=True)
class Object:
    """What is there under a key, and since when, in seconds since 1970."""

    body: bytes
    written: float

    @property
    def about(self) -> dict[str, Any]:
        """What S3 says of it."""
        etag = hashlib.md5(self.body, usedforsecurity=False).hexdigest()
        at = datetime.fromtimestamp(self.written, UTC)
        return {"ContentLength": len(self.body), "ETag": f'"{etag}"', "LastModified": at}


@dataclass
class Bucket:
    """A bucket of S3, which is strongly consistent; `deleted` is called for each object that goes."""

    world: World
    objects: dict[str, Object] = field(default_factory=dict)
    deleted: Callable[[str], None] = lambda key: None

    def ask(self, what: str, do: Callable[[], Any], *, changes: bool = False) -> Any:
        """The answer to a request, which is asked for again while there is none.

        Raises:
            ClientError, EndpointConnectionError: The last attempt failed as well.
        """
        for attempt in range(ATTEMPTS):
            try:
                return self.world.request(f"S3 {what}", do, changes=changes)
            except Lost:
                trouble: Exception = EndpointConnectionError(endpoint_url="https://s3")
            except Busy:
                trouble = _refusal("SlowDown", 503, what)
            self.world.wait(0.5 * 2**attempt * self.world.drawn.random())
        raise trouble

    def put(self, key: str, body: bytes) -> None:
        """Put an object there, as S3 does by itself."""
        self.objects[key] = Object(body, self.world.now)

    def remove(self, key: str) -> None:
        """Take an object away, as S3 does by itself."""
        if self.objects.pop(key, None) is not None:
            self.deleted(key)


@dataclass
class Client:
    """botocore's client of S3, as far as the job asks it."""

    bucket: Bucket

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, IfNoneMatch: str = "") -> dict[str, Any]:
        """Write an object, or refuse it where there is one."""

        def put() -> dict[str, Any]:
            if IfNoneMatch and Key in self.bucket.objects:
                raise _refusal("PreconditionFailed", 412, "PutObject")
            self.bucket.put(Key, Body)
            return {}

        return self.bucket.ask(f"PUT {Key}{' if none' if IfNoneMatch else ''}", put, changes=True)

    def get_object(self, *, Bucket: str, Key: str, **asked: str) -> dict[str, Any]:
        """Read an object; what is asked beside its name is for botocore."""

        def get() -> dict[str, Any]:
            found = self._found(Key)
            return {**found.about, "Body": SimpleNamespace(read=lambda: found.body)}

        return self.bucket.ask(f"GET {Key}", get)

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        """What is known of an object."""
        return self.bucket.ask(f"HEAD {Key}", lambda: self._found(Key).about)

    def list_objects_v2(self, *, Bucket: str, Prefix: str, **more: Any) -> dict[str, Any]:
        """A page of the objects whose keys begin so."""
        after = more.get("ContinuationToken", "")

        def list_them() -> dict[str, Any]:
            keys = sorted(key for key in self.bucket.objects if key.startswith(Prefix) and key > after)
            some = keys[: more.get("MaxKeys", PAGE)]
            found = [
                {"Key": key, "Size": len(self.bucket.objects[key].body), **self.bucket.objects[key].about}
                for key in some
            ]
            is_cut = len(keys) > len(some)
            return {"Contents": found, "IsTruncated": is_cut} | (
                {"NextContinuationToken": some[-1]} if is_cut else {}
            )

        return self.bucket.ask(f"LIST {Prefix}{' after ' + after if after else ''}", list_them)

    def delete_objects(self, *, Bucket: str, Delete: dict[str, Any]) -> dict[str, Any]:
        """Delete objects; those that are not there are no trouble."""
        keys = [each["Key"] for each in Delete["Objects"]]

        def delete() -> dict[str, Any]:
            for key in keys:
                self.bucket.remove(key)
            return {}

        return self.bucket.ask(f"DELETE {', '.join(keys)}", delete, changes=True)

    def _found(self, key: str) -> Object:
        if key not in self.bucket.objects:
            raise _refusal("NoSuchKey", 404, "GetObject")
        return self.bucket.objects[key]


def _refusal(code: str, status: int, what: str) -> ClientError:
    said = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(said, what)
