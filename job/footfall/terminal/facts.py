"""Runs and days as fields of JSON lines."""

from datetime import datetime
from typing import Any

from footfall.history.calendar import DayRecord
from footfall.history.record import RunRecord


def run_facts(run: RunRecord) -> dict[str, Any]:
    """The fields of a run's JSON line; unknown ones are left out."""
    facts: dict[str, Any] = {
        "state": run.state,
        "exit_code": run.exit_code,
        "days": [str(day) for day in run.days],
        "asked": run.asked or None,
        "started": _instant(run.started),
        "finished": _instant(run.finished),
        "seconds": run.seconds,
        "step": run.step,
        "trouble": run.trouble,
        "rows": dict(run.rows) or None,
        "totals": dict(run.totals) or None,
        "failed_checks": [check.name for check in run.checks if check.is_refusing] or None,
        "warnings": list(run.warnings) or None,
        "cost": vars(run.cost) if run.cost else None,
        "versions": dict(run.versions) or None,
        "folder": run.folder,
        "report": run.report,
    }
    return {name: value for name, value in facts.items() if value is not None}


def day_facts(day: DayRecord) -> dict[str, Any]:
    """The fields of a day's JSON line; unknown ones are left out."""
    facts: dict[str, Any] = {"published": day.is_published, "runs": day.attempts}
    if day.sums:
        facts |= day.sums.all_sums
    if day.digest:
        facts["digest"] = day.digest
    if day.publisher:
        facts["published_by"] = day.publisher.run_id
    if day.latest:
        facts |= {"last_run": day.latest.run_id, "last_state": day.latest.state}
    return facts


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
