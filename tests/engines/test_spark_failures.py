"""What people are told when Spark fails."""

import pytest

pytest.importorskip("pyspark", reason="Spark is an extra of the job")

from py4j.protocol import Py4JJavaError, Py4JNetworkError
from pyspark.errors import PySparkException

from footfall.engines.spark.causes import error_from_java
from footfall.engines.spark.failures import spark_failures
from footfall.engines.spark.session import submitted_session
from footfall.errors import FootfallError, InfrastructureError, InputError, SettingsError

BY_A_TASK = """
An exception was thrown from the Python worker. Please see the stack trace below.
Traceback (most recent call last):
  File "row_groups.py", line 86, in read
    raise unreadable(piece.path, failure) from failure
footfall.errors.InputError: The file cannot be read: Corrupt snappy compressed data.
  where: /data/a b.parquet
  do:    Write it again.

\tat org.apache.spark.api.python.BasePythonRunner$ReaderIterator.handlePythonException(PythonRunner.scala:645)
"""
BY_SPARK = """An error occurred while calling o47.collectToPython.
: org.apache.spark.SparkException: [FAILED_READ_FILE.NO_HINT] Encountered error while reading file \
file:///data/a%20b.parquet.  SQLSTATE: KD001
\tat org.apache.spark.sql.errors.QueryExecutionErrors$.cannotReadFilesError(QueryExecutionErrors.scala:911)
Caused by: java.io.IOException: could not decode the dictionary
\tat org.apache.spark.Somewhere
Caused by: java.io.IOException: FAILED_TO_UNCOMPRESS(5)
"""
OUT_OF_MEMORY = """Job aborted due to stage failure: Task 1 in stage 2.0 failed 1 times
\tat org.apache.spark.scheduler.DAGScheduler
Caused by: java.lang.OutOfMemoryError: Java heap space
"""

NO_MODULE = """Job aborted due to stage failure: Task 0 in stage 1.0 failed 1 times
Traceback (most recent call last):
  File "/spark/python/pyspark/worker.py", line 90, in read_command
ModuleNotFoundError: No module named 'pyarrow'

\tat org.apache.spark.api.python.BasePythonRunner
"""

FULL = "Job aborted\nCaused by: java.io.IOException: No space left on device\n\tat java"
BEHIND = "x: ValidationException: Invalid update timestamp 1: before last updated timestamp 9\n\tat org"

BEHIND_TOO = "x: ValidationException: [BUG] Expected sorted snapshot log entries.\n\tat org"

EXPIRED = "calling o1\n: java.lang.IllegalArgumentException: Cannot find snapshot with ID 7\n\tat org"


@pytest.mark.parametrize(
    ("failure", "kind", "what", "where"),
    [
        (PySparkException(BY_A_TASK), InputError, "Corrupt snappy compressed data", "/data/a b.parquet"),
        (PySparkException(BY_SPARK), InputError, "could not decode the dictionary", "/data/a%20b.parquet"),
        (PySparkException(NO_MODULE), SettingsError, "has no module pyarrow", "PYSPARK_PYTHON"),
        (PySparkException(OUT_OF_MEMORY), InfrastructureError, "Java heap space", "step"),
        (PySparkException("odd"), InfrastructureError, "odd", "step"),
        (Py4JNetworkError("Answer from Java side is empty"), InfrastructureError, "Answer from Java", "step"),
        (PySparkException(FULL), InfrastructureError, "disk that Spark writes to is full", "spark.local.dir"),
        (PySparkException(BEHIND), InfrastructureError, "clock of this machine is behind", "driver"),
        (PySparkException(BEHIND_TOO), InfrastructureError, "clock of this machine is behind", "driver"),
        (PySparkException(EXPIRED), InfrastructureError, "began with has expired", "catalog"),
    ],
    ids=[
        "task",
        "reader",
        "module",
        "memory",
        "one line",
        "connection",
        "disk",
        "clock",
        "log of snapshots",
        "snapshot",
    ],
)
def test_a_failure_of_spark_becomes_one_error(
    failure: Exception, kind: type[FootfallError], what: str, where: str
) -> None:
    """What, where and what to do, in a line each; the whole text stays behind it for FOOTFALL_DEBUG."""
    with pytest.raises(kind) as caught, spark_failures():
        raise failure
    assert what in caught.value.what
    assert where in caught.value.where
    assert caught.value.fix
    assert str(caught.value).count("\n") == 2
    assert caught.value.__cause__ is failure


def test_other_errors_pass_as_they_are() -> None:
    """A refusal is not Spark's, a defect of the job neither."""
    for error in (InputError("a", where="b", fix="c"), ZeroDivisionError()):
        with pytest.raises(type(error)) as caught, spark_failures():
            raise error
        assert caught.value is error


NO_BUCKET = (
    "org.apache.hadoop.fs.s3a.UnknownStoreException: `s3a://shops/events': getFileStatus on s3a://shops/events",
    "software.amazon.awssdk.services.s3.model.NoSuchBucketException: The specified bucket does not exist",
)
NO_PORT = (
    "org.apache.spark.SparkException: Could not start the driver",
    "java.net.BindException: Cannot assign requested address: Service 'sparkDriver' failed after 16 retries",
)


class Thrown:
    """What Java threw, and what had caused it."""

    _target_id = "o1"

    def __init__(self, text: str, *causes: str) -> None:
        self.toString = lambda: text
        self.getCause = lambda: Thrown(*causes) if causes else None


@pytest.mark.parametrize(
    ("thrown", "named"),
    [
        (
            (
                "java.lang.NoClassDefFoundError: software/amazon/awssdk/http/apache5/Apache5HttpClient$Builder",
            ),
            "Spark lacks the jars for it (software.amazon.awssdk.http.apache5.Apache5HttpClient$Builder)",
        ),
        (
            (
                "java.lang.RuntimeException: no file system",
                "java.lang.ClassNotFoundException: Class org.apache.hadoop.fs.s3a.S3AFileSystem not found",
            ),
            "Spark lacks the jars for it (org.apache.hadoop.fs.s3a.S3AFileSystem)",
        ),
        (("java.lang.Exception: No FileSystem for scheme",), "Spark lacks the jars for it"),
    ],
    ids=["class that is not there", "cause that names a class", "no class named"],
)
def test_a_jar_that_is_missing_is_known_by_its_class(thrown: tuple[str, ...], named: str) -> None:
    """So that one sees which jar it is, where some are there and one is not."""
    failure = Py4JJavaError("An error occurred", Thrown(*thrown))
    error = error_from_java(failure, SettingsError, "The catalog cannot be used", "settings catalog.*")
    assert error.what == f"The catalog cannot be used: {named}"


@pytest.mark.parametrize(
    ("thrown", "kind", "told"),
    [
        (NO_BUCKET, SettingsError, ("the bucket does not exist", "s3a://shops/events", "Correct its name")),
        (
            NO_PORT,
            InfrastructureError,
            ("Cannot assign requested address", "spark-submit", "a port is blocked"),
        ),
    ],
    ids=["bucket of the event log", "port"],
)
def test_a_start_that_fails_tells_what_java_says_of_it(
    thrown: tuple[str, ...],
    kind: type[FootfallError],
    told: tuple[str, str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A store that refuses needs another setting; all else may go away by itself."""

    def fails(_: object) -> None:
        raise Py4JJavaError("An error occurred", Thrown(*thrown))

    monkeypatch.setattr("pyspark.sql.SparkSession.Builder.getOrCreate", fails)
    with pytest.raises(kind) as caught:
        submitted_session({})
    for text, line in zip(told, str(caught.value).splitlines(), strict=True):
        assert text in line
