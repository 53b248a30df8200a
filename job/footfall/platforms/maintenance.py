"""Maintains the tables, in a Spark session of its own; meant for a daily schedule."""

import os
from datetime import UTC, datetime

from footfall import jobs
from footfall.engines.spark.failures import spark_failures
from footfall.errors import SettingsError
from footfall.periods import KINDS
from footfall.periods.columns import period_table
from footfall.platforms.engine import is_submitted, local_spark
from footfall.platforms.submitted import session as submitted
from footfall.publish.maintenance import Upkeep
from footfall.publish.tasks import LEAST_AGE, Ages, Task
from footfall.schema import PLACE_DAYS
from footfall.settings import on_object_store
from footfall.settings.sources import Loaded


def maintain(loaded: Loaded, ages: Ages, *, apply: bool) -> list[Task]:
    """The tasks of maintenance with the state before; with `apply` they are also carried out.

    Raises:
        SettingsError: The output is a folder, an age is too low, or the output cannot be used.
        InfrastructureError: The store or the catalog does not answer.
    """
    output = loaded.settings.output
    if not on_object_store(output):
        raise SettingsError(
            "An output folder needs no maintenance: each run sweeps up after those that were killed",
            where=f"setting output: {output}",
            fix="Name an output s3://bucket/prefix.",
        )
    if min(ages.snapshots, ages.leftovers) < LEAST_AGE:
        raise SettingsError(
            "Files younger than a day may belong to a run that is under way",
            where="flags --snapshots and --leftovers",
            fix="Give at least 1d, or 24h.",
        )
    spark = (
        submitted(loaded.settings)
        if is_submitted(os.environ)
        else local_spark(loaded.settings, "Spark keeps up its table").session
    )
    try:
        with spark_failures():
            settings = loaded.settings
            own, database = jobs.named(settings.count).table, settings.catalog.database
            others = tuple(period_table(kind) for kind in KINDS) if own.name == PLACE_DAYS.name else ()
            upkeep = Upkeep(spark, output, database, own, others, ages, datetime.now(UTC))
            tasks = upkeep.tasks()
            if apply:
                upkeep.work()
            return tasks
    finally:
        spark.stop()
