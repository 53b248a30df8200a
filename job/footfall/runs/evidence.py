"""All that is known when a run ends, and how the manifest and the report tell it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from footfall.errors import FootfallError
from footfall.report import content
from footfall.report.outlines import place_shapes
from footfall.runs.outcome import Check, Funnel, Usage
from footfall.runs.progress import Recorder, StepTime
from footfall.schema import InputFile, Places
from footfall.settings import Prices, Settings, on_object_store


@dataclass(frozen=True)
class Run:
    """What the platform knows of a run: its id, how it was started, on which versions, the clocks, and what it holds.

    `settings` are name, value and origin of each setting, as people read them. `heard` is told when the run begins, as
    `alive` says it, and when it ends, as the manifest says it.
    """

    id: str
    command: str
    settings: Sequence[dict[str, str]]
    versions: dict[str, str]
    now: Callable[[], datetime]
    clock: Callable[[], float]
    usage: Callable[[], Usage | None] = lambda: None
    heard: Callable[[dict[str, Any]], None] = lambda told: None


@dataclass(frozen=True)
class Source:
    """An input file and its digest, where it could be taken."""

    role: str
    file: InputFile
    sha256: str | None


@dataclass(frozen=True)
class Inputs:
    """What was read: the places, the files, and in sentences what was repaired or passed over."""

    places: Places
    sources: tuple[Source, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """What people are shown: sums of the new rows, pings and visits of days published earlier, quarantined rows."""

    totals: content.Totals
    before: dict[date, tuple[int, int] | None]
    samples: dict[str, list[dict[str, str]]]


@dataclass(frozen=True)
class Evidence:
    """A run at its end; `refusal` is why it was not published."""

    run: Run
    started: datetime
    settings: Settings
    inputs: Inputs
    days: Sequence[date]
    funnel: Funnel
    seen: Seen
    checks: Sequence[Check]
    steps: Sequence[StepTime]
    refusal: FootfallError | None

    @property
    def state(self) -> str:
        """Whether the run's days were published."""
        return "refused" if self.refusal else "published"


def manifest(evidence: Evidence) -> dict[str, Any]:
    """The run for machines: what they may trust instead of the exit of a process."""
    return {
        "run_id": evidence.run.id,
        "state": evidence.state,
        "exit_code": evidence.refusal.exit_code if evidence.refusal else 0,
        "refusal": evidence.refusal.what if evidence.refusal else None,
        "days": [str(day) for day in evidence.days],
        **_circumstances(evidence.run, evidence.settings, evidence.started),
        "inputs": _inputs(evidence),
        "counts": _counts(evidence.funnel),
        "totals": content.headline(evidence.seen.totals, len(evidence.inputs.places)),
        "per_day": content.per_day(evidence.seen.totals, evidence.seen.before),
        "checks": [asdict(check) for check in evidence.checks],
        "steps": content.steps(evidence.steps),
        "warnings": list(evidence.inputs.warnings),
    }


def alive(run: Run, settings: Settings, started: datetime, steps: Recorder) -> dict[str, Any]:
    """What a run says of itself while it lives."""
    days = settings.model_dump(mode="json", include={"days"})["days"]
    told = {"run_id": run.id, "started": content.instant(started), "days": days, "step": steps.current}
    return {**told, "command": run.command, "versions": run.versions, "output": _address(settings.output)}


def failure(
    run: Run, settings: Settings, started: datetime, steps: Recorder, exit_code: int, reason: str
) -> dict[str, Any]:
    """The manifest of a run that did not come to its end; its days are those that it was asked for, if any."""
    days = [] if settings.days == "all" else [str(day) for day in settings.days]
    published = any(step.name == "publish" and step.facts.get("days") for step in steps.steps)
    told = {
        "run_id": run.id,
        "state": "failed",
        "exit_code": exit_code,
        "refusal": f"{reason} (its days were published before that)" if published else reason,
        "days": days,
        **_circumstances(run, settings, started),
        "step": steps.current,
        "steps": content.steps(steps.steps),
    }
    run.heard(told)
    return told


def cost(usage: Usage | None, prices: Prices) -> dict[str, Any] | None:
    """What a run held, and what that costs by the prices that are set; a price that is not set adds nothing."""
    if usage is None:
        return None
    priced = (
        (usage.core_seconds, prices.core_hour),
        (usage.gib_seconds, prices.gib_hour),
    )
    amounts = [seconds / 3600 * price for seconds, price in priced if price is not None]
    return {
        **{name: round(held, 1) for name, held in asdict(usage).items()},
        "amount": round(sum(amounts), 6) if amounts else None,
        "currency": prices.currency if amounts else None,
    }


def report(evidence: Evidence) -> dict[str, Any]:
    """The run for people: the content of report.json, of the page and of the terminal's summary."""
    told = manifest(evidence)
    places = content.listed(evidence.seen.totals, evidence.inputs.places)
    return {
        "run": {
            "id": told["run_id"],
            **{key: told[key] for key in ("state", "started", "finished", "seconds", "command", "versions")},
        },
        "headline": told["totals"],
        **{key: told[key] for key in ("days", "time_zone", "inputs", "warnings", "output", "steps", "cost")},
        "per_day": told["per_day"],
        "privacy_k": evidence.settings.privacy.k,
        "funnel": content.stages(evidence.funnel),
        "quarantine": [
            {"reason": reason, "rows": rows, "samples": evidence.seen.samples.get(reason, [])}
            for reason, rows in evidence.funnel.quarantined.items()
        ],
        "hours": evidence.seen.totals.hours,
        "dwell_buckets": evidence.seen.totals.dwell_buckets,
        "dwell_bucket_labels": list(content.DWELL_BUCKETS),
        "single_ping_visits": sum(row.single_ping_visits or 0 for row in evidence.seen.totals.by_day),
        "places": places,
        "places_left_out": len(evidence.inputs.places) - len(places),
        "map": place_shapes(evidence.inputs.places, [place["place_id"] for place in places]),
        "checks": content.checks(evidence.checks),
        "settings": list(evidence.run.settings),
    }


def _circumstances(run: Run, settings: Settings, started: datetime) -> dict[str, Any]:
    """What is true of a run however it ends."""
    finished = run.now()
    return {
        "time_zone": settings.day_zone,
        "started": content.instant(started),
        "finished": content.instant(finished),
        "seconds": round((finished - started).total_seconds(), 3),
        "command": run.command,
        "versions": run.versions,
        "settings": settings.model_dump(mode="json"),
        "cost": cost(run.usage(), settings.prices),
        "output": _address(settings.output),
    }


def _counts(funnel: Funnel) -> dict[str, Any]:
    """The funnel with its sums; `quarantined` is the sum, `reasons` tells it apart."""
    counts = {**asdict(funnel), "read": funnel.read, "kept": funnel.kept}
    return {**counts, "quarantined": sum(funnel.quarantined.values()), "reasons": funnel.quarantined}


def _address(output: str) -> str:
    return output if on_object_store(output) else str(Path(output).expanduser().absolute())


def _inputs(evidence: Evidence) -> list[dict[str, Any]]:
    return [
        {"role": source.role, **asdict(source.file), "sha256": source.sha256}
        for source in evidence.inputs.sources
    ]
