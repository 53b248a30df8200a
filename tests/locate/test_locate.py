"""The step `locate` through Spark, on tables small enough to check by eye."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
import shapely
from numpy.random import default_rng
from pyspark.sql import Row, SparkSession

from footfall import clean
from footfall.engines.spark.workers import Batches
from footfall.locate import locate
from footfall.schema import PINGS_LOCATED, PINGS_READ

from .oracles import geos
from .pings import all_kinds
from .shapes import stars
from .tables import DAY, LEFT, NEXT, NOON, RIGHT, batches_of, finds, kept, records, search, table, tallies


def test_a_ping_in_two_places_comes_twice_and_counts_once(spark: SparkSession, tmp_path: Path) -> None:
    """n is 1 for the first place of a ping and 0 for the next, so that the sum of n is the number of pings."""
    pings = [kept("left", 0.5, 1), kept("both", 1.5, 1), kept("right", 2.5, 1)]
    located = locate(table(spark, pings), search([LEFT, RIGHT], tmp_path))
    assert located.schema == PINGS_LOCATED
    rows = located.collect()
    found = finds(rows, pings)
    assert sorted(n for device, _, n in found if device == "both") == [0, 1]
    assert [(device, place) for device, place, _ in sorted(found, key=lambda f: f[:2])] == [
        ("both", 0), ("both", 1), ("left", 0), ("right", 1),
    ]  # fmt: skip
    assert sum(n for _, _, n in found) == 3
    assert tallies(rows) == {}


def test_a_find_keeps_the_instant_of_its_ping(spark: SparkSession, tmp_path: Path) -> None:
    """The same point in time, to the microsecond, whatever the zones of session and machine."""
    at = datetime(2023, 3, 1, 23, 59, 59, 999_999, tzinfo=UTC)
    pings = [
        Row(reason=None, device=name, at=at, lon=lon, lat=0.5) for name, lon in (("in", 0.5), ("out", 9.0))
    ]
    rows = locate(table(spark, pings), search([LEFT], tmp_path)).collect()
    micros = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert {row.tally: records(row)["at"].tolist() for row in rows} == {
        None: [micros],
        "outside_places": [micros],
    }


def test_pings_in_no_place_and_on_a_boundary_are_marked_with_their_instant(
    spark: SparkSession, tmp_path: Path
) -> None:
    """Two days; a ping that is there twice comes twice; one on the sides of both places is marked for each."""
    pings = [
        kept("in", 0.5, 1),
        kept("in", 0.5, 1),
        kept("out", 9, 9),
        kept("out too", 9, 9),
        kept("out too", 9, 9),
        kept("side of left, in right", 2, 1),
        kept("sides of both", 1.5, 0),
        kept("in", 0.5, 1, day=NEXT),
        kept("out", -9, 9, day=NEXT),
    ]
    rows = locate(table(spark, pings), search([LEFT, RIGHT], tmp_path)).collect()
    assert finds(rows, pings) == [*[("in", 0, 1)] * 3, ("side of left, in right", 1, 1)]
    assert tallies(rows) == {
        ("outside_places", DAY): 4,
        ("outside_places", NEXT): 1,
        ("boundary", DAY): 3,
    }


def test_all_that_is_known_of_a_device_and_of_equal_pings_goes_to_one_part(
    spark: SparkSession, tmp_path: Path
) -> None:
    """60 pings of 20 devices, each from a batch of its own: a device is in one part, and so is a mark."""
    pings = [kept(f"{i % 20:02d}", *((0.5, 1) if i % 2 else (9, 9))) for i in range(60)]
    with batches_of(spark, "1"):
        rows = locate(table(spark, pings), replace(search([LEFT], tmp_path), parts=5)).collect()
    assert 1 < len({row.part for row in rows}) <= 5
    for tally, name in ((None, "who"), ("outside_places", "mark")):
        pairs = {
            (number, row.part) for row in rows if row.tally == tally for number in records(row)[name].tolist()
        }
        assert len(pairs) == len({number for number, _ in pairs}) == 10
    assert len(finds(rows, pings)) == sum(tallies(rows).values()) == 30


def test_coordinates_of_zero_have_one_spot_whatever_their_sign(spark: SparkSession, tmp_path: Path) -> None:
    """Inside a place, outside and on its boundary."""
    middle, above = shapely.box(-1, -1, 1, 1), shapely.box(-1, 0, 1, 1)
    pings = [
        kept("a", *lonlat) for lonlat in ((0.0, 0.5), (-0.0, 0.5), (0.5, 0.0), (0.5, -0.0), (0, 7), (-0.0, 7))
    ]
    rows = locate(table(spark, pings), search([middle, above], tmp_path)).collect()
    spots = [spot for row in rows if row.tally is None for spot in (records(row)["spot"] // 2).tolist()]
    marks = [(row.tally, mark) for row in rows if row.tally for mark in records(row)["mark"].tolist()]
    assert (len(spots), len(set(spots))) == (6, 2)
    assert (len(marks), len(set(marks))) == (4, 2)


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
    pings = [kept("corner", 0, 0), kept("left side", 0, 1), kept("top", 1, 2)]
    rows = locate(table(spark, pings), search([LEFT], tmp_path, boundary)).collect()
    assert finds(rows, pings) == expected
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
    pings = clean.judge(spark.createDataFrame(read, PINGS_READ), rules)
    rows = locate(pings, search([LEFT], tmp_path)).collect()
    assert finds(rows, [Row(device="f")]) == [("f", 0, 1)] * 2
    assert tallies(rows) == {
        ("coordinate_out_of_range", None): 4,
        ("missing_field:lon", None): 1,
        ("unreadable_row", None): 1,
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
    asked = search(shapes, tmp_path)
    expected = {(f"{ping:04d}", place) for ping, place in geos(shapes, points, "open").tolist()}
    results = []
    for partitions, batch, parts in ((1, "10000", 1), (3, "50", 7), (2, "7", 3)):
        order = chance.permutation(len(points)).tolist()
        pings = [kept(f"{i:04d}", *points[i].tolist()) for i in order]
        with batches_of(spark, batch):
            rows = table(spark, pings).repartition(partitions)
            located = locate(rows, replace(asked, parts=parts)).collect()
        found = finds(located, pings)
        assert {(device, place) for device, place, _ in found} == expected
        assert len(found) == len(expected)
        results.append((sum(n for _, _, n in found), tallies(located)))
    assert results[0] == results[1] == results[2]
    assert results[0][0] == len({device for device, _ in expected})


def test_more_finds_than_fit_into_the_output_at_a_time_all_come_back(
    spark: SparkSession, tmp_path: Path
) -> None:
    """20 pings in 300 places each are 6,000 finds; the loop's output holds 301 of them."""
    pings = [kept(f"{i:02d}", 0.1 + i / 100, 0.5) for i in range(20)]
    asked = search([shapely.box(0, 0, 1, 1)] * 300, tmp_path)
    rows = locate(table(spark, [*pings, kept("out", 5, 5)]), asked).collect()
    found = finds(rows, pings)
    assert [(device, place) for device, place, _ in found] == [
        (f"{i:02d}", place) for i in range(20) for place in range(300)
    ]
    assert sum(n for _, _, n in found) == 20
    assert tallies(rows) == {("outside_places", DAY): 1}


