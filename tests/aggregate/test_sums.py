"""Sums of parts, and of all parts: any parts add up to what one part gives."""

from datetime import UTC, date, datetime
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from footfall.aggregate.room import Room
from footfall.aggregate.sums import contents_of
from footfall.shuffle.records import Records
from tests.ping_tables import mark_records, ping_records, shuffled_row
from tests.visit_definition import footfall

from .counted import ROOM, Counted, count, ids, measures, rules
from .walks import GAP, HORIZON, clock, defined, records, walks

DAY, NEXT = date(2023, 3, 1), date(2023, 3, 2)
RULES = rules(GAP, HORIZON, clock("UTC", DAY))
Part = list[tuple[str | None, Records | int]]
"""Records, or the number of a tally alone, by tally."""


def counted(*parts: Part, room: Room = ROOM) -> Counted:
    """What is counted of parts, each summed up by itself, one row of it in each batch."""
    batches = [
        [
            shuffled_row(number, tally, content)
            if isinstance(content, int)
            else shuffled_row(number, tally, len(content), content.tobytes())
            for tally, content in part
        ]
        for number, part in enumerate(parts)
    ]
    return count(batches, RULES, ids(5), room=room)


def places(*texts: str) -> Part:
    """The records of one text per place."""
    return [(None, ping_records(texts))]


def quartiles(table: Counted, place: int = 0) -> list[float | None]:
    """Those of a place on the first day."""
    return [table.written[place, DAY][f"dwell_seconds_p{p}"] for p in (25, 50, 75)]


@pytest.mark.parametrize("room", [ROOM, Room(100), Room(1)])
@pytest.mark.parametrize("parts", [1, 2, 5])
def test_parts_add_up_to_what_the_definition_says_of_all(parts: int, room: Room) -> None:
    """90 devices over midnight, dealt out to parts; quartiles to the millisecond."""
    rows = walks(Random(parts), datetime(2023, 3, 2, tzinfo=UTC), devices=90, pings=10)  # noqa: S311
    fingerprints = [(number * 2**57, number) for number in range(90)]
    dealt = [records([row for row in rows if row.device % parts == n], fingerprints) for n in range(parts)]
    found = counted(*([(None, mine[::2]), (None, mine[1::2])] for mine in dealt), room=room)
    table = footfall(defined(rows), ZoneInfo("UTC"), GAP, HORIZON)
    assert {key: measures(row) for key, row in found.visited.items()} == {
        key: row.row() for key, row in table.items()
    }
    assert sum(found.first.values()) == len(set(rows))
    assert sum(n for (tally, _), n in found.tallies.items() if tally is None) == len(set(rows))
    repeated = sum(n for (tally, _), n in found.tallies.items() if tally == "duplicate")
    assert repeated == len(rows) - len(set(rows)) > 50


def test_devices_of_two_parts_are_added_up_place_by_place_and_day_by_day() -> None:
    """A and B are in place 0 on both days, B in place 1 as well; C comes to place 2 alone."""
    a, b, c = (
        places("A 01T10:00 02T10:00"),
        places("B 01T11:00 02T10:00", "B 01T11:00 01T11:10"),
        places("", "", "C 01T23:00"),
    )
    found = counted(a, b, c)
    assert {key: (row["pings"], row["devices"], row["visits"]) for key, row in found.visited.items()} == {
        (0, DAY): (2, 2, 2),
        (0, NEXT): (2, 2, 2),
        (1, DAY): (2, 1, 1),
        (2, DAY): (1, 1, 1),
    }
    assert found.first == {(0, DAY): 2, (0, NEXT): 2, (1, DAY): 2, (2, DAY): 1}
    hours = found.written[0, DAY]["visits_by_hour"]
    assert {hour: number for hour, number in enumerate(hours) if number} == {10: 1, 11: 1}


