"""Where results go: a folder, or an object store with a catalog; the table, the quarantine and the runs."""

from pyspark.sql import SparkSession

from footfall.publish.folder import Folder
from footfall.publish.output import Output as Output
from footfall.publish.store import Store
from footfall.settings import Settings, on_object_store


def open_output(spark: SparkSession, settings: Settings, run_id: str) -> Output:
    """The output of the settings, remembered as it is now.

    Raises:
        SettingsError: It cannot be written.
        InfrastructureError: The store or the catalog does not answer.
    """
    if on_object_store(settings.output):
        return Store.at(spark, settings.output, settings.catalog.database, run_id)
    return Folder.at(settings.output, run_id)
