"""Where results go: a folder, or an object store with a catalog; the table, the quarantine and the runs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from footfall.publish.folder import Folder
from footfall.publish.output import Output, Piece, Target
from footfall.publish.writing import write_piece, write_quarantine
from footfall.settings import Settings, on_object_store

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["Output", "Piece", "Target", "open_output", "write_piece", "write_quarantine"]


def open_output(settings: Settings, run_id: str, spark: Callable[[], "SparkSession"]) -> Output:
    """The output of the settings, remembered as it is now.

    Args:
        settings: They name the output.
        run_id: The run.
        spark: Gives the session whose Java commits to a table in a catalog; a folder does not ask for it.

    Raises:
        SettingsError: It cannot be written.
        InfrastructureError: The store or the catalog does not answer.
    """
    if on_object_store(settings.output):
        from footfall.publish.store import Store  # it needs Spark, which a folder does not

        return Store.at(spark(), settings.output, settings.catalog.database, run_id)
    return Folder.at(settings.output, run_id, None if settings.period == "day" else settings.period)
