"""The step `locate` through Spark, on tables small enough to check by eye."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from numpy.random import default_rng
from pyspark.sql import DataFrame, Row, SparkSession

from footfall import clean
from footfall.locate import build, locate
from footfall.schema import PINGS_DISTINCT, PINGS_LOCATED, PINGS_READ

from .oracles import geos
from .pings import all_kinds
from .shapes import as_places, stars

NOON = datetime(2023, 3, 1, 12, tzinfo=UTC)
DAY, NEXT = date(2023, 3, 1), date(2023, 3, 2)
LEFT, RIGHT = shapely.box(0, 0, 2, 2), shapely.box(1, 0, 3, 2)
"""Two places that overlap between the meridians 1 and 2."""


def index_of(shapes: list[Any], folder: Path) -> Path:
    """The index of the shapes, as a file."""
    return build(as_places(shapes)).save(folder)


def kept(device: str, lon: float, lat: float, n: int = 1, day: date = DAY) -> Row:
    """A kept ping at noon of its day, seen in n rows."""
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return Row(reason=None, day=day, device=device, at=at, lon=float(lon), lat=float(lat), n=n)


def table(spark: SparkSession, rows: list[Row]) -> DataFrame:
    """The rows as PINGS_DISTINCT, in one partition."""
    return spark.createDataFrame(rows, PINGS_DISTINCT).coalesce(1)


@contextmanager
def batches_of(spark: SparkSession, rows: str) -> Iterator[None]:
    """Let Spark send so many rows at a time to Python."""
    name = "spark.sql.execution.arrow.maxRecordsPerBatch"
    before = spark.conf.get(name)
    spark.conf.set(name, rows)
    yield
    spark.conf.set(name, str(before))


def finds(located: list[Row]) -> list[tuple[str, int, int]]:
    """Device, place and n of the rows that are pings in a place."""
    return sorted((row.device, row.place, row.n) for row in located if row.tally is None)


def tallies(located: list[Row]) -> dict[tuple[str, date | None], int]:
    """The sum of each tally and day; rows of one tally may come from several batches."""
    sums: dict[tuple[str, date | None], int] = {}
    for row in located:
        if row.tally is not None:
            assert (row.place, row.device, row.at) == (None, None, None)
            sums[row.tally, row.day] = sums.get((row.tally, row.day), 0) + row.n
    return sums


def test_a_ping_in_two_places_comes_twice_and_counts_once(spark: SparkSession, tmp_path: Path) -> None:
    """n is 1 for the first place of a ping and 0 for the next, so that the sum of n is the number of pings."""
    pings = table(spark, [kept("left", 0.5, 1), kept("both", 1.5, 1), kept("right", 2.5, 1)])
    located = locate(pings, index_of([LEFT, RIGHT], tmp_path), "open")
    assert located.schema == PINGS_LOCATED
    rows = located.collect()
    assert sorted(n for device, _, n in finds(rows) if device == "both") == [0, 1]
    assert [(device, place) for device, place, _ in sorted(finds(rows), key=lambda f: f[:2])] == [
        ("both", 0), ("both", 1), ("left", 0), ("right", 1),
    ]  # fmt: skip
    assert sum(n for _, _, n in finds(rows)) == 3
    assert tallies(rows) == {}


def test_a_find_keeps_day_and_instant_of_its_ping(spark: SparkSession, tmp_path: Path) -> None:
    """The instant is the same point in time, to the microsecond, whatever the zones of session and machine."""
    at = datetime(2023, 3, 1, 23, 59, 59, 999_999, tzinfo=UTC)
    ping = Row(reason=None, day=DAY, device="a", at=at, lon=0.5, lat=0.5, n=1)
    located = locate(table(spark, [ping]), index_of([LEFT], tmp_path), "open")
    found = located.selectExpr("day", "unix_micros(at) AS micros", "place", "n").collect()
    micros = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert found == [Row(day=DAY, micros=micros, place=0, n=1)]


def test_pings_in_no_place_repeated_and_on_a_boundary_are_counted_per_day(
    spark: SparkSession, tmp_path: Path
) -> None:
    """Two days; a ping of three rows is two repeated ones; one on the sides of both places is there twice."""
    pings = [
        kept("in", 0.5, 1, n=3),
        kept("out", 9, 9),
        kept("out too", 9, 9, n=2),
        kept("side of left, in right", 2, 1),
        kept("sides of both", 1.5, 0),
        kept("in", 0.5, 1, day=NEXT),
        kept("out", -9, 9, day=NEXT),
    ]
    rows = locate(table(spark, pings), index_of([LEFT, RIGHT], tmp_path), "open").collect()
    assert finds(rows) == [("in", 0, 1), ("in", 0, 1), ("side of left, in right", 1, 1)]
    assert tallies(rows) == {
        ("outside_places", DAY): 3,
        ("outside_places", NEXT): 1,
        ("duplicate", DAY): 3,
        ("boundary", DAY): 3,
    }


@pytest.mark.parametrize(
    ("boundary", "expected"),
    [
        ("open", []),
        ("closed", [("corner", 0, 1), ("left side", 0, 1), ("top", 0, 1)]),
        ("half_open", [("corner", 0, 1), ("left side", 0, 1)]),
    ],
)
def test_the_boundary_rule_decides_what_is_inside_but_not_what_is_on_a_boundary(
    spark: SparkSession, tmp_path: Path, boundary: str, expected: list[tuple[str, int, int]]
) -> None:
    """Three pings on a square: all are on its boundary, under every rule."""
    pings = table(spark, [kept("corner", 0, 0), kept("left side", 0, 1), kept("top", 1, 2)])
    rows = locate(pings, index_of([LEFT], tmp_path), boundary).collect()
    assert finds(rows) == expected
    sums = tallies(rows)
    assert sums.pop(("boundary", DAY)) == 3
    assert sums == ({("outside_places", DAY): 3 - len(expected)} if len(expected) < 3 else {})


def test_rows_with_a_reason_pass_as_their_number_and_are_looked_up_nowhere(
    spark: SparkSession, tmp_path: Path
) -> None:
    """NaN, nulls and unreadable rows: clean gives them a reason, locate only counts them; the sum is what was read."""
    nan = float("nan")
    raw = [
        ("a", NOON, nan, 1.0, None),
        ("b", NOON, 0.5, nan, None),
        ("c", NOON, nan, nan, None),
        ("d", NOON, None, 1.0, "missing_field:lon"),
        (None, None, None, None, "unreadable_row"),
        ("e", NOON, 0.5, float("inf"), None),
        ("f", NOON, 0.5, 1.0, None),
        ("f", NOON, 0.5, 1.0, None),
        ("g", NOON, 50.0, 50.0, None),
    ]
    read = [Row(d, at, lon, lat, None, defect, None, None) for d, at, lon, lat, defect in raw]
    rules = clean.Rules("UTC", None, timedelta(0), timedelta(0), None)
    pings = clean.distinct(clean.judge(spark.createDataFrame(read, PINGS_READ), rules))
    rows = locate(pings, index_of([LEFT], tmp_path), "open").collect()
    assert finds(rows) == [("f", 0, 1)]
    assert tallies(rows) == {
        ("coordinate_out_of_range", None): 4,
        ("missing_field:lon", None): 1,
        ("unreadable_row", None): 1,
        ("duplicate", DAY): 1,
        ("outside_places", DAY): 1,
    }
    assert sum(row.n for row in rows) == len(raw)


def test_neither_order_nor_number_of_partitions_nor_size_of_batches_changes_the_result(
    spark: SparkSession, tmp_path: Path
) -> None:
    """600 pings among overlapping stars, shuffled and cut up in three ways: the finds are those of GEOS."""
    chance = default_rng(1)
    shapes = stars(chance, 40)
    points = all_kinds(chance, shapes, 150)[:600]
    index_file = index_of(shapes, tmp_path)
    expected = {(f"{ping:04d}", place) for ping, place in geos(shapes, points, "open").tolist()}
    results = []
    for partitions, batch in ((1, "10000"), (3, "50"), (2, "7")):
        order = chance.permutation(len(points)).tolist()
        rows = [kept(f"{i:04d}", *points[i].tolist()) for i in order]
        with batches_of(spark, batch):
            located = locate(table(spark, rows).repartition(partitions), index_file, "open").collect()
        assert {(device, place) for device, place, _ in finds(located)} == expected
        assert len(finds(located)) == len(expected)
        results.append((sum(n for _, _, n in finds(located)), tallies(located)))
    assert results[0] == results[1] == results[2]
    assert results[0][0] == len({device for device, _ in expected})


def test_more_finds_than_fit_into_the_output_at_a_time_all_come_back(
    spark: SparkSession, tmp_path: Path
) -> None:
    """20 pings in 300 places each are 6,000 finds; the loop's output holds 301 of them."""
    pings = [kept(f"{i:02d}", 0.1 + i / 100, 0.5) for i in range(20)]
    index_file = index_of([shapely.box(0, 0, 1, 1)] * 300, tmp_path)
    rows = locate(table(spark, [*pings, kept("out", 5, 5)]), index_file, "open").collect()
    assert sorted((row.device, row.place) for row in rows if row.tally is None) == [
        (f"{i:02d}", place) for i in range(20) for place in range(300)
    ]
    assert sum(n for _, _, n in finds(rows)) == 20
    assert tallies(rows) == {("outside_places", DAY): 1}


