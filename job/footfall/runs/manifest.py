"""The manifest of a run, written when it has ended, and its sign of life, written while it runs.

Both are JSON files among the run's own. A field that an older version did not write is None or empty here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Literal

from footfall.runs.facts import (
    Cost,
    Counts,
    DaySums,
    DevicesSeen,
    EngineUsed,
    Input,
    Json,
    PeriodSums,
    TopLevel,
    plain_json,
)
from footfall.runs.outcome import Check
from footfall.runs.progress import StepTime
from footfall.schema_version import SCHEMA_VERSION, UNMARKED, refuse_newer

MANIFEST, ALIVE, PAGE, REPORT = "manifest.json", "alive.json", "report.html", "report.json"
TRACE = "trace.txt"
"""The names of the files of a run; only a run that a defect ended has a trace."""

FIRST_JOB = "footfall"
"""The job of runs whose settings do not name one: it was the only one."""

State = Literal["published", "refused", "failed"]
"""`refused`: counted, not published. `failed`: ended by an error."""


@dataclass(frozen=True)
class Alive:
    """The sign of life of a run: when it began, its days as in the settings, its current step."""

    run_id: str
    started: datetime
    days: Any
    step: str
    command: str
    versions: Mapping[str, str]
    output: str
    engine: EngineUsed | None = None
    job: str = FIRST_JOB

    def to_json(self) -> dict[str, Any]:
        """The content of the file."""
        return {each.name: plain_json(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def from_json(cls, said: Json) -> "Alive":
        """The sign of life for the content of its file.

        Raises:
            ValueError, KeyError, TypeError, AttributeError: The content is not that of such a file.
        """
        return cls(
            run_id=str(said["run_id"]),
            started=datetime.fromisoformat(said["started"]),
            days=said["days"],
            step=str(said["step"]),
            command=str(said.get("command", "")),
            versions=dict(said["versions"]),
            output=str(said.get("output", "")),
            engine=EngineUsed(**said["engine"]) if said.get("engine") else None,
            job=str(said.get("job", FIRST_JOB)),
        )


_OF_COUNTS = (
    "inputs",
    "places_digest",
    "counts",
    "totals",
    "top_level",
    "per_day",
    "digests",
    "periods",
    "panel",
    "checks",
    "warnings",
)


@dataclass(frozen=True)
class Manifest:
    """A run that has ended.

    Args:
        run_id: Its id.
        state: How it ended.
        exit_code: That of the command.
        refusal: Why it was not published.
        days: The days that it counted; if it failed, the days of its settings.
        time_zone: The zone of these days.
        started: When it began, in UTC.
        finished: When it ended, in UTC.
        seconds: How long it took.
        command: The command line that repeats it.
        versions: The versions of the job, the engine, Python and GEOS, by their names.
        settings: All settings, in the form of a settings file.
        cost: Its use of cores and memory.
        output: The path or address of its output.
        plausible_days: The days `from` and `to` that a ping could be of.
        engine: The engine that ran the steps.
        step: The step in which it failed; None if it did not.
        steps: The steps that ended, with their times.
        inputs: The files that were read.
        places_digest: The digest of the ids and shapes of its places.
        counts: Rows by stage of the funnel; None if it failed, or was refused because of earlier counts.
        totals: Sums over all days; None where `counts` is.
        top_level: Sums over the places that are part of no other; None where no place is part of one.
        per_day: Sums of each day.
        digests: The digest of each day's rows, see `check.digests`.
        periods: Sums and digests of weeks or months; empty unless the setting `period` asks for them.
        panel: All devices of each day and of each of these periods; empty unless `panel.count` asks for them.
        checks: The checks, with what each found.
        warnings: Sentences on what gates warn of, and on what was repaired or skipped.
        schema_version: The version of table and manifest.
    """

    run_id: str
    state: State
    exit_code: int
    refusal: str | None
    days: tuple[date, ...]
    time_zone: str | None
    started: datetime
    finished: datetime
    seconds: float
    command: str
    versions: Mapping[str, str]
    settings: Json
    cost: Cost | None
    output: str
    plausible_days: Mapping[str, date] = field(default_factory=dict)
    engine: EngineUsed | None = None
    step: str | None = None
    steps: Sequence[StepTime] = ()
    inputs: Sequence[Input] = ()
    places_digest: str | None = None
    counts: Counts | None = None
    totals: Mapping[str, int] | None = None
    top_level: TopLevel | None = None
    per_day: Sequence[DaySums] = ()
    digests: Mapping[date, str] = field(default_factory=dict)
    periods: Sequence[PeriodSums] = ()
    panel: Sequence[DevicesSeen] = ()
    checks: Sequence[Check] = ()
    warnings: Sequence[str] = ()
    schema_version: int = SCHEMA_VERSION

    @property
    def job(self) -> str:
        """The name of the job that counted; that of footfall in manifests of older versions."""
        return str(self.settings.get("count", FIRST_JOB))

    def to_json(self) -> dict[str, Any]:
        """The content of the file; that of a run without counts has no sums and checks either."""
        left_out = _OF_COUNTS if self.counts is None else ("step",)
        return {
            each.name: plain_json(getattr(self, each.name))
            for each in fields(self)
            if each.name not in left_out
        }

    @classmethod
    def from_json(cls, said: Json) -> "Manifest":
        """The manifest for the content of its file, also of an older version.

        Raises:
            SettingsError: A newer footfall wrote it.
            ValueError, KeyError, TypeError, AttributeError: The content is not that of such a file.
        """
        run_id = str(said["run_id"])
        refuse_newer(said.get("schema_version"), f"the manifest of the run {run_id}")
        if said["state"] not in ("published", "refused", "failed"):
            raise ValueError(f"there is no state {said['state']!r}")
        return cls(
            run_id=run_id,
            state=said["state"],
            exit_code=int(said["exit_code"]),
            refusal=said["refusal"],
            days=tuple(map(date.fromisoformat, said["days"])),
            time_zone=said.get("time_zone"),
            started=datetime.fromisoformat(said["started"]),
            finished=datetime.fromisoformat(said["finished"]),
            seconds=float(said["seconds"]),
            command=str(said.get("command", "")),
            versions=dict(said["versions"]),
            settings=dict(said["settings"]),
            cost=Cost.from_json(said["cost"]) if said.get("cost") else None,
            output=str(said.get("output", "")),
            plausible_days={
                end: date.fromisoformat(day) for end, day in (said.get("plausible_days") or {}).items()
            },
            engine=EngineUsed(**said["engine"]) if said.get("engine") else None,
            step=said.get("step"),
            steps=tuple(StepTime(**each) for each in said.get("steps") or ()),
            schema_version=said.get("schema_version", UNMARKED),
            **_counted(said),
        )


def _counted(said: Json) -> dict[str, Any]:
    """The fields that only the manifest of a run with counts has."""
    counts, totals, top_level = said.get("counts"), said.get("totals"), said.get("top_level")
    return {
        "inputs": tuple(map(Input.from_json, said.get("inputs") or ())),
        "places_digest": said.get("places_digest"),
        "counts": Counts(**counts) if counts else None,
        "totals": dict(totals) if totals else None,
        "top_level": TopLevel(**top_level) if top_level else None,
        "per_day": tuple(map(DaySums.from_json, said.get("per_day") or ())),
        "digests": {date.fromisoformat(day): text for day, text in (said.get("digests") or {}).items()},
        "periods": tuple(map(PeriodSums.from_json, said.get("periods") or ())),
        "panel": tuple(DevicesSeen(**each) for each in said.get("panel") or ()),
        "checks": tuple(Check(**each) for each in said.get("checks") or ()),
        "warnings": tuple(said.get("warnings") or ()),
    }
