"""The counts, sums and checks of a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from footfall.runs.facts import DevicesSeen, PeriodSums, TopLevel
from footfall.settings import Level


@dataclass(frozen=True)
class Check:
    """One check: what was found, what is accepted. A `gate` judges the input; the others judge the job itself.

    `level` says what comes of it where it fails, `fix` what to do then.
    """

    name: str
    ok: bool
    found: str
    accepted: str
    gate: bool
    level: Level = "refuse"
    fix: str = ""

    @property
    def is_refusing(self) -> bool:
        """Whether it speaks against publishing."""
        return not self.ok and self.level == "refuse"

    @property
    def is_warning(self) -> bool:
        """Whether it failed, and the run is published all the same."""
        return not self.ok and self.level == "warn"

    @property
    def sentence(self) -> str:
        """What it found and what would be accepted, in one line."""
        return f"{self.name}: found {self.found}, accepted {self.accepted}"


@dataclass(frozen=True)
class Usage:
    """What a run held: cores times seconds, GiB of memory times seconds."""

    core_seconds: float
    gib_seconds: float


@dataclass(frozen=True)
class Funnel:
    """How many rows went where. scanned = outside_days + read; read = quarantined + duplicate + kept;
    kept = outside_places + inside_places; boundary: pairs of ping and place with the ping exactly on the boundary.
    """

    scanned: int
    outside_days: int
    quarantined: dict[str, int]
    duplicate: int
    outside_places: int
    inside_places: int
    boundary: int

    @property
    def kept(self) -> int:
        """Pings that were looked up in places."""
        return self.outside_places + self.inside_places

    @property
    def read(self) -> int:
        """Rows of the days to count, and rows whose day is unknown."""
        return sum(self.quarantined.values()) + self.duplicate + self.kept


@dataclass(frozen=True)
class DayTotals:
    """What is published of a day; suppressed rows add nothing to the sums.

    Args:
        day: The day.
        rows: How many rows there are.
        distinct: How many different keys they have.
        sums: What the job adds up over the rows of a day, by name: those of `Shown.sums`, and further ones.
        suppressed: Rows that are suppressed.
        digest: The digest of the rows, see `check.digests`.
    """

    day: date
    rows: int
    distinct: int
    sums: Mapping[str, int]
    suppressed: int
    digest: str


@dataclass(frozen=True)
class PlaceTotals:
    """What is published of a place, summed over the days. Suppressed days add nothing: sums may be of some days only.

    Args:
        place_id: The place.
        pings: Its pings; as the other sums None where all rows with visitors are suppressed.
        device_days: Its devices of each day, added up: one that comes on two days counts twice.
        visits: Its visits.
        dwell_p50: The median of the days' median dwells, in seconds; None where no dwell is known.
        visits_by_day: Its visits of each day, None where that row is suppressed.
    """

    place_id: str
    pings: int | None
    device_days: int | None
    visits: int | None
    dwell_p50: float | None
    visits_by_day: tuple[int | None, ...]

    @property
    def days(self) -> int:
        """The number of days that the sums include."""
        return sum(visits is not None for visits in self.visits_by_day)


STAGES: Mapping[str, str] = {
    "scanned": "rows in the input",
    "outside_days": "of days that were not asked for",
    "read": "rows of the asked days",
    "quarantined": "could not be used",
    "duplicate": "repeat another row exactly",
    "kept": "pings that were looked up",
}
"""The stages of the funnel that every job has, and what each is called."""


@dataclass(frozen=True)
class Shown:
    """What is shown of the results of a job, wherever days and runs are listed.

    Args:
        job: The name of the job.
        measures: The measures of its table whose sums of a day are shown.
        main: That by which days are compared.
        others: The names of further sums of `DayTotals.sums` that are shown.
        stages: The stages of the funnel in their order, as fields of `Counts`, and what each is called.
    """

    job: str
    measures: tuple[str, ...]
    main: str
    others: tuple[str, ...] = ()
    stages: Mapping[str, str] = field(default_factory=lambda: STAGES)

    @property
    def sums(self) -> tuple[str, ...]:
        """The names of all sums that are shown."""
        return (*self.measures, *self.others)


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Sums over the rows that are to be published.

    Args:
        by_day: Those of each day, in the order of the days.
        broken: By the sentence of each law of the table, how many rows break it.
        periods: Sums of each week or month, where they are published.
        panel: All devices of each day and of each of these periods, where they were counted.
        top_level: Sums over the places that are part of no other; None where no place is part of one.
    """

    by_day: tuple[DayTotals, ...]
    broken: dict[str, int]
    periods: tuple[PeriodSums, ...] = ()
    panel: tuple[DevicesSeen, ...] = ()
    top_level: TopLevel | None = None

    @property
    def suppressed(self) -> int:
        """How many rows are suppressed."""
        return sum(day.suppressed for day in self.by_day)

    def sum(self, name: str) -> int:
        """A sum of all days."""
        return sum(day.sums[name] for day in self.by_day)


@dataclass(frozen=True, kw_only=True)
class PlacesTotals(Totals):
    """Sums of visits to places.

    Args:
        by_place: Those of the places with most visits, these first.
        visited_places: How many places have pings on some day, also suppressed ones.
        hours: Visits that start in each local hour.
        dwell_buckets: Visits by minutes of dwell.
        at_least: Visits of at least each of the durations that the settings ask for; empty where no row says so.
    """

    by_place: tuple[PlaceTotals, ...]
    visited_places: int
    hours: tuple[int, ...]
    dwell_buckets: tuple[int, ...]
    at_least: tuple[int, ...] = ()
