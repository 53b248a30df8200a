"""Counts the pings near a place by day and distance; numbers of few devices are withheld later."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.engines import Batches
from footfall.explain.geodesy import away
from footfall.geometry import bounds
from footfall.geometry.nearest import Outline
from footfall.local_time import LocalTime
from footfall.locate import Search
from footfall.locate.extent import Extent, Floats
from footfall.read.pings.rows import Ints, Lines, Rows, Unread
from footfall.scan import Scan
from footfall.schema import OTHER_DAY, REASONS, SOUND

INSIDE = "inside"
BANDS = (INSIDE, "up to 25 m", "25 to 100 m", "100 to 500 m")
"""Bands of distance from a place, each without the one before. Pings on the boundary that are not counted are in the
second one."""

ENDS = np.array([25.0, 100.0, 500.0])
"""The outer limits of the bands outside, in metres."""

EPOCH = date(1970, 1, 1)
_DAY = 86_400_000_000
_SAFE = 0.98
"""A factor for distances on a sphere, which are at most a hundredth too long, to get lower bounds."""

NEAR = pa.schema(
    [
        pa.field("day", pa.int32(), nullable=False),
        pa.field("what", pa.string(), nullable=False),
        pa.field("rows", pa.int64(), nullable=False),
        pa.field("devices", pa.list_(pa.string()), nullable=False),
        pa.field("metres", pa.float64()),
        pa.field("azimuth", pa.float64()),
        pa.field("box", pa.list_(pa.float64())),
    ]
)
"""What a task gives by local day: rows and some devices of a band or of a reason, at most as many devices as matter;
of `nearest` the distance of the nearest ping outside and where it lies; of `pings` how many are kept, and the box
around them."""

NEAREST, PINGS = "nearest", "pings"


@dataclass
class Group:
    """The number of rows of a band or a reason, and some of their devices, enough to compare with k."""

    rows: int = 0
    devices: set[str] = field(default_factory=set)

    def add(self, rows: int, devices: Iterable[str], most: int) -> None:
        """Add rows and their devices; at most `most` devices are kept."""
        self.rows += rows
        for device in devices:
            if len(self.devices) >= most:
                return
            self.devices.add(device)


@dataclass
class DayNear:
    """The pings near a place on a day.

    Args:
        groups: Kept rows by band, and bad rows inside the place by reason.
        metres: The distance of the nearest kept ping outside; None if there is no such ping.
        azimuth: Its direction from the place, in degrees from north.
        pings: The number of kept rows anywhere.
        box: The box around these: west, south, east and north.
    """

    groups: dict[str, Group] = field(default_factory=dict)
    metres: float | None = None
    azimuth: float | None = None
    pings: int = 0
    box: tuple[float, ...] = ()

    def see(self, metres: float, azimuth: float) -> None:
        """Record a ping outside, if it is the nearest so far."""
        if self.metres is None or metres < self.metres:
            self.metres, self.azimuth = metres, azimuth

    def widen(self, pings: int, box: Sequence[float]) -> None:
        """Add so many kept rows, and the box around them."""
        self.pings += pings
        both = [box, self.box or box]
        least, most = ([each(pair) for pair in zip(*both, strict=True)] for each in (min, max))
        self.box = (*least[:2], *most[2:])


@dataclass(frozen=True)
class Survey:
    """Reads tasks and returns the pings near a place, as NEAR.

    Args:
        scan: The tasks, and the rules of a run for their rows.
        number: The number of the place.
        wkb: Its polygon.
        zone: The zone of days.
        k: The most devices that are kept of a group, enough to know whether it has k.
    """

    scan: Scan
    number: int
    wkb: bytes
    zone: str
    k: int

    def __call__(self, numbers: Batches) -> Iterator[pa.RecordBatch]:
        """NEAR, from the tasks whose numbers are in the first column."""
        outline, box = Outline.of(self.wkb), Extent(*bounds((self.wkb,)))
        found: dict[int, DayNear] = {}
        for batch in numbers:
            for number in batch.column(0).to_pylist():
                for rows in self.scan.tasks[number].read(self.scan.rules.unread):
                    if not isinstance(rows, Lines | Unread):
                        self._add(rows, outline, box, found)
        yield _near(found)

    def _add(self, rows: Rows, outline: Outline, box: Extent, found: dict[int, DayNear]) -> None:
        reasons = self.scan.judged(rows)
        lon, lat = (column.to_numpy(zero_copy_only=False) for column in (rows.lon, rows.lat))
        micros = rows.at.view(pa.int64()).fill_null(0).to_numpy()
        begin, end = self.scan.rules.asked
        asked = (begin <= micros) & (micros < end)
        kept = asked if reasons is None else asked & (reasons == SOUND)
        self._add_kept(rows, np.flatnonzero(kept), (outline, box), found)
        if reasons is not None:
            on_earth = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
            bad = np.flatnonzero((reasons != SOUND) & (reasons != OTHER_DAY) & on_earth & asked)
            self._add_bad(rows, bad[box.holds(lon[bad], lat[bad])], reasons, found)

    def _add_kept(
        self, rows: Rows, at: Ints, shape: tuple[Outline, Extent], found: dict[int, DayNear]
    ) -> None:
        """Add kept rows to the bands of their days, and record the nearest one outside."""
        outline, box = shape
        lon, lat, day = self._values(rows, at)
        inside = self._inside(lon, lat)
        least = np.where(inside, 0.0, box.kilometres(lon, lat) * 1000 * _SAFE)
        for number in np.unique(day).tolist():
            mine = day == number
            known = found.setdefault(number, DayNear())
            known.widen(int(mine.sum()), _box(lon[mine], lat[mine]))
            limit = max(ENDS[-1], self._reach(known, outline, (lon, lat, least), mine & ~inside))
            some = np.flatnonzero(mine & (least <= limit))
            metres, azimuths = away(outline, lon[some], lat[some])
            band = np.where(inside[some], 0, 1 + np.searchsorted(ENDS, metres))
            for each in np.unique(band[band < len(BANDS)]).tolist():
                these = at[some[band == each]]
                group = known.groups.setdefault(BANDS[each], Group())
                group.add(len(these), _devices(rows, these), self.k)
            outside = np.flatnonzero(~inside[some])
            if len(outside):
                best = outside[int(np.argmin(metres[outside]))]
                known.see(float(metres[best]), float(azimuths[best]))

    def _reach(
        self,
        known: DayNear,
        outline: Outline,
        points: tuple[Floats, Floats, Floats],
        chosen: npt.NDArray[np.bool_],
    ) -> float:
        """An upper bound of the nearest distance in metres: the known one, or that of a ping that seems near."""
        lon, lat, least = points
        some = np.flatnonzero(chosen)
        if known.metres is not None or not len(some):
            return known.metres or 0.0
        one = some[[int(np.argmin(least[some]))]]
        return float(away(outline, lon[one], lat[one])[0][0])

    def _add_bad(
        self, rows: Rows, at: Ints, reasons: npt.NDArray[np.int8], found: dict[int, DayNear]
    ) -> None:
        """Add the rows inside that are not kept to their reasons."""
        lon, lat, day = self._values(rows, at)
        inside = self._inside(lon, lat)
        for number in np.unique(day[inside]).tolist():
            for reason in np.unique(reasons[at[inside & (day == number)]]).tolist():
                mine = at[inside & (day == number) & (reasons[at] == reason)]
                group = found.setdefault(number, DayNear()).groups.setdefault(REASONS[reason], Group())
                group.add(len(mine), _devices(rows, mine), self.k)

    def _values(self, rows: Rows, at: Ints) -> tuple[Floats, Floats, Ints]:
        """Longitudes, latitudes and local days of some rows."""
        some = pa.array(at)
        lon, lat = (c.take(some).to_numpy(zero_copy_only=False) + 0.0 for c in (rows.lon, rows.lat))
        micros = rows.at.view(pa.int64()).take(some).fill_null(0).to_numpy()
        return lon, lat, LocalTime.of(self.zone).on_clocks(micros) // _DAY

    def _inside(self, lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
        """The mask of points that the place contains, by the function that counts pings."""
        inside = np.zeros(len(lon), np.bool_)
        if len(lon):
            ping, place, _, _ = cast(Search, self.scan.search).finder().find(lon, lat)
            inside[ping[place == self.number]] = True
        return inside


def survey_of(batches: Iterable[pa.RecordBatch], k: int) -> dict[date, DayNear]:
    """The pings near the place by day, summed over NEAR of all tasks."""
    found: dict[date, DayNear] = {}
    for batch in batches:
        for row in batch.to_pylist():
            known = found.setdefault(EPOCH + timedelta(days=row["day"]), DayNear())
            if row["what"] == NEAREST:
                known.see(row["metres"], row["azimuth"])
            elif row["what"] == PINGS:
                known.widen(row["rows"], row["box"])
            else:
                known.groups.setdefault(row["what"], Group()).add(row["rows"], row["devices"], k)
    return found


def _devices(rows: Rows, at: Ints) -> Iterable[str]:
    compared = rows.compared.take(pa.array(at))
    return (device for device in compared.unique().to_pylist() if device is not None)


def _box(lon: Floats, lat: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in (lon.min(), lat.min(), lon.max(), lat.max()))


def _near(found: dict[int, DayNear]) -> pa.RecordBatch:
    rows: list[dict[str, object]] = []
    for day, near in found.items():
        for what, group in near.groups.items():
            rows.append({"day": day, "what": what, "rows": group.rows, "devices": sorted(group.devices)})
        if near.metres is not None:
            nearest = {"metres": near.metres, "azimuth": near.azimuth}
            rows.append({"day": day, "what": NEAREST, "rows": 0, "devices": [], **nearest})
        if near.pings:
            rows.append({"day": day, "what": PINGS, "rows": near.pings, "devices": [], "box": list(near.box)})
    return pa.RecordBatch.from_pylist(rows, schema=NEAR)
