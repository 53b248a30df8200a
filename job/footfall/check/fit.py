"""Checks that pings and places belong together; otherwise all counts would be meaningless zeros."""

from collections.abc import Callable
from dataclasses import dataclass

from footfall.check.funnel import Tallies
from footfall.locate.extent import NEAR, Extent
from footfall.runs.outcome import Check, Funnel
from footfall.schema import AWAY, MIRRORED
from footfall.settings import Level, PlaceQuality

MOST = 0.5
"""The share of rows that fit the places only with exchanged axes, above which the columns are mapped wrongly."""

SOME = 0.01
"""The share of such rows above which the run warns."""

FEW_PINGS = 1000
"""With so many pings, some must lie near the places; fewer may all lie a little way off."""

FAR = 100
"""Kilometres beyond which even a few pings are too far off."""

EXPECTED = 10
"""If pings spread evenly over the box of the places would give so many inside, none inside cannot be by chance."""

_AXES = "Exchange pings.columns.lat and pings.columns.lon"


@dataclass(frozen=True)
class Sample:
    """A sample of the kept pings: kilometres from the box of the places with the number of pings, nearest first.

    `mirrored` of them are near the places only with longitude and latitude exchanged.
    """

    away: tuple[tuple[int, int], ...]
    mirrored: int

    @classmethod
    def of(cls, tallies: Tallies) -> "Sample":
        """The sample that the workers took."""
        away = [
            (int(tally.removeprefix(AWAY)), n)
            for (tally, _), n in tallies.items()
            if tally is not None and tally.startswith(AWAY)
        ]
        return cls(tuple(sorted(away)), sum(n for (tally, _), n in tallies.items() if tally == MIRRORED))

    @property
    def pings(self) -> int:
        """The number of pings in the sample."""
        return sum(n for _, n in self.away)

    @property
    def near(self) -> float:
        """The share of pings within NEAR kilometres of the places."""
        return sum(n for km, n in self.away if km < NEAR) / self.pings if self.pings else 0.0

    @property
    def nearest(self) -> int:
        """The distance of the nearest ping in kilometres."""
        return self.away[0][0] if self.away else 0

    @property
    def middle(self) -> int:
        """The median distance in kilometres: half of the pings are so far away or farther."""
        seen = 0
        for km, n in self.away:
            seen += n
            if 2 * seen >= self.pings:
                return km
        return 0


def are_mirrored(tallies: Tallies, rows: int) -> bool:
    """Whether most of so many rows fit the places only with longitude and latitude exchanged."""
    return sum(n for (tally, _), n in tallies.items() if tally == "coordinates_swapped") > MOST * rows


def fit(
    tallies: Tallies, funnel: Funnel, quality: PlaceQuality, extent: Extent, area: Callable[[], float]
) -> list[Check]:
    """The checks that pings and places belong together.

    Args:
        tallies: The counts of the steps.
        funnel: Rows by stage of the funnel.
        quality: The levels of the settings: refuse, warn or allow.
        extent: The box around all places.
        area: Returns the square kilometres of all places; called only if no ping is in a place.
    """
    sample = Sample.of(tallies)
    is_one_inside = any(n for (tally, _), n in tallies.items() if tally is None)
    axes = _axes(tallies, funnel, quality.swapped_axes, None if is_one_inside else sample)
    apart = _apart(funnel, quality.places_apart, None if is_one_inside else sample)
    found = [axes, apart]
    if all(each.ok for each in found):
        found.append(_inside(funnel, quality.no_ping_inside, sample.near, extent, area))
    return [*found, *_some_rows(funnel, quality.swapped_axes)]


def _axes(tallies: Tallies, funnel: Funnel, level: Level, sample: Sample | None) -> Check:
    """The check that pings fit the places as their columns are mapped, and not only with exchanged axes."""
    rows = funnel.quarantined.get("coordinates_swapped", 0)
    name, accepted = "longitude and latitude", "pings fit the places as the columns are mapped"
    wrong = are_mirrored(tallies, funnel.read)
    found = "as mapped"
    if wrong:
        found = f"{_percent(rows, funnel.read)} of the rows read ({rows:,}) fit the places only the other way round"
    elif sample is not None and sample.mirrored > MOST * sample.pings:
        wrong = True
        found = (
            f"{_percent(sample.mirrored, sample.pings)} of {sample.pings:,} pings looked at lie within {NEAR} km of"
            f" the places the other way round, and none in a place as they are"
        )
    fix = f"{_AXES}; quality.swapped_axes: allow counts them as they are."
    return _check(name, wrong, found, accepted, level, fix)


def _apart(funnel: Funnel, level: Level, sample: Sample | None) -> Check:
    """The check that some ping lies near the places."""
    name, accepted = "pings near the places", f"a ping within {NEAR} km of the box around the places"
    if sample is None or not sample.pings or sample.near:
        return _check(name, False, "they meet", accepted, level)
    found = f"the nearest of {sample.pings:,} pings looked at is {sample.nearest:,} km from the box around the places"
    found += f", half of them are {sample.middle:,} km or more"
    if funnel.kept < FEW_PINGS and sample.nearest <= FAR and level == "refuse":
        level = "warn"
    fix = "See that pings.path and places.path are of one region, and places.crs is right"
    if sample.mirrored:
        found += f"; the other way round {_percent(sample.mirrored, sample.pings)} would be near"
        fix += f", or that longitude and latitude are mapped rightly ({_AXES.lower()})"
    return _check(
        name, True, found, accepted, level, f"{fix}; quality.places_apart: allow publishes the zeros."
    )


def _inside(funnel: Funnel, level: Level, near: float, extent: Extent, area: Callable[[], float]) -> Check:
    """The check that some ping is in a place; asked if pings lie near them."""
    name, accepted = "pings in a place", "one at least"
    if funnel.inside_places or not funnel.kept:
        return _check(
            name, False, "there are some" if funnel.kept else "no ping to look for", accepted, level
        )
    pings = funnel.kept * near
    expected = pings * area() / extent.square_kilometres
    found = f"none of {funnel.kept:,}, of which about {pings:,.0f} lie near the places"
    if level == "refuse" and expected < EXPECTED:
        level = "warn"
    fix = (
        "See that the places are where they should be: places.crs, and the file itself;"
        " quality.no_ping_inside: allow publishes the zeros."
    )
    return _check(name, True, found, accepted, level, fix)


def _some_rows(funnel: Funnel, level: Level) -> list[Check]:
    """A warning if some rows, but not most, have their axes exchanged; else an empty list."""
    rows = funnel.quarantined.get("coordinates_swapped", 0)
    if level == "allow" or not SOME * funnel.read < rows <= MOST * funnel.read:
        return []
    found = f"{_percent(rows, funnel.read)} ({rows:,} of {funnel.read:,} rows read)"
    fix = "Look in the quarantine which files they are from: their columns may be the other way round."
    return [_check("rows with exchanged axes", True, found, f"at most {SOME:.0%}", "warn", fix)]


def _check(name: str, failed: bool, found: str, accepted: str, level: Level, fix: str = "") -> Check:
    """A check of the input with a level of the settings; level `allow` accepts anything."""
    if level == "allow":
        return Check(name, True, found, "anything, by the settings", gate=True)
    return Check(name, not failed, found, accepted, gate=True, level=level, fix=fix if failed else "")


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}"
