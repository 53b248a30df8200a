"""Tables of pings, written so that a reader can check them by eye."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, Row, SparkSession

from footfall.schema import PINGS_LOCATED, PINGS_READ
from footfall.shuffle.fingerprints import fingerprints
from footfall.shuffle.records import MARK, PING, Records, labels


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
    spark: SparkSession, places: Sequence[str], zone: str = "UTC", since: str = "2023-03", parts: int = 1
) -> DataFrame:
    """PINGS_LOCATED of one text per place: `A 01T10:00 01T10:30; B 01T11:00` are two devices.

    Times begin with `since` and are local in the zone, unless they have an offset, such as `29T02:30+01:00`. Each ping
    is somewhere else, but for those with a spot: `A 01T10:00@door 01T10:00@door` is a ping and its repetition; and a
    ping that is in several texts is in several places, first in the earliest.
    """
    return packed(spark, {None: ping_records(places, zone, since)}, parts)


def ping_records(places: Sequence[str], zone: str = "UTC", since: str = "2023-03") -> Records:
    """The records of `located`."""
    rows: list[tuple[int, str, int, int, int]] = []
    spots: dict[str, int] = {}
    first_place: dict[tuple[str, int, int], int] = {}
    for place, text in enumerate(places):
        for group in filter(None, text.split(";")):
            device, *times = group.split()
            for time, _, spot in (each.partition("@") for each in times):
                where = spots.setdefault(spot or f"@{len(rows)}", len(spots))
                at = micros(instant(f"{since}-{time}", zone))
                first = first_place.setdefault((device, at, where), place) == place
                rows.append((at, device, where, place, int(first)))
    records = np.zeros(len(rows), PING)
    if rows:
        records["at"], devices, spots_of_rows, records["place"], first = zip(*rows, strict=True)
        who, who2 = fingerprints(pa.array(devices, pa.string()))
        records["who"], records["who2"] = who, who2 % 2**32
        records["spot"] = 2 * np.array(spots_of_rows) + first
    return records


def mark_records(marks: Sequence[tuple[str, int]]) -> Records:
    """MARK records of ISO times, UTC, and numbers."""
    return np.array([(micros(instant(at)), mark) for at, mark in marks], MARK)


def packed(
    spark: SparkSession,
    records: Mapping[str | None, Records],
    parts: int = 1,
    tallies: Sequence[tuple[str, int]] = (),
) -> DataFrame:
    """PINGS_LOCATED of records by their tally, two rows of each part, and of rows that are a tally and its number."""
    label = labels(parts).tolist()
    rows = [(label[0], tally, n, None) for tally, n in tallies]
    for tally, some in records.items():
        part = some["mark" if tally else "who"] % np.uint64(parts)
        for number in range(parts):
            mine = some[part == number]
            halves = (mine[::2], mine[1::2])
            rows += [(label[number], tally, len(half), half.tobytes()) for half in halves if len(half)]
    return spark.createDataFrame(rows, PINGS_LOCATED)


def micros(at: datetime) -> int:
    """Microseconds since 1970 UTC."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def by_place_and_day(counted: DataFrame) -> Mapping[tuple[int, date], Row]:
    """The rows of `aggregate.count`, tallies left out."""
    return {(row.place, row.day): row for row in counted.where("tally is null").collect()}