def test_no_pings_at_all_are_no_finds(spark: SparkSession, tmp_path: Path) -> None:
    """An empty table, and one with nothing but a reason."""
    asked = search([LEFT], tmp_path)
    assert locate(table(spark, []), asked).collect() == []
    bad = Row(reason="unreadable_row", device=None, at=None, lon=None, lat=None)
    assert tallies(locate(table(spark, [bad] * 4), asked).collect()) == {("unreadable_row", None): 4}


def test_pings_may_be_prepared_where_they_are_looked_up(spark: SparkSession, tmp_path: Path) -> None:
    """The table holds longitudes only; a function that goes to the workers makes pings of them."""

    def prepared(batches: Batches) -> Batches:
        for batch in batches:
            lon = batch.column("lon")
            nothing, at = pa.nulls(len(lon), pa.string()), pa.array([0] * len(lon), pa.timestamp("us"))
            columns = [nothing, pa.array([f"at {x}" for x in lon.to_pylist()]), at, lon, lon]
            yield pa.RecordBatch.from_arrays(columns, names=["reason", "device", "at", "lon", "lat"])

    lons = spark.createDataFrame([(0.5,), (1.5,), (9.0,)], "lon double")
    rows = locate(lons, search([LEFT, RIGHT], tmp_path), prepared).collect()
    devices = [Row(device="at 0.5"), Row(device="at 1.5")]
    assert finds(rows, devices) == [("at 0.5", 0, 1), ("at 1.5", 0, 1), ("at 1.5", 1, 0)]
    assert tallies(rows) == {("outside_places", date(1970, 1, 1)): 1}


def test_two_indexes_in_one_session_do_not_mix(spark: SparkSession, tmp_path: Path) -> None:
    """The same ping with the index of one place, then with that of another."""
    pings = [kept("a", 0.5, 1), kept("b", 2.5, 1)]
    for shape, device in ((LEFT, "a"), (RIGHT, "b"), (LEFT, "a")):
        rows = locate(table(spark, pings), search([shape], tmp_path)).collect()
        assert finds(rows, pings) == [(device, 0, 1)]


def test_the_same_index_from_another_folder_is_no_conflict(spark: SparkSession, tmp_path: Path) -> None:
    """Two runs in one session write equal places to folders of their own, and the first folder vanishes."""
    pings = [kept("a", 0.5, 1)]
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        asked = search([LEFT], tmp_path / name)
        assert finds(locate(table(spark, pings), asked).collect(), pings) == [("a", 0, 1)]
        asked.index_file.unlink()
