"""The outputs of a run: a folder, or an object store with a catalog; each has a table, a quarantine and runs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from footfall.publish.folder import Folder
from footfall.publish.output import Output, Piece, Target
from footfall.publish.writing import write_piece, write_quarantine
from footfall.settings import JobSettings, on_object_store
from footfall.table import DayTable

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["Output", "Piece", "Target", "open_output", "write_piece", "write_quarantine"]


def open_output(
    table: DayTable, settings: JobSettings, run_id: str, spark: Callable[[], "SparkSession"]
) -> Output:
    """The output of the settings, with the versions of the published days as they are now.

    Args:
        table: The table that is published.
        settings: The settings, which name the output.
        run_id: The id of the run.
        spark: Returns the session that commits to a table of a catalog; not called for a folder.

    Raises:
        SettingsError: The output cannot be written.
        InfrastructureError: The store or the catalog does not answer.
    """
    if on_object_store(settings.output):
        from footfall.publish.store import Store  # it needs Spark, which a folder does not

        database = settings.catalog.database
        return Store.at(spark(), table, settings.output, database, run_id, settings.periods)
    return Folder.at(settings.output, run_id, table, settings.periods)