def test_no_pings_at_all_are_no_finds(spark: SparkSession, tmp_path: Path) -> None:
    """An empty table, and one with nothing but a reason."""
    index_file = index_of([LEFT], tmp_path)
    assert locate(table(spark, []), index_file, "open").collect() == []
    bad = Row(reason="unreadable_row", day=None, device=None, at=None, lon=None, lat=None, n=4)
    assert tallies(locate(table(spark, [bad]), index_file, "open").collect()) == {("unreadable_row", None): 4}


def test_two_indexes_in_one_session_do_not_mix(spark: SparkSession, tmp_path: Path) -> None:
    """The same ping with the index of one place, then with that of another."""
    pings = table(spark, [kept("a", 0.5, 1), kept("b", 2.5, 1)])
    for shape, device in ((LEFT, "a"), (RIGHT, "b"), (LEFT, "a")):
        assert finds(locate(pings, index_of([shape], tmp_path), "open").collect()) == [(device, 0, 1)]


def test_the_same_index_from_another_folder_is_no_conflict(spark: SparkSession, tmp_path: Path) -> None:
    """Two runs in one session write equal places to folders of their own, and the first folder vanishes."""
    pings = table(spark, [kept("a", 0.5, 1)])
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        index_file = index_of([LEFT], tmp_path / name)
        assert finds(locate(pings, index_file, "open").collect()) == [("a", 0, 1)]
        index_file.unlink()
