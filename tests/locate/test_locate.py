"""The step `locate`, from kept pings to records, on tables small enough to check by eye."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from numpy.random import default_rng

from .oracles import geos
from .pings import all_kinds
from .shapes import stars
from .tables import DAY, LEFT, NEXT, RIGHT, Ping, finds, kept, located, records, search, tallies


def test_a_ping_in_two_places_comes_twice_and_counts_once(tmp_path: Path) -> None:
    """n is 1 for the first place of a ping and 0 for the next, so that the sum of n is the number of pings."""
    pings = [kept("left", 0.5, 1), kept("both", 1.5, 1), kept("right", 2.5, 1)]
    rows = located(pings, search([LEFT, RIGHT], tmp_path))
    found = finds(rows, pings)
    assert sorted(n for device, _, n in found if device == "both") == [0, 1]
    assert [(device, place) for device, place, _ in sorted(found, key=lambda f: f[:2])] == [
        ("both", 0), ("both", 1), ("left", 0), ("right", 1),
    ]  # fmt: skip
    assert sum(n for _, _, n in found) == 3
    assert tallies(rows) == {}


def test_a_find_keeps_the_instant_of_its_ping(tmp_path: Path) -> None:
    """The same point in time, to the microsecond, whatever the zones of session and machine."""
    at = datetime(2023, 3, 1, 23, 59, 59, 999_999, tzinfo=UTC)
    pings = [Ping("in", at, 0.5, 0.5), Ping("out", at, 9.0, 0.5)]
    rows = located(pings, search([LEFT], tmp_path))
    micros = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert {row.tally: records(row)["at"].tolist() for row in rows} == {
        None: [micros],
        "outside_places": [micros],
    }


def test_pings_in_no_place_and_on_a_boundary_are_marked_with_their_instant(tmp_path: Path) -> None:
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
    rows = located(pings, search([LEFT, RIGHT], tmp_path))
    assert finds(rows, pings) == [*[("in", 0, 1)] * 3, ("side of left, in right", 1, 1)]
    assert tallies(rows) == {
        ("outside_places", DAY): 4,
        ("outside_places", NEXT): 1,
        ("boundary", DAY): 3,
    }


def test_all_that_is_known_of_a_device_and_of_equal_pings_goes_to_one_part(tmp_path: Path) -> None:
    """60 pings of 20 devices, each from a batch of its own: a device is in one part, and so is a mark."""
    pings = [kept(f"{i % 20:02d}", *((0.5, 1) if i % 2 else (9, 9))) for i in range(60)]
    rows = located(pings, replace(search([LEFT], tmp_path), parts=5), batch=1)
    assert 1 < len({row.part for row in rows}) <= 5
    for tally, name in ((None, "who"), ("outside_places", "mark")):
        pairs = {
            (number, row.part) for row in rows if row.tally == tally for number in records(row)[name].tolist()
        }
        assert len(pairs) == len({number for number, _ in pairs}) == 10
    assert len(finds(rows, pings)) == sum(tallies(rows).values()) == 30


def test_coordinates_of_zero_have_one_spot_whatever_their_sign(tmp_path: Path) -> None:
    """Inside a place, outside and on its boundary."""
    middle, above = shapely.box(-1, -1, 1, 1), shapely.box(-1, 0, 1, 1)
    pings = [
        kept("a", *lonlat) for lonlat in ((0.0, 0.5), (-0.0, 0.5), (0.5, 0.0), (0.5, -0.0), (0, 7), (-0.0, 7))
    ]
    rows = located(pings, search([middle, above], tmp_path))
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
    tmp_path: Path, boundary: str, expected: list[tuple[str, int, int]]
) -> None:
    """Three pings on a square: all are on its boundary, under every rule."""
    pings = [kept("corner", 0, 0), kept("left side", 0, 1), kept("top", 1, 2)]
    rows = located(pings, search([LEFT], tmp_path, boundary))
    assert finds(rows, pings) == expected
    sums = tallies(rows)
    assert sums.pop(("boundary", DAY)) == 3
    assert sums == ({("outside_places", DAY): 3 - len(expected)} if len(expected) < 3 else {})


def test_neither_order_nor_size_of_batches_nor_number_of_parts_changes_the_result(tmp_path: Path) -> None:
    """600 pings among overlapping stars, shuffled and cut up in three ways: the finds are those of GEOS."""
    chance = default_rng(1)
    shapes = stars(chance, 40)
    points = all_kinds(chance, shapes, 150)[:600]
    asked = search(shapes, tmp_path)
    expected = {(f"{ping:04d}", place) for ping, place in geos(shapes, points, "open").tolist()}
    results = []
    for batch, parts in ((10_000, 1), (50, 7), (7, 3)):
        order = chance.permutation(len(points)).tolist()
        pings = [kept(f"{i:04d}", *points[i].tolist()) for i in order]
        rows = located(pings, replace(asked, parts=parts), batch)
        found = finds(rows, pings)
        assert {(device, place) for device, place, _ in found} == expected
        assert len(found) == len(expected)
        results.append((sum(n for _, _, n in found), tallies(rows)))
    assert results[0] == results[1] == results[2]
    assert results[0][0] == len({device for device, _ in expected})


def test_more_finds_than_fit_into_the_output_at_a_time_all_come_back(tmp_path: Path) -> None:
    """20 pings in 300 places each, every second one of 40, are 6,000 finds; the loop's output holds 342 of them.

    The pings between them are in a place that is alone in its cell: of these too each is found once.
    """
    pings = [kept(f"{i:02d}", (5.5 if i % 2 else 0.1) + i / 100, 0.5) for i in range(40)]
    asked = search([*[shapely.box(0, 0, 1, 1)] * 300, shapely.box(5, 0, 6, 1)], tmp_path)
    rows = located([*pings, kept("out", 8, 8)], asked)
    found = finds(rows, pings)
    assert [(device, place) for device, place, _ in found] == [
        (f"{i:02d}", place) for i in range(40) for place in ([300] if i % 2 else range(300))
    ]
    assert sum(n for _, _, n in found) == 40
    assert tallies(rows) == {("outside_places", DAY): 1}


def test_no_pings_at_all_are_no_rows(tmp_path: Path) -> None:
    """A batch of which nothing is kept."""
    none = np.empty(0)
    assert list(search([LEFT], tmp_path).rows(pa.array([], pa.string()), none.astype(int), none, none)) == []


def test_devices_may_come_as_a_dictionary(tmp_path: Path) -> None:
    """The records are those of the same ids as text, also of a slice and of a dictionary with ids that none has."""
    lon, lat, at = np.array([0.5, 0.5, 9.0]), np.array([1.0, 1.0, 9.0]), np.array([1, 2, 3])
    text = pa.array(["b", "a", "b"])
    dictionary = pa.DictionaryArray.from_arrays(pa.array([0, 2, 1, 2], pa.int32()), ["none", "a", "b"]).slice(
        1
    )
    asked = search([LEFT], tmp_path)
    rows, again = (list(asked.rows(device, at, lon, lat)) for device in (text, dictionary))
    assert len(rows) == 2
    assert rows == again


def test_two_indexes_in_one_process_do_not_mix(tmp_path: Path) -> None:
    """The same ping with the index of one place, then with that of another."""
    pings = [kept("a", 0.5, 1), kept("b", 2.5, 1)]
    for shape, device in ((LEFT, "a"), (RIGHT, "b"), (LEFT, "a")):
        rows = located(pings, search([shape], tmp_path))
        assert finds(rows, pings) == [(device, 0, 1)]


def test_the_same_index_from_another_folder_is_no_conflict(tmp_path: Path) -> None:
    """Two runs in one process write equal places to folders of their own, and the first folder vanishes."""
    pings = [kept("a", 0.5, 1)]
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        asked = search([LEFT], tmp_path / name)
        assert finds(located(pings, asked), pings) == [("a", 0, 1)]
        asked.index().unlink()
