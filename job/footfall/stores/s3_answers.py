"""Checks of what S3 answers: a store or proxy that answers wrongly ends a run, and changes no number."""

from collections.abc import Iterator
from typing import Any

from footfall.stores.errors import NoAnswer
from footfall.stores.store import Entry

_TRUTH = "Ask those who run the store, or the proxy before it; run again when its answers are right."

NO_VERSION = "it gives no version (ETag), by which a change would be noticed"
"""What is wrong with an answer that does not say which version of an object it is about."""


def doubtful(what: str, path: str) -> NoAnswer:
    """The error for an answer that no S3 gives to this request.

    Args:
        what: What is wrong with it, in a sentence without its full stop.
        path: The object or folder of the request.
    """
    return NoAnswer(f"the store answers wrongly: {what}", where=path, fix=_TRUTH)


def version_of(described: Any) -> str | None:
    """The ETag of an object, without its quotation marks; None if the answer has none."""
    etag = described.get("ETag")
    return str(etag).strip('"') if etag else None


def size_of(answer: Any) -> int | None:
    """The size of the whole object, of an answer with a part or all of it; None if it is not said."""
    span = answer.get("ContentRange")
    if span is None:
        return None if _is_part(answer) else int(answer["ContentLength"])
    total = str(span).rpartition("/")[2]
    return int(total) if total.isdecimal() else None


def is_range(answer: Any, body: bytes, begin: int, end: int) -> bool:
    """Whether an answer is the bytes from `begin` to before `end`, or the whole object."""
    if "ContentRange" not in answer:
        return not _is_part(answer)
    span = str(answer["ContentRange"]).partition("/")[0]
    return span == f"bytes {begin}-{end - 1}" and len(body) == end - begin


def entry_of(path: str, described: Any, size: str) -> Entry:
    """An object as an answer describes it; `size` is the name of its size there.

    Raises:
        NoAnswer: Its size, version or time is missing.
    """
    version = version_of(described)
    if version is None:
        raise doubtful(NO_VERSION, path)
    try:
        return Entry(path, described[size], version, described["LastModified"].timestamp())
    except KeyError as error:
        raise doubtful(f"it does not say the {error.args[0]} of the object", path) from error


def check_page(page: Any, prefix: str, folder: str) -> None:
    """Check that a page is one of the list that was requested.

    Args:
        page: The answer to a request for a list.
        prefix: What the keys of all its objects begin with.
        folder: The folder that is listed, for the error.

    Raises:
        NoAnswer: It does not say whether more follows, or lists an object of another folder.
    """
    if "IsTruncated" not in page:
        raise doubtful("its list does not say whether more follows", folder)
    for key in _keys(page):
        if not key.startswith(prefix):
            raise doubtful(f"its list holds {key!r}, which is not in the folder", folder)


def each_once(pages: Iterator[Any], folder: str) -> Iterator[Any]:
    """The pages of a list.

    Raises:
        NoAnswer: An object is listed twice, so that it would be read twice.
    """
    seen: set[str] = set()
    for page in pages:
        for key in _keys(page):
            if key in seen:
                raise doubtful(f"its list holds {key!r} twice", folder)
            seen.add(key)
        yield page


def next_token(page: Any, sent: str | None, folder: str) -> str | None:
    """What asks for the next page of a list; None if this is the last one.

    Raises:
        NoAnswer: More follows, but the page does not say how to ask for it, or would be sent again.
    """
    if not page["IsTruncated"]:
        return None
    token = page.get("NextContinuationToken")
    if not token or token == sent:
        raise doubtful("its list is cut, and does not say how to go on", folder)
    return str(token)


def _keys(page: Any) -> Iterator[str]:
    """The keys of the objects and of the folders in a page."""
    yield from (each.get("Key", "") for each in page.get("Contents", ()))
    yield from (each.get("Prefix", "") for each in page.get("CommonPrefixes", ()))


def _is_part(answer: Any) -> bool:
    return bool(answer.get("ResponseMetadata", {}).get("HTTPStatusCode") == 206)
