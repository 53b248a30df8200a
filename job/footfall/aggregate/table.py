"""The table that is published: one row for each place and day, zeros included."""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from footfall.schema import DWELL_BUCKETS, FOOTFALL, Places

_MEASURES = [field.name for field in FOOTFALL if field.name not in ("place_id", "day", "suppressed")]


def complete(counted: DataFrame, places: Places, days: list[date], k: int) -> DataFrame:
    """One row per place and day: zeros where nothing was counted, nulls where fewer than `k` devices were.

    Args:
        counted: COUNTED.
        places: All places of the run.
        days: The days of the run.
        k: Rows with fewer devices, but at least one, are suppressed.

    Returns:
        FOOTFALL.
    """
    spark = counted.sparkSession
    numbered = [(number, place.place_id) for number, place in enumerate(places)]
    wanted = spark.createDataFrame(numbered, "place int NOT NULL, place_id string NOT NULL").crossJoin(
        spark.createDataFrame([(day,) for day in days], "day date NOT NULL")
    )
    rows = wanted.join(counted.where("tally is null").drop("tally"), ["place", "day"], "left")
    zero = {"visits_by_hour": _zeros(24), "dwell_buckets": _zeros(len(DWELL_BUCKETS))}
    filled = rows.withColumns(
        {
            name: f.coalesce(name, zero.get(name, f.lit(0)))
            for name in _MEASURES
            if "dwell_seconds" not in name
        }
    )
    hidden = (f.col("devices") > 0) & (f.col("devices") < k)
    measures = [f.when(~f.col("suppressed"), f.col(name)).alias(name) for name in _MEASURES]
    return (
        filled.withColumn("suppressed", hidden)
        .select("place_id", "day", *measures, "suppressed")
        .to(FOOTFALL)
    )


def _zeros(length: int) -> Column:
    return f.array_repeat(f.lit(0), length)