@pytest.mark.parametrize("cut", [0, 1, 2, 3, 4])
def test_quartiles_know_the_dwells_of_all_parts(cut: int) -> None:
    """Dwells of 10, 60, 100 and 400 s in any two parts: 10 + 0.75 * 50, 60 + 0.5 * 40 and 100 + 0.25 * 300."""
    visits = [
        "A 01T10:00 01T10:06:40",
        "B 01T10:00 01T10:00:10",
        "C 01T10:00 01T10:01:40",
        "D 01T10:00 01T10:01",
    ]
    found = counted(
        places("; ".join(visits[:cut]) or "E 01T10:00"), places("; ".join(visits[cut:]) or "F 01T10:00")
    )
    assert quartiles(found) == [47.5, 80.0, 175.0]
    assert found.written[0, DAY]["dwell_buckets"] == [3, 1, 0, 0, 0, 0, 0]


def test_quartiles_of_one_two_and_three_dwells() -> None:
    """The only one; between two; the middle one of three, and halfway to its neighbours."""
    one = "A 01T10:00 01T10:01"
    two = f"{one}; B 01T10:00 01T10:05"
    found = counted(places(one, two, f"{two}; C 01T10:00 01T10:20", "A 01T10:00"))
    assert quartiles(found, 0) == [60.0, 60.0, 60.0]
    assert quartiles(found, 1) == [120.0, 180.0, 240.0]
    assert quartiles(found, 2) == [180.0, 300.0, 750.0]
    assert quartiles(found, 3) == [None, None, None]


def test_days_before_1970_are_days_as_all_others() -> None:
    """Two places and two days, one on either side."""
    since: Part = [(None, ping_records(["A 12-31T23:50 12-31T23:59", "A 12-31T10:00"], since="1969"))]
    until: Part = [(None, ping_records(["B 01-01T00:00", "B 01-01T00:00"], since="1970"))]
    found = {key: (row["pings"], row["visits"]) for key, row in counted(since, until).visited.items()}
    old, new = date(1969, 12, 31), date(1970, 1, 1)
    assert found == {(0, old): (2, 1), (1, old): (1, 1), (0, new): (1, 1), (1, new): (1, 1)}


@pytest.mark.parametrize("room", [ROOM, Room(2), Room(1)])
def test_tallies_of_all_parts_are_added_up_by_day(room: Room) -> None:
    """LineFields count once, what is there again is a duplicate if it is in no place; tallies alone have no day."""
    noon, next_noon = "2023-03-01T12:00", "2023-03-02T12:00"
    one: Part = [
        ("outside_places", mark_records([(noon, 1), (noon, 2), (noon, 1)])),
        ("outside_places", mark_records([(next_noon, 3), (noon, 1)])),
        ("boundary", mark_records([(noon, 1), (noon, 1)])),
        ("coordinate_zero", 4),
        ("coordinate_zero", 3),
    ]
    two: Part = [
        ("outside_places", mark_records([(noon, 4)])),
        *places("A 01T12:00@door 01T12:00@door", "A 01T12:00@door 01T12:00@door"),
        ("coordinate_zero", 2),
        ("outside_days", 1),
    ]
    found = counted(one, two, room=room)
    assert found.tallies == {
        ("outside_places", DAY): 3,
        ("outside_places", NEXT): 1,
        ("duplicate", DAY): 2 + 1,
        ("boundary", DAY): 1,
        ("coordinate_zero", None): 9,
        ("outside_days", None): 1,
        (None, DAY): 1,
    }
    assert found.first == {(0, DAY): 1, (1, DAY): 0}


def test_records_of_a_row_are_where_the_row_lies() -> None:
    """They are as large as the part, and stay in the file that is mapped; also of a slice of rows."""
    column = pa.array([b"aa", None, b"", b"cccc"])
    found = contents_of(column.slice(1))
    assert [None if each is None else each.to_pybytes() for each in found] == [None, b"", b"cccc"]
    start = column.buffers()[2].address
    last = found[-1]
    assert last is not None
    assert last.address == start + 2


def test_nothing_adds_up_to_nothing() -> None:
    """No part at all, a part without rows, and one whose records are none."""
    none = np.empty(0, records([], []).dtype)
    for found in (counted(), counted([]), counted([(None, none)], [])):
        assert (found.written, found.tallies, found.first) == ({}, {}, {})
