"""The definitions of weeks and months in plain Python, written from the contract alone, to compare with."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from tests.visit_definition import Measures, Ping, footfall


@dataclass
class Whole:
    """The measures of one place and period."""

    daily: list[Measures]
    devices: set[str] = field(default_factory=set)
    by_days: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    returning: int = 0
    weekdays: list[int] = field(default_factory=list)

    def numbers(self) -> tuple[object, ...]:
        """Pings, devices, visits, single pings, dwells, visits by day, of weekdays, devices by days, returning."""
        hours = [0] * 168
        for weekday, day in zip(self.weekdays, self.daily, strict=True):
            for hour, visits in enumerate(day.hours):
                hours[24 * weekday + hour] += visits
        together = Measures(dwells=[dwell for day in self.daily for dwell in day.dwells])
        return (
            sum(day.pings for day in self.daily),
            len(self.devices),
            sum(day.visits for day in self.daily),
            sum(day.singles for day in self.daily),
            *together.row()[4:7],
            together.row()[8],
            [day.visits for day in self.daily],
            hours,
            self.by_days,
            self.returning,
            len(self.devices) - self.returning,
        )


def name_of(day: date, kind: str) -> str:
    """The week or month of a day."""
    return day.strftime("%G-W%V") if kind == "week" else day.strftime("%Y-%m")


def periods(
    pings: set[Ping],
    zone: ZoneInfo,
    rules: tuple[timedelta, timedelta],
    asked: tuple[str, date, date],
    look_back: int,
) -> dict[tuple[int, str], Whole]:
    """Each place and period of the days from the first to the last, which are whole ones.

    Args:
        pings: All pings.
        zone: The zone of days.
        rules: Gap and horizon of visits.
        asked: The kind of periods, the first and the last day.
        look_back: So many days before a period are looked at for devices that return.
    """
    kind, first, last = asked
    by_day = footfall(pings, zone, *rules)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    named: dict[str, list[date]] = defaultdict(list)
    for day in days:
        named[name_of(day, kind)].append(day)
    was_there: dict[tuple[int, str], set[date]] = defaultdict(set)
    for ping in pings:
        was_there[ping.place, ping.device].add(ping.at.astimezone(zone).date())
    found = {}
    for place in {ping.place for ping in pings}:
        for name, own in named.items():
            row = Whole([by_day.get((place, day), Measures()) for day in own])
            row.weekdays = [day.weekday() for day in own]
            for (at, device), theirs in was_there.items():
                times = len(theirs & set(own))
                if at != place or not times:
                    continue
                row.devices.add(device)
                row.by_days[min(times, 4) - 1] += 1
                before = {own[0] - timedelta(days=n) for n in range(1, look_back + 1)}
                row.returning += bool(theirs & before)
            found[place, name] = row
    return found
