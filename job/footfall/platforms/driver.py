"""What every platform does once its Spark is there: run the job, describe the run, stop Spark."""

import platform
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import SparkSession

from footfall import __version__, pipeline
from footfall.geometry import GEOS_VERSION
from footfall.pipeline import Finished
from footfall.progress import Progress
from footfall.report.evidence import Run
from footfall.session import failures_told
from footfall.settings_sources import Loaded

NOWHERE_ELSE: Mapping[str, str] = {}


def count(
    spark: SparkSession,
    loaded: Loaded,
    command: Sequence[str],
    progress: Progress,
    elsewhere: Mapping[str, str] = NOWHERE_ELSE,
) -> Finished:
    """Run the job in a session, and end the session.

    Args:
        spark: The session.
        loaded: The settings and where they came from.
        command: The words that repeat the run.
        progress: Who listens.
        elsewhere: What the platform calls this run, kept beside the versions.
    """
    try:
        with failures_told():
            described = _described(loaded, command, {**_versions(spark), **elsewhere})
            return pipeline.run(spark, loaded.settings, described, progress)
    finally:
        spark.stop()


def _described(loaded: Loaded, command: Sequence[str], versions: dict[str, str]) -> Run:
    return Run(
        id=f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}",
        command=" ".join(command),
        settings=loaded.rows(),
        versions=versions,
        now=lambda: datetime.now(UTC),
        clock=time.monotonic,
    )


def _versions(spark: SparkSession) -> dict[str, str]:
    jvm: Any = spark.sparkContext._jvm
    return {
        "footfall": __version__,
        "spark": spark.version,
        "python": platform.python_version(),
        "java": str(jvm.java.lang.System.getProperty("java.version")),
        "geos": GEOS_VERSION,
    }
