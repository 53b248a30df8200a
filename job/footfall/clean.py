"""Judge each ping: which are kept, and why the others are not."""

from dataclasses import dataclass
from datetime import date, timedelta

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from footfall.schema import OUTSIDE_DAYS
from footfall.settings import DayRange, Settings


@dataclass(frozen=True)
class Rules:
    """What a ping must satisfy to be kept.

    `days` are calendar days in `time_zone`, None for all; pings up to `before` earlier and `after` later are kept as
    well, because visits reach over midnight. `accuracy_limit` is in metres.
    """

    time_zone: str
    days: DayRange | None
    before: timedelta
    after: timedelta
    accuracy_limit: float | None

    @classmethod
    def of(cls, settings: Settings) -> "Rules":
        """The rules that the settings ask for."""
        return cls(
            time_zone=settings.day_zone,
            days=None if settings.days == "all" else settings.days,
            before=settings.visit_gap,
            after=settings.visit_horizon,
            accuracy_limit=settings.pings.accuracy_limit,
        )


def judge(pings: DataFrame, rules: Rules) -> DataFrame:
    """Give each ping its local day and, where it is not kept, the first reason that applies.

    Args:
        pings: PINGS_READ.
        rules: What is kept.

    Returns:
        PINGS_JUDGED: all rows, none dropped. Rows of other days have the reason `outside_days`.
    """
    day = f.to_date(f.from_utc_timestamp("at", rules.time_zone))
    return pings.withColumns(
        {"day": day, "reason": f.coalesce(_other_day(rules), f.col("defect"), _fault(rules))}
    )


def distinct(judged: DataFrame) -> DataFrame:
    """Keep equal pings (device, at, lon, lat) once, with their number, and only the number of all other rows.

    Args:
        judged: PINGS_JUDGED.

    Returns:
        PINGS_DISTINCT.
    """
    kept = f.col("reason").isNull()
    keys = [f.when(kept, f.col(name)).alias(name) for name in ("day", "device", "at", "lon", "lat")]
    return judged.groupBy("reason", *keys).agg(f.count(f.lit(1)).alias("n"))


def quarantined(judged: DataFrame, run_id: str) -> DataFrame:
    """The rows that are neither kept nor of another day, as QUARANTINE."""
    bad = judged.where(f.col("reason") != OUTSIDE_DAYS)
    return bad.select(f.lit(run_id).alias("run_id"), "reason", "file", "device", "raw")


def _other_day(rules: Rules) -> Column:
    """`outside_days` for rows of other days; near the asked days only for those that could not be kept anyway."""
    if rules.days is None:
        return f.lit(None).cast("string")
    first, last = rules.days.first, rules.days.last
    at = f.col("at")
    asked = (at >= _midnight(first, rules.time_zone)) & (
        at < _midnight(last + timedelta(days=1), rules.time_zone)
    )
    near = (at >= _midnight(first, rules.time_zone) - f.lit(rules.before)) & (
        at < _midnight(last + timedelta(days=1), rules.time_zone) + f.lit(rules.after)
    )
    sound = f.coalesce(f.col("defect"), _fault(rules)).isNull()
    return f.when(at.isNotNull() & ~(asked | (near & sound)), OUTSIDE_DAYS)


def _midnight(day: date, time_zone: str) -> Column:
    """The instant at which a local day begins."""
    return f.to_utc_timestamp(f.lit(day).cast("timestamp"), time_zone)


def _fault(rules: Rules) -> Column:
    """The first rule that a readable ping breaks."""
    lat, lon = f.col("lat"), f.col("lon")
    in_range = (f.abs(lat) <= 90) & (f.abs(lon) <= 180)
    swapped = (f.abs(lat) > 90) & (f.abs(lat) <= 180) & (f.abs(lon) <= 90)
    fault = (
        f.when(swapped, "coordinates_swapped")
        .when(~in_range, "coordinate_out_of_range")
        .when((lat == 0) & (lon == 0), "coordinate_zero")
    )
    if rules.accuracy_limit is None:
        return fault
    return fault.when(f.col("accuracy") > rules.accuracy_limit, "accuracy_too_poor")
