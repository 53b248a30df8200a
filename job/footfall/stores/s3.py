"""Objects on S3 and on stores with the same API."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from footfall import aws
from footfall.errors import InputError
from footfall.stores.errors import NoAnswer, Refused, changed, error_of, gone
from footfall.stores.s3_answers import (
    NO_VERSION,
    check_page,
    each_once,
    entry_of,
    is_range,
    next_token,
    size_of,
    version_of,
)
from footfall.stores.s3_requests import RIGHTS, ask, content_of, object_of
from footfall.stores.store import Entry, all_but_hidden

SCHEMES = ("s3", "s3a", "s3n")
"""The schemes of S3 addresses."""

_DELETED_AT_ONCE = 1000


class S3Store:
    """The store of S3 objects; see `Store`. botocore retries requests that S3 fails or throttles."""

    def look(self, path: str) -> Entry | None:
        """The object, or else the folder, of this path."""
        bucket, key = aws.bucket_and_key(path)
        if key and not key.endswith("/"):
            try:
                return _head(path)
            except FileNotFoundError:
                pass
            except Refused:
                _page(
                    path, Bucket=bucket, Prefix=key, MaxKeys=1
                )  # its answer gives the reason, which that to HEAD lacks
                return _head(path)
        page = _page(path, Bucket=bucket, Prefix=_prefix(key), MaxKeys=1)
        # not all stores count what they list
        is_there = bool(page.get("Contents")) or page["IsTruncated"] or not key
        return Entry(path, 0, None, 0.0, is_folder=True) if is_there else None

    def walk(self, folder: str, *, hidden: bool = True) -> Iterator[Entry]:
        """All objects below a folder; a thousand come with each request."""
        found = (entry for page in _pages(folder) for entry in _objects(folder, page))
        return found if hidden else all_but_hidden(found, folder)

    def children(self, folder: str) -> Iterator[Entry]:
        """The objects and folders in a folder."""
        for page in _pages(folder, Delimiter="/"):
            for below in page.get("CommonPrefixes", ()):
                yield Entry(_address(folder, below["Prefix"].removesuffix("/")), 0, None, 0.0, is_folder=True)
            yield from _objects(folder, page)

    def open(self, path: str, size: int, version: str | None) -> "S3File":
        """Open an object of this size and ETag; no request is made yet."""
        return S3File(path, size, version)

    def read(self, path: str) -> bytes:
        """The content of an object."""
        return content_of(path, {}, _doubt_of_version)[1]

    def write(self, path: str, content: bytes) -> None:
        """Write an object."""
        ask(path, "put_object", **object_of(path), Body=content)

    def write_once(self, path: str, content: bytes) -> None:
        """Write an object unless one is there; S3 itself refuses the second of two writers."""
        try:
            ask(path, "put_object", **object_of(path), Body=content, IfNoneMatch="*")
        except FileExistsError:
            # Where the answer to a write was lost, the repeated one is refused by the first.
            if self.read(path) != content:
                raise

    def delete(self, path: str) -> None:
        """Delete an object, and all below the folder of this path."""
        bucket, key = aws.bucket_and_key(path)
        keys = [each["Key"] for page in _pages(path) for each in page.get("Contents", ())] + [key] * bool(key)
        for begin in range(0, len(keys), _DELETED_AT_ONCE):
            some = [{"Key": each} for each in keys[begin : begin + _DELETED_AT_ONCE]]
            request = {"Bucket": bucket, "Delete": {"Objects": some, "Quiet": True}}
            for error in ask(path, "delete_objects", **request).get("Errors", ()):
                what = f"{error['Key']} cannot be deleted: {error.get('Message')}"
                raise Refused(what, where=path, fix=RIGHTS)


@dataclass(frozen=True)
class S3File:
    """An object that is read in ranges; see `File`."""

    is_far: ClassVar[bool] = True

    path: str
    size: int
    version: str | None

    def read(self, begin: int, length: int) -> memoryview:
        """The bytes of a range, if the object still has this ETag and size."""
        end = min(begin + length, self.size)
        if end <= begin:
            return memoryview(b"")
        request = {"Range": f"bytes={begin}-{end - 1}"} if end - begin < self.size else {}
        if self.version is not None and not self.version.startswith("W/"):
            request["IfMatch"] = f'"{self.version}"'
        try:
            answer, body = content_of(self.path, request, partial(self._doubt, begin, end))
        except FileExistsError as error:
            raise changed(self.path) from error
        except FileNotFoundError as error:
            raise gone(self.path) from error
        except (Refused, NoAnswer) as error:
            raise error_of(error, InputError, "The file cannot be read", self.path) from error
        # A store without support for ranges gives the whole object.
        return memoryview(body) if "ContentRange" in answer else memoryview(body)[begin:end]

    def close(self) -> None:
        """Do nothing: connections belong to the process."""

    def _doubt(self, begin: int, end: int, answer: Any, body: bytes) -> str:
        """What is wrong with an answer to a request for a range; empty if nothing is."""
        version, size = version_of(answer), size_of(answer)
        if self.version is not None and version is None:
            return NO_VERSION
        if self.version not in (None, version) or size not in (None, self.size):
            raise changed(self.path)
        if size is None or not is_range(answer, body, begin, end):
            return f"{answer.get('ContentRange', 'bytes of an unknown range')} came for {begin}-{end - 1}"
        return ""


def _doubt_of_version(answer: Any, body: bytes) -> str:
    """What is wrong with an answer that may be of any version: S3 names one, the text of an error has none."""
    return "" if version_of(answer) else NO_VERSION


def _head(path: str) -> Entry:
    return entry_of(path, ask(path, "head_object", **object_of(path)), "ContentLength")


def _prefix(key: str) -> str:
    return f"{key.rstrip('/')}/" if key else ""


def _address(folder: str, key: str) -> str:
    scheme, _, rest = folder.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/{key}"


def _page(path: str, **request: Any) -> Any:
    page = ask(path, "list_objects_v2", **request)
    check_page(page, request["Prefix"], path)
    return page


def _pages(folder: str, **request: Any) -> Iterator[Any]:
    bucket, key = aws.bucket_and_key(folder)
    request = {**request, "Bucket": bucket, "Prefix": _prefix(key)}

    def pages() -> Iterator[Any]:
        token: str | None = None
        while True:
            page = _page(folder, **request)
            yield page
            token = next_token(page, token, folder)
            if token is None:
                return
            request["ContinuationToken"] = token

    return each_once(pages(), folder)


def _objects(folder: str, page: Any) -> Iterator[Entry]:
    for each in page.get("Contents", ()):
        if not each["Key"].endswith("/"):  # an empty object stands for a folder in some tools
            yield entry_of(_address(folder, each["Key"]), each, "Size")
