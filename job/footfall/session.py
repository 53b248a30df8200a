"""The one place where a Spark session is made for a local run, and the settings that every session needs."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from threading import Event, Thread

from pyspark.sql import SparkSession

from footfall import prerequisites
from footfall.errors import InfrastructureError
from footfall.progress import StepHandle
from footfall.settings import SparkSettings

NEEDED = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.datetime.java8API.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
    "spark.sql.parquet.compression.codec": "zstd",
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
