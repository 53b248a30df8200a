"""The record of a run, read from its own files; the same for all platforms."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from footfall.runs.facts import FIRST_MAIN, Cost, DaySums
from footfall.runs.manifest import FIRST_JOB, Alive, Manifest
from footfall.runs.outcome import Check

State = Literal["published", "refused", "failed", "running", "lost", "damaged"]
"""`refused`: counted, not published. `failed`: ended by an error. `lost`: its process died without a
manifest. `damaged`: its manifest cannot be read."""

STATES: tuple[State, ...] = ("published", "refused", "failed", "running", "lost", "damaged")

ALIVE_FOR = timedelta(minutes=5)
"""A run writes a sign of life every half minute; one without a sign for so long is taken for lost."""


@dataclass(frozen=True)
class RunRecord:
    """One run.

    Attributes:
        run_id: Its id.
        state: How it ended, or that it has not.
        folder: Where its files are.
        days: The days that it counted; if it failed before, the days of its settings.
        asked: The days of its settings as text: `all`, one day, or from and to.
        exit_code: That of the command; None until it has ended.
        started: When it began, in UTC.
        finished: When it ended, in UTC.
        seconds: How long it took.
        step: Its step at its last sign of life; None once it has ended.
        trouble: Why it was not published, or what is wrong with its files.
        versions: Of the job, Spark, Python, Java and GEOS.
        rows: Rows of the input by the stage of the funnel, without stages that are withheld.
        totals: Places, pings, visits and suppressed rows over all days.
        per_day: The sums of each day; empty in manifests of versions that did not write them.
        checks: What was checked.
        cost: Its cores and memory, and their price; None in manifests of older versions.
        report: The address of its page; None if it wrote none.
        manifest: The whole manifest; None if the run has not ended, or its manifest is damaged.
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
        """The warnings of gates, in sentences."""
        return tuple(check.sentence for check in self.checks if check.is_warning)

    @property
    def job(self) -> str:
        """The name of the job that counts."""
        return self.manifest.job if self.manifest else FIRST_JOB

    @property
    def main(self) -> str:
        """The name of the sum by which days are compared; manifests of older versions do not say it."""
        return self.per_day[0].main if self.per_day else FIRST_MAIN

    @property
    def is_over(self) -> bool:
        """Whether it has ended, in whatever state."""
        return self.state != "running"


def new_run_id(now: datetime) -> str:
    """A new id of a run: the time in UTC, so that ids sort by time, and four random digits."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def record_from_manifest(run_id: str, text: str, folder: str, report: str | None) -> RunRecord:
    """The record of a run that wrote a manifest; its state is `damaged` if the manifest cannot be parsed.

    Args:
        run_id: The name of its folder.
        text: The manifest.
        folder: Where its files are.
        report: Where its page is.
    """
    try:
        said = Manifest.from_json(json.loads(text))
        if said.run_id != run_id:
            raise ValueError(f"it is that of the run {said.run_id}")
        return _ended(said, folder, report)
    except (ValueError, KeyError, TypeError, AttributeError) as failure:
        reason = f"it lacks {failure}" if isinstance(failure, KeyError) else str(failure)
        trouble = f"The manifest cannot be understood: {reason}"
        return RunRecord(run_id, "damaged", folder, trouble=trouble, report=report)


def record_from_alive(run_id: str, text: str, folder: str, age: timedelta) -> RunRecord:
    """The record of a run that has not ended.

    Args:
        run_id: The name of its folder.
        text: The content of `alive.json`, its last sign of life.
        folder: Where its files are.
        age: The time since that was written.
    """
    lives = age <= ALIVE_FOR
    trouble = None if lives else f"It ended without a manifest: its last sign of life was {_ago(age)} ago"
    try:
        said = Alive.from_json(json.loads(text))
        return RunRecord(
            run_id=run_id,
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
    """The days of the setting `days`: a day, or the range from and to; empty for `all`."""
    if asked == "all":
        return ()
    if isinstance(asked, Mapping):
        first, last = date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"])
        return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
    return (date.fromisoformat(str(asked)),)


def asked_text(asked: object) -> str:
    """The setting `days` as text: `all`, one day, or `2023-03-01 to 2023-03-05`."""
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
        totals=said.totals or {},
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
