"""The parts of a manifest, and how they are written as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any

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
class Headline:
    """The main figures of a run; a suppressed row, which is of a place and a day, adds nothing to the sums."""

    places: int
    places_visited: int
    pings: int
    visits: int
    days: int
    suppressed_rows: int


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
    """Pings and visits of the day before, as published, or as counted in the same run."""

    day: date
    pings: int
    visits: int


@dataclass(frozen=True)
class DaySums:
    """What a run counted on one day over all places that are not suppressed, and how visits differ from the day before.

    `visits_change` is a share, 0.1 for a tenth more visits; None if the day before is not known.
    """

    day: date
    pings: int
    visits: int
    places_visited: int
    suppressed_rows: int
    before: DayBefore | None = None
    visits_change: float | None = None

    @classmethod
    def from_json(cls, said: Json) -> "DaySums":
        """Read it back."""
        before = said.get("before")
        earlier = {**before, "day": date.fromisoformat(before["day"])} if before else None
        return cls(
            day=date.fromisoformat(said["day"]),
            pings=int(said["pings"]),
            visits=int(said["visits"]),
            places_visited=int(said["places_visited"]),
            suppressed_rows=int(said["suppressed_rows"]),
            before=DayBefore(**earlier) if earlier else None,
            visits_change=said.get("visits_change"),
        )


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
