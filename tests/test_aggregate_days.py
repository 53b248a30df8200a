"""The rows of a day are the same, whichever other days are counted with it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
import shapely
from pyspark.sql import DataFrame, SparkSession

from footfall import aggregate, clean
from footfall.locate import Search, build, locate
from footfall.schema import PINGS_READ, Place
from footfall.settings import DayRange
from tests.visit_definition import Ping, footfall

GAP, HORIZON = timedelta(minutes=30), timedelta(hours=3)
TICK = timedelta(microseconds=1)
SQUARES = {"left": (10, 50, 12, 52), "right": (11, 50, 13, 52), "far": (-70, -34, -69, -33)}
PLACES = tuple(
    Place(name, None, None, shapely.to_wkb(shapely.box(*box))) for name, box in sorted(SQUARES.items())
)
# Points and the numbers of the places that hold them: far is 0, left 1, right 2; left and right overlap.
POINTS = {
    (-69.5, -33.5): {0},
    (10.5, 51.0): {1},
    (11.5, 51.0): {1, 2},
    (12.5, 51.0): {2},
    (0.5, 0.5): set(),
}

# Each zone with three days: around 25 hours, around a skipped midnight, and without any change.
ZONES = {
    "Europe/Berlin": date(2023, 10, 28),
    "America/Santiago": date(2023, 9, 2),
    "Asia/Kathmandu": date(2023, 3, 1),
}
Counted = dict[tuple[int, date], tuple[object, ...]]


def walks(random: Random, zone: str, first: date) -> list[tuple[str, datetime, float, float]]:
    """Devices that stay, leave and come back, mostly around midnights, with gaps at and next to the limit."""
    gaps = [timedelta(0), TICK, GAP - TICK, GAP, GAP + TICK, GAP / 3, timedelta(hours=7)]
    weights = [1, 1, 3, 8, 1, 8, 1]
    rows = []
    for number in range(24):
        midnight = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        at = midnight + timedelta(
            days=random.randrange(-1, 4), minutes=random.choice([-61, -29, -1, 0, 1, 700])
        )
        place = random.choice(list(POINTS))
        for _ in range(24):
            rows.append((f"D{number}", at, *place))
            at += random.choices(gaps, weights)[0]
            place = random.choice(list(POINTS)) if random.random() < 0.2 else place
    return rows


@pytest.fixture(scope="module")
def run(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Counted]:
    """Counts pings from clean to aggregate, for a range of days or for all."""
    index: Path = build(PLACES).save(tmp_path_factory.mktemp("index"))

    def counts(pings: DataFrame, zone: str, days: DayRange | None) -> Counted:
        judged = clean.judge(pings, clean.Rules(zone, days, before=GAP, after=HORIZON, accuracy_limit=None))
        pieces = locate(judged, Search(index, "open", parts=3, audit_every=1))
        counted = aggregate.count(pieces, aggregate.VisitRules(GAP, HORIZON, zone), parts=3)
        return {
            (row.place, row.day): measures(row.asDict())
            for row in counted.where("tally is null").collect()
            if days is None or days.first <= row.day <= days.last
        }

    return counts


def measures(row: dict[str, object]) -> tuple[object, ...]:
    """In the order of `Measures.row`, quartiles rounded to milliseconds as there."""
    quartiles = [row[f"dwell_seconds_p{p}"] for p in (25, 50, 75)]
    rounded = [q if q is None else round(float(str(q)), 3) for q in quartiles]
    counts = [row[name] for name in ("pings", "devices", "visits", "single_ping_visits")]
    return (*counts, *rounded, row["visits_by_hour"], row["dwell_buckets"])


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_counts_the_same_alone_with_a_neighbour_and_among_all(
    spark: SparkSession, run: Callable[..., Counted], zone: str
) -> None:
    """Generated walks over five days: each way of running gives what the definitions say."""
    first = ZONES[zone]
    walked = walks(Random(zone), zone, first)  # noqa: S311
    rows = [(device, at, lon, lat, None, None, "", "") for device, at, lon, lat in walked]
    pings = spark.createDataFrame(rows, PINGS_READ).coalesce(1).cache()
    inside = {
        Ping(device, place, at, (lon, lat)) for device, at, lon, lat in walked for place in POINTS[lon, lat]
    }
    table = footfall(inside, ZoneInfo(zone), GAP, HORIZON)
    defined = {key: row.row() for key, row in table.items()}

    assert run(pings, zone, None) == defined
    second = first + timedelta(days=1)
    for days in (DayRange(second, second), DayRange(first, second)):
        wanted = {key: row for key, row in defined.items() if days.first <= key[1] <= days.last}
        assert len(wanted) >= 3
        assert run(pings, zone, days) == wanted
