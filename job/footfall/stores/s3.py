"""Objects on S3 and on stores with the same API."""

import errno
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from footfall import aws
from footfall.aws.refusals import Trouble, trouble_of
from footfall.errors import InputError
from footfall.stores.errors import NoAnswer, Refused, changed, error_of, gone
from footfall.stores.store import Entry, all_but_hidden

SCHEMES = ("s3", "s3a", "s3n")
"""The schemes of S3 addresses."""

_BODIES = 4
_DELETED_AT_ONCE = 1000
_RIGHTS = "Give the role of the job the right to it; docs/storage.md lists what it needs."
_ROLE = "Give the job a role, and name the region by AWS_REGION; docs/storage.md says how."
_AGAIN = "Run again when the store answers; AWS_ENDPOINT_URL and AWS_REGION say where it is."
_ADDRESS = "Correct the path; AWS_ENDPOINT_URL and AWS_REGION say which store is asked."
_RENEWED = "Log in again, or give the job a role, whose credentials are renewed while it runs."


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
        is_there = bool(page.get("Contents")) or not key  # not all stores count what they list
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
        return _content(path, {})[1]

    def write(self, path: str, content: bytes) -> None:
        """Write an object."""
        _ask(path, "put_object", **_object(path), Body=content)

    def write_once(self, path: str, content: bytes) -> None:
        """Write an object unless one is there; S3 itself refuses the second of two writers."""
        try:
            _ask(path, "put_object", **_object(path), Body=content, IfNoneMatch="*")
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
            for error in _ask(path, "delete_objects", **request).get("Errors", ()):
                what = f"{error['Key']} cannot be deleted: {error.get('Message')}"
                raise Refused(what, where=path, fix=_RIGHTS)


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
        request = {"Range": f"bytes={begin}-{end - 1}"}
        if self.version is not None and not self.version.startswith("W/"):
            request["IfMatch"] = f'"{self.version}"'
        try:
            answer, body = _content(self.path, request)
        except FileExistsError as error:
            raise changed(self.path) from error
        except FileNotFoundError as error:
            raise gone(self.path) from error
        except (Refused, NoAnswer) as error:
            raise error_of(error, InputError, "The file cannot be read", self.path) from error
        there = answer.get("ContentRange", f"/{answer['ContentLength']}").rpartition("/")[2]
        if int(there) != self.size or self.version not in (None, _version(answer)):
            raise changed(self.path)
        # A store without support for ranges gives the whole object.
        return memoryview(body) if "ContentRange" in answer else memoryview(body)[begin:end]

    def close(self) -> None:
        """Do nothing: connections belong to the process."""


def _content(path: str, request: dict[str, str]) -> tuple[Any, bytes]:
    """The answer to a request for an object, and its whole body; an incomplete body is requested again."""
    trouble = ""
    for attempt in range(_BODIES):
        time.sleep(0.3 * (2**attempt - 1))
        answer = _ask(path, "get_object", **_object(path), **request)
        try:
            body = answer["Body"].read()  # in one piece, which the socket writes into
        except Exception as error:
            if trouble_of(error) is None:
                raise
            trouble = str(error)
        else:
            if len(body) == answer["ContentLength"]:
                return answer, body
            trouble = f"{len(body)} bytes came of {answer['ContentLength']}"
    raise NoAnswer(f"the answer was cut off {_BODIES} times: {trouble}", where=path, fix=_AGAIN)


def _ask(path: str, operation: str, **request: Any) -> Any:
    """The answer to a request; expired credentials are renewed once."""
    is_renewed = False
    while True:
        client = aws.client("s3")
        try:
            return getattr(client, operation)(**request)
        except Exception as error:
            trouble = trouble_of(error)
            if trouble is None:
                raise
            if trouble.meaning != "expired" or is_renewed:
                raise _failure(trouble, path) from error
        aws.renew(client)
        is_renewed = True


def _failure(trouble: Trouble, path: str) -> Exception:
    match trouble.meaning:
        case "absent":
            return FileNotFoundError(errno.ENOENT, "No such object", path)
        case "conflict":
            return FileExistsError(errno.EEXIST, "The object is there already", path)
        case "no bucket":
            return Refused("the bucket does not exist", where=path, fix="Correct its name, or create it.")
        case "denied":
            return Refused("access is denied", where=path, fix=_RIGHTS)
        case "expired":
            return Refused("the credentials have expired", where=path, fix=_RENEWED)
        case "nobody" | "no region":
            return Refused("the job has no role, or no region", where=path, fix=_ROLE)
        case "refused":
            return Refused(f"the store does not accept it: {trouble.message}", where=path, fix=_ADDRESS)
        case _:
            return NoAnswer(trouble.message, where=path, fix=_AGAIN)


def _object(path: str) -> dict[str, str]:
    bucket, key = aws.bucket_and_key(path)
    return {"Bucket": bucket, "Key": key}


def _head(path: str) -> Entry:
    head = _ask(path, "head_object", **_object(path))
    return _entry(path, head["ContentLength"], head)


def _entry(path: str, size: int, described: Any) -> Entry:
    return Entry(path, size, _version(described), described["LastModified"].timestamp())


def _version(described: Any) -> str | None:
    etag = described.get("ETag")
    return None if etag is None else str(etag).strip('"')


def _prefix(key: str) -> str:
    return f"{key.rstrip('/')}/" if key else ""


def _address(folder: str, key: str) -> str:
    scheme, _, rest = folder.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/{key}"


def _page(path: str, **request: Any) -> Any:
    return _ask(path, "list_objects_v2", **request)


def _pages(folder: str, **request: Any) -> Iterator[Any]:
    bucket, key = aws.bucket_and_key(folder)
    request = {**request, "Bucket": bucket, "Prefix": _prefix(key)}
    while True:
        page = _page(folder, **request)
        yield page
        if not page["IsTruncated"]:
            return
        request["ContinuationToken"] = page["NextContinuationToken"]


def _objects(folder: str, page: Any) -> Iterator[Entry]:
    for each in page.get("Contents", ()):
        if not each["Key"].endswith("/"):  # an empty object stands for a folder in some tools
            yield _entry(_address(folder, each["Key"]), each["Size"], each)
