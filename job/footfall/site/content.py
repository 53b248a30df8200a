"""The content of the page of all runs, gathered from records and reports of runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from footfall.history.calendar import DayRecord, calendar
from footfall.history.record import RunRecord
from footfall.runs.facts import FIRST_MAIN
from footfall.runs.manifest import FIRST_JOB

TREND_DAYS = 92
"""The number of last days in trends."""

COMPARED_DAYS = 7
"""The number of last days by which places are compared, each with the same weekday before."""

FEWEST_PAIRS = 3
"""With fewer pairs of days no change is shown."""

Report = Mapping[str, Any]


@dataclass(frozen=True)
class DaysKnown:
    """The visits of some days; None for a day that is not published or is suppressed."""

    visits: tuple[int | None, ...]

    @property
    def days(self) -> int:
        """The number of days with known visits."""
        return sum(each is not None for each in self.visits)

    @property
    def is_partial(self) -> bool:
        """Whether some days are not known, so that the sum lacks them."""
        return self.days < len(self.visits)

    @property
    def sum(self) -> int:
        """The sum of the visits of the known days."""
        return sum(each or 0 for each in self.visits)

    @property
    def mean(self) -> float:
        """The mean visits of a known day; it compares places with different known days."""
        return self.sum / self.days if self.days else 0.0


@dataclass(frozen=True)
class PlaceTrend:
    """A place and its visits on each day of the trends; None for a day that is not published or is suppressed.

    `suppressed` is True for days whose report lists the place and withholds its visits.
    """

    place_id: str
    name: str | None
    category: str | None
    visits: tuple[int | None, ...]
    suppressed: tuple[bool, ...]

    @property
    def all_days(self) -> "DaysKnown":
        """The visits of all days of the trends; None for a day that is not known."""
        return DaysKnown(self.visits)

    @property
    def recent(self) -> "DaysKnown":
        """The visits of the last COMPARED_DAYS days."""
        return DaysKnown(self.visits[-COMPARED_DAYS:])

    @property
    def change(self) -> float | None:
        """The relative change of visits against the week before, over weekdays known in both; None if too few are."""
        both = self.visits[-2 * COMPARED_DAYS :]
        pairs = [(a, b) for a, b in zip(both, both[COMPARED_DAYS:], strict=False) if None not in (a, b)]
        before = sum(earlier or 0 for earlier, _ in pairs)
        if len(pairs) < FEWEST_PAIRS or not before:
            return None
        return sum(later or 0 for _, later in pairs) / before - 1


@dataclass(frozen=True)
class Overview:
    """The content of the page of all runs.

    Attributes:
        root: The output.
        now: The time of the page.
        job: The name of the job whose runs they are.
        main: The name of the sum by which its days are compared.
        lists_places: Whether its reports list places.
        runs: All runs, the latest first.
        days: Each day from the first to the last one that a run counted or tried.
        trend_days: The last TREND_DAYS of them.
        places: The places of the reports, sorted by mean visits of a known day, the largest first.
        hidden_places: The number of places of the published days that no report lists.
        shapes: Bounds and outlines of places, the `map` of the last report that has one.
    """

    root: str
    now: datetime
    job: str
    main: str
    lists_places: bool
    runs: Sequence[RunRecord]
    days: Sequence[DayRecord]
    trend_days: Sequence[DayRecord]
    places: Sequence[PlaceTrend]
    hidden_places: int
    shapes: Mapping[str, Any]


def publishers(days: Sequence[DayRecord]) -> list[RunRecord]:
    """The runs that published these days, each once."""
    found = {day.publisher.run_id: day.publisher for day in days if day.publisher is not None}
    return list(found.values())


def trend_days(runs: Sequence[RunRecord]) -> list[DayRecord]:
    """The last TREND_DAYS days."""
    return calendar(runs)[-TREND_DAYS:]


def overview(root: str, runs: Sequence[RunRecord], reports: Mapping[str, Report], now: datetime) -> Overview:
    """The content of the page, gathered from runs and reports.

    Args:
        root: The output.
        runs: All runs, the latest first.
        reports: The content of report.json by the run's id, for the runs that published the trend days.
        now: The current time.
    """
    days = calendar(runs)
    shown = days[-TREND_DAYS:]
    hidden = max((report.get("places_left_out", 0) for report in reports.values()), default=0)
    job, main = (runs[0].job, runs[0].main) if runs else (FIRST_JOB, FIRST_MAIN)
    lists_places = not reports or any("places" in report for report in reports.values())
    trends, outlines = places(shown, reports), shapes(shown, reports)
    return Overview(root, now, job, main, lists_places, runs, days, shown, trends, hidden, outlines)


def shapes(days: Sequence[DayRecord], reports: Mapping[str, Report]) -> Mapping[str, Any]:
    """The `map` of the last report that has one; its outlines are the newest."""
    for record in reversed(days):
        report = reports.get(record.publisher.run_id) if record.publisher else None
        if report is not None and report.get("map", {}).get("shapes"):
            found: Mapping[str, Any] = report["map"]
            return found
    return {"bounds": None, "shapes": []}


def places(days: Sequence[DayRecord], reports: Mapping[str, Report]) -> list[PlaceTrend]:
    """The visits of each place on each day, from the report of the run that published the day."""
    visits: dict[str, dict[date, int | None]] = {}
    hidden: dict[str, set[date]] = {}
    described: dict[str, Mapping[str, Any]] = {}
    for record in days:
        report = reports.get(record.publisher.run_id) if record.publisher else None
        if report is None or str(record.day) not in report["days"]:
            continue
        number = report["days"].index(str(record.day))
        for place in report.get("places", ()):
            by_day = place.get("visits_by_day") or _whole(report, place)
            visits.setdefault(place["place_id"], {})[record.day] = by_day[number]
            if by_day[number] is None and (place.get("visits_by_day") or place["suppressed"]):
                hidden.setdefault(place["place_id"], set()).add(record.day)
            described[place["place_id"]] = place
    trends = [
        PlaceTrend(
            place_id,
            described[place_id]["name"],
            described[place_id]["category"],
            tuple(by_day.get(record.day) for record in days),
            tuple(record.day in hidden.get(place_id, ()) for record in days),
        )
        for place_id, by_day in visits.items()
    ]
    return sorted(trends, key=lambda place: (-place.all_days.mean, place.place_id))


def _whole(report: Report, place: Mapping[str, Any]) -> list[int | None]:
    """The visits by day in a report of an older version, which has only their sum: known for a run of one day."""
    return [place["visits"]] if len(report["days"]) == 1 else [None] * len(report["days"])


def same_weekday_before(days: Sequence[DayRecord], day: DayRecord) -> DayRecord | None:
    """The published day a week before; None if there is none."""
    wanted = day.day - timedelta(days=7)
    return next((each for each in days if each.day == wanted and each.sums is not None), None)
