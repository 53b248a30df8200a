"""What every platform does once its Spark is there: run the job, describe the run, stop Spark."""

import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import SparkSession

from footfall import __version__, pipeline
from footfall.geometry import GEOS_VERSION
from footfall.pipeline import Finished
from footfall.platforms.code import code_digest
from footfall.platforms.usage import usage
from footfall.runs import lineage
from footfall.runs.evidence import Run
from footfall.runs.progress import Progress
from footfall.settings.sources import Loaded

NOWHERE_ELSE: Mapping[str, str] = {}


def count(
    spark: SparkSession,
    loaded: Loaded,
    command: Sequence[str],
    progress: Progress,
    run_id: str,
    elsewhere: Mapping[str, str] = NOWHERE_ELSE,
) -> Finished:
    """Run the job in a session, and end the session.

    Args:
        spark: The session.
        loaded: The settings and where they came from.
        command: The words that repeat the run.
        progress: Who listens.
        run_id: The id of the run.
        elsewhere: What the platform calls this run, kept beside the versions.
    """
    try:
        versions = {**_versions(spark), **elsewhere}
        run = Run(
            id=run_id,
            command=" ".join(command),
            settings=loaded.rows(),
            versions=versions,
            now=lambda: datetime.now(UTC),
            clock=time.monotonic,
            usage=lambda: usage(spark),
            heard=_heard(loaded.settings.lineage, progress),
        )
        return pipeline.run(spark, loaded.settings, run, progress)
    finally:
        spark.stop()


def _heard(to: str | None, progress: Progress) -> Callable[[Mapping[str, Any]], None]:
    """Tell whoever collects lineage; what is not told there is said here, and the run goes on."""

    def hear(told: Mapping[str, Any]) -> None:
        if to is not None:
            with progress.step("tell lineage", to) as step:
                try:
                    lineage.send(told, to, os.environ.get("OPENLINEAGE_API_KEY"))
                except lineage.NotTold as failure:
                    step.note(not_told=str(failure))

    return hear


def _versions(spark: SparkSession) -> dict[str, str]:
    jvm: Any = spark.sparkContext._jvm
    return {
        "footfall": __version__,
        "code": code_digest(),
        "spark": spark.version,
        "python": platform.python_version(),
        "java": str(jvm.java.lang.System.getProperty("java.version")),
        "geos": GEOS_VERSION,
    }
