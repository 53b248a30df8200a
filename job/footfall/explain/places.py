"""Explains the numbers of a place: its shape, its published rows, and the pings near it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from footfall.explain.geodesy import side
from footfall.explain.ground import Ground, find_place
from footfall.explain.nearby import BANDS, INSIDE, NEAR, DayNear, Group, Survey, survey_of
from footfall.explain.published import Published
from footfall.explain.shapes import Shape, shape_of
from footfall.geometry import bounds
from footfall.schema import REASONS, Place


@dataclass(frozen=True)
class PlaceDay:
    """The facts on a place and a day.

    Args:
        day: The local day.
        run: The run that published the day; None if it is not published.
        row: Its row of the table; None if the day is not published, or has no such place.
        near: Rows of kept pings by band, repeated rows included; None where few devices sent them, or where the
            number would give such a one away.
        bad: Rows inside that are not kept by their reason; None as for `near`.
        pings: Rows of kept pings anywhere.
        metres: The distance of the nearest ping outside; None if there is no such ping.
        side: The side of the place on which it lies.
        is_beyond: Whether the place lies outside the box around all pings of the day.
    """

    day: date
    run: str | None
    row: dict[str, Any] | None
    near: dict[str, int | None]
    bad: dict[str, int | None]
    pings: int
    metres: float | None
    side: str | None
    is_beyond: bool

    @property
    def is_suppressed(self) -> bool:
        """Whether the table suppresses the row."""
        return bool(self.row and self.row["suppressed"])

    @property
    def verdict(self) -> str:
        """A sentence on why the place has its numbers on that day."""
        if self.is_suppressed:
            return "The table suppresses its row: few devices, or a row that would give such a one away."
        if not self.pings:
            return "No ping of that day is kept, wherever it lies."
        if self.near[INSIDE] != 0:
            return _counts(self.row)
        if any(n != 0 for n in self.bad.values()):
            why = ", ".join(reason for reason, n in self.bad.items() if n != 0)
            return f"Zero: rows lie inside, and none of them is kept ({why})."
        if self.is_beyond:
            return "Zero: it lies outside the box around all pings of that day."
        if self.metres is None:
            return "Zero: no ping lies inside."
        return f"Zero: no ping lies inside; the nearest one is {self.metres:,.1f} m to the {self.side}."


@dataclass(frozen=True)
class PlaceAnswer:
    """The answer on a place.

    Args:
        place: The place.
        shape: The facts on its shape.
        days: The facts on each day.
        k: Numbers of fewer devices are withheld.
        zone: The zone of days.
    """

    place: Place
    shape: Shape
    days: tuple[PlaceDay, ...]
    k: int
    zone: str


def place_answer(ground: Ground, published: Published, place_id: str) -> PlaceAnswer:
    """The answer on a place, for each day of the settings.

    Args:
        ground: The pings and places.
        published: The published days.
        place_id: The id of the place.

    Raises:
        SettingsError: There is no such place.
    """
    settings, places = ground.settings, ground.places
    number, place = find_place(places.places, place_id, settings.places.path)
    asked = None if settings.days == "all" else list(settings.days)
    published_days = [each.day for each in published.days if each.is_published]
    k = max([settings.privacy.k, *(published.k(day, 1) for day in asked or published_days)])
    survey = Survey(ground.scan, number, place.wkb, settings.day_zone, k)
    found = survey_of(ground.read(ground.pings, survey, NEAR, "look near the place"), k)
    days = tuple(_day(day, found.get(day, DayNear()), place, published, k) for day in asked or sorted(found))
    shape = shape_of(places.places, number, places.changes)
    return PlaceAnswer(place, shape, days, k, settings.day_zone)


def _day(day: date, near: DayNear, place: Place, published: Published, k: int) -> PlaceDay:
    run, row = published.publisher(day), published.row(day, place.place_id)
    return PlaceDay(
        day,
        run.run_id if run else None,
        row,
        _bands(near, k, is_suppressed=row is not None and row["suppressed"]),
        {reason: _rows_unless_few(near.groups[reason], k) for reason in REASONS if reason in near.groups},
        near.pings,
        near.metres,
        None if near.azimuth is None else side(near.azimuth),
        bool(near.box) and _is_beyond(place, near.box),
    )


def _bands(near: DayNear, k: int, *, is_suppressed: bool) -> dict[str, int | None]:
    """Rows by band; None where they are not shown.

    How many rows the day has in all is known. So where fewer than k of them lie beyond the bands, further bands are
    not shown, those with fewest rows first: what is left of the day then stands for two bands at least.
    """
    rows = {band: near.groups[band].rows if band in near.groups else 0 for band in BANDS}
    shown = {band: _rows_unless_few(near.groups.get(band), k) for band in BANDS}
    if is_suppressed:
        shown[INSIDE] = None
    beyond = near.pings - sum(rows.values())
    for band in sorted((band for band in BANDS if shown[band]), key=lambda band: rows[band]):
        hidden = [rows[each] for each in BANDS if shown[each] is None]
        among_others = len(hidden) > 1 and sum(hidden) + beyond - len(hidden) >= k - 1
        if hidden and beyond < k and not among_others:
            shown[band] = None
    return shown


def _rows_unless_few(group: Group | None, k: int) -> int | None:
    """The number of rows of a group; None if fewer than k devices sent them."""
    if group is None:
        return 0
    return group.rows if len(group.devices) >= k else None


def _is_beyond(place: Place, box: tuple[float, ...]) -> bool:
    west, south, east, north = bounds((place.wkb,))
    return west > box[2] or east < box[0] or south > box[3] or north < box[1]


def _counts(row: dict[str, Any] | None) -> str:
    if row is None:
        return "Pings lie inside; the day is not published yet, or without this place."
    return f"It has {row['pings']:,} pings of {row['devices']:,} devices, and {row['visits']:,} visits."
