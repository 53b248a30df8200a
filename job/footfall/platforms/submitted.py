"""A run in the driver that spark-submit started, on Kubernetes or on any other cluster."""

import os
from collections.abc import Mapping, Sequence

from pyspark.sql import SparkSession

from footfall.engines.spark import java_logs
from footfall.engines.spark.engine import SparkEngine
from footfall.engines.spark.session import catalog, submitted_session
from footfall.pipeline import Finished
from footfall.platforms.driver import count
from footfall.runs.progress import Progress
from footfall.settings import JobSettings
from footfall.settings.sources import Loaded
from footfall.settings.values import days_name

NOTHING: Mapping[str, str] = {}


def session(settings: JobSettings, further: Mapping[str, str] = NOTHING) -> SparkSession:
    """Take the Spark that spark-submit describes, and the catalog of the settings.

    Args:
        settings: The settings of the run.
        further: More of Spark's configuration.
    """
    return submitted_session({**catalog(settings, os.environ), **further})


def run(loaded: Loaded, command: Sequence[str], progress: Progress, run_id: str) -> Finished:
    """Run the job with the Spark that spark-submit describes.

    Args:
        loaded: The settings and where they came from; `spark.*` among them is for local runs only.
        command: The words that repeat the run.
        progress: Shows the steps.
        run_id: The id of the run.
    """
    with progress.step("start Spark", "as submitted"):
        marks = {"run_id": run_id, "day": days_name(loaded.settings.days)}
        spark = session(loaded.settings, java_logs.executor_options(marks))
        java_logs.configure_driver(spark, marks)
        engine = SparkEngine(spark, "spark-submit started the process")
    return count(engine, loaded, command, progress, run_id)
