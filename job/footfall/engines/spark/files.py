"""Files of any store that Spark can reach, through Hadoop's FileSystem: found, read, written once, fetched."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from py4j.java_gateway import is_instance_of
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from footfall.errors import FootfallError, InfrastructureError

JAVA_FAILURES = (Py4JJavaError, PySparkException)
"""What a call into Java may raise."""

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:/")
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
_AWAY = (
    r"ConnectException|UnknownHostException|NoRouteToHost|SocketTimeout|ConnectTimeout|SocketException"
    r"|AWSServiceIOException|AWSStatus500|AWSServiceThrottled|ApiCallTimeout|status code:? 5\d\d"
    r"|CommitStateUnknown|CommitFailedException|UncheckedSQLException|RESTException|ServiceFailureException"
    r"|ServiceUnavailableException|SdkClientException|AWSClientIOException|NoHttpResponse"
)


def has_scheme(path: str) -> bool:
    """Whether a path says which store it is on."""
    return bool(_SCHEME.match(path))


def with_scheme(path: str) -> str:
    """An absolute path as Hadoop wants it: one without a scheme is local, whatever the default store is."""
    return path if has_scheme(path) else f"file://{path}"


def hadoop_settings(spark: SparkSession) -> Any:
    """Hadoop's configuration of the session, a Java object."""
    context: Any = spark.sparkContext
    return context._jsc.hadoopConfiguration()


def hadoop_path(spark: SparkSession, path: str) -> Any:
    """An absolute path as a Java object."""
    jvm: Any = spark.sparkContext._jvm
    return jvm.org.apache.hadoop.fs.Path(with_scheme(path))


def file_system(spark: SparkSession, path: Any) -> Any:
    """The FileSystem that a path, a Java object, is on."""
    return path.getFileSystem(hadoop_settings(spark))


def version_of(spark: SparkSession, status: Any) -> str | None:
    """The store's own mark of an object's content, its ETag, from a Java FileStatus; None for other files."""
    gateway: Any = spark.sparkContext._gateway
    if not is_instance_of(gateway, status, "org.apache.hadoop.fs.EtagSource"):
        return None
    etag = status.getEtag()
    return None if etag is None else str(etag).strip('"')


def write_once(spark: SparkSession, path: str, content: bytes) -> None:
    """Write a file whole or not at all; another one that is there already stays, and Java's failure is raised."""
    target = hadoop_path(spark, path)
    system = file_system(spark, target)
    builder = system.createFile(target).overwrite(False).recursive()
    try:
        # S3 itself then refuses the second of two writers, where the store and the version of Hadoop know how.
        stream = builder.opt("fs.option.create.conditional.overwrite", True).build()
        stream.write(content)
        stream.close()
    except JAVA_FAILURES:
        # Where the answer to a write was lost, the repeated one is refused by the first.
        if not (system.exists(target) and _content(system, target) == content):
            raise


def _content(system: Any, path: Any) -> bytes:
    stream = system.open(path)
    try:
        return bytes(stream.readAllBytes())
    finally:
        stream.close()


def write_again(spark: SparkSession, path: str, content: bytes) -> None:
    """Write a file whole or not at all, in place of one that is there already."""
    target = hadoop_path(spark, path)
    stream = file_system(spark, target).create(target, True)
    stream.write(content)
    stream.close()


def fetch(spark: SparkSession, path: Any, folder: Path) -> Path:
    """Copy a file, a Java path, into a local folder under its own name."""
    jvm: Any = spark.sparkContext._jvm
    target = folder / str(path.getName())
    local = jvm.org.apache.hadoop.fs.Path(target.as_uri())
    file_system(spark, path).copyToLocalFile(False, path, local, True)
    return target


@contextmanager
def store_failures(kind: type[FootfallError], what: str, where: str) -> Iterator[None]:
    """Turn what a store makes Java raise inside the block into one error; other failures pass.

    Raises:
        kind: The store refuses: there is no such bucket, no right, no role or no jar.
        InfrastructureError: The store does not answer, or fails.
    """
    try:
        yield
    except JAVA_FAILURES as failure:
        if not of_the_store(failure):
            raise
        raise told(failure, kind, what, where) from failure


def told(failure: Exception, kind: type[FootfallError], what: str, where: str) -> FootfallError:
    """The error that a Java failure means: a refusal of `kind`, or else one of the infrastructure."""
    causes = causes_of(failure)
    for pattern, reason, fix in _REFUSALS:
        if re.search(pattern, causes):
            return kind(f"{what}: {reason}", where=where, fix=fix)
    reason = causes.splitlines()[0]
    fix = "Run again when the store answers; FOOTFALL_DEBUG=1 shows all that Spark says."
    return InfrastructureError(f"{what}: {reason}", where=where, fix=fix)


def of_the_store(failure: Exception) -> bool:
    """Whether a store refused or did not answer; else something is wrong with what it gave."""
    return any(
        re.search(pattern, causes_of(failure)) for pattern in (_AWAY, *(each[0] for each in _REFUSALS))
    )


def causes_of(failure: Exception) -> str:
    """What Java raised, and below it, line by line, what had caused it."""
    cause: Any = getattr(failure, "java_exception", None)
    lines: list[str] = []
    while cause is not None and len(lines) < _CAUSES:
        lines.append(str(cause.toString()).partition("\n")[0])
        cause = cause.getCause()
    return "\n".join(lines) or str(failure)
