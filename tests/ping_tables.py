"""Tables of pings, written so that a reader can check them by eye."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from pyspark.sql import DataFrame, Row, SparkSession

from footfall.schema import PINGS_LOCATED, PINGS_READ


def instant(text: str, zone: str = "UTC") -> datetime:
    """The instant of an ISO time; without an offset it is local time in the zone."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def read(spark: SparkSession, table: str) -> DataFrame:
    """PINGS_READ of lines `device | at | lat | lon | accuracy | defect`, UTC, with `-` for null; a head comes first."""
    rows = []
    for line in table.strip().splitlines()[1:]:
        device, at, lat, lon, accuracy, defect = (
            None if cell.strip() == "-" else cell.strip() for cell in line.split("|")[:6]
        )
        numbers = [None if text is None else float(text) for text in (lon, lat, accuracy)]
        rows.append((device, instant(at) if at else None, *numbers, defect, line, "pings.csv"))
    return spark.createDataFrame(rows, PINGS_READ)


def located(
    spark: SparkSession, places: Sequence[str], zone: str = "UTC", since: str = "2023-03"
) -> DataFrame:
    """PINGS_LOCATED of one text per place: `A 01T10:00 01T10:30; B 01T11:00` are two devices.

    Times begin with `since` and are local in the zone, unless they have an offset, such as `29T02:30+01:00`.
    """
    rows = []
    for place, text in enumerate(places):
        for group in filter(None, text.split(";")):
            device, *times = group.split()
            for at in (instant(f"{since}-{time}", zone) for time in times):
                rows.append((None, place, at.astimezone(ZoneInfo(zone)).date(), device, at, 1))
    return spark.createDataFrame(rows, PINGS_LOCATED)


def by_place_and_day(counted: DataFrame) -> Mapping[tuple[int, date], Row]:
    """The rows of `aggregate.count`, tallies left out."""
    return {(row.place, row.day): row for row in counted.where("tally is null").collect()}
