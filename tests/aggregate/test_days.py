"""The rows of a day are the same, whichever other days are counted with it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
import shapely

from footfall.clean import Rules
from footfall.locate import Search, build
from footfall.read.pings.rows import Rows
from footfall.schema import Place
from footfall.settings import DayRange, Settings
from tests.given_tasks import scan
from tests.ping_tables import micros, rows_of
from tests.visit_definition import Ping, footfall

from .counted import TICK, complete, measures, rules

GAP, HORIZON = timedelta(minutes=30), timedelta(hours=3)
PARTS = 3
SQUARES = {"left": (10, 50, 12, 52), "right": (11, 50, 13, 52), "far": (-70, -34, -69, -33)}
PLACES = tuple(
    Place(name, None, None, shapely.to_wkb(shapely.box(*box))) for name, box in sorted(SQUARES.items())
)
# Points and the numbers of the places that hold them: far is 0, left 1, right 2; left and right overlap.
POINTS = {
    (-69.5, -33.5): {0},
    (10.5, 51.0): {1},
    (11.5, 51.0): {1, 2},
    (12.5, 51.0): {2},
    (0.5, 0.5): set(),
}

# Each zone with three days: around 25 hours, around a skipped midnight, and without any change.
ZONES = {
    "Europe/Berlin": date(2023, 10, 28),
    "America/Santiago": date(2023, 9, 2),
    "Asia/Kathmandu": date(2023, 3, 1),
}
Counted = dict[tuple[int, date], tuple[object, ...]]


def walks(random: Random, zone: str, first: date) -> list[tuple[str, datetime, float, float]]:
    """Devices that stay, leave and come back, mostly around midnights, with gaps at and next to the limit."""
    gaps = [timedelta(0), TICK, GAP - TICK, GAP, GAP + TICK, GAP / 3, timedelta(hours=7)]
    weights = [1, 1, 3, 8, 1, 8, 1]
    rows = []
    for number in range(24):
        midnight = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        at = midnight + timedelta(
            days=random.randrange(-1, 4), minutes=random.choice([-61, -29, -1, 0, 1, 700])
        )
        place = random.choice(list(POINTS))
        for _ in range(24):
            rows.append((f"D{number}", at, *place))
            at += random.choices(gaps, weights)[0]
            place = random.choice(list(POINTS)) if random.random() < 0.2 else place
    return rows


def keep(days: DayRange | None, zone: str) -> Rules:
    """The rules for pings of these days."""
    given = {"pings": {"path": "p"}, "places": {"path": "q"}, "output": "o", "time_zone": zone}
    asked = "all" if days is None else {"from": days.first, "to": days.last}
    return Rules.of(
        Settings.model_validate({**given, "days": asked, "visit_gap": GAP, "visit_horizon": HORIZON}),
        datetime(2024, 1, 1, tzinfo=UTC),
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Counted]:
    """Counts pings from clean to aggregate, for a range of days or for all."""
    index = build(PLACES).save(tmp_path_factory.mktemp("index"))
    search = Search(partial(Path, index), "open", PARTS, audit_every=1)

    def counts(pings: Rows, zone: str, days: DayRange | None) -> Counted:
        kept = keep(days, zone)
        first = scan([[pings]], kept, search), 1, PARTS
        names = [place.place_id for place in PLACES]
        counted = complete(first, rules(GAP, HORIZON, zone), names, days)
        return {key: measures(row) for key, row in counted.visited.items()}

    return counts


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_counts_the_same_alone_with_a_neighbour_and_among_all(
    run: Callable[..., Counted], zone: str
) -> None:
    """Generated walks over five days: each way of running gives what the definitions say."""
    first = ZONES[zone]
    walked = walks(Random(zone), zone, first)  # noqa: S311
    device, at, lon, lat = zip(*walked, strict=True)
    pings = rows_of(device=device, at=[micros(each) for each in at], lon=lon, lat=lat)
    inside = {
        Ping(device, place, at, (lon, lat)) for device, at, lon, lat in walked for place in POINTS[lon, lat]
    }
    table = footfall(inside, ZoneInfo(zone), GAP, HORIZON)
    defined = {key: row.row() for key, row in table.items()}

    assert run(pings, zone, None) == defined
    second = first + timedelta(days=1)
    for days in (DayRange(second, second), DayRange(first, second)):
        wanted = {key: row for key, row in defined.items() if days.first <= key[1] <= days.last}
        assert len(wanted) >= 3
        assert run(pings, zone, days) == wanted
