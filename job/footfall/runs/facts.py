"""The parts of a manifest, and how they are written as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any

from footfall.periods import Period

Json = Mapping[str, Any]


@dataclass(frozen=True)
class EngineUsed:
    """The engine that ran the steps, and why it was chosen."""

    name: str
    why: str


@dataclass(frozen=True)
class Input:
    """A file that was read: whether it holds `pings` or `places`, its bytes, its ETag or its SHA-256."""

    role: str
    path: str
    bytes: int
    version: str | None = None
    sha256: str | None = None

    @classmethod
    def from_json(cls, said: Json) -> "Input":
        """Read it back."""
        role, path, size = said["role"], said["path"], said["bytes"]
        return cls(role, path, int(size), said.get("version"), said.get("sha256"))


@dataclass(frozen=True)
class Counts:
    """The funnel of rows with its sums; `quarantined` is the sum of `reasons`.

    `outside_places`, `inside_places` and `boundary` are None if rows are suppressed, which could be worked out of them.
    """

    scanned: int
    outside_days: int
    read: int
    quarantined: int
    duplicate: int
    kept: int
    outside_places: int | None
    inside_places: int | None
    boundary: int | None
    reasons: Mapping[str, int]

    @property
    def stages(self) -> dict[str, int | None]:
        """Rows by the stage of the funnel."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "reasons"}


@dataclass(frozen=True)
class TopLevel:
    """Sums over the places that are part of no other; suppressed rows, each of a place and a day, add nothing to them.

    Args:
        places: How many places are part of no other.
        parts: How many are part of one.
        pings: Pings in the former; one that lies in two of them counts twice.
        visits: Visits to the former.
        suppressed_rows: Their rows that are suppressed.
    """

    places: int
    parts: int
    pings: int
    visits: int
    suppressed_rows: int


@dataclass(frozen=True)
class DayBefore:
    """The sums of the day before, by their names: as published, or as counted in the same run."""

    day: date
    sums: Mapping[str, int]


@dataclass(frozen=True)
class DaySums:
    """What a run counted on one day, summed over its rows that are not suppressed.

    Args:
        day: The day.
        sums: The sums that the job shows, by their names, such as `pings`.
        main: The name of the sum by which days are compared.
        suppressed_rows: How many rows are suppressed.
        before: The day before; None if it is not known.
        rows: How many rows there are; None in manifests of older versions.
    """

    day: date
    sums: Mapping[str, int]
    main: str
    suppressed_rows: int
    before: DayBefore | None = None
    rows: int | None = None

    @property
    def all_sums(self) -> dict[str, int]:
        """All of its numbers that are shown, by their names."""
        return {**self.sums, "suppressed_rows": self.suppressed_rows}

    @property
    def names(self) -> list[str]:
        """The names of the sums, the main one first."""
        return sorted(self.sums, key=lambda name: name != self.main)

    @property
    def count(self) -> int:
        """The main sum."""
        return self.sums[self.main]

    @property
    def change(self) -> float | None:
        """The change of the main sum against the day before as a share, 0.1 for a tenth more; None if not known."""
        before = self.before.sums.get(self.main) if self.before else None
        return self.count / before - 1 if before else None

    def to_json(self) -> dict[str, Any]:
        """The object of the manifest: the sums stand beside the day, the change is named after the main sum."""
        before = {"day": str(self.before.day), **self.before.sums} if self.before else None
        change = {f"{self.main}{_CHANGE}": self.change}
        rows = {"suppressed_rows": self.suppressed_rows, "rows": self.rows}
        return {"day": str(self.day), **self.sums, **rows, "before": before, **change}

    @classmethod
    def from_json(cls, said: Json) -> "DaySums":
        """Read it back."""
        main = next((key.removesuffix(_CHANGE) for key in said if key.endswith(_CHANGE)), FIRST_MAIN)
        before = said.get("before")
        return cls(
            date.fromisoformat(said["day"]),
            _numbers(said, without=("suppressed_rows", "rows", f"{main}{_CHANGE}")),
            main,
            int(said["suppressed_rows"]),
            DayBefore(date.fromisoformat(before["day"]), _numbers(before)) if before else None,
            said.get("rows"),
        )


_CHANGE = "_change"

FIRST_MAIN = "visits"
"""The main sum of days whose change is not stated: those of older versions."""


def _numbers(said: Json, without: Sequence[str] = ()) -> dict[str, int]:
    """The whole numbers of an object, by their keys."""
    return {key: n for key, n in said.items() if isinstance(n, int) and key not in without}


@dataclass(frozen=True)
class PeriodSums:
    """What is published of a week or month, summed over the places that are not suppressed.

    Args:
        period: Its name, as 2023-W09 or 2023-03.
        first: Its first day.
        last: Its last day.
        rows: How many rows there are.
        pings: Pings in places; one that lies in two places counts twice.
        visits: Visits.
        places_visited: Places with pings, also suppressed ones.
        suppressed_rows: Rows that are suppressed.
        digest: The digest of the rows, see `check.digests`.
    """

    period: str
    first: date
    last: date
    rows: int
    pings: int
    visits: int
    places_visited: int
    suppressed_rows: int
    digest: str

    @property
    def span(self) -> Period:
        """The week or month."""
        return Period("week" if "W" in self.period else "month", self.first)

    @classmethod
    def from_json(cls, said: Json) -> "PeriodSums":
        """Read it back."""
        days = {end: date.fromisoformat(said[end]) for end in ("first", "last")}
        return cls(**{each.name: said[each.name] for each in fields(cls)} | days)


@dataclass(frozen=True)
class DevicesSeen:
    """All devices that the input has on a day or in a period, in a place or not.

    Args:
        span: The day, as 2023-03-01, or the period, as 2023-W09.
        devices: The number of devices; None if it is below `privacy.k`.
        pings: Their kept pings.
        pings_per_device: Pings divided by devices; None if `devices` is None or 0.
    """

    span: str
    devices: int | None
    pings: int
    pings_per_device: float | None


@dataclass(frozen=True)
class Cost:
    """The use of a run: cores and GiB of memory, each times seconds; `amount` is its price, if prices are set."""

    core_seconds: float
    gib_seconds: float
    amount: float | None = None
    currency: str | None = None

    @classmethod
    def from_json(cls, said: Json) -> "Cost":
        """Read it back."""
        return cls(*(said[each.name] for each in fields(cls)))


def plain_json(value: Any) -> Any:
    """A value of types that JSON has: dataclasses become objects, days and instants text."""
    if isinstance(value, DaySums):
        return value.to_json()
    if is_dataclass(value):
        return {each.name: plain_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain_json(each) for each in value]
    if isinstance(value, datetime):
        return instant(value)
    return str(value) if isinstance(value, date) else value


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC, with the fraction of the second if there is one."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
