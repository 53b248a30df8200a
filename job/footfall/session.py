"""The one place where a Spark session is made for a local run, and the settings that every session needs."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from threading import Event, Thread

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from footfall import prerequisites
from footfall.errors import FootfallError, InfrastructureError, InputError
from footfall.progress import StepHandle
from footfall.settings import SparkSettings

NEEDED = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.datetime.java8API.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
    "spark.sql.parquet.compression.codec": "zstd",
    # Spark 3.5 refuses a whole file for one time before 1900: such a row is quarantined, as on Spark 4.
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    "spark.sql.caseSensitive": "true",
}
"""What the job's results or speed depend on; set on every platform."""

LOCAL = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "true",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}
"""What suits one machine: no port is open to others, no bar fights with ours."""


def local_session(settings: SparkSettings) -> SparkSession:
    """Start Spark inside this process.

    Raises:
        PrerequisiteError: Java is missing or too old.
        InfrastructureError: Spark did not start.
    """
    prerequisites.check(os.environ)
    logging = files("footfall").joinpath("log4j2.properties")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = (
        SparkSession.builder.appName("footfall")
        .master(settings.master)
        .config("spark.driver.memory", settings.memory)
        .config("spark.driver.extraJavaOptions", f"-Dlog4j2.configurationFile={logging}")
        .config(map={**NEEDED, **LOCAL})
    )
    try:
        return builder.getOrCreate()
    except Exception as failure:
        raise InfrastructureError(
            f"Spark did not start: {type(failure).__name__}",
            where=f"spark.master {settings.master}, spark.memory {settings.memory}",
            fix="Read the lines above; often the memory is more than the machine has, or a port is blocked.",
        ) from failure


_TOLD = re.compile(r"footfall\.errors\.InputError: (.+)\n {2}where: (.+)\n {2}do: {4}(.+)")
_FILE = re.compile(r"while reading file (?:file:(?://)?)?(/\S*?|\w+:/\S*?)\.?(?:\s|$)")
_CAUSE = re.compile(r"^Caused by: (?:[\w.$]+: )?(.+)$", re.MULTILINE)


@contextmanager
def failures_told() -> Iterator[None]:
    """Turn what Spark raises inside the block into one error that a person can act on.

    Raises:
        InputError: A file could not be read.
        InfrastructureError: Anything else.
    """
    try:
        yield
    except (Py4JError, PySparkException) as failure:
        raise _told(str(failure)) from failure


def _told(text: str) -> FootfallError:
    """What Spark says in a hundred lines, in three."""
    told = _TOLD.search(text)
    if told:
        return InputError(told[1], where=told[2], fix=told[3])
    reason = (_CAUSE.findall(text) or text.strip().splitlines() or ["no reason is given"])[0]
    file = _FILE.search(text)
    if file:
        fix = "Check that the file is there and whole; write it again if it is damaged."
        return InputError(f"The file cannot be read: {reason}", where=file[1], fix=fix)
    fix = "Run again; if it fails again, set FOOTFALL_DEBUG=1 to see all that Spark says."
    return InfrastructureError(f"Spark failed: {reason}", where="the step above", fix=fix)


@contextmanager
def stages_shown(spark: SparkSession, step: StepHandle) -> Iterator[None]:
    """Show, while the block runs, how many tasks of Spark's current stages are done."""
    over = Event()
    watcher = Thread(target=_watch, args=(spark, step, over), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _watch(spark: SparkSession, step: StepHandle, over: Event) -> None:
    tracker = spark.sparkContext.statusTracker()
    while not over.wait(0.3):
        stages = [tracker.getStageInfo(number) for number in tracker.getActiveStageIds()]
        known = [stage for stage in stages if stage is not None]
        if known:
            step.advance(
                sum(stage.numCompletedTasks for stage in known), sum(stage.numTasks for stage in known)
            )
