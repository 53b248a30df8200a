"""The panel: the number of all devices of the input, in a place or not, on each day and in each period."""

from collections.abc import Iterator, Sequence
from datetime import date

from footfall.check.funnel import Tallies
from footfall.runs.facts import DevicesSeen, PeriodSums
from footfall.schema import OUTSIDE_PLACES, SEEN, SEEN_IN


def panel(
    days: Sequence[date], periods: Sequence[PeriodSums], tallies: Tallies, k: int
) -> tuple[DevicesSeen, ...]:
    """The devices of each day and period with their kept pings; empty if the panel was not counted.

    Args:
        days: The days of the run.
        periods: Its weeks or months.
        tallies: The counts of the steps.
        k: A number of devices below this is withheld, unless it is 0.
    """
    return tuple(_panel(days, periods, tallies, k)) if any(tally == SEEN for tally, _ in tallies) else ()


def _panel(
    days: Sequence[date], periods: Sequence[PeriodSums], tallies: Tallies, k: int
) -> Iterator[DevicesSeen]:
    pings = {day: tallies.get((None, day), 0) + tallies.get((OUTSIDE_PLACES, day), 0) for day in days}
    for day in days:
        yield _seen(str(day), tallies.get((SEEN, day), 0), pings[day], k)
    for each in periods:
        of_period = sum(n for day, n in pings.items() if each.first <= day <= each.last)
        yield _seen(each.period, tallies.get((SEEN_IN + each.period, None), 0), of_period, k)


def _seen(span: str, devices: int, pings: int, k: int) -> DevicesSeen:
    if 0 < devices < k:
        return DevicesSeen(span, None, pings, None)
    return DevicesSeen(span, devices, pings, round(pings / devices, 2) if devices else None)
