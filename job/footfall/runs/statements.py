"""Makes the sign of life of a run, and its manifest at the end or after a failure."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from footfall.errors import DefectError, GateRefused
from footfall.runs.evidence import Evidence
from footfall.runs.facts import Cost, EngineUsed, Input
from footfall.runs.manifest import Alive, Manifest
from footfall.runs.outcome import Usage
from footfall.runs.progress import Recorder
from footfall.runs.run import Run
from footfall.settings import JobSettings, Prices, on_object_store

_BROKEN_OFF = (DefectError.exit_code, 130, 143)
"""Exit codes of runs that may have been cut off at any point; other errors of publishing say what they replaced."""


def manifest(evidence: Evidence) -> Manifest:
    """The manifest of a run that did not fail: it was published or refused."""
    refusal = evidence.refusal
    return Manifest(
        run_id=evidence.run.id,
        state=evidence.state,
        exit_code=refusal.exit_code if refusal else 0,
        refusal=refusal.what if refusal else None,
        days=tuple(evidence.days),
        **_circumstances(evidence.run, evidence.settings, evidence.started),
        inputs=tuple(
            Input(each.role, **asdict(each.file), sha256=each.sha256) for each in evidence.inputs.sources
        ),
        places_digest=evidence.inputs.looked_up_in,
        counts=evidence.counts,
        totals=evidence.headline,
        top_level=evidence.results.totals.top_level,
        per_day=evidence.results.per_day(),
        digests={day.day: day.digest for day in evidence.results.totals.by_day},
        periods=evidence.results.totals.periods,
        panel=evidence.results.totals.panel,
        checks=tuple(evidence.checks),
        steps=tuple(evidence.steps),
        warnings=evidence.warnings,
    )


def alive(run: Run, settings: JobSettings, started: datetime, steps: Recorder) -> Alive:
    """The sign of life of a run, as it is now."""
    return Alive(
        run_id=run.id,
        started=started,
        days=settings.model_dump(mode="json", include={"days"})["days"],
        step=steps.current,
        command=run.command,
        versions=run.versions,
        output=_address(settings.output),
        engine=EngineUsed(run.engine, run.reason),
        job=settings.count,
    )


def failure(
    run: Run, settings: JobSettings, started: datetime, steps: Recorder, exit_code: int, reason: str
) -> Manifest:
    """The manifest of a run that failed, or was refused without a report; its days are those of the settings.

    For `all` it has none.
    """
    failed = Manifest(
        run_id=run.id,
        state="refused" if exit_code == GateRefused.exit_code else "failed",
        exit_code=exit_code,
        refusal=f"{reason}{_of_its_days(steps, exit_code)}",
        days=() if settings.days == "all" else tuple(settings.days),
        **_circumstances(run, settings, started),
        step=steps.current,
        steps=tuple(steps.steps),
    )
    run.notify(failed)
    return failed


def _of_its_days(steps: Recorder, exit_code: int) -> str:
    """A remark for the reason of a failure that the run's days are published, or may be; empty if they are not."""
    publishing = [step for step in steps.steps if step.name == "publish"]
    if any(step.facts.get("days") for step in publishing):
        return " (its days were published before that)"
    is_broken_off = steps.current == "publish" and not publishing and exit_code in _BROKEN_OFF
    return " (it was publishing: its days may have been replaced)" if is_broken_off else ""


def cost(usage: Usage | None, prices: Prices) -> Cost | None:
    """The cost of a run by the prices of the settings; one that is not set adds nothing. None if the use is unknown."""
    if usage is None:
        return None
    priced = (
        (usage.core_seconds, prices.core_hour),
        (usage.gib_seconds, prices.gib_hour),
    )
    amounts = [seconds / 3600 * price for seconds, price in priced if price is not None]
    return Cost(
        core_seconds=round(usage.core_seconds, 1),
        gib_seconds=round(usage.gib_seconds, 1),
        amount=round(sum(amounts), 6) if amounts else None,
        currency=prices.currency if amounts else None,
    )


def _circumstances(run: Run, settings: JobSettings, started: datetime) -> dict[str, Any]:
    """The fields that every manifest has, however the run ended."""
    finished, plausible = run.now(), settings.plausible_days(started)
    return {
        "time_zone": settings.day_zone,
        "plausible_days": {"from": plausible.first, "to": plausible.last},
        "started": started,
        "finished": finished,
        "seconds": round((finished - started).total_seconds(), 3),
        "command": run.command,
        "versions": run.versions,
        "settings": settings.model_dump(mode="json"),
        "cost": cost(run.usage(), settings.prices),
        "output": _address(settings.output),
        "engine": EngineUsed(run.engine, run.reason),
    }


def _address(output: str) -> str:
    return output if on_object_store(output) else str(Path(output).expanduser().absolute())
