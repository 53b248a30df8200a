"""A run as its own files tell it, whoever started it and wherever it ran."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from footfall.runs.outcome import Check

State = Literal["published", "refused", "failed", "running", "lost", "damaged"]
"""`refused`: counted, not published. `failed`: ended by an error. `lost`: it neither ended nor lives. `damaged`: its
manifest cannot be read."""

STATES: tuple[State, ...] = ("published", "refused", "failed", "running", "lost", "damaged")

ALIVE_FOR = timedelta(minutes=5)
"""A run says every half minute that it lives; for so long it is believed."""


@dataclass(frozen=True)
class DaySums:
    """What a run counted on one day, over all places that are not suppressed."""

    day: date
    pings: int
    visits: int
    places_visited: int
    suppressed_rows: int


@dataclass(frozen=True)
class Cost:
    """What a run took: cores and memory times the seconds they were held; `amount` where prices are set."""

    core_seconds: float
    gib_seconds: float
    amount: float | None = None
    currency: str | None = None


@dataclass(frozen=True)
class RunRecord:
    """One run.

    Attributes:
        run_id: Its id.
        state: How it ended, or that it has not.
        folder: Where its files are.
        days: The days that it counted; those that it was asked for where it did not come to counting.
        asked: The days as the settings say them: `all`, one day, or from and to.
        exit_code: That of the command; none as long as it has not ended.
        started: When it began, in UTC.
        finished: When it ended, in UTC.
        seconds: How long it took.
        step: What it was doing when it last said that it lives; none once it has ended.
        trouble: Why it was not published, or what is wrong with its files.
        versions: Of the job, Spark, Python, Java and GEOS.
        rows: Rows of the input by the stage of the funnel.
        totals: Places, pings, visits and suppressed rows over all days.
        per_day: The sums of each day; empty in manifests of versions that did not write them.
        checks: What was checked.
        cost: What it took; none in manifests of versions that did not say.
        report: Where its page is; none where it wrote none.
        manifest: The whole manifest, as it stands.
    """

    run_id: str
    state: State
    folder: str
    days: tuple[date, ...] = ()
    asked: str = ""
    exit_code: int | None = None
    started: datetime | None = None
    finished: datetime | None = None
    seconds: float | None = None
    step: str | None = None
    trouble: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)
    per_day: tuple[DaySums, ...] = ()
    checks: tuple[Check, ...] = ()
    cost: Cost | None = None
    report: str | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state != "running"


def new_run_id(now: datetime) -> str:
    """An id for a run that begins: the time in UTC, so that ids sort by it, and a mark against two in one second."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def ended(run_id: str, text: str, folder: str, report: str | None) -> RunRecord:
    """The record of a run that wrote a manifest; `damaged` where the manifest cannot be understood.

    Args:
        run_id: The name of its folder.
        text: The manifest.
        folder: Where its files are.
        report: Where its page is.
    """
    try:
        told = json.loads(text)
        return _ended(told, folder, report)
    except (ValueError, KeyError, TypeError, AttributeError) as failure:
        reason = f"it lacks {failure}" if isinstance(failure, KeyError) else str(failure)
        trouble = f"The manifest cannot be understood: {reason}"
        return RunRecord(run_id, "damaged", folder, trouble=trouble, report=report)


def begun(run_id: str, text: str, folder: str, age: timedelta) -> RunRecord:
    """The record of a run that has not ended.

    Args:
        run_id: The name of its folder.
        text: What it said when it last said that it lives.
        folder: Where its files are.
        age: How long ago that was.
    """
    lives = age <= ALIVE_FOR
    trouble = None if lives else f"It ended without a word: it last said that it lives {_ago(age)} ago"
    try:
        told = json.loads(text)
        return RunRecord(
            run_id=str(told["run_id"]),
            state="running" if lives else "lost",
            folder=folder,
            days=days_in(told["days"]),
            asked=asked_text(told["days"]),
            started=datetime.fromisoformat(told["started"]),
            step=str(told["step"]),
            trouble=trouble,
            versions=dict(told["versions"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return RunRecord(run_id, "running" if lives else "lost", folder, trouble=trouble)


def days_in(asked: object) -> tuple[date, ...]:
    """The days that a setting names; none for `all`."""
    if asked == "all":
        return ()
    if isinstance(asked, Mapping):
        first, last = date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"])
        return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
    return (date.fromisoformat(str(asked)),)


def asked_text(asked: object) -> str:
    """The days as people read them: all, one day, or from and to."""
    return f"{asked['from']} to {asked['to']}" if isinstance(asked, Mapping) else str(asked)


def _ended(told: Mapping[str, Any], folder: str, report: str | None) -> RunRecord:
    state = told["state"]
    if state not in ("published", "refused", "failed"):
        raise ValueError(f"there is no state {state!r}")
    counts = dict(told.get("counts") or {})
    cost = told.get("cost")
    return RunRecord(
        run_id=str(told["run_id"]),
        state=state,
        folder=folder,
        days=tuple(date.fromisoformat(day) for day in told["days"]),
        asked=asked_text(told["settings"]["days"]),
        exit_code=int(told["exit_code"]),
        started=datetime.fromisoformat(told["started"]),
        finished=datetime.fromisoformat(told["finished"]),
        seconds=float(told["seconds"]),
        trouble=told["refusal"],
        versions=dict(told["versions"]),
        rows={stage: int(rows) for stage, rows in counts.items() if not isinstance(rows, Mapping)},
        totals={name: int(number) for name, number in (told.get("totals") or {}).items()},
        per_day=tuple(_sums(each) for each in told.get("per_day") or ()),
        checks=tuple(Check(**each) for each in told.get("checks") or ()),
        cost=None if cost is None else Cost(**{key: cost[key] for key in _COST}),
        report=report,
        manifest=told,
    )


_COST = ("core_seconds", "gib_seconds", "amount", "currency")


def _sums(told: Mapping[str, Any]) -> DaySums:
    numbers = (int(told[name]) for name in ("pings", "visits", "places_visited", "suppressed_rows"))
    return DaySums(date.fromisoformat(told["day"]), *numbers)


def _ago(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    if hours >= 48:
        return f"{hours / 24:.0f} days"
    return f"{hours:.0f} hours" if hours >= 2 else f"{hours * 60:.0f} minutes"
