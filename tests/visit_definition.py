"""The definitions of visit, dwell and day in plain Python, written from the contract alone, to compare with."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)
ENDS = [timedelta(minutes=m) for m in (5, 11, 21, 61, 121, 241)]


@dataclass(frozen=True)
class Ping:
    """A device in a place at an instant (UTC), at a spot; equal ones are one ping."""

    device: str
    place: int
    at: datetime
    spot: tuple[float, float]


@dataclass
class Measures:
    """The measures of one place and day."""

    pings: int = 0
    devices: set[str] = field(default_factory=set)
    visits: int = 0
    singles: int = 0
    dwells: list[timedelta] = field(default_factory=list)
    hours: list[int] = field(default_factory=lambda: [0] * 24)

    def row(self) -> tuple[object, ...]:
        """Pings, devices, visits, single pings, quartiles, hours, buckets."""
        buckets = [0] * 7
        for dwell in self.dwells:
            buckets[sum(dwell >= end for end in ENDS)] += 1
        quartiles = [quantile(sorted(self.dwells), share) for share in (0.25, 0.5, 0.75)]
        return (self.pings, len(self.devices), self.visits, self.singles, *quartiles, self.hours, buckets)


def quantile(values: list[timedelta], share: float) -> float | None:
    """Linear between the two nearest values, in seconds, rounded to milliseconds."""
    if not values:
        return None
    position = share * (len(values) - 1)
    below = int(position)
    above = min(below + 1, len(values) - 1)
    return round((values[below] + (values[above] - values[below]) * (position - below)) / SECOND, 3)


@cache
def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a local day ends: the first one that is on a later day, looked for minute by minute."""
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - timedelta(days=1)
    while at.astimezone(zone).date() <= day:
        at += timedelta(minutes=1)
    return at


def footfall(
    pings: set[Ping], zone: ZoneInfo, gap: timedelta, horizon: timedelta
) -> dict[tuple[int, date], Measures]:
    """Visits are maximal runs of one device in one place with no gap longer than `gap`.

    A visit counts for the local day of its first ping; its dwell ends with its last ping before `horizon` after the
    end of that day.
    """
    table: dict[tuple[int, date], Measures] = defaultdict(Measures)
    tracks = defaultdict(list)
    for ping in pings:
        tracks[ping.device, ping.place].append(ping.at)
    for (device, place), times in tracks.items():
        times.sort()
        for at in times:
            row = table[place, at.astimezone(zone).date()]
            row.pings += 1
            row.devices.add(device)
        starts = [i for i, at in enumerate(times) if i == 0 or at - times[i - 1] > gap]
        for first, beyond in zip(starts, [*starts[1:], len(times)], strict=True):
            visit = times[first:beyond]
            local = visit[0].astimezone(zone)
            row = table[place, local.date()]
            row.visits += 1
            row.hours[local.hour] += 1
            if len(visit) == 1:
                row.singles += 1
            else:
                limit = end_of(local.date(), zone) + horizon
                row.dwells.append(max(at for at in visit if at < limit) - visit[0])
    return table
