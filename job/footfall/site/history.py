"""The history of a place: its visits by day, by weekday, and against the same weekday before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from re import sub

from footfall.history.calendar import DayRecord
from footfall.report.words import day as day_words
from footfall.report.words import number, weekday
from footfall.site.content import DaysKnown, PlaceTrend

NAME = 40
"""The most characters of a place's id in the name of its page."""

WEEK = 7


@dataclass(frozen=True)
class PlaceDay:
    """A day of one place.

    Attributes:
        record: The day of the output.
        visits: The visits of the place; None if they are not known.
        kind: Why they are not known: "suppressed", "unlisted" if the day's report lacks the place, or the day's state.
        week_before: The visits of the same weekday before; None if they are not known.
    """

    record: DayRecord
    visits: int | None
    kind: str
    week_before: int | None

    @property
    def day(self) -> date:
        """The calendar day."""
        return self.record.day

    @property
    def absence(self) -> str:
        """Why its visits are not known, in words."""
        known = {"suppressed": "suppressed", "unlisted": "not in the report", "running": "running"}
        return known.get(self.kind, "not published")

    @property
    def words(self) -> str:
        """The day and its visits, in a line."""
        said = self.absence if self.visits is None else f"{number(self.visits)} visits"
        return f"{weekday(str(self.day))}, {day_words(str(self.day))}: {said}"


@dataclass(frozen=True)
class Weekday:
    """One weekday of a place.

    Attributes:
        name: Its name.
        known: The visits on each such day.
        last: The last such day with known visits; None if there is none.
    """

    name: str
    known: DaysKnown
    last: PlaceDay | None


def place_days(place: PlaceTrend, days: Sequence[DayRecord]) -> list[PlaceDay]:
    """The days of the trends for one place; suppressed visits are None."""
    visits = {record.day: count for record, count in zip(days, place.visits, strict=True)}
    return [
        PlaceDay(
            record,
            visits[record.day],
            _kind(record, is_suppressed=is_suppressed),
            visits.get(record.day - timedelta(days=WEEK)),
        )
        for record, is_suppressed in zip(days, place.suppressed, strict=True)
    ]


def _kind(record: DayRecord, *, is_suppressed: bool) -> str:
    if is_suppressed:
        return "suppressed"
    return "unlisted" if record.is_published else record.state


def weekdays(days: Sequence[PlaceDay]) -> list[Weekday]:
    """The weekdays that are among the days, from Monday on."""
    found = []
    for number_of_day in range(WEEK):
        own = [each for each in days if each.day.weekday() == number_of_day]
        if own:
            known = [each for each in own if each.visits is not None]
            visits = DaysKnown(tuple(each.visits for each in own))
            found.append(Weekday(weekday(str(own[0].day)), visits, known[-1] if known else None))
    return found


def page_name(place_id: str) -> str:
    """The file name of a place's page: the plain letters of its id, and a digest that makes the name unique."""
    plain = sub("[^a-z0-9]+", "-", place_id.lower())[:NAME].strip("-") or "place"
    return f"{plain}-{sha256(place_id.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}.html"
