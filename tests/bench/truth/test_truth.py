"""Visits against diaries: by eye, and that a seed gives one town."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
import shapely
from bench.truth.finding import AT_LEAST, GAP, visits_by_definition
from bench.truth.sampling import NOISES, SAMPLINGS, pings, positions, times
from bench.truth.scoring import score
from bench.truth.town import FIRST_SECOND, KINDS, MINUTE, Stay, degrees, diaries, places, polygons, ways

SHOP, CAFE = 0, 1
ANN, BOB = 0, 1


def stay(person: int, place: int, start: float, end: float) -> Stay:
    """A stay from one minute of the first day to another."""
    return Stay(person, place, FIRST_SECOND + start * MINUTE, FIRST_SECOND + end * MINUTE)


DIARY = [
    stay(ANN, SHOP, 10, 30),
    stay(ANN, SHOP, 40, 60),
    stay(ANN, CAFE, 100, 130),
    stay(BOB, SHOP, 10, 70),
    stay(BOB, CAFE, 200, 210),
]


def test_each_visit_of_a_diary_is_right_missed_merged_or_split() -> None:
    """Ann's two in the shop are found as one, hers in the café a minute short; Bob's as two, and one not at all."""
    found = [
        stay(ANN, SHOP, 11, 59),
        stay(ANN, CAFE, 100, 129),
        stay(BOB, SHOP, 10, 20),
        stay(BOB, SHOP, 60, 65),
        stay(BOB, SHOP, 300, 310),
    ]
    result = score(DIARY, found)
    assert (result.true, result.found) == (5, 5)
    assert (result.right, result.missed, result.merged, result.split) == (1, 1, 2, 1)
    assert result.false == 1
    assert result.quartiles() == (-60, -60, -60)
    assert (result.true_devices, result.found_devices) == (4, 3)


def test_a_visit_of_one_ping_is_found_but_says_nothing_of_dwell() -> None:
    """It lasts from its ping to its ping."""
    result = score([stay(BOB, CAFE, 200, 210)], [stay(BOB, CAFE, 205, 205)])
    assert (result.right, result.quartiles()) == (1, None)


def test_a_diary_that_is_found_as_it_is_has_no_errors() -> None:
    """All right, none false, dwell to the second."""
    result = score(DIARY, DIARY)
    assert (result.right, result.false, result.quartiles()) == (5, 0, (0, 0, 0))


def test_visits_by_the_definition_end_after_half_an_hour_without_a_ping() -> None:
    """Minutes 0, 30 and 61 in a shop: 30 minutes do not end a visit, 31 do. A ping on its side is outside."""
    minutes, lon = [0, 30, 61, 62], [1.0, 1.0, 1.0, 2.0]
    table = pa.table(
        {
            "device": ["D00000"] * 4,
            "at": pa.array(
                [(FIRST_SECOND + m * MINUTE) * 1_000_000 for m in minutes], pa.timestamp("us", "UTC")
            ),
            "lon": lon,
            "lat": [1.0] * 4,
        }
    )
    found, counted = visits_by_definition(table, np.array([shapely.box(0, 0, 2, 2)]))
    assert [visit.stay for visit in found] == [stay(ANN, SHOP, 0, 30), stay(ANN, SHOP, 61, 61)]
    assert counted == {(SHOP, FIRST_SECOND // 86_400): (3, 1, 2, 1)}
    assert (GAP, AT_LEAST) == (30 * 60, 5 * 60)


def test_a_diary_has_no_two_stays_at_a_time_and_pings_lie_where_it_says() -> None:
    """Positions without noise are inside the place of the stay, and outside all places else."""
    town = places()
    everyone = ways(4, town, people=3, days=1)
    shapes, diary = polygons(town), diaries(everyone)
    assert {stay.person for stay in diary} == {0, 1, 2}
    for legs in everyone:
        own = [stay for stay in diary if stay.person == legs.person]
        assert all(before.end <= after.start for before, after in pairwise(own))
        at = np.arange(FIRST_SECOND + 1, FIRST_SECOND + 86_400, 20.0)
        points = shapely.points(degrees(positions(np.random.default_rng(0), legs, town, at)))
        true = np.full(len(at), -1)
        for line in own:
            true[(line.start < at) & (at < line.end)] = line.place
        held = [set(np.flatnonzero(shapely.contains(shapes, point)).tolist()) for point in points]
        assert all(
            (place in some) if place >= 0 else not some for place, some in zip(true, held, strict=True)
        )


def test_floors_of_a_building_have_one_outline() -> None:
    """Three places that no position in the plane tells apart."""
    town = places()
    floors = [place for place in town if place.kind == "stacked floor"]
    assert len(floors) == 6
    assert len(set(floors)) == 2
    assert {place.kind for place in town} == set(KINDS)


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_pings_are_as_far_apart_as_asked(sampling: str) -> None:
    """The median step; bursts are 20 seconds within and minutes between."""
    at = times(np.random.default_rng(2), 1, sampling)
    steps = np.diff(at)
    wanted = SAMPLINGS[sampling] or 20
    assert np.median(steps) == pytest.approx(wanted, rel=0.1)
    assert at[0] >= FIRST_SECOND + 7 * 3600
    assert at[-1] < FIRST_SECOND + 23 * 3600


def test_a_seed_gives_one_town_whatever_the_noise() -> None:
    """Equal seeds give equal pings; a noise moves them at the same times; another seed gives others."""
    town = places()

    def made(seed: int, noise: str) -> pa.Table:
        return pings(seed, ways(seed, town, 2, 1), town, 1, ("5 min", noise))

    assert made(1, "30 m").equals(made(1, "30 m"))
    assert made(1, "30 m")["at"].equals(made(1, "0 m")["at"])
    assert not made(1, "30 m")["lon"].equals(made(1, "0 m")["lon"])
    assert not made(1, "0 m")["at"].equals(made(2, "0 m")["at"])
    assert list(NOISES) == ["0 m", "10 m", "30 m", "100 m", "canyon"]
