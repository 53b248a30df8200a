"""Requests to S3 for objects and lists, and what a refusal means."""

import errno
import time
from collections.abc import Callable
from typing import Any

from footfall import aws
from footfall.aws.refusals import Trouble, trouble_of
from footfall.stores.errors import NoAnswer, Refused
from footfall.stores.s3_answers import doubtful

RIGHTS = "Give the role of the job the right to it; docs/storage.md lists what it needs."
"""What to do where S3 denies a request."""

_BODIES = 4
_ROLE = "Give the job a role, and name the region by AWS_REGION; docs/storage.md says how."
_AGAIN = "Run again when the store answers; AWS_ENDPOINT_URL and AWS_REGION say where it is."
_ADDRESS = "Correct the path; AWS_ENDPOINT_URL and AWS_REGION say which store is asked."
_RENEWED = "Log in again, or give the job a role, whose credentials are renewed while it runs."


def content_of(
    path: str, request: dict[str, str], doubt: Callable[[Any, bytes], str] = lambda *_: ""
) -> tuple[Any, bytes]:
    """The answer to a request for an object, and its whole body; one that is incomplete or wrong is requested again.

    Args:
        path: The object.
        request: What is asked for, beside its name. S3 sends the checksum of a whole object, which botocore compares.
        doubt: Says what is wrong with an answer; empty if nothing is.

    Raises:
        Refused: S3 refuses it.
        NoAnswer: S3 does not answer, or answers wrongly.
        FileNotFoundError: There is no such object.
        FileExistsError: It has another version than the one that is asked for.
    """
    if "Range" not in request:
        request = {**request, "ChecksumMode": "ENABLED"}
    trouble = ""
    for attempt in range(_BODIES):
        time.sleep(0.3 * (2**attempt - 1))
        answer = ask(path, "get_object", **object_of(path), **request)
        try:
            body = answer["Body"].read()  # in one piece, which the socket writes into
        except Exception as error:
            if trouble_of(error) is None:
                raise
            trouble = str(error)
        else:
            if len(body) != answer["ContentLength"]:
                trouble = f"{len(body)} bytes came of {answer['ContentLength']}"
            elif not (trouble := doubt(answer, body)):
                return answer, body
    raise NoAnswer(f"the answer was cut off or wrong {_BODIES} times: {trouble}", where=path, fix=_AGAIN)


def ask(path: str, operation: str, **request: Any) -> Any:
    """The answer to a request; expired credentials are renewed once.

    Args:
        path: The object or folder of the request.
        operation: A method of botocore's client, such as `head_object`.
        request: Its arguments.

    Raises:
        Refused: S3 refuses it.
        NoAnswer: S3 does not answer, or what it answers cannot be understood.
        FileNotFoundError: There is no such object.
        FileExistsError: A condition of the request is not met.
    """
    is_renewed = False
    while True:
        client = aws.client("s3")
        try:
            return getattr(client, operation)(**request)
        except ValueError as error:  # a size or time of the answer is none
            raise doubtful("a number or time in its answer cannot be read", path) from error
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
            return Refused("access is denied", where=path, fix=RIGHTS)
        case "expired":
            return Refused("the credentials have expired", where=path, fix=_RENEWED)
        case "nobody" | "no region":
            return Refused("the job has no role, or no region", where=path, fix=_ROLE)
        case "refused":
            return Refused(f"the store does not accept it: {trouble.message}", where=path, fix=_ADDRESS)
        case _:
            return NoAnswer(trouble.message, where=path, fix=_AGAIN)


def object_of(path: str) -> dict[str, str]:
    """The bucket and key of a path, as requests name them."""
    bucket, key = aws.bucket_and_key(path)
    return {"Bucket": bucket, "Key": key}
