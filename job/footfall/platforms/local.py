"""A run in this process, with a Spark that lives as long as it does."""

import os
from collections.abc import Sequence

from pyspark.sql import SparkSession

from footfall.engines.spark.session import local_session, stores
from footfall.pipeline import Finished
from footfall.platforms.driver import count
from footfall.runs.progress import Progress
from footfall.settings import Settings
from footfall.settings.sources import Loaded


def session(settings: Settings) -> SparkSession:
    """Start Spark here, as the settings say."""
    return local_session(settings.spark, stores(settings, os.environ))


def run(loaded: Loaded, command: Sequence[str], progress: Progress, run_id: str) -> Finished:
    """Run the job here.

    Args:
        loaded: The settings and where they came from.
        command: The words that repeat the run.
        progress: Who listens.
        run_id: The id of the run.
    """
    with progress.step("start Spark", loaded.settings.spark.master):
        spark = session(loaded.settings)
    return count(spark, loaded, command, progress, run_id)
