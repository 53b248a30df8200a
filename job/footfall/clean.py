"""Judge each ping: which are kept, and why the others are not."""

import math
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

from footfall.local_time import LocalTime
from footfall.schema import CALENDAR, OUTSIDE_DAYS, UNSOUND
from footfall.settings import DayRange, Settings

EVER = (-(2**63) + 1, 2**63 - 1)
_NEVER = -(2**63)
_MICRO = timedelta(microseconds=1)


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
    """Give each ping that is not kept the first reason that applies.

    Args:
        pings: PINGS_READ.
        rules: What is kept.

    Returns:
        PINGS_JUDGED: all rows, none dropped. Rows of other days have the reason `outside_days`.
    """
    other_day = _other_day(pings.sparkSession, rules)
    return pings.withColumn("reason", f.coalesce(other_day, f.col("defect"), _fault(rules)))


def quarantined(judged: DataFrame, run_id: str) -> DataFrame:
    """The rows that are neither kept nor of another day, as QUARANTINE."""
    bad = judged.where(f.col("reason") != OUTSIDE_DAYS)
    return bad.select(f.lit(run_id).alias("run_id"), "reason", "file", "device", "raw")


def _other_day(spark: SparkSession, rules: Rules) -> Column:
    """`outside_days` for rows of other days; near the asked days only for those that could not be kept anyway."""
    if rules.days is None:
        return f.lit(None).cast("string")
    spans = BatchRules.of(rules, LocalTime.of(spark, rules.time_zone))
    asked, near = (_at_in(span) for span in (spans.asked, spans.near))
    sound = f.coalesce(f.col("defect"), _fault(rules)).isNull()
    return f.when(f.col("at").isNotNull() & ~(asked | (near & sound)), OUTSIDE_DAYS)


def _at_in(span: tuple[int, int]) -> Column:
    begin, end = (f.timestamp_micros(f.lit(micros)) for micros in span)
    return (f.col("at") >= begin) & (f.col("at") < end)


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


@dataclass(frozen=True)
class BatchRules:
    """The same rules for pings that no Spark expression sees: instants in microseconds since 1970 UTC."""

    asked: tuple[int, int]
    near: tuple[int, int]
    accuracy_limit: float

    @classmethod
    def of(cls, rules: Rules, zone: LocalTime) -> "BatchRules":
        """The rules with the midnights of their days worked out."""
        limit = math.inf if rules.accuracy_limit is None else rules.accuracy_limit
        if rules.days is None:
            return cls(EVER, EVER, limit)
        begin, end = zone.midnight(rules.days.first), zone.midnight(rules.days.last + timedelta(days=1))
        return cls((begin, end), (begin - rules.before // _MICRO, end + rules.after // _MICRO), limit)

    @property
    def elsewhere(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """The spans of instants in which every row, sound or not, is of another day."""
        return (CALENDAR[0], self.near[0]), (self.near[1], CALENDAR[1])


def judge_batch(pings: pa.RecordBatch, rules: BatchRules) -> pa.RecordBatch:
    """Tell rows that are kept from those of other days and from all others, as `judge` does.

    Args:
        pings: Columns device, at (microseconds, UTC), lon, lat and, if there is one, accuracy, all as they were stored.
        rules: What is kept.

    Returns:
        Columns device, at, lon, lat and reason; where `judge` gives a reason other than `outside_days`, this gives
        `unsound`.
    """
    lon, lat = (pings.column(name).to_numpy(zero_copy_only=False) for name in ("lon", "lat"))
    at = pings.column("at")
    micros = at.view(pa.int64()).fill_null(_NEVER).to_numpy()
    sound = (
        (np.abs(lon) <= 180)
        & (np.abs(lat) <= 90)
        & ((lon != 0) | (lat != 0))
        & ~_blank(pings.column("device"))
    )
    sound &= _within(micros, CALENDAR)
    if "accuracy" in pings.schema.names:
        sound &= _accurate(pings.column("accuracy"), rules.accuracy_limit)
    here = _within(micros, rules.asked) | (_within(micros, rules.near) & sound)
    elsewhere = _within(micros, CALENDAR) & ~here
    reason = np.where(elsewhere, 1, np.where(sound, -1, 0)).astype(np.int8)
    reasons = pa.nulls(len(pings), pa.string())
    if (reason >= 0).any():
        names = pa.array([UNSOUND, OUTSIDE_DAYS])
        reasons = names.take(pa.array(reason, mask=reason < 0))
    columns = [pings.column("device"), at, pa.array(lon), pa.array(lat), reasons]
    return pa.RecordBatch.from_arrays(columns, names=["device", "at", "lon", "lat", "reason"])


def _within(micros: npt.NDArray[np.int64], span: tuple[int, int]) -> npt.NDArray[np.bool_]:
    return (span[0] <= micros) & (micros < span[1])


def _accurate(accuracy: pa.Array, limit: float) -> npt.NDArray[np.bool_]:
    """Whether the accuracy is unknown, or a number within the limit."""
    metres = accuracy.to_numpy(zero_copy_only=False)
    unknown: npt.NDArray[np.bool_] = accuracy.is_null().to_numpy(zero_copy_only=False)
    known: npt.NDArray[np.bool_] = (metres <= limit) & np.isfinite(metres)
    return unknown | known


def _blank(devices: pa.Array) -> npt.NDArray[np.bool_]:
    """Whether the id is null, empty or nothing but spaces."""
    blank: npt.NDArray[np.bool_] = pc.binary_length(devices).fill_null(0).to_numpy() == 0
    first = pc.starts_with(devices, " ").fill_null(False)
    if pc.any(first).as_py():
        blank |= pc.binary_length(pc.ascii_trim(devices, " ")).fill_null(0).to_numpy() == 0
    return blank
