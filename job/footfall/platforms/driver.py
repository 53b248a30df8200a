"""What every platform does once its Spark is there: run the job, describe the run, stop Spark."""

import platform
import secrets
import time
from collections.abc import Sequence
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


def count(spark: SparkSession, loaded: Loaded, command: Sequence[str], progress: Progress) -> Finished:
    """Run the job in a session, and end the session.

    Args:
        spark: The session.
        loaded: The settings and where they came from.
        command: The words that repeat the run.
        progress: Who listens.
    """
    try:
        with failures_told():
            return pipeline.run(spark, loaded.settings, _described(loaded, command, spark), progress)
    finally:
        spark.stop()


def _described(loaded: Loaded, command: Sequence[str], spark: SparkSession) -> Run:
    return Run(
        id=f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}",
        command=" ".join(command),
        settings=loaded.rows(),
        versions=_versions(spark),
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
