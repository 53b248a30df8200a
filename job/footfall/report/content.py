"""What a report says, as one dictionary: the content of report.json, of the page and of the terminal's summary."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pyspark.sql import Column, DataFrame, Observation, Row
from pyspark.sql import functions as f

from footfall.runs.outcome import Check, Funnel
from footfall.runs.progress import StepTime
from footfall.schema import DWELL_BUCKETS as DWELL_BUCKETS
from footfall.schema import Places

LISTED_PLACES = 2000
_STAGES = {
    "scanned": "rows in the input",
    "outside_days": "of days that were not asked for",
    "read": "rows of the asked days",
    "quarantined": "could not be used",
    "duplicate": "repeat another row exactly",
    "kept": "pings that were looked up",
    "outside_places": "in no place",
    "inside_places": "in a place",
    "boundary": "exactly on a place's boundary",
}

Day = dict[str, Any]


@dataclass(frozen=True)
class Totals:
    """Sums over the rows that are published: by place, by day, and over all. Suppressed rows add nothing."""

    by_place: tuple[Row, ...]
    by_day: tuple[Row, ...]
    visited_places: int
    hours: list[int]
    dwell_buckets: list[int]


def totals(table: DataFrame) -> Totals:
    """Sum up the rows of FOOTFALL; at most LISTED_PLACES places, those with most visits first."""
    shown = (f.count_if("suppressed") == 0) | (f.sum("pings") > 0)  # zero is not all there was
    sums = [
        f.when(shown, f.sum(name)).alias(name)
        for name in ("pings", "devices", "visits", "single_ping_visits")
    ]
    visited = f.count_if((f.col("pings") > 0) | f.col("suppressed")).alias("visited")
    hidden = f.count_if("suppressed").alias("suppressed")
    typical = f.median("dwell_seconds_p50").alias("dwell_p50")
    by_days = f.collect_list(f.struct("day", "visits")).alias("visits_by_day")
    keys = (f.count(f.lit(1)).alias("rows"), f.countDistinct("place_id").alias("places"))
    arrays = (*_sums("visits_by_hour", 24), *_sums("dwell_buckets", len(DWELL_BUCKETS)))
    by_day = table.groupBy("day").agg(*sums, visited, hidden, *keys, *arrays).orderBy("day").collect()
    places_visited = Observation("visited places")
    by_place = (
        table.groupBy("place_id")
        .agg(*sums, visited, hidden, typical, by_days)
        .observe(places_visited, f.count_if(f.col("visited") > 0).alias("n"))
    )
    ranked = by_place.orderBy(f.desc_nulls_last("visits"), f.desc_nulls_last("pings"), "place_id")
    return Totals(
        by_place=tuple(ranked.limit(LISTED_PLACES).collect()),
        by_day=tuple(by_day),
        visited_places=int(places_visited.get["n"]),
        hours=[sum(row[f"visits_by_hour_{i}"] for row in by_day) for i in range(24)],
        dwell_buckets=[sum(row[f"dwell_buckets_{i}"] for row in by_day) for i in range(len(DWELL_BUCKETS))],
    )


def keys(totals: Totals) -> tuple[int, int]:
    """How many rows there are, and how many of them are of distinct places and days."""
    return sum(row.rows for row in totals.by_day), sum(row.places for row in totals.by_day)


def per_day(totals: Totals, before: Mapping[date, tuple[int, int] | None]) -> list[Day]:
    """The sums of each day, and the change against the day before.

    Args:
        totals: Sums of this run.
        before: Pings and visits of days that were published earlier.
    """
    here = {row.day: (row.pings or 0, row.visits or 0) for row in totals.by_day}
    return [_day(row, {**before, **here}.get(row.day - timedelta(days=1))) for row in totals.by_day]


def headline(totals: Totals, places: int) -> dict[str, int]:
    """The numbers that a reader looks for first."""
    return {
        "places": places,
        "places_visited": totals.visited_places,
        "pings": sum(row.pings or 0 for row in totals.by_day),
        "visits": sum(row.visits or 0 for row in totals.by_day),
        "days": len(totals.by_day),
        "suppressed_rows": sum(row.suppressed for row in totals.by_day),
    }


def listed(totals: Totals, places: Places) -> list[dict[str, Any]]:
    """The places of the report with their sums; null where all rows with visitors are suppressed.

    `visits_by_day` has a number for each day that was counted, null where that row is suppressed.
    """
    by_id, days = {place.place_id: place for place in places}, [row.day for row in totals.by_day]
    return [
        {
            "place_id": row.place_id,
            "name": by_id[row.place_id].name,
            "category": by_id[row.place_id].category,
            **{name: row[name] for name in ("pings", "devices", "visits", "dwell_p50")},
            "visits_by_day": [dict(row.visits_by_day).get(day) for day in days],
            "suppressed": row.pings is None,
        }
        for row in totals.by_place
    ]


def stages(funnel: Funnel) -> list[dict[str, Any]]:
    """The funnel of rows, stage by stage."""
    rows = {
        **asdict(funnel),
        "read": funnel.read,
        "kept": funnel.kept,
        "quarantined": sum(funnel.quarantined.values()),
    }
    return [{"key": key, "label": label, "rows": rows[key]} for key, label in _STAGES.items()]


def checks(found: Iterable[Check]) -> list[dict[str, Any]]:
    """The checks, without the distinction that only the run needs."""
    return [{key: value for key, value in asdict(check).items() if key != "gate"} for check in found]


def steps(times: Sequence[StepTime]) -> list[dict[str, Any]]:
    """The steps with their seconds."""
    return [asdict(step) for step in times]


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(row: Row, before: tuple[int, int] | None) -> Day:
    earlier = (
        {"day": str(row.day - timedelta(days=1)), "pings": before[0], "visits": before[1]} if before else None
    )
    change = (row.visits or 0) / before[1] - 1 if before and before[1] else None
    return {
        "day": str(row.day),
        "pings": row.pings or 0,
        "visits": row.visits or 0,
        "places_visited": row.visited,
        "before": earlier,
        "suppressed_rows": row.suppressed,
        "visits_change": change,
    }


def _sums(name: str, length: int) -> list[Column]:
    """The sum of each element of an array."""
    return [f.coalesce(f.sum(f.get(name, f.lit(i))), f.lit(0)).alias(f"{name}_{i}") for i in range(length)]
