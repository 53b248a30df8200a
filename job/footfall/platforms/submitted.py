"""A run in the driver that spark-submit started, on Kubernetes or on any other cluster."""

import os
from collections.abc import Sequence

from pyspark.sql import SparkSession

from footfall.pipeline import Finished
from footfall.platforms.driver import count
from footfall.progress import Progress
from footfall.session import mark_logs, stores, submitted_session
from footfall.settings import Settings
from footfall.settings_sources import Loaded
from footfall.settings_values import days_name


def session(settings: Settings) -> SparkSession:
    """Take the Spark that spark-submit describes, and the stores of the settings."""
    return submitted_session(stores(settings, os.environ))


def run(loaded: Loaded, command: Sequence[str], progress: Progress, run_id: str) -> Finished:
    """Run the job with the Spark that spark-submit describes.

    Args:
        loaded: The settings and where they came from; `spark.*` among them is for local runs only.
        command: The words that repeat the run.
        progress: Who listens.
        run_id: The id of the run.
    """
    with progress.step("start Spark", "as submitted"):
        spark = session(loaded.settings)
        mark_logs(spark, {"run_id": run_id, "day": days_name(loaded.settings.days)})
    return count(spark, loaded, command, progress, run_id)
