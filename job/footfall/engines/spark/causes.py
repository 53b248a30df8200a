"""Turns what Java raises for a store or a catalog into an error that a person can act on."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException

from footfall.errors import FootfallError, InfrastructureError

JAVA_FAILURES = (Py4JJavaError, PySparkException)
"""What a call into Java may raise."""

_CAUSES = 8
_REFUSALS = (
    (
        r"FileAlreadyExistsException|PreconditionFailed|status code:? 412",
        "the file is there already",
        "Start another run: each has an id of its own.",
    ),
    (r"UnknownStoreException|NoSuchBucket", "the bucket does not exist", "Correct its name, or create it."),
    (
        r"AccessDenied|ForbiddenException|Forbidden|status code:? 403|InvalidAccessKeyId|SignatureDoesNotMatch",
        "access is denied",
        "Give the role of the job the right to it; docs/storage.md lists what it needs.",
    ),
    (
        r"NoAuthWithAWS|NoAwsCredentials|Unable to load credentials|Unable to load region",
        "the job has no role, or no region",
        "Give the job a role, and name the region by AWS_REGION; docs/storage.md says how.",
    ),
    (
        r"S3AFileSystem not found|No FileSystem for scheme|ClassNotFoundException|NoClassDefFoundError"
        r"|Cannot find catalog plugin class",
        "Spark lacks the jars for it",
        "Run `make jars` and set spark.jars to .jars, or use the image, which has them.",
    ),
)
_NO_ANSWER = (
    r"ConnectException|UnknownHostException|NoRouteToHost|SocketTimeout|ConnectTimeout|SocketException"
    r"|AWSServiceIOException|AWSStatus500|AWSServiceThrottled|ApiCallTimeout|status code:? 5\d\d"
    r"|CommitStateUnknown|CommitFailedException|UncheckedSQLException|RESTException|ServiceFailureException"
    r"|ServiceUnavailableException|SdkClientException|AWSClientIOException|NoHttpResponse"
)


@contextmanager
def java_failures(kind: type[FootfallError], what: str, where: str) -> Iterator[None]:
    """Turn a store's failures in Java inside the block into one error; other failures pass unchanged.

    Raises:
        kind: The store refuses: the bucket, a right, the role or a jar is missing.
        InfrastructureError: The store does not answer, or fails.
    """
    try:
        yield
    except JAVA_FAILURES as failure:
        if not is_store_failure(failure):
            raise
        raise error_from_java(failure, kind, what, where) from failure


def error_from_java(failure: Exception, kind: type[FootfallError], what: str, where: str) -> FootfallError:
    """The error that a Java failure means: `kind` if the store refused, else an InfrastructureError."""
    causes = causes_of(failure)
    for pattern, reason, fix in _REFUSALS:
        if re.search(pattern, causes):
            return kind(f"{what}: {reason}{_missing_class(causes)}", where=where, fix=fix)
    reason = causes.splitlines()[0]
    fix = "Run again when the store answers; FOOTFALL_DEBUG=1 shows all that Spark says."
    return InfrastructureError(f"{what}: {reason}", where=where, fix=fix)


def _missing_class(causes: str) -> str:
    """The class that Java did not find, in brackets; empty if the causes name none."""
    found = re.search(r"(?:ClassNotFoundException|NoClassDefFoundError): (?:Class )?([\w.$/]+)", causes)
    return f" ({found[1].replace('/', '.')})" if found else ""


def is_store_failure(failure: Exception) -> bool:
    """Whether a store refused or did not answer, rather than gave an answer that Spark cannot use."""
    return any(
        re.search(pattern, causes_of(failure)) for pattern in (_NO_ANSWER, *(each[0] for each in _REFUSALS))
    )


def causes_of(failure: Exception) -> str:
    """The message of a Java exception and those of its causes, one per line."""
    cause: Any = getattr(failure, "java_exception", None)
    lines: list[str] = []
    while cause is not None and len(lines) < _CAUSES:
        lines.append(str(cause.toString()).partition("\n")[0])
        cause = cause.getCause()
    return "\n".join(lines) or str(failure)
