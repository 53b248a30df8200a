"""Equal pings are kept once with their number, wherever they lie and however the work is cut up."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest
import shapely

from footfall.clean import Rules
from footfall.locate import Search, build
from footfall.schema import CALENDAR, Place
from tests.given_tasks import scan
from tests.ping_tables import read, some

from .counted import complete, rules

DAY, NEXT = date(2023, 3, 1), date(2023, 3, 2)
RULES = Rules(CALENDAR, CALENDAR, accuracy_limit=float("inf"))
VISITS = rules(gap=timedelta(minutes=30), horizon=timedelta(hours=1), zone="UTC")
LEFT, RIGHT = shapely.box(-1, -1, 2, 2), shapely.box(1, -1, 3, 2)
"""Two places, 0 and 1, that overlap between the meridians 1 and 2."""

REPEATED = """
device           | at                         | lat                | lon  | accuracy | defect
in left          | 2023-03-01T12:00           | 1.1                | 0.5  | 5        | -
in left          | 2023-03-01T12:00           | 1.1                | 0.5  | 9        | -
in left          | 2023-03-01T12:00           | 1.1                | 0.5  | -        | -
in left          | 2023-03-01T12:00:00.000001 | 1.1                | 0.5  | 5        | -
in left          | 2023-03-01T12:00           | 1.1000000000000003 | 0.5  | 5        | -
another          | 2023-03-01T12:00           | 1.1                | 0.5  | 5        | -
in both          | 2023-03-01T12:00           | 1                  | 1.5  | 5        | -
in both          | 2023-03-01T12:00           | 1                  | 1.5  | 5        | -
at zero          | 2023-03-01T12:00           | 0.0                | 0.5  | 5        | -
at zero          | 2023-03-01T12:00           | -0.0               | 0.5  | 5        | -
in none          | 2023-03-01T12:00           | 9                  | 9    | 5        | -
in none          | 2023-03-01T12:00           | 9                  | 9    | 5        | -
in none          | 2023-03-01T12:00           | 9                  | 9    | 6        | -
in none          | 2023-03-02T12:00           | 9                  | 9    | 5        | -
at zero, in none | 2023-03-01T12:00           | 0.0                | 9    | 5        | -
at zero, in none | 2023-03-01T12:00           | -0.0               | 9    | 5        | -
side of left     | 2023-03-01T12:00           | 0.5                | -1   | 5        | -
side of left     | 2023-03-01T12:00           | 0.5                | -1   | 5        | -
side, in right   | 2023-03-01T12:00           | 0.5                | 2    | 5        | -
side, in right   | 2023-03-01T12:00           | 0.5                | 2    | 5        | -
sides of both    | 2023-03-01T12:00           | 2                  | 1.5  | 5        | -
sides of both    | 2023-03-01T12:00           | 2                  | 1.5  | 5        | -
bad              | 2023-03-01T12:00           | 0                  | 0    | 5        | -
bad              | 2023-03-01T12:00           | 0                  | 0    | 5        | -
torn             | -                          | -                  | -    | -        | unreadable_row
"""

TALLIES = {
    (None, DAY): 6 + 1,
    ("outside_places", DAY): 4,
    ("outside_places", NEXT): 1,
    ("boundary", DAY): 4,  # pairs of ping and place
    ("duplicate", DAY): 2 + 1 + 1 + 2 + 1 + 1 + 1 + 1,
    ("coordinate_zero", None): 2,
    ("unreadable_row", None): 1,
    ("quarantined:coordinate_zero", None): 2,
    ("quarantined:unreadable_row", None): 1,
    ("scanned", None): 25,
}
FIRST = {
    (0, DAY): 6,  # three of the first device, and one each of three
    (1, DAY): 1,  # the side of left; what is in both counts in left
}


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Search:
    """How both places are asked."""
    places = [
        Place(name, None, None, shapely.to_wkb(box)) for name, box in (("left", LEFT), ("right", RIGHT))
    ]
    index = build(tuple(places)).save(tmp_path_factory.mktemp("index"))
    return Search(partial(Path, index), "open", 1, audit_every=2**62)


@pytest.mark.parametrize(("tasks", "parts"), [(1, 1), (5, 3), (25, 7)])
def test_equal_pings_are_kept_once_with_their_number(search: Search, tasks: int, parts: int) -> None:
    """Equal means device, instant and both coordinates; zero has one value, whatever its sign."""
    rows, order = read(REPEATED), list(range(25))
    Random(tasks).shuffle(order)  # noqa: S311
    cut = [[some(rows, order[number::tasks])] for number in range(tasks)]
    first = scan(cut, RULES, replace(search, parts=parts)), tasks, parts
    counted = complete(first, VISITS, ["left", "right"])
    assert counted.tallies == TALLIES
    again = ("boundary", "scanned", "quarantined:coordinate_zero", "quarantined:unreadable_row")
    assert sum(n for (tally, _), n in counted.tallies.items() if tally not in again) == 25
    assert counted.first == FIRST
    names = ("pings", "devices", "visits")
    found = {key: tuple(row[name] for name in names) for key, row in counted.visited.items()}
    assert found == {(0, DAY): (6, 4, 4), (1, DAY): (2, 2, 2)}
