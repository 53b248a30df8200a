"""Pings that tasks judge by themselves: the same rows are kept as where Spark judges them."""

from collections import Counter
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from footfall import clean
from footfall.local_time import LocalTime
from footfall.read.pings import read_pings
from footfall.settings import DayRange, PingSettings

SECOND = 1_000_000
HOUR, DAY = 3600 * SECOND, 86_400 * SECOND
GAP, HORIZON = timedelta(minutes=30), timedelta(hours=3)
NAN, INF = float("nan"), float("inf")
PINGS = pa.schema(
    [
        ("device", pa.string()),
        ("at", pa.timestamp("us", "UTC")),
        *((name, pa.float64()) for name in ("lon", "lat", "accuracy")),
    ]
)
DEVICES = [None, "", " ", "   ", " a", "\t", "\u00a0", "a", "b"]
DEGREES = [None, NAN, INF, -INF, 0.0, -0.0, 9.0, 90.0, 90.0000001, -90.0, 91.0, 180.0, -180.0, 180.1, -999.0]
ACCURACIES = [None, NAN, INF, -INF, -1.0, 0.0, 50.0, 50.000001, 51.0]
CALENDAR = (-62_135_510_400 * SECOND, 253_402_128_000 * SECOND)  # 0001-01-02 and 9999-12-30, 00:00 UTC

# Zones, the day that is asked for, and when it begins and ends, in seconds since 1970, worked out by hand.
ASKED = [
    ("UTC", date(2023, 3, 1), 1_677_628_800, 1_677_715_200),
    ("Europe/Berlin", date(2023, 10, 29), 1_698_530_400, 1_698_620_400),  # of 25 hours
    ("America/Santiago", date(2023, 9, 3), 1_693_713_600, 1_693_796_400),  # from 01:00 on, 23 hours
    ("Asia/Kathmandu", date(2023, 3, 1), 1_677_608_100, 1_677_694_500),
]
# What can happen to a ping of 1 March 2023, 12:00 UTC, with each of the answers, of which the last is the strictest.
SOUND, OTHER, UNSOUND = None, "outside_days", "unsound"
JUDGED = [
    # device, hours from noon, lon, lat, accuracy; the answer for all days, and for 1 March
    (("a", 0, 9.0, 50.0, None), SOUND, SOUND),
    (("a", 0, 9.0, 50.0, 50.0), SOUND, SOUND),
    ((" a", 0, 180.0, -90.0, -1.0), SOUND, SOUND),
    (("a", 0, 0.0, 50.0, 0.0), SOUND, SOUND),
    (("a", 14.9, 9.0, 50.0, None), SOUND, SOUND),  # within the horizon
    (("a", 15.0, 9.0, 50.0, None), SOUND, OTHER),
    (("a", -12.5, 9.0, 50.0, None), SOUND, SOUND),  # within the gap
    (("a", -12.6, 9.0, 50.0, None), SOUND, OTHER),
    (("a", 14.9, 9.0, 91.0, None), UNSOUND, OTHER),
    (("a", 0, 9.0, 50.0, 50.1), UNSOUND, UNSOUND),
    (("a", 0, 9.0, 50.0, INF), UNSOUND, UNSOUND),
    (("a", 0, 9.0, 50.0, NAN), UNSOUND, UNSOUND),
    (("a", 0, 0.0, -0.0, None), UNSOUND, UNSOUND),
    (("a", 0, NAN, 50.0, None), UNSOUND, UNSOUND),
    (("a", 0, 9.0, None, None), UNSOUND, UNSOUND),
    (("a", 0, 180.1, 50.0, None), UNSOUND, UNSOUND),
    (("a", 0, 50.0, -INF, None), UNSOUND, UNSOUND),
    (("", 0, 9.0, 50.0, None), UNSOUND, UNSOUND),
    (("  ", 0, 9.0, 50.0, None), UNSOUND, UNSOUND),
    ((None, 0, 9.0, 50.0, None), UNSOUND, UNSOUND),
    (("a", None, 9.0, 50.0, None), UNSOUND, UNSOUND),
]


def rules(days: DayRange | None, zone: str = "UTC") -> clean.Rules:
    """Rules with an accuracy of at most 50 m."""
    return clean.Rules(zone, days, GAP, HORIZON, accuracy_limit=50)


def batch_rules(spark: SparkSession, asked: clean.Rules) -> clean.BatchRules:
    """The same rules for batches."""
    return clean.BatchRules.of(asked, LocalTime.of(spark, asked.time_zone))


def reasons(pings: pa.RecordBatch, asked: clean.BatchRules) -> list[str | None]:
    """The answers of `judge_batch`, which leaves all else as it is."""
    judged = clean.judge_batch(pings, asked)
    assert judged.schema.names == ["device", "at", "lon", "lat", "reason"]
    assert judged.column("device").equals(pings.column("device"))
    assert judged.column("at").equals(pings.column("at"))
    return judged.column("reason").to_pylist()


