"""A run as its own files describe it, on whatever platform it ran."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from footfall.runs.facts import Cost, DaySums
from footfall.runs.manifest import Alive, Manifest
from footfall.runs.outcome import Check

State = Literal["published", "refused", "failed", "running", "lost", "damaged"]
"""`refused`: counted, not published. `failed`: ended by an error. `lost`: it neither ended nor lives. `damaged`: its
manifest cannot be read."""

STATES: tuple[State, ...] = ("published", "refused", "failed", "running", "lost", "damaged")

ALIVE_FOR = timedelta(minutes=5)
"""A run says every half minute that it lives; for so long it is believed."""


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
        rows: Rows of the input by the stage of the funnel, as far as they may be said.
        totals: Places, pings, visits and suppressed rows over all days.
        per_day: The sums of each day; empty in manifests of versions that did not write them.
        checks: What was checked.
        cost: What it took; none in manifests of versions that did not say.
        report: Where its page is; none where it wrote none.
        manifest: The whole manifest; none where the run has not ended, or its manifest is damaged.
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
    manifest: Manifest | None = field(default=None, repr=False)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What gates warned of, in sentences."""
        return tuple(check.sentence for check in self.checks if check.is_warning)

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
        return _ended(Manifest.from_json(json.loads(text)), folder, report)
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
        said = Alive.from_json(json.loads(text))
        return RunRecord(
            run_id=said.run_id,
            state="running" if lives else "lost",
            folder=folder,
            days=days_in(said.days),
            asked=asked_text(said.days),
            started=said.started,
            step=said.step,
            trouble=trouble,
            versions=said.versions,
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


def _ended(said: Manifest, folder: str, report: str | None) -> RunRecord:
    return RunRecord(
        run_id=said.run_id,
        state=said.state,
        folder=folder,
        days=said.days,
        asked=asked_text(said.settings["days"]),
        exit_code=said.exit_code,
        started=said.started,
        finished=said.finished,
        seconds=said.seconds,
        trouble=said.refusal,
        versions=said.versions,
        rows={stage: n for stage, n in said.counts.stages.items() if n is not None} if said.counts else {},
        totals=vars(said.totals) if said.totals else {},
        per_day=tuple(said.per_day),
        checks=tuple(said.checks),
        cost=said.cost,
        report=report,
        manifest=said,
    )


def _ago(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    if hours >= 48:
        return f"{hours / 24:.0f} days"
    return f"{hours:.0f} hours" if hours >= 2 else f"{hours * 60:.0f} minutes"
