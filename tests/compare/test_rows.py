"""Rows of a day compared by place: tables of a few rows, checked by eye."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from footfall.compare import DayChange, compare_day
from footfall.errors import InputError
from footfall.schema import FOOTFALL

DAY = date(2023, 3, 1)


def row(place: str, pings: int | None = 4, **other: Any) -> dict[str, Any]:
    """A row with so many pings of two devices in one visit; without pings it is suppressed."""
    if pings is None:
        return {"place_id": place, "day": DAY, "suppressed": True}
    hours = [1] + [0] * 23
    known = {"pings": pings, "devices": 2, "visits": 1, "single_ping_visits": 0, "visits_by_hour": hours}
    dwell = {"dwell_seconds_p25": 60.0, "dwell_seconds_p50": 90.0, "dwell_seconds_p75": 120.0}
    return {
        "place_id": place,
        "day": DAY,
        "suppressed": False,
        **known,
        **dwell,
        "dwell_buckets": [1] + [0] * 6,
        **other,
    }


def table(*rows: dict[str, Any]) -> pa.Table:
    """A table of FOOTFALL; what a row does not name is null."""
    return pa.Table.from_pylist(list(rows), FOOTFALL)


def compared(old: list[dict[str, Any]], new: list[dict[str, Any]], largest: int = 5) -> DayChange:
    """How two lists of rows differ."""
    return compare_day(DAY, table(*old), table(*new), largest)


def test_the_same_rows_in_another_order_differ_in_nothing() -> None:
    """Order is no part of a table; a null equals a null."""
    rows = [row("a"), row("b", None), row("c", dwell_seconds_p25=None)]
    change = compared(rows, rows[::-1])
    assert (change.differs, change.rows, change.columns) == (False, (3, 3), ())


def test_places_are_added_and_gone() -> None:
    """By their ids, whatever their numbers are."""
    change = compared([row("a"), row("b")], [row("b"), row("c"), row("d")])
    assert (change.added, change.gone, change.changed) == (("c", "d"), ("a",), 0)
    assert change.differs


def test_a_column_tells_its_rows_its_sums_and_its_largest_changes() -> None:
    """Two of three rows differ in pings; the larger change comes first, and one is asked for."""
    old, new = [row("a", 4), row("b", 10), row("c", 7)], [row("a", 5), row("b", 3), row("c", 7)]
    (column,) = compared(old, new, largest=1).columns
    assert (column.name, column.rows, column.before, column.after) == ("pings", 2, 21, 15)
    ((place, before, after, size),) = [(e.place_id, e.before, e.after, e.size) for e in column.largest]
    assert (place, before, after, size) == ("b", 10, 3, 7.0)


def test_a_list_differs_by_the_sum_over_its_numbers() -> None:
    """One visit that moved to another hour is a change of two, though the sum is the same."""
    moved = row("a", visits_by_hour=[0] * 5 + [1] + [0] * 18)
    (column,) = compared([row("a"), row("b")], [moved, row("b")]).columns
    assert (column.name, column.rows, column.before) == ("visits_by_hour", 1, None)
    assert column.largest[0].size == 2.0


def test_what_was_unknown_and_is_known_comes_first() -> None:
    """A quartile of dwell that appears has no size, and is worth more than any number."""
    old = [row("a", dwell_seconds_p25=None), row("b", dwell_seconds_p25=60.0)]
    new = [row("a", dwell_seconds_p25=1.0), row("b", dwell_seconds_p25=9000.0)]
    (column,) = compared(old, new).columns
    assert [(each.place_id, each.before, each.size) for each in column.largest] == [
        ("a", None, None),
        ("b", 60.0, 8940.0),
    ]


def test_a_row_that_is_suppressed_on_one_side_differs_in_that_alone() -> None:
    """Its numbers are no change from or to nothing, and are in no sum."""
    change = compared([row("a", None), row("b", 9), row("c", 4)], [row("a", 6), row("b", None), row("c", 5)])
    assert (change.changed, change.newly_suppressed, change.no_longer_suppressed) == (3, 1, 1)
    pings, suppressed = change.columns
    assert (pings.name, pings.rows, pings.before, pings.after) == ("pings", 1, 4, 5)
    assert (suppressed.name, suppressed.rows) == ("suppressed", 2)


@pytest.mark.parametrize("side", ["old", "new"])
def test_a_day_that_one_side_lacks_is_a_difference(side: str) -> None:
    """Also one without rows: to publish nothing is not to publish."""
    sides = {"old": None, "new": None, side: table()}
    change = compare_day(DAY, sides["old"], sides["new"])
    assert change.differs
    assert change.rows == ((0, None) if side == "old" else (None, 0))


def test_a_place_with_two_rows_is_refused() -> None:
    """It could be compared with either."""
    with pytest.raises(InputError, match="The place a has several rows"):
        compared([row("a"), row("a")], [row("a")])