def test_batches_of_pings_are_judged(spark: SparkSession) -> None:
    """Kept, of another day, or unsound: each rule alone."""
    noon = 1_677_672_000 * SECOND
    rows = [row for row, _, _ in JUDGED]
    at = [None if hours is None else noon + round(hours * HOUR) for _, hours, *_ in rows]
    columns = [pa.array(column) for column in zip(*rows, strict=True)]
    columns[1] = pa.array(at, PINGS.field("at").type)
    pings = pa.RecordBatch.from_arrays(columns, schema=PINGS)
    first = date(2023, 3, 1)
    assert reasons(pings, batch_rules(spark, rules(None))) == [answer for _, answer, _ in JUDGED]
    assert reasons(pings, batch_rules(spark, rules(DayRange(first, first)))) == [
        answer for *_, answer in JUDGED
    ]


def test_pings_without_accuracy_are_judged_by_all_else(spark: SparkSession) -> None:
    """The column need not be there."""
    pings = pa.RecordBatch.from_pylist([{"device": "a", "at": 0, "lon": 1.0, "lat": 1.0}], schema=PINGS)
    without = pings.select(["device", "at", "lon", "lat"])
    assert reasons(without, batch_rules(spark, rules(None))) == [None]


def test_ids_that_are_not_text_inside_are_judged_too(spark: SparkSession) -> None:
    """Parquet may hold bytes that are no UTF-8."""
    devices = pa.array([b" \xff", b"\xff ", b"  "]).view(pa.string())
    others = [pa.array([1, 1, 1]).cast(PINGS.field("at").type), *[pa.array([1.0] * 3)] * 3]
    pings = pa.RecordBatch.from_arrays([devices, *others], schema=PINGS)
    judged = clean.judge_batch(pings, batch_rules(spark, rules(None)))
    assert judged.column("reason").to_pylist() == [None, None, "unsound"]


def generated(begin: int, end: int) -> pa.RecordBatch:
    """Every odd value once with all else sound, at every border; then thousands of mixtures."""
    random = Random(20230301)  # noqa: S311
    gap, horizon = GAP.seconds * SECOND, HORIZON.seconds * SECOND
    borders = [begin, end, begin - gap, end + horizon, *CALENDAR, begin + HOUR, end - HOUR, 0]
    times = [None, -(2**63) + 1, 2**63 - 1, *(at + tick for at in borders for tick in (-1, 0, 1))]
    sound = ("a", begin, 9.0, 9.0, 5.0)
    choices = (DEVICES, times, DEGREES, DEGREES, ACCURACIES)
    rows = [(*sound[:i], odd, *sound[i + 1 :]) for i, odds in enumerate(choices) for odd in odds]
    rows += product(["a", " "], times, [9.0, 91.0], [9.0, 91.0], [None])
    near = [at for at in times if at is not None and begin - DAY < at < end + DAY]
    for _ in range(4000):
        odd = random.randrange(5)
        usual = ("a", random.choice(near), random.choice(DEGREES[4:]), random.choice(DEGREES[4:]), 5.0)
        rows.append((*usual[:odd], random.choice(choices[odd]), *usual[odd + 1 :]))
    columns = [
        pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), PINGS, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=PINGS)


@pytest.mark.parametrize(("zone", "day", "begin", "end"), ASKED)
def test_tasks_and_spark_judge_alike(
    spark: SparkSession, tmp_path: Path, zone: str, day: date, begin: int, end: int
) -> None:
    """Row by row, for one day and for all: where Spark gives any other reason, tasks say that the row is unsound."""
    pings = generated(begin * SECOND, end * SECOND)
    numbered = pa.Table.from_batches([pings])
    pq.write_table(numbered, tmp_path / "pings.parquet")
    settings = {"path": str(tmp_path), "columns": {"accuracy": "accuracy"}}
    read = read_pings(spark, PingSettings.model_validate(settings))
    assert read.by_spark is None
    for days in (DayRange(day, day), None):
        asked = rules(days, zone)
        (groups,) = read.by_tasks
        numbers = pa.RecordBatch.from_pydict({"id": [0]})
        for_batches = batch_rules(spark, asked)
        if days:
            assert for_batches.asked == (begin * SECOND, end * SECOND)
        found = [reason for batch in groups.read([numbers]) for reason in reasons(batch, for_batches)]
        by_spark = clean.judge(read.rows.coalesce(1), asked).select("reason").collect()
        known = [row.reason if row.reason in (None, "outside_days") else "unsound" for row in by_spark]
        assert found == known
        assert set(Counter(found)) == {None, "unsound", *(["outside_days"] if days else [])}
