"""The step `aggregate`: from located pings to footfall, per place and local day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pyarrow as pa
from pyspark.sql import DataFrame

from footfall.aggregate.sums import PARTIAL, merge, sum_part
from footfall.aggregate.table import complete
from footfall.engines.spark.workers import Batches, map_batches
from footfall.local_time import LocalTime
from footfall.schema import COUNTED
from footfall.settings import Settings

__all__ = ["VisitRules", "complete", "count"]


@dataclass(frozen=True)
class VisitRules:
    """What a visit is, see `visits`: the longest gap, how far past its day it is followed, and the zone of days."""

    gap: timedelta
    horizon: timedelta
    time_zone: str

    @classmethod
    def of(cls, settings: Settings) -> "VisitRules":
        """The rules that the settings ask for."""
        return cls(gap=settings.visit_gap, horizon=settings.visit_horizon, time_zone=settings.day_zone)


def count(located: DataFrame, rules: VisitRules, parts: int) -> DataFrame:
    """Count per place and day.

    All records of a device go to one task, in one shuffle; what goes on from there are sums per place and day.

    Args:
        located: PINGS_LOCATED.
        rules: What a visit is.
        parts: How many parts `located` has.

    Returns:
        COUNTED, one row per `tally, place, day`.
    """
    zone = LocalTime.of(located.sparkSession, rules.time_zone)
    clock = (zone.since, zone.ahead, zone.turns)
    micro = timedelta(microseconds=1)
    gap, horizon = rules.gap // micro, rules.horizon // micro

    def summed(batches: Batches) -> Iterator[pa.RecordBatch]:
        yield from sum_part(batches, gap, horizon, clock)

    partial = map_batches(located.repartition(parts, "part"), summed, PARTIAL)
    return map_batches(partial.repartition("place"), merge, COUNTED)
