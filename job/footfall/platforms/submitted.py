"""A run in the driver that spark-submit started, on Kubernetes or on any other cluster."""

import os
from collections.abc import Sequence

from pyspark.sql import SparkSession

from footfall.pipeline import Finished
from footfall.platforms.driver import count
from footfall.progress import Progress
from footfall.session import stores, submitted_session
from footfall.settings import Settings
from footfall.settings_sources import Loaded


def session(settings: Settings) -> SparkSession:
    """Take the Spark that spark-submit describes, and the stores of the settings."""
    return submitted_session(stores(settings, os.environ))


def run(loaded: Loaded, command: Sequence[str], progress: Progress) -> Finished:
    """Run the job with the Spark that spark-submit describes.

    Args:
        loaded: The settings and where they came from; `spark.*` among them is for local runs only.
        command: The words that repeat the run.
        progress: Who listens.
    """
    with progress.step("start Spark", "as submitted"):
        spark = session(loaded.settings)
    return count(spark, loaded, command, progress)
