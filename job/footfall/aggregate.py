"""From located pings to footfall: visits, dwell, devices, hours, per place and local day."""

from dataclasses import dataclass
from datetime import date, timedelta

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as f

from footfall.schema import DWELL_BUCKET_ENDS, DWELL_BUCKETS, FOOTFALL, Places
from footfall.settings import Settings

_MEASURES = [field.name for field in FOOTFALL if field.name not in ("place_id", "day", "suppressed")]


@dataclass(frozen=True)
class VisitRules:
    """What a visit is.

    A maximal run of one device's pings in one place with gaps of at most `gap`. It belongs to the local day, in
    `time_zone`, of its first ping, and is followed until `horizon` past the end of that day, so that the numbers of a
    day do not depend on which other days the run counts. A ping elsewhere in between does not end it.
    """

    gap: timedelta
    horizon: timedelta
    time_zone: str

    @classmethod
    def of(cls, settings: Settings) -> "VisitRules":
        """The rules that the settings ask for."""
        return cls(gap=settings.visit_gap, horizon=settings.visit_horizon, time_zone=settings.day_zone)


def count(located: DataFrame, rules: VisitRules) -> DataFrame:
    """Count per place and day.

    Args:
        located: PINGS_LOCATED.
        rules: What a visit is.

    Returns:
        One row per `tally, place, day`: for a place its measures, none suppressed, and `n`, the pings counted first
        here; for a tally its number `n`.
    """
    return located.transform(_with_visits, rules).transform(_sum_up)


def complete(counted: DataFrame, places: Places, days: list[date], k: int) -> DataFrame:
    """One row per place and day: zeros where nothing was counted, nulls where fewer than `k` devices were.

    Args:
        counted: What `count` gives.
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


def _with_visits(located: DataFrame, rules: VisitRules) -> DataFrame:
    """Mark on each ping whether it starts a visit, and give that row the visit's dwell and number of pings."""
    in_order = Window.partitionBy("place", "device").orderBy("at")
    so_far = in_order.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    of_visit = Window.partitionBy("place", "device", "visit")
    gap = f.col("at") > f.lag("at").over(in_order) + f.lit(rules.gap)
    new_day = f.max("day").over(in_order.rowsBetween(Window.unboundedPreceding, -1)) < f.col("day")
    start_day = f.to_date(f.from_utc_timestamp("start_at", rules.time_zone))
    followed = f.to_utc_timestamp(f.date_add(start_day, 1).cast("timestamp"), rules.time_zone) + f.lit(
        rules.horizon
    )
    marked = located.withColumns(
        {
            "starts": f.col("tally").isNull() & f.coalesce(gap, f.lit(True)),
            "new_device": f.col("tally").isNull() & f.coalesce(new_day, f.lit(True)),
        }
    ).withColumn("visit", f.sum(f.col("starts").cast("int")).over(so_far))
    return (
        marked.withColumn("start_at", f.min("at").over(of_visit))
        .withColumn("end_at", f.max(f.when(f.col("at") < followed, f.col("at"))).over(of_visit))
        .withColumn("visit_pings", f.count(f.lit(1)).over(of_visit))
        .withColumn(
            "dwell",
            f.when(f.col("starts") & (f.col("visit_pings") > 1), _seconds("start_at", "end_at")),
        )
        .withColumn("hour", f.when(f.col("starts"), f.hour(f.from_utc_timestamp("at", rules.time_zone))))
    )


def _sum_up(pings: DataFrame) -> DataFrame:
    """Add up per tally, place and day."""
    dwell, single = f.col("dwell"), f.col("starts") & (f.col("visit_pings") == 1)
    return (
        pings.groupBy("tally", "place", "day")
        .agg(
            f.count("place").alias("pings"),
            _number(f.col("new_device")).alias("devices"),
            _number(f.col("starts")).alias("visits"),
            _number(single).alias("single_ping_visits"),
            f.percentile(dwell, f.array(f.lit(0.25), f.lit(0.5), f.lit(0.75))).alias("dwell_seconds"),
            f.array(*(_number(f.col("hour") == h).cast("int") for h in range(24))).alias("visits_by_hour"),
            f.array(*(_number(inside).cast("int") for inside in _in_buckets(dwell))).alias("dwell_buckets"),
            f.sum("n").alias("n"),
        )
        .withColumns(
            {f"dwell_seconds_p{p}": f.get("dwell_seconds", f.lit(i)) for i, p in enumerate((25, 50, 75))}
        )
        .drop("dwell_seconds")
    )


def _in_buckets(dwell: Column) -> list[Column]:
    """For each bucket whether the dwell, in seconds, falls into it."""
    ends = [f.lit(minutes * 60) for minutes in DWELL_BUCKET_ENDS]
    lows, highs = [f.lit(0), *ends], [*ends, f.lit(float("inf"))]
    return [(dwell >= low) & (dwell < high) for low, high in zip(lows, highs, strict=True)]


def _number(condition: Column) -> Column:
    """How many rows satisfy the condition."""
    return f.count(f.when(condition, f.lit(1)))


def _seconds(start: str, end: str) -> Column:
    """Seconds from one instant to the other, with the fraction."""
    return (f.unix_micros(end) - f.unix_micros(start)) / f.lit(1e6)


def _zeros(length: int) -> Column:
    return f.array_repeat(f.lit(0), length)
