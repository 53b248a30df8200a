"""Do pings and places belong together? Refused, warned of, or allowed, with the numbers that say why."""

from datetime import date
from typing import Any

import pytest

from footfall import check
from footfall.locate.extent import Extent
from footfall.runs.outcome import Check, Funnel
from footfall.settings import PlaceQuality

DAY = date(2023, 3, 1)
LISBON = Extent(-9.2, 38.7, -9.1, 38.8)


def found(
    inside: int = 0,
    outside: int = 0,
    swapped: int = 0,
    area: float = 1.0,
    quality: PlaceQuality | None = None,
    **sample: int,
) -> dict[str, Check]:
    """The checks of so many pings in places, in none, and rows with exchanged axes; `sample` is away or mirrored."""
    away = {name.replace("km", "away:"): n for name, n in sample.items()}
    counted: dict[Any, int] = {(name, None): n for name, n in away.items()}
    counted |= {(None, DAY): inside, ("coordinates_swapped", None): swapped}
    funnel = Funnel(
        scanned=inside + outside + swapped,
        outside_days=0,
        quarantined={"coordinates_swapped": swapped},
        duplicate=0,
        outside_places=outside,
        inside_places=inside,
        boundary=0,
    )
    checks = check.fit(counted, funnel, quality or PlaceQuality(), LISBON, lambda: area)
    return {each.name: each for each in checks}


def levels(checks: dict[str, Check]) -> dict[str, str]:
    """What comes of each check that failed."""
    return {name: each.level for name, each in checks.items() if not each.ok}


def test_pings_in_places_fit() -> None:
    """However few they are among pings of a whole country."""
    assert levels(found(inside=1, outside=999_999, km0=3, km120=1000, km300=997)) == {}


@pytest.mark.parametrize(("swapped", "inside"), [(51, 49), (100, 0)])
def test_a_mapping_the_wrong_way_round_is_refused(swapped: int, inside: int) -> None:
    """More than half of the rows fit the places only with longitude and latitude exchanged."""
    checks = found(inside=inside, swapped=swapped)
    assert levels(checks) == {"longitude and latitude": "refuse"}
    axes = checks["longitude and latitude"]
    assert axes.found.startswith(
        f"{swapped}.0% of the rows read ({swapped}) fit the places only the other way"
    )
    assert "Exchange pings.columns.lat and pings.columns.lon" in axes.fix


@pytest.mark.parametrize(("swapped", "level"), [(1, {}), (2, {"rows with exchanged axes": "warn"})])
def test_some_rows_the_wrong_way_round_are_warned_of(swapped: int, level: dict[str, str]) -> None:
    """Above one percent: a file of many may have been written differently."""
    assert levels(found(inside=100 - swapped, swapped=swapped)) == level


def test_pings_that_would_be_near_the_other_way_round_are_refused_where_rows_are_not_judged() -> None:
    """Over a large extent single rows stay; the sample says what they would be."""
    checks = found(outside=5000, km5500=1000, mirrored=900)
    assert levels(checks) == dict.fromkeys(("longitude and latitude", "pings near the places"), "refuse")
    assert checks["longitude and latitude"].found.startswith(
        "90.0% of 1,000 pings looked at lie within 10 km"
    )


def test_places_of_another_continent_are_refused_with_the_distance() -> None:
    """The nearest ping, and the middle one: a single stray ping does not hide how far they are."""
    checks = found(outside=5000, km5400=1, km5500=400, km5600=600)
    apart = checks["pings near the places"]
    assert levels(checks) == {"pings near the places": "refuse"}
    assert apart.found == (
        "the nearest of 1,001 pings looked at is 5,400 km from the box around the places,"
        " half of them are 5,600 km or more"
    )
    assert "quality.places_apart: allow" in apart.fix


@pytest.mark.parametrize(
    ("pings", "km", "level"), [(999, "km100", "warn"), (1000, "km100", "refuse"), (1, "km110", "refuse")]
)
def test_few_pings_may_be_a_little_way_off(pings: int, km: str, level: str) -> None:
    """Fewer than a thousand within 100 km are a quiet day; beyond that one is too far."""
    assert levels(found(outside=pings, **{km: pings})) == {"pings near the places": level}


@pytest.mark.parametrize(("area", "level"), [(4.0, "refuse"), (0.01, "warn")])
def test_no_ping_inside_is_refused_where_chance_would_have_put_ten_there(area: float, level: str) -> None:
    """Ten thousand pings near 4 square kilometres of places, and near one shop."""
    checks = found(outside=10_000, area=area, km0=500, km9=500)
    assert levels(checks) == {"pings in a place": level}
    assert checks["pings in a place"].found == "none of 10,000, of which about 10,000 lie near the places"


def test_a_day_without_any_ping_has_nothing_to_fit() -> None:
    """`allow_empty` says that it may be."""
    assert levels(found()) == {}


@pytest.mark.parametrize("level", ["warn", "allow"])
def test_each_is_warned_of_or_allowed_by_its_setting(level: Any) -> None:
    """And by no other."""
    quality = PlaceQuality(swapped_axes=level, places_apart=level, no_ping_inside=level)
    expected = {} if level == "allow" else None
    for checks in (
        found(outside=5000, quality=quality, km5500=1000, mirrored=900),
        found(outside=5000, quality=quality, km5500=1000),
        found(outside=10_000, area=4.0, quality=quality, km0=1000),
    ):
        assert not any(each.is_refusing for each in checks.values())
        assert levels(checks) == expected or set(levels(checks).values()) == {"warn"}


def test_a_refusal_names_the_cause_and_the_setting() -> None:
    """What is said to do is what the gates say, not the usual sentence."""
    refusal = check.refusal(list(found(outside=5000, km5500=1000).values()))
    assert refusal is not None
    assert refusal.exit_code == 4
    assert refusal.fix.startswith("See that pings.path and places.path are of one region")
