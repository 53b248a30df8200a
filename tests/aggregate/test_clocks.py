"""Visits on days on which the clocks change, in the zones that change them."""

from datetime import timedelta
from typing import NamedTuple

import pytest

from tests.ping_tables import ping_records, shuffled

from .counted import count, ids, rules


class Visits(NamedTuple):
    """The visits of one place and day: their number, median dwell, and the local hours in which they start."""

    visits: int
    dwell: float | None
    hours: dict[int, int]


# Zone, pings by device, and by day of the month what they count for.
CASES: dict[str, tuple[str, str, dict[int, Visits]]] = {
    "a visit over the skipped hour lasts as long as it really did": (
        "Europe/Berlin",
        "A 03-26T01:50 03-26T03:10",
        {26: Visits(1, 1200.0, {1: 1})},
    ),
    "a day of 23 hours goes from its midnight to its midnight": (
        "Europe/Berlin",
        "A 03-25T23:59; B 03-26T00:00; C 03-26T23:59; D 03-27T00:00",
        {25: Visits(1, None, {23: 1}), 26: Visits(2, None, {0: 1, 23: 1}), 27: Visits(1, None, {0: 1})},
    ),
    "the horizon of 2 h 30 min ends at 03:30 summer time, 2 h 30 min after midnight": (
        "Europe/Berlin",
        "A 03-25T23:50 03-26T00:20 03-26T00:50 03-26T01:20 03-26T01:50 03-26T03:20 03-26T03:30",
        {25: Visits(1, 9000.0, {23: 1}), 26: Visits(0, None, {})},
    ),
    "a visit over the repeated hour lasts as long as it really did": (
        "Europe/Berlin",
        "A 10-29T02:45+02:00 10-29T02:10+01:00",
        {29: Visits(1, 1500.0, {2: 1})},
    ),
    "the repeated hour holds the visits of both its runs": (
        "Europe/Berlin",
        "A 10-29T02:15+02:00 10-29T02:15+01:00; B 10-29T02:40+01:00; C 10-29T03:00",
        {29: Visits(4, None, {2: 3, 3: 1})},
    ),
    "a day of 25 hours goes from its midnight to its midnight": (
        "Europe/Berlin",
        "A 10-28T23:59; B 10-29T00:00; C 10-29T23:59; D 10-30T00:00",
        {28: Visits(1, None, {23: 1}), 29: Visits(2, None, {0: 1, 23: 1}), 30: Visits(1, None, {0: 1})},
    ),
    "a visit over midnight into a day of 25 hours keeps its dwell": (
        "Europe/Berlin",
        "A 10-28T23:45 10-29T00:15",
        {28: Visits(1, 1800.0, {23: 1}), 29: Visits(0, None, {})},
    ),
    "west of Greenwich, the skipped hour": (
        "America/New_York",
        "A 03-12T01:55 03-12T03:05; B 03-12T03:00",
        {12: Visits(2, 600.0, {1: 1, 3: 1})},
    ),
    "west of Greenwich, the repeated hour": (
        "America/New_York",
        "A 11-05T01:50-04:00 11-05T01:05-05:00; B 11-05T01:30-05:00",
        {5: Visits(2, 900.0, {1: 2})},
    ),
    "a day whose midnight is skipped begins at one o'clock": (
        "America/Santiago",
        "A 09-02T23:50 09-03T01:10; B 09-03T01:00",
        {2: Visits(1, 1200.0, {23: 1}), 3: Visits(1, None, {1: 1})},
    ),
    "hours of a zone that is off by a quarter": (
        "Asia/Kathmandu",
        "A 03-01T06:50 03-01T07:10; B 03-01T07:00; C 03-01T00:14Z; D 03-01T00:15Z",
        {1: Visits(4, 1200.0, {5: 1, 6: 2, 7: 1})},
    ),
}
ZONES = sorted({zone for zone, *_ in CASES.values()})


@pytest.mark.parametrize("zone", ZONES)
def test_clocks_change(zone: str) -> None:
    """All cases of a zone at once, each in its own place."""
    cases = {name: case[1:] for name, case in CASES.items() if case[0] == zone}
    pings = ping_records([text for text, _ in cases.values()], zone, since="2023")
    asked = rules(timedelta(minutes=30), timedelta(minutes=150), zone)
    found: dict[str, dict[int, Visits]] = {name: {} for name in cases}
    for (place, day), row in count(shuffled({None: pings}), asked, ids(len(cases))).visited.items():
        hours = {hour: number for hour, number in enumerate(row["visits_by_hour"]) if number}
        found[list(cases)[place]][day.day] = Visits(row["visits"], row["dwell_seconds_p50"], hours)
    assert found == {name: expected for name, (_, expected) in cases.items()}
